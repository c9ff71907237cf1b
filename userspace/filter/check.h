/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Semantic check of a condition: fields exist, operators support their types, constants are
 * numbers, addresses or event names where the field needs them.
 *
 * In: a tree with macros expanded.  Out: the first error, if any, and warnings.
 */
#ifndef FILTER_CHECK_H
#define FILTER_CHECK_H

#include "event/event.h"
#include "filter/ast.h"

struct check_note {
	const struct node *node; /* `at` is an offset in the text of its macro_of or of the rule */
	uint32_t at;
	struct str message;    /* in the arena */
	bool unknown_name;     /* for errors: see struct reason */
	struct str deprecated; /* for warnings: a deprecated field, else STR_NONE */
};

struct check_result {
	struct check_note error; /* valid if check_condition() returned false */
	struct check_note *warnings;
	unsigned n_warnings;
};

/*
 * False, and out->error, if the condition is not valid.  Sets `sound` of the nodes without
 * findings, because conditions share the nodes of macros; a sound node is not checked again.  Text
 * is in the arena.
 */
bool check_condition(struct arena *a, struct node *cond, struct check_result *out);
/* Checks a single field or transformer: STR_NONE if it is valid, else the reason, in the arena. */
struct str check_operand(struct arena *a, const struct expr *e);

enum { EVENT_WORDS = (EVENT_NUMBERS + 63) / 64, SYSCALL_WORDS = (SYSCALL_CODES + 63) / 64 };

/*
 * The events for which the condition can be true, as a bit set of event numbers or of system call
 * codes.  A superset, because it is computed from the checks of evt.type, syscall.type and evt.num
 * alone.
 */
void evttypes_of(const struct node *cond, uint64_t set[EVENT_WORDS]);
void evttypes_syscalls_of(const struct node *cond, uint64_t set[SYSCALL_WORDS]);

#endif
