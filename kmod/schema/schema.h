/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The tables as C constants and types, for kernel and userspace.  A file that needs another view of
 * them defines EVENT and P and includes events.def again.
 */
#ifndef SCHEMA_H
#define SCHEMA_H

#include <linux/types.h>
#ifndef __KERNEL__
#include <stddef.h>
#endif

#include "rows.h"
#include "traits.h"

enum { MAX_PARAMS = 32 };

/* Bits of an event; values are Falco's. */
enum event_flag {
	NONE = 0,
	CREATES_FD = 1,
	DESTROYS_FD = 2,
	USES_FD = 4,
	READS_FROM_FD = 8,
	WRITES_TO_FD = 16,
	STATE = 32,		/* MODIFIES_STATE */
	UNUSED = 64,
	WAITS = 128,
	SKIPRESET = 256,	/* SKIPPARSERESET */
	OLD_VERSION = 512,
	LARGE_PAYLOAD = 2048,	/* parameter lengths are 32 bits wide */
	MANAGED = 4096,		/* CONVERTER_MANAGED */
};

/* Low byte of a category: what the event is about. */
enum event_category {
	CAT_UNKNOWN = 0, CAT_OTHER = 1, CAT_FILE = 2, CAT_NET = 3, CAT_IPC = 4, CAT_MEMORY = 5, CAT_PROCESS = 6,
	CAT_SLEEP = 7, CAT_SYSTEM = 8, CAT_SIGNAL = 9, CAT_USER = 10, CAT_TIME = 11, CAT_PROCESSING = 12,
	CAT_IO_READ = 32, CAT_IO_WRITE = 33, CAT_IO_OTHER = 34, CAT_WAIT = 64, CAT_SCHEDULER = 128,
	CAT_INTERNAL = 0x100,
};

/* High bits of a category: who makes the event. */
enum event_source {
	SRC_SYSCALL = 0x200, SRC_TRACEPOINT = 0x400, SRC_PLUGIN_SOURCE = 0x800, SRC_METAEVENT = 0x1000,
	SRC_ITERATOR = 0x2000,
};

/* EV_open_enter = 2, EV_open = 3, ... */
#define EVENT(id, sym, row, ...) EV_##sym = id,
#define P(name, type, show, collect)
enum event_id {
#include "events.def"
};
#undef EVENT

/*
 * Never instantiated; its size is one more than the highest number, rounded up to a pair of enter
 * and exit.
 */
#undef USER_EVENT
#define USER_EVENT EVENT
#define EVENT(id, sym, row, ...) char n_##sym[((id) | 1) + 1];
union event_numbers {
#include "events.def"
};
#undef EVENT
#undef USER_EVENT
#ifdef __KERNEL__
#define USER_EVENT(...)
#else
#define USER_EVENT EVENT
#endif
#undef P

enum { EVENT_NUMBERS = sizeof(union event_numbers) };

/*
 * struct ix_openat { char fd, dirfd, name, ...; }: never instantiated.  Its offsets are parameter
 * numbers and its size is their count, so a misspelt parameter does not compile.
 */
#define EVENT(id, sym, row, ...) struct ix_##sym { __VA_ARGS__ };
#define P(name, type, show, collect) char name;
#include "events.def"
#undef P
#undef EVENT

#define IX(event, param) offsetof(struct ix_##event, param)
#define NPARAMS(event)   sizeof(struct ix_##event)

/* T_u8, ...: semantic types, the order of types.def. */
#define TYPE(name, wire, size, shown) T_##name,
enum param_type {
#include "types.def"
	T_COUNT
};
#undef TYPE

/* file_flags_O_APPEND = 1 << 3, ...: values on the wire. */
#define FLAGS(table, format, ...) enum wire_##table { __VA_ARGS__ };
#define F(table, name, value) table##_##name = value,
#define NAMED(table, name, shown, value) table##_##name = value,
#include "flags.def"
#undef NAMED
#undef F
#undef FLAGS

/* SC_read = 3, ...: codes on the wire. */
#define SYSCALL(code, name, event) SC_##name = code,
#define PSEUDO(code, name, tp) SC_##name = code,
enum syscall_code {
#include "syscalls.def"
};
#undef PSEUDO
#undef SYSCALL

/* As union event_numbers. */
#define SYSCALL(code, name, event) char n_##name[(code) + 1];
#define PSEUDO(code, name, tp) char n_##name[(code) + 1];
union syscall_codes {
#include "syscalls.def"
};
#undef PSEUDO
#undef SYSCALL

enum { SYSCALL_CODES = sizeof(union syscall_codes) };

/* What holds for an event, but for its parameters: one row of event_descs[]. */
struct event_desc {
	__u64 traits;	/* enum event_trait, SINCE() */
	__u16 flags;	/* enum event_flag */
	__u16 category;	/* enum event_category | enum event_source */
	__u8 n_params;
	char dir;	/* '>' or '<'; 0: no event has this number */
};

/* The rows: EVENT for the table's definition. */
#define EVENT_DESC(id, sym, row)						\
	[id] = { ROW_TRAITS row, ROW_FLAGS row, ROW_SOURCE row | ROW_CATEGORY row, NPARAMS(sym), ROW_DIR row },

/* By event number.  kmod/events.c and userspace/event/desc.c, each for its side. */
extern const struct event_desc event_descs[EVENT_NUMBERS];

#endif
