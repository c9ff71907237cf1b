/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is left to ask of an event, as a branching program: each step asks one atom and says where to go on yes and on no.
 * No stack, no operators: `and`, `or` and `not` are the jumps.
 */
#ifndef RULES_PROGRAM_H
#define RULES_PROGRAM_H

#include "filter/atom.h"
#include "filter/dag.h"
#include "rules/access.h"
#include "rules/lazy.h"

#define PROGRAM_END 0 /* its first step: there is nothing more to ask */
#define PROGRAM_MATCH (1u << 31)

struct step {
	uint32_t atom;	  /* or PROGRAM_MATCH | rule: report it, go on at no */
	uint32_t yes, no; /* next step, or PROGRAM_END */
};

struct program {
	uint32_t start; /* PROGRAM_END: nothing can match */
	struct access *access; /* with many rules: how those worth asking are found; each has its own start */
	uint32_t n;
	struct step steps[];
};

/* One root per rule, in the order they are to be reported, ascending.  NULL when out of memory. */
struct program *program_build(struct dag_node *const *roots, const uint32_t *rules, unsigned n,
			      const struct atoms *atoms);
void program_free(struct program *p);

/* Answers of atoms about the current event: each is computed at most once. */
struct answers {
	const struct atoms *atoms;
	const struct lazy *lazy;
	uint32_t seq; /* which event the entries below speak of */
	struct slot {
		uint32_t seq;
		uint16_t n; /* values */
		struct value one;
		struct value *many; /* in scratch, when n > 1 */
	} * slots;		    /* per operand */
	/* Per atom. */
	struct question {
		uint32_t seq;
		bool yes;
		/* For those that are one test of one field of one value: all that this takes; get is NULL for others. */
		field_get get;
		const struct field_ref *ref;
		value_fn one;
		const struct atom *atom;
		struct slot *slot;
	} * questions;
};

bool answers_init(struct answers *a, const struct atoms *atoms, const struct lazy *lazy);
void answers_free(struct answers *a);
/* The one value of an atom's operand; NULL if it has none. */
const struct value *answers_value(struct answers *a, const struct atom *atom, struct extract *x);
/* A new event: forget everything. */
void answers_next(struct answers *a);

/* Run on x->ev.  out has room for every rule; returns how many matched; stops at the first one unless all. */
unsigned program_run(const struct program *p, struct answers *a, struct extract *x, bool all,
		     uint32_t *out);

#endif
