/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All rules as one shared program.
 *
 * In: an event that went through state/.  Out: the rules it matches, in definition order.
 *
 * Rules compile together.  Unique predicates are kept once (filter/atom.c) below a graph whose equal parts are shared
 * (filter/dag.c); the graph is cut down per event class, since tests of evt.type are constants there (rules/event_class.c);
 * answers about a process are computed when the process changes and cut it down further (rules/process_class.c); what is left
 * for an event is a short branching program over predicates on that event alone (rules/bytecode.c).
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
	uint16_t generation; /* another one for each matcher used with the same state: threads remember answers */
};

/* Why a rule could not be compiled; text lives in the arena given to matcher_new(). */
struct matcher_error {
	const struct rule *rule;
	uint32_t at; /* offset in rule->condition */
	struct str text;
};

/*
 * Compile every enabled rule.  rules is borrowed and must outlive the matcher.  NULL and *err on the first rule whose
 * condition does not compile: the caller keeps what it had.
 */
struct matcher *matcher_new(const struct rules *rules, const struct matcher_options *opt,
			    struct arena *a, struct matcher_error *err);
void matcher_free(struct matcher *m);

/* By event number: 0 where no rule can match such events.  Lives as long as the matcher. */
const uint16_t *matcher_classes(const struct matcher *m);
/* The rules that x->ev matches; *out is the matcher's own array, good until the next call.  Returns how many. */
unsigned matcher_match(struct matcher *m, struct extract *x, const struct rule *const **out);

/* For tools: tells every rule that is left to ask of x->ev once the facts of its type and its process are known. */
void matcher_left(struct matcher *m, struct extract *x,
		  void (*tell)(void *arg, const struct rule *rule), void *arg);

struct matcher_stats {
	unsigned n_rules, n_atoms, n_nodes, n_classes, n_process_classes;
	uint64_t n_flushes;		 /* how often the profile budget was spent */
	uint64_t n_process_class_misses; /* process answers computed */
};
void matcher_stats(const struct matcher *m, struct matcher_stats *out);

#endif
