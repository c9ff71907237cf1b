/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Event class -> the rules worth asking.
 *
 * For a given event number (for generic events: system call) every test of evt.type is a constant.  Events for which all
 * these constants are equal form a class; each class keeps what is left of each rule that can still match.
 */
#ifndef RULES_EVENT_CLASS_H
#define RULES_EVENT_CLASS_H

#include "filter/atom.h"
#include "filter/dag.h"

struct class_rules {
	unsigned n;
	uint32_t *rules;	 /* positions in the matcher's rule list, ascending */
	struct dag_node **roots; /* in struct event_classes's graph */
};

struct event_classes {
	struct dag dag; /* what is left of the rules, all classes */
	struct class_rules *classes;
	unsigned n_classes;
	/* Class numbers; 0 is the class without rules.  Of generic events, one of those below that has some, if any has. */
	uint16_t of_event[EVENT_NUMBERS];
	uint16_t of_code[SYSCALL_CODES]; /* for generic events */
};

/* roots[i] is rule i in graph `all`.  False when out of memory. */
bool event_classes_build(struct event_classes *ix, const struct dag *all,
			 struct dag_node *const *roots, unsigned n_rules, const struct atoms *atoms);
void event_classes_free(struct event_classes *ix);

/* The class of a parsed event. */
static inline unsigned event_class_of(const struct event_classes *ix, const struct event *ev)
{
	uint64_t code;

	if (ev->type != EV_generic)
		return ix->of_event[ev->type];
	code = EV_U64(ev, generic, ID, 0);
	return code < SYSCALL_CODES ? ix->of_code[code] : 0;
}

#endif
