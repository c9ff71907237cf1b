/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Atoms: the predicates of all conditions, each once.  An atom is one operand, one operator and its constants.
 *
 * An atom is false if its operand has no value, whatever the operator: only a `not` around it makes that true.
 */
#ifndef FILTER_ATOM_H
#define FILTER_ATOM_H

#include "filter/operand.h"
#include "filter/strset.h"

struct atom;

/* Whether the atom holds for the n >= 1 values of its operand. */
typedef bool (*atom_fn)(const struct atom *a, const struct value *v, unsigned n);
/* Whether it holds for one value. */
typedef bool (*value_fn)(const struct atom *a, const struct value *v);

struct regex;

struct atom {
	const struct operand *left;
	uint32_t number;  /* in struct atoms */
	unsigned operand; /* number of left in struct atoms: equal operands are one */
	enum op op;
	enum modifier mod;
	enum value_kind kind;
	atom_fn test;
	value_fn one;
	uint16_t cost; /* rough instructions, for ordering */
	bool plain;    /* test is one() of the only value */
	bool never;    /* true for no event */

	/* Constants, in the form that kind and operator need. */
	struct str *texts; /* as written, unique, sorted for set operators */
	unsigned n;
	struct strset set; /* = != in intersects on text and bytes */
	union {
		int64_t *s;
		uint64_t *u;
		struct ip_net *nets; /* KIND_IP: full-length prefixes */
		struct regex *regex;
	};
	const struct operand *right; /* instead of constants: another operand */
};

/* All atoms of a matcher. */
struct atoms {
	struct arena *arena;
	struct atom **v;
	unsigned n, capacity;
	struct operand **operands; /* unique operands */
	unsigned n_operands, operands_capacity;
	uint32_t *index; /* hash table by key: atom number + 1 */
	struct str *keys;
	struct arena key_texts;
	uint32_t mask;
};

/* Atoms and their operands are allocated in the arena. */
void atoms_init(struct atoms *as, struct arena *a);
/* Zeroed memory is fine. */
void atoms_free(struct atoms *as);
/* No more atoms will be added: frees the index. */
void atoms_seal(struct atoms *as);

struct node;
/*
 * The number of the atom of a CHECK node, which is added if it is new.  -1 with *why (text in the arena) and *at (byte offset
 * in the condition) if the node does not compile.
 */
int atom_intern(struct atoms *as, const struct node *check, struct reason *why, uint32_t *at);

/* What the atom depends on: the most volatile of its operands. */
static inline enum field_dep atom_dep(const struct atom *a)
{
	return a->right && a->right->dep > a->left->dep ? a->right->dep : a->left->dep;
}

/* Evaluates the atom for x->ev. */
bool atom_holds(const struct atom *a, struct extract *x);

/* filter/compare.c: sets test and one from kind and op; false if the type does not support the operator. */
bool atom_choose(struct atom *a);
/* Whether one of the n values compares with one of a->right, evaluated for x. */
bool atom_holds_right(const struct atom *a, struct extract *x, const struct value *left, unsigned n);

#endif
