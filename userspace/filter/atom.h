/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unique predicates: one operand, one operator, its constants.  What a rule author wrote twenty times is one atom.
 *
 * A check on an absent value is false, whatever the operator: only `not` around it can make that true.
 */
#ifndef FILTER_ATOM_H
#define FILTER_ATOM_H

#include "filter/operand.h"
#include "filter/strset.h"

struct atom;

/* Whether the check holds for the n >= 1 values of its operand. */
typedef bool (*atom_fn)(const struct atom *a, const struct value *v, unsigned n);
/* Whether it holds for one value. */
typedef bool (*value_fn)(const struct atom *a, const struct value *v);

struct regex;

struct atom {
	const struct operand *left;
	uint32_t number;  /* its position among all */
	unsigned operand; /* number of left in struct atoms: equal operands are one */
	enum op op;
	enum modifier mod;
	enum value_kind kind;
	atom_fn test;
	value_fn one;
	uint16_t cost; /* rough instructions, for ordering */
	bool plain;    /* one(a, v) for the one value is all there is to it */
	bool never;    /* no event makes it true */

	/* Constants, as the kind and operator want them. */
	struct str *texts; /* as written, unique, sorted for set operators */
	unsigned n;
	struct strset set; /* = != in intersects on text and bytes */
	union {
		int64_t *s;
		uint64_t *u;
		struct ip_net *nets; /* KIND_IP: full-length prefixes */
		struct regex *regex;
	};
	const struct operand *right; /* compare with another operand instead */
};

/* All atoms of a program. */
struct atoms {
	struct arena *arena;
	struct atom **v;
	unsigned n, capacity;
	struct operand **operands; /* unique operands */
	unsigned n_operands, operands_capacity;
	uint32_t *index; /* hash of keys -> atom + 1 */
	struct str *keys;
	struct arena key_texts;
	uint32_t mask;
};

void atoms_init(struct atoms *as, struct arena *a);
void atoms_free(struct atoms *as);
/* There will be no more: what finds equal ones is given back. */
void atoms_seal(struct atoms *as);

struct node;
/*
 * The atom of a CHECK node, made if it is new; its number, or -1 with *why (a message in the arena) and *at (offset in
 * the condition).
 */
int atom_intern(struct atoms *as, const struct node *check, struct reason *why, uint32_t *at);

static inline enum field_dep atom_dep(const struct atom *a)
{
	return a->right && a->right->dep > a->left->dep ? a->right->dep : a->left->dep;
}

/* Does the check hold where x is?  Absent values: false. */
bool atom_holds(const struct atom *a, struct extract *x);

/* filter/compare.c: choose the functions for an atom whose constants are parsed; false if the pair is not allowed. */
bool atom_choose(struct atom *a);
/* Compare with a->right's values. */
bool atom_holds_right(const struct atom *a, struct extract *x, const struct value *left, unsigned n);

#endif
