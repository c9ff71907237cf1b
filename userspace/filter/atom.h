/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Atoms: the unique predicates of all conditions.  An atom is an operand, an operator and its
 * constants.
 *
 * An atom is false if its operand has no value, for every operator, `!=` included.
 */
#ifndef FILTER_ATOM_H
#define FILTER_ATOM_H

#include "filter/operand.h"
#include "filter/strset.h"

struct atom;

/* Whether the atom holds for the n >= 1 values of its operand. */
typedef bool (*atom_fn)(const struct atom *a, const struct value *v, unsigned n);
/* Whether the atom holds for one value. */
typedef bool (*value_fn)(const struct atom *a, const struct value *v);

struct regex;

struct atom {
	const struct operand *left;
	uint32_t number;  /* index in atoms.v */
	unsigned operand; /* index of left in atoms.operands */
	enum op op;
	enum modifier mod;
	enum value_kind kind;
	atom_fn test;
	value_fn one;  /* test for one value */
	uint16_t cost; /* estimated number of instructions, for ordering */
	bool plain;    /* test calls one() for the first value, and right is NULL */
	bool never;    /* false for every event */

	/* Constants, in the form that kind and operator need. */
	struct str *texts; /* as written, unique, sorted for set operators */
	unsigned n;
	struct strset set; /* texts, for KIND_TEXT and KIND_BYTES */
	union {
		int64_t *s;
		uint64_t *u;
		struct ip_net *nets; /* KIND_IP: prefix of full length */
		struct regex *regex;
	};
	const struct operand *right; /* instead of constants: an operand; else NULL */
};

/* All atoms of a matcher. */
struct atoms {
	struct arena *arena;
	struct atom **v;
	unsigned n, capacity;
	struct operand **operands; /* unique operands */
	unsigned n_operands, operands_capacity;
	uint32_t *index;  /* hash table by key: number of the atom + 1; 0: free */
	struct str *keys; /* key of each atom, see atom_key() */
	struct arena key_texts;
	uint32_t mask;
};

/* Atoms and their operands are allocated in the arena. */
void atoms_init(struct atoms *as, struct arena *a);
/* Also for a zeroed struct. */
void atoms_free(struct atoms *as);
/* Frees the index; no atoms can be added afterwards. */
void atoms_seal(struct atoms *as);

struct node;
/*
 * The number of the atom of a NODE_CHECK; a new atom is added.  If the node does not compile: -1,
 * *why (text in the arena of as) and *at, the byte offset in the condition.
 */
int atom_intern(struct atoms *as, const struct node *check, struct reason *why, uint32_t *at);

/* What the value of the atom depends on: the maximum over its operands. */
static inline enum field_dep atom_dep(const struct atom *a)
{
	return a->right && a->right->dep > a->left->dep ? a->right->dep : a->left->dep;
}

/* Evaluates the atom for x->ev. */
bool atom_holds(const struct atom *a, struct extract *x);

/*
 * filter/compare.c: sets test, one, cost and plain; false if the type does not support the
 * operator.
 */
bool atom_choose(struct atom *a);
/* Evaluates an atom with a->right for x->ev; left: the n >= 1 values of a->left. */
bool atom_holds_right(const struct atom *a, struct extract *x, const struct value *left, unsigned n);

#endif
