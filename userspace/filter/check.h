/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does a condition make sense: fields exist, operators fit their types, values are numbers, addresses, event names where
 * the field wants them.
 *
 * In: a tree with macros expanded.  Out: yes, or one complaint; warnings beside it.
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

/* Remembers in the tree which checks are sound: trees of macros are shared by many conditions. */
bool check_condition(struct arena *a, struct node *cond, struct check_result *out);
/* A field or transformer expression alone (exceptions): STR_NONE if good, else why not. */
struct str check_operand(struct arena *a, const struct expr *e);

enum { EVENT_WORDS = (EVENT_NUMBERS + 63) / 64, SYSCALL_WORDS = (SYSCALL_CODES + 63) / 64 };

/*
 * Which events can make the condition true: by set algebra over evt.type alone, so never too few.  evttypes_syscalls_of: the
 * same over system call codes, for the driver.
 */
void evttypes_of(const struct node *cond, uint64_t set[EVENT_WORDS]);
void evttypes_syscalls_of(const struct node *cond, uint64_t set[SYSCALL_WORDS]);

#endif
