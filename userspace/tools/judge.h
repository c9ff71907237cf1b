/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One rule's condition, asked by itself: slowly, as it is written, every part.
 *
 * In: a rule and an event.  Out: which parts hold, and what they saw. rules/match.h is what runs;
 * this explains it.
 */
#ifndef TOOLS_JUDGE_H
#define TOOLS_JUDGE_H

#include "filter/atom.h"
#include "rules/rule.h"

struct judge {
	struct arena arena;
	struct atoms atoms;
};

/* A part of a condition; chains of the same word, also those that macros bring, are one part. */
struct part {
	const struct node *node;
	struct atom *atom; /* of a check */
	struct part **kids;
	unsigned n_kids;
	struct str macro; /* the macro this part is the whole of, STR_NONE for none */
	bool holds;	  /* set by judge_ask() */
};

void judge_init(struct judge *j);
void judge_free(struct judge *j);
/* NULL with *why for a condition that does not compile. */
struct part *judge_part(struct judge *j, const struct node *cond, struct reason *why);
/* Asks every check below, and stores in each part whether it holds. */
bool judge_ask(struct part *p, struct extract *x);
/* Asks in order, and no more than it takes. */
bool judge_decide(const struct part *p, struct extract *x);
/* "fd.name = /etc/shadow": what the check's sides are here. */
void judge_values(const struct part *p, struct extract *x, struct buf *out);
/* The part as text; long lists are cut. */
void judge_text(const struct part *p, struct buf *out);

/* Conditions as a list of what must all hold. */
static inline unsigned judge_conjuncts(struct part *p)
{
	return p->node->kind == NODE_AND ? p->n_kids : 1;
}
static inline struct part *judge_conjunct(struct part *p, unsigned i)
{
	return p->node->kind == NODE_AND ? p->kids[i] : p;
}

#endif
