/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Process classes: processes for which all predicates on processes have the same results.
 *
 * The results form a bit vector, evaluated when a process changes; processes with equal vectors
 * share a class.  When a class meets an event class for the first time, the rules of that event
 * class are specialized for the vector and compiled to bytecode that evaluates predicates on the
 * event alone.  Most bytecode is empty: then an event costs a table lookup.
 *
 * All classes are freed when there are too many (see the limits in process_class.c), and created
 * again as needed.
 */
#ifndef RULES_PROCESS_CLASS_H
#define RULES_PROCESS_CLASS_H

#include "rules/bytecode.h"
#include "rules/event_class.h"

struct process_class;
struct operand_group;

struct process_classes {
	const struct event_classes *event_classes;
	const struct atoms *atoms;
	struct lazy lazy;	      /* atoms that are too expensive for the vector */
	unsigned n_words;	      /* 64-bit words in a bit vector */
	uint32_t *bit_of;	      /* per atom: its bit + 1; 0: about events, or lazy */
	struct operand_group *groups; /* operands about processes, each with its atoms */
	unsigned n_groups;

	struct process_class **table; /* hash table by vector */
	uint32_t mask, n;
	struct dag dag; /* specialized conditions of all classes */
	struct dag_memo memo;
	size_t bytecode_bytes;
	struct arena arena; /* groups */
	uint64_t generation, flushes, misses;
	uint64_t *scratch; /* bit vector being evaluated */
};

/* ec and atoms are borrowed and must outlive ps.  generation: see struct matcher_options. */
void process_classes_init(struct process_classes *ps, const struct event_classes *ec,
			  const struct atoms *atoms, uint16_t generation);
/* Also for a zeroed struct. */
void process_classes_free(struct process_classes *ps);

/*
 * Bytecode for events of event class k, which has rules, by the process of x->ev.  NULL if no rule
 * can match, or if there is no memory to compile them.  Borrowed until the next call.
 */
const struct bytecode *process_classes_bytecode(struct process_classes *ps, struct extract *x,
						unsigned k);

#endif
