/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One event, as a view into a ring or a block of a capture.
 *
 * An event, and every struct str taken from it, is borrowed from the source until the next
 * source_next(); state/ copies values that it stores.
 *
 * The record (kmod/doc/wire-format.md) is packed, in the machine's byte order: ts u64, tid u64, len
 * u32, type u16, nparams u32, then nparams lengths (u16; u32 if the event is LARGE_PAYLOAD), then
 * the bytes of the parameters.
 */
#ifndef EVENT_EVENT_H
#define EVENT_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/str.h"
#include "schema/schema.h"

enum { EVENT_HEADER = 26, TID_NONE = -1 };

/* Properties of the layout of a record; 0: the slow path decoded it. */
enum event_layout {
	LAYOUT_COMPLETE = 1, /* every parameter is sent; those of fixed size have all their bytes */
	/* Only together with LAYOUT_COMPLETE: */
	LAYOUT_RESULT = 2,    /* its first parameter is the result, in 8 bytes */
	LAYOUT_FD = 4,	      /* the parameter in ROLE_FD has 8 bytes */
	LAYOUT_NO_RESULT = 8, /* no parameter is a result */
	LAYOUT_STRINGS = 16,  /* a parameter is a text or a list of texts */
};

#define TYPE(name, wire, size, shown) SIZE_##name = size,
enum type_size {
#include "schema/types.def"
};
#undef TYPE

/* By wire type: INT8 to INT64, ERRNO, FD, PID, FD32, PID32. */
#define TYPE(name, wire, size, shown)                                                \
	SIGN_##name = (wire) <= 4 || (wire) == 11 || (wire) == 14 || (wire) == 15 || \
		      (wire) == 47 || (wire) == 48,
enum type_sign {
#include "schema/types.def"
};
#undef TYPE

/*
 * How a parameter is formatted: numeric forms, path fields, then one value per table of flags.def
 * and dynamic.def.
 */
enum param_show {
	SHOW_none,
	SHOW_dec,
	SHOW_hex,
	SHOW_oct,
	SHOW_fs_name,
	SHOW_fs_source,
	SHOW_fs_target,
#define FLAGS(table, format, ...) SHOW_##table,
#include "schema/flags.def"
#undef FLAGS
#define DYNAMIC(table, ...) SHOW_##table,
#include "schema/dynamic.def"
#undef DYNAMIC
	SHOW_COUNT
};

/*
 * What a parameter means to handlers that serve several events: an index into the parameters, or
 * -1.
 */
enum param_role {
	ROLE_RESULT, /* the result of the call: first parameter of an exit event */
	ROLE_FD,     /* the descriptor acted upon */
	ROLE_FD_NEW, /* the descriptor returned */
	ROLE_DIRFD,  /* first dirfd */
	ROLE_PATH,   /* first path or relpath */
	ROLE_FS_NAME,
	ROLE_FS_SOURCE,
	ROLE_FS_TARGET,	 /* fs.path.* */
	ROLE_FLAGS,	 /* parameter named flags */
	ROLE_OPEN_FLAGS, /* the same, of calls that open a file by its name or handle */
	ROLE_TUPLE,	 /* socktuple */
	ROLE_DATA,	 /* bytes named data */
	ROLE_COUNT
};

struct param_info {
	const char *name;
	uint8_t type; /* enum param_type */
	uint8_t size; /* bytes, 0 = variable */
	uint8_t show; /* enum param_show */
	bool sign;    /* a signed type */
};

struct event_info {
	const char *name; /* what evt.type shows; NULL: no such event in this schema */
	const struct param_info *params;
	uint16_t category; /* enum event_category | enum event_source */
	uint16_t flags;	   /* enum event_flag */
	uint8_t n_params;
	char dir; /* '>': enter event, '<': exit event */
	/* Filled by schema_init(). */
	int8_t roles[ROLE_COUNT];
	uint32_t texts, lists; /* bit i: parameter i is a text; a list of texts back to back */
	const uint16_t *sizes; /* of each parameter, 0 = variable */
};

extern struct event_info event_infos[EVENT_NUMBERS];
/* Fills event_infos and the decoder's plans; call once before anything else.  event/schema.c */
void schema_init(void);
/* The name of a syscall code (SC_*), static; NULL: unknown. */
const char *syscall_name(unsigned code);

struct thread;
struct fd;

struct event {
	/* Set by event_decode(). */
	const uint8_t *rec; /* the record, EVENT_HEADER included */
	uint32_t len;	    /* bytes of the record */
	uint64_t ts;	    /* ns since the epoch */
	int64_t tid;	    /* in the init pid namespace; TID_NONE for metaevents without one */
	uint16_t type;	    /* enum event_id */
	uint16_t n_params;  /* sent; may be fewer than the schema has (older driver) */
	uint8_t layout;	    /* enum event_layout */
	const struct event_info *info; /* never NULL after EVENT_OK */
	const uint32_t *at; /* offset of each parameter from rec; at[n_params]: end of the last */
	/* what at points to, unless all parameters have a fixed size */
	uint32_t own_at[MAX_PARAMS + 1];
	const char *fault; /* the error if the record is not EVENT_OK; else undefined */

	/* Set by the source. */
	uint16_t cpu;
	bool state_only; /* changes the state, but rules are not evaluated on it */

	/* Set by state/. */
	uint64_t num;	       /* evt.num, from 1 */
	struct thread *thread; /* NULL for metaevents; maybe a placeholder, see state/thread.h */
	struct fd *fd;	       /* the descriptor it acts upon or creates, or NULL */
	int64_t fd_num;	       /* number of that descriptor; -1: none */
	int64_t result;	       /* ROLE_RESULT, 0 if the event has none */
	bool has_result;
	bool fd_name_changed; /* fd.name_changed */
};

enum event_error { EVENT_OK = 0, EVENT_UNKNOWN = 1, EVENT_CORRUPT = -1 };

/*
 * Decodes a record of untrusted bytes, of which size are readable, and fills the first part of ev.
 * EVENT_CORRUPT: a length does not fit, a fixed-size parameter has another size, or a text has no
 * NUL at its end; ev->fault says which (static text).  EVENT_UNKNOWN: not an event of today's
 * schema; it is ev->len bytes long, and has neither parameters nor info.  event/decode.c
 */
enum event_error event_decode(struct event *ev, const uint8_t *rec, size_t size);
/* The same for a record described by info, which need not be of today's schema. */
enum event_error event_decode_as(struct event *ev, const struct event_info *info,
				 const uint8_t *rec, size_t size);

/* Raw bytes of parameter i; STR_NONE: the event does not have it. */
static inline struct str ev_bytes(const struct event *ev, unsigned i)
{
	if (i >= ev->n_params)
		return STR_NONE;
	return (struct str){ (const char *)ev->rec + ev->at[i], ev->at[i + 1] - ev->at[i] };
}

/* Text of a str, path or relpath parameter without its NUL; STR_NONE when absent or of length 0. */
static inline struct str ev_text(const struct event *ev, unsigned i)
{
	struct str s = ev_bytes(ev, i);

	return s.n ? (struct str){ s.p, s.n - 1 } : STR_NONE;
}

/* A number of size bytes (1, 2, 4 or 8) at p, sign-extended if sign. */
static inline uint64_t ev_load(const uint8_t *p, unsigned size, bool sign)
{
	if (__builtin_expect(size == 8, 1))
		return load64(p);
	if (size == 4)
		return sign ? (uint64_t)(int32_t)load32(p) : load32(p);
	if (size == 2)
		return sign ? (uint64_t)(int16_t)load16(p) : load16(p);
	return sign ? (uint64_t)(int8_t)*p : *p;
}

/*
 * A fixed-size parameter, sign-extended if its type is signed; fallback: it is absent or has no
 * bytes.
 */
static inline uint64_t ev_u64(const struct event *ev, unsigned i, uint64_t fallback)
{
	uint32_t size;

	if (i >= ev->n_params)
		return fallback;
	/*
	 * The decoder has checked that there are as many bytes as the type has, or, if the record
	 * is not complete, none.
	 */
	size = ev->info->sizes[i];
	if (size - 1u > 7 || (!ev->layout && ev->at[i + 1] == ev->at[i]))
		return fallback;
	return ev_load(ev->rec + ev->at[i], size, ev->info->params[i].sign);
}

/*
 * The same for a parameter known by name: EV_U64(ev, openat, flags, 0).  Its size and sign are
 * constants then, so that of a complete record it takes one load.
 */
#define EV_U64(ev, event, param, fallback)                                        \
	ev_fixed(ev, IX(event, param), sizeof(((struct size_##event *)0)->param), \
		 sizeof(((struct sign_##event *)0)->param) - 1, fallback)

/*
 * struct size_openat { char fd[8], dirfd[8], name[0], ...; }, struct sign_openat: as struct
 * ix_openat, never instantiated.
 */
#define EVENT(id, sym, row, ...) \
	struct size_##sym {      \
		__VA_ARGS__      \
	};
#define P(name, type, show, collect) char name[SIZE_##type];
#include "schema/events.def"
#undef P
#undef EVENT
#define EVENT(id, sym, row, ...) \
	struct sign_##sym {      \
		__VA_ARGS__      \
	};
#define P(name, type, show, collect) char name[1 + SIGN_##type];
#include "schema/events.def"
#undef P
#undef EVENT

static inline __attribute__((always_inline)) uint64_t
ev_fixed(const struct event *ev, unsigned i, unsigned size, bool sign, uint64_t fallback)
{
	return ev->layout ? ev_load(ev->rec + ev->at[i], size, sign) : ev_u64(ev, i, fallback);
}

static inline int64_t ev_s64(const struct event *ev, unsigned i, int64_t fallback)
{
	return (int64_t)ev_u64(ev, i, (uint64_t)fallback);
}

/* The number of the parameter with a role; -1: none. */
static inline int ev_role(const struct event *ev, enum param_role role)
{
	return ev->info->roles[role];
}

static inline bool ev_is_exit(const struct event *ev)
{
	return ev->type & 1;
}

#endif
