/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Event classes: event types for which all predicates on the type (evt.type and the like) have the
 * same results.
 *
 * For a given event number (for generic events: system call) such a predicate is a constant.  Each
 * class has the rules that can still match, specialized for these constants.
 */
#ifndef RULES_EVENT_CLASS_H
#define RULES_EVENT_CLASS_H

#include "filter/atom.h"
#include "filter/dag.h"

struct class_rules {
	unsigned n;
	uint32_t *rules;	 /* positions in the matcher's list of rules, ascending */
	struct dag_node **roots; /* specialized conditions, in the dag of struct event_classes */
};

struct event_classes {
	struct dag dag; /* conditions of all classes */
	struct class_rules *classes;
	unsigned n_classes;
	/*
	 * Class numbers; 0 is the class without rules.  of_event[EV_generic] is one of the classes
	 * in of_code that have rules, if there is any.
	 */
	uint16_t of_event[EVENT_NUMBERS];
	uint16_t of_code[SYSCALL_CODES]; /* for generic events */
};

/* roots[i] is the condition of rule i in the graph `all`, which is not needed afterwards. */
void event_classes_build(struct event_classes *ec, const struct dag *all,
			 struct dag_node *const *roots, unsigned n_rules, const struct atoms *atoms);
/* Also for a zeroed struct. */
void event_classes_free(struct event_classes *ec);

/* The class of a decoded event. */
static inline unsigned event_class_of(const struct event_classes *ec, const struct event *ev)
{
	uint64_t code;

	if (ev->type != EV_generic)
		return ec->of_event[ev->type];
	code = EV_U64(ev, generic, ID, 0);
	return code < SYSCALL_CODES ? ec->of_code[code] : 0;
}

#endif
