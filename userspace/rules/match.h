/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Matches events with all rules at once.
 *
 * In: an event that went through state/.  Out: the rules it matches, in definition order.
 *
 * Rules are compiled together.  Equal predicates are one atom (filter/atom.c), equal parts of
 * conditions one node of a graph (filter/dag.c).  The graph is specialized per event class, in
 * which predicates on evt.type are constants (rules/event_class.c), then per process class, in
 * which predicates on the process are (rules/process_class.c).  What is left is short bytecode over
 * predicates on the event alone (rules/bytecode.c).
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
	bool match_all; /* rule_matching: all; else the first match ends it */
	uint16_t generation; /* a new one for each matcher of the same state: threads memoize results by it */
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
/* NULL is fine. */
void matcher_free(struct matcher *m);

/* By event number: 0 if no rule can match such an event.  Lives as long as the matcher. */
const uint16_t *matcher_classes(const struct matcher *m);
/*
 * The rules that x->ev matches into *out, an array that is valid until the next call.  Returns how
 * many.
 */
unsigned matcher_match(struct matcher *m, struct extract *x, const struct rule *const **out);

/* For tools: calls visit for every rule that the classes of x->ev and of its process leave open. */
void matcher_undecided(struct matcher *m, struct extract *x,
		       void (*visit)(void *arg, const struct rule *rule), void *arg);

struct matcher_stats {
	unsigned n_rules, n_atoms, n_nodes, n_classes, n_process_classes;
	uint64_t n_flushes;		 /* how often all process classes were forgotten */
	uint64_t n_process_class_misses; /* evaluations of the predicates on a process */
};
void matcher_stats(const struct matcher *m, struct matcher_stats *out);

#endif
