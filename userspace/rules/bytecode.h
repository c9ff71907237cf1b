/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytecode of the rules that an event and process class leave undecided: a decision diagram in an
 * array.  Each instruction evaluates one atom and continues at one of two others; `and`, `or` and
 * `not` are only jumps.
 */
#ifndef RULES_BYTECODE_H
#define RULES_BYTECODE_H

#include "filter/atom.h"
#include "filter/dag.h"
#include "rules/hash_index.h"
#include "rules/lazy.h"

#define BYTECODE_END 0 /* index of the first instruction: no further rule can match */
#define BYTECODE_MATCH (1u << 31)

struct insn {
	uint32_t atom;	  /* or BYTECODE_MATCH | rule: the rule matches, continue at no */
	uint32_t yes, no; /* index of the next instruction, or BYTECODE_END */
};

struct bytecode {
	uint32_t start;		  /* BYTECODE_END: no rule can match */
	struct hash_index *index; /* NULL, or with many rules: finds candidates and their start */
	uint32_t n;
	struct insn insns[];
};

/*
 * roots[i] is the condition of rules[i]; rules are ascending, and matches are reported in this
 * order.  The result is freed with bytecode_free(); NULL if memory runs out.
 */
struct bytecode *bytecode_build(struct dag_node *const *roots, const uint32_t *rules, unsigned n,
				const struct atoms *atoms);
/* p may be NULL. */
void bytecode_free(struct bytecode *p);

/*
 * Results of atoms for the current event, memoized: each atom and operand is evaluated at most once
 * per event.
 */
struct results {
	const struct atoms *atoms;
	const struct lazy *lazy;
	uint32_t seq; /* number of the current event; entries with another number are not valid */
	struct operand_values {
		uint32_t seq;
		uint16_t n;
		struct value one;   /* if n == 1 */
		struct value *many; /* if n > 1, in scratch memory */
	} * of_operand;
	struct atom_result {
		uint32_t seq;
		bool holds;
		/*
		 * Fast path for an atom that is one test of one value of a field; for other atoms
		 * get is NULL.
		 */
		field_get get;
		const struct field_ref *ref;
		value_fn one;
		const struct atom *atom;
		struct operand_values *values;
	} * of_atom;
};

/* atoms and lazy are borrowed and must outlive r. */
void results_init(struct results *r, const struct atoms *atoms, const struct lazy *lazy);
/* Also for a zeroed struct. */
void results_free(struct results *r);
/* The value of the operand of the atom if it has exactly one, else NULL. */
const struct value *results_value(struct results *r, const struct atom *atom, struct extract *x);
/* Begins the next event: invalidates all results. */
void results_next(struct results *r);

/*
 * Writes the rules that x->ev matches to out, which has space for all rules, ascending; only the
 * first one unless all.  Returns their number.
 */
unsigned bytecode_run(const struct bytecode *p, struct results *r, struct extract *x, bool all,
		      uint32_t *out);

#endif
