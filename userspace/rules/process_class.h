/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is known of a process, and what is therefore left of the rules.
 *
 * The answers of all atoms about a process form a bit vector; processes with equal vectors share a profile.  A profile
 * cuts each class of the index down once, when the first such event comes, into a program over the event alone.
 * Most are empty: then an event costs a table lookup.
 */
#ifndef RULES_PROCESS_CLASS_H
#define RULES_PROCESS_CLASS_H

#include "rules/event_class.h"
#include "rules/bytecode.h"

struct process_class;
struct operand_group;

struct process_classes {
	const struct event_classes *index;
	const struct atoms *atoms;
	struct lazy lazy;	      /* what is not part of a vector: too dear to ask beforehand */
	unsigned n_words;	      /* of a bit vector */
	uint32_t *bit_of;	      /* per atom: its bit + 1, or 0 for atoms about events */
	struct operand_group *groups; /* process operands and the atoms that ask them */
	unsigned n_groups;

	struct process_class **table; /* by hash of the vector */
	uint32_t mask, n;
	struct dag dag; /* what profiles left of the rules */
	struct dag_memo memo;
	size_t bytecode_bytes;
	struct arena arena; /* groups */
	uint64_t generation, flushes, misses;
	uint64_t *scratch; /* one vector */
};

bool process_classes_init(struct process_classes *ps, const struct event_classes *ix,
			  const struct atoms *atoms, uint16_t generation);
void process_classes_free(struct process_classes *ps);

/* What is left of class k's rules (it has some) for the process behind x->ev.  NULL: nothing. */
const struct bytecode *process_classes_bytecode(struct process_classes *ps, struct extract *x,
						unsigned k);

#endif
