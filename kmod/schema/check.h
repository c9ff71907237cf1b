/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Rules for the rows of the tables: a wrong row stops the compiler with a sentence.  Included by
 * one file of each side, kmod/events.c and userspace/event/desc.c.  tests/schema_mistakes makes
 * mistakes and reads the sentences.
 */
#include "schema.h"
#include "uapi/version.h"

#define P(name, type, show, collect)

/* A number or code used twice is a duplicate member; rows of userspace count too. */
#undef USER_EVENT
#define USER_EVENT EVENT
#define EVENT(id, sym, row, ...) char event_number_##id##_has_two_rows;
struct check_event_numbers {
#include "events.def"
};
#undef EVENT

#define SYSCALL(code, name, event) char syscall_code_##code##_has_two_rows;
#define PSEUDO(code, name, tp) char syscall_code_##code##_has_two_rows;
struct check_syscall_codes {
#include "syscalls.def"
};
#undef PSEUDO
#undef SYSCALL

/*
 * Numbers below are of SCHEMA_OLDEST.  Events that came later have one pair of numbers each,
 * without a gap.
 */
enum { CHECK_FIRST_NEW = 452 };
#define CHECK_IS_ENTER(row) (ROW_SOURCE row == SRC_SYSCALL && ROW_DIR row == '>')

#define EVENT(id, sym, row, ...) +((id) >= CHECK_FIRST_NEW && !CHECK_IS_ENTER(row))
enum {
	CHECK_NEW_EVENTS = 0
#include "events.def"
};
#undef EVENT
_Static_assert(CHECK_FIRST_NEW + 2 * CHECK_NEW_EVENTS == EVENT_NUMBERS,
	       "events.def: a new event takes the two numbers after the highest, even for enter and odd for exit");

#undef USER_EVENT
#ifdef __KERNEL__
#define USER_EVENT(...)
#else
#define USER_EVENT EVENT
#endif

/* A handler that handlers.def does not have is undeclared. */
#define HANDLER(name, n) HANDLER_PARAMS_##name = n,
enum check_handler_params {
#include "handlers.def"
};
#undef HANDLER
#define HANDLER(name, n) HANDLER_##name,
enum check_handlers {
#include "handlers.def"
};
#undef HANDLER

#define CHECK_CLASS(row) (ROW_TRAITS row & (SAMPLED | NEVER_DROP | ALWAYS_DROP))
#define CHECK_HAS_CLASS(row)                                                                          \
	(CHECK_IS_MARK(row) || ROW_SOURCE row == SRC_SYSCALL || ROW_SOURCE row == SRC_TRACEPOINT)
/* Only the module's own metaevents use the reserve; the others are made in userspace. */
#define CHECK_IS_MARK(row) (ROW_SOURCE row == SRC_METAEVENT && (ROW_TRAITS row & VITAL))
#define CHECK_LOSS(row) (ROW_TRAITS row & LOSS_MASK)
#define CHECK_ONE_BIT(bits) ((bits) && !((bits) & ((bits)-1)))

#define EVENT(id, sym, row, ...)                                                                      \
	_Static_assert((ROW_DIR row == '<') == ((id)&1),                                              \
		       "event " #sym ": an exit event has an odd number, any other an even one");     \
	_Static_assert((id) < CHECK_FIRST_NEW || SINCE_OF(ROW_TRAITS row) > SCHEMA_OLDEST,            \
		       "event " #sym ": a new event needs its schema version: SINCE(4, 6, 0)");       \
	_Static_assert(SINCE_OF(ROW_TRAITS row) <= SCHEMA_CODE(FALCO_SCHEMA_MAJOR, FALCO_SCHEMA_MINOR, \
							       FALCO_SCHEMA_PATCH),                   \
		       "event " #sym ": SINCE() is above FALCO_SCHEMA_* of uapi/version.h: raise these"); \
	_Static_assert(CHECK_HAS_CLASS(row) ? CHECK_ONE_BIT(CHECK_CLASS(row)) : !CHECK_CLASS(row),    \
		       "event " #sym ": an event that the kernel makes needs exactly one of SAMPLED, " \
		       "NEVER_DROP, ALWAYS_DROP, any other none");                                     \
	_Static_assert(!CHECK_LOSS(row) || CHECK_ONE_BIT(CHECK_LOSS(row)),                            \
		       "event " #sym ": only one LOSS_* counter can count it");                       \
	_Static_assert((ROW_PASTE_STATE(HANDLER_, row) == HANDLER_newfd) ==                           \
			       !!(ROW_TRAITS row & NEWFD_MASK),                                       \
		       "event " #sym ": the handler newfd and a NEWFD_* trait belong together");      \
	_Static_assert(NPARAMS(sym) >= ROW_PASTE_STATE(HANDLER_PARAMS_, row),                         \
		       "event " #sym ": fewer parameters than its handler reads: handlers.def");      \
	_Static_assert(NPARAMS(sym) <= MAX_PARAMS, "event " #sym ": more than MAX_PARAMS parameters");
#include "events.def"
#undef EVENT

/* An enter event and its exit event are a pair. */
#define EVENT(id, sym, row, ...)
#undef ENTER
#define ENTER(id, name, ...)                                                                          \
	_Static_assert((id) + 1 == EV_##name,                                                         \
		       "event " #name "_enter: its number is one below that of its exit event");
#include "events.def"
#undef ENTER
#define ENTER(id, name, ...) ROW(id, name##_enter, #name, '>', SYSCALL, __VA_ARGS__)
#undef EVENT

#define SYSCALL(code, name, event)                                                                    \
	_Static_assert(EV_##event & 1, "system call " #name ": " #event " is not an exit event");
#define PSEUDO(code, name, tp)
#include "syscalls.def"
#undef PSEUDO
#undef SYSCALL

#undef P
