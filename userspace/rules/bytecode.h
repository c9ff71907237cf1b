/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is left to ask of an event, as a branching program: each step asks one atom and says where to go on yes and on no.
 * No stack, no operators: `and`, `or` and `not` are the jumps.
 */
#ifndef RULES_BYTECODE_H
#define RULES_BYTECODE_H

#include "filter/atom.h"
#include "filter/dag.h"
#include "rules/hash_index.h"
#include "rules/lazy.h"

#define BYTECODE_END 0 /* its first step: there is nothing more to ask */
#define BYTECODE_MATCH (1u << 31)

struct insn {
	uint32_t atom;	  /* or BYTECODE_MATCH | rule: report it, go on at no */
	uint32_t yes, no; /* next step, or BYTECODE_END */
};

struct bytecode {
	uint32_t start; /* BYTECODE_END: nothing can match */
	struct hash_index *index; /* with many rules: how those worth asking are found; each has its own start */
	uint32_t n;
	struct insn insns[];
};

/* One root per rule, in the order they are to be reported, ascending.  NULL when out of memory. */
struct bytecode *bytecode_build(struct dag_node *const *roots, const uint32_t *rules, unsigned n,
				const struct atoms *atoms);
void bytecode_free(struct bytecode *p);

/* Answers of atoms about the current event: each is computed at most once. */
struct results {
	const struct atoms *atoms;
	const struct lazy *lazy;
	uint32_t seq; /* which event the entries below speak of */
	struct operand_values {
		uint32_t seq;
		uint16_t n; /* values */
		struct value one;
		struct value *many; /* in scratch, when n > 1 */
	} * of_operand;		    /* per operand */
	/* Per atom. */
	struct atom_result {
		uint32_t seq;
		bool yes;
		/* For those that are one test of one field of one value: all that this takes; get is NULL for others. */
		field_get get;
		const struct field_ref *ref;
		value_fn one;
		const struct atom *atom;
		struct operand_values *values;
	} * of_atom;
};

bool results_init(struct results *a, const struct atoms *atoms, const struct lazy *lazy);
void results_free(struct results *a);
/* The one value of an atom's operand; NULL if it has none. */
const struct value *results_value(struct results *a, const struct atom *atom, struct extract *x);
/* A new event: forget everything. */
void results_next(struct results *a);

/* Run on x->ev.  out has room for every rule; returns how many matched; stops at the first one unless all. */
unsigned bytecode_run(const struct bytecode *p, struct results *a, struct extract *x, bool all,
		      uint32_t *out);

#endif
