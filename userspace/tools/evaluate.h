/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evaluates the condition of one rule part by part, in the order in which it is written.  Slow: for
 * tools only; rules/match.h evaluates rules for alerts.
 *
 * In: a condition and an event.  Out: which parts are true, and the values they compared.
 */
#ifndef TOOLS_EVALUATE_H
#define TOOLS_EVALUATE_H

#include "filter/atom.h"
#include "rules/rule.h"

struct evaluator {
	struct arena arena;
	struct atoms atoms;
};

/*
 * A part of a condition.  Nested `and` in `and`, and `or` in `or`, are merged into one part, also
 * across macros.
 */
struct part {
	const struct node *node;
	struct atom *atom; /* of a check */
	struct part **kids;
	unsigned n_kids;
	struct str macro; /* the macro whose whole condition this is, STR_NONE for none */
	bool holds;	  /* set by part_evaluate() */
};

/* Owns the parts it compiles. */
void evaluator_init(struct evaluator *j);
void evaluator_free(struct evaluator *j);
/* Compile a condition.  The part belongs to e.  NULL with *why. */
struct part *evaluator_compile(struct evaluator *j, const struct node *cond, struct reason *why);
/* Evaluate every check in the part, setting `holds` of each.  Returns p->holds. */
bool part_evaluate(struct part *p, struct extract *x);
/* Evaluate in order, with short circuit.  Sets nothing. */
bool part_is_true(const struct part *p, struct extract *x);
/* Append the values of a check's operands: "fd.name = /etc/shadow".  Nothing for other parts. */
void part_values(const struct part *p, struct extract *x, struct buf *out);
/* Append the part as text, truncated. */
void part_text(const struct part *p, struct buf *out);

/*
 * The condition as a conjunction: the number of its conjuncts, 1 if it is not an `and`; the i-th
 * conjunct.
 */
static inline unsigned part_conjuncts(struct part *p)
{
	return p->node->kind == NODE_AND ? p->n_kids : 1;
}
static inline struct part *part_conjunct(struct part *p, unsigned i)
{
	return p->node->kind == NODE_AND ? p->kids[i] : p;
}

#endif
