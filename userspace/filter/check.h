/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Semantic check of a condition: fields exist, operators support their types, constants are numbers, addresses or event
 * names where the field needs them.
 *
 * In: a tree with macros expanded.  Out: valid, or one error; and warnings.
 */
#ifndef FILTER_CHECK_H
#define FILTER_CHECK_H

#include "event/event.h"
#include "filter/ast.h"

struct check_note {
	const struct node *node; /* its macro_of says in which text `at` counts */
	uint32_t at;
	struct str message;    /* in the arena */
	bool unknown_name;     /* errors: see struct reason */
	struct str deprecated; /* warnings: a deprecated field, else STR_NONE */
};

struct check_result {
	struct check_note error; /* when check_condition() returned false */
	struct check_note *warnings;
	unsigned n_warnings;
};

/* False with out->error.  Marks checks without findings in the tree (sound), because conditions share the trees of macros. */
bool check_condition(struct arena *a, struct node *cond, struct check_result *out);
/* A field or a transformer alone: STR_NONE if it is valid, else the reason, in the arena. */
struct str check_operand(struct arena *a, const struct expr *e);

enum { EVENT_WORDS = (EVENT_NUMBERS + 63) / 64, SYSCALL_WORDS = (SYSCALL_CODES + 63) / 64 };

/*
 * The events for which the condition can be true, as bit sets of event numbers and of system call codes.  Computed from the
 * checks of the event type alone, so there may be too many, never too few.
 */
void evttypes_of(const struct node *cond, uint64_t set[EVENT_WORDS]);
void evttypes_syscalls_of(const struct node *cond, uint64_t set[SYSCALL_WORDS]);

#endif
