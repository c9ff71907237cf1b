/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Matches events with all rules at once.
 *
 * In: an event after state/ has applied it.  Out: the rules that it matches, in definition order.
 *
 * Rules are compiled together.  Equal predicates are one atom (filter/atom.c), equal parts of
 * conditions one node of a graph (filter/dag.c).  The graph is specialized per event class, in
 * which predicates on evt.type are constants (rules/event_class.c), then per process class, in
 * which predicates on the process are constants (rules/process_class.c).  The result is short
 * bytecode over predicates on the event alone (rules/bytecode.c).
 */
#ifndef RULES_MATCH_H
#define RULES_MATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "fields/field.h"
#include "rules/rule.h"

struct matcher;

struct matcher_options {
	bool match_all;	     /* rule_matching: all; else only the first match is reported */
	uint16_t generation; /* distinct per matcher of a state: threads memoize results by it */
};

/* Why a rule could not be compiled; text is in the arena given to matcher_new(). */
struct matcher_error {
	const struct rule *rule;
	uint32_t at; /* offset in rule->condition */
	struct str text;
};

/*
 * Compiles every enabled rule.  rules is borrowed and must outlive the matcher.  NULL and *err at
 * the first rule whose condition does not compile.
 */
struct matcher *matcher_new(const struct rules *rules, const struct matcher_options *opt,
			    struct arena *a, struct matcher_error *err);
/* m may be NULL. */
void matcher_free(struct matcher *m);

/* Event class by event number; 0: no rule can match such an event.  Valid until matcher_free(). */
const uint16_t *matcher_classes(const struct matcher *m);
/* *out: the rules that x->ev matches, valid until the next call.  Returns their number. */
unsigned matcher_match(struct matcher *m, struct extract *x, const struct rule *const **out);

/*
 * For tools: calls visit for each rule that is undecided after the event class and the process
 * class of x->ev.
 */
void matcher_undecided(struct matcher *m, struct extract *x,
		       void (*visit)(void *arg, const struct rule *rule), void *arg);

struct matcher_stats {
	unsigned n_rules, n_atoms, n_nodes, n_classes, n_process_classes;
	uint64_t n_flushes;		 /* number of times all process classes were freed */
	uint64_t n_process_class_misses; /* evaluations of the predicates on a process */
};
void matcher_stats(const struct matcher *m, struct matcher_stats *out);

#endif
