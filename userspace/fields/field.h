/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a rule can ask: one row of fields.def per field, one extractor per row.
 *
 * In: an event that went through state/.  Out: values, borrowed until the next event.
 */
#ifndef FIELDS_FIELD_H
#define FIELDS_FIELD_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/ip.h"
#include "base/reason.h"
#include "base/str.h"
#include "event/event.h"
#include "state/state.h"

/* Types as rule authors know them; FT_TEXT of each is in fields/registry.c. */
enum field_type {
	FT_INT8,
	FT_INT16,
	FT_INT32,
	FT_INT64,
	FT_UINT8,
	FT_UINT16,
	FT_UINT32,
	FT_UINT64,
	FT_BOOL,
	FT_DOUBLE,
	FT_CHARBUF,
	FT_BYTEBUF,
	FT_FSPATH,
	FT_RELTIME,
	FT_ABSTIME,
	FT_PORT,
	FT_IPADDR,
	FT_IPNET,
	FT_DYN,
};

enum field_flag {
	FIELD_ARG_OPTIONAL = 1,
	FIELD_ARG_REQUIRED = 2,
	FIELD_ARG_INDEX = 4, /* [3] */
	FIELD_ARG_KEY = 8,   /* [name] or .name */
	FIELD_LIST = 16,     /* a list: only in, intersects, exists */
	FIELD_FILTER_ONLY = 32,
	FIELD_PRINT_ONLY = 64,
	FIELD_HIDDEN = 128,
	FIELD_DEPRECATED = 256,
	FIELD_NO_TRANSFORM = 512,
	FIELD_NO_RHS = 1024,
	FIELD_SUGGESTED = 2048,
	FIELD_ANY =
		4096, /* several values, a comparison holds if it holds for any (proc.aname, fd.net) */
	FIELD_BOTH_ENDS =
		8192, /* as FIELD_ANY, but != holds only if it holds for all (fd.ip, fd.port) */
	FIELD_HEX = 16384,
	FIELD_OCT = 32768,
	FIELD_TIME = 65536, /* prints so; TIME: integer ns in JSON */
	FIELD_PADDED = 131072,
	FIELD_COUNTED = 1048576, /* a number from 1 on: never 0 */
	FIELD_WITHIN =
		524288, /* the value is a distance: = asks for that much at most, nothing else is asked */
	FIELD_HOST =
		2097152, /* a host name: the constants it is compared with are to be looked up (state/) */
	FIELD_MEMORY = 262144, /* priv is a uint64_t of its own that lives as long as the reference */
};

/* What a value is computed from: decides how long an answer may be kept. */
enum field_dep {
	DEP_TYPE,    /* the event number alone (for generic events: and the system call code) */
	DEP_IMAGE,   /* ev->thread->image alone: shared by everything forked from it */
	DEP_PROCESS, /* the thread, its ancestors, users: until thread_touch() or a new state epoch */
	DEP_EVENT,   /* this event */
};

/* Plain data; which member is meant follows from the field's type. */
struct value {
	union {
		int64_t s;  /* INT*, also PID */
		uint64_t u; /* UINT*, PORT, RELTIME, ABSTIME */
		bool b;
		double d;
		struct str str; /* CHARBUF, BYTEBUF, FSPATH */
		struct ip ip;
		struct ip_net net;
	};
};

enum { FIELD_VALUES_MAX = 128 };

struct field_ref;

/* Where an extraction happens. */
struct extract {
	struct event *ev;
	struct state *state;
	struct arena *scratch; /* for text that has to be built: lives until the next event */
	bool printing; /* the value goes to an output, not into a comparison (some *a* fields differ) */
};

/* Fills out[0..] and returns how many; 0 = the field has no value here. */
typedef unsigned (*field_get)(struct extract *x, const struct field_ref *ref,
			      struct value out[FIELD_VALUES_MAX]);

/* How --list groups fields. */
struct field_class {
	const char *name;  /* "evt", "process", ... */
	const char *brief; /* in brackets behind the name, NULL without */
	const char *text;
	bool any_source; /* not only events of the kernel */
};

struct field {
	const char *name;
	enum field_type type;
	uint32_t flags; /* enum field_flag */
	enum field_dep dep;
	field_get get;
	int64_t what; /* which of the getter's variants */
	const struct field_class *class;
	const char *text; /* one sentence for --list */
};

/* A field as written somewhere: "proc.aname[2]", "evt.arg.flags". */
struct field_ref {
	const struct field *field;
	struct str arg;	      /* text between the brackets or behind the dot; STR_NONE without */
	int64_t index;	      /* arg as a number, -1 if it is none */
	enum field_type type; /* the field's, or the resolved one of FT_DYN */
	void *priv;	 /* extractor's own: a number kept between extractions (FIELD_MEMORY) */
	struct str text; /* as written: the key in output_fields */
};

unsigned fields_count(void);
const struct field *field_at(unsigned i);
const struct field *field_by_name(struct str name);
/*
 * Whether the field of that name, with or without a key behind a dot, may have one of these flags.
 */
bool field_may_be(struct str name, uint32_t flags);
/*
 * Resolve a written field. name may carry the key behind a dot ("evt.arg.flags": the longest known
 * name wins); arg is what stood in brackets, STR_NONE without.  Text is copied into the arena.  On
 * failure returns false and *why is a message for the user, allocated in the arena; why may be NULL
 * where nobody will read it.
 */
bool field_resolve(struct arena *a, struct str name, struct str arg, struct field_ref *ref,
		   struct reason *why);
/* Type names as --list shows them. */
const char *field_type_name(enum field_type t);

static inline unsigned field_get_values(struct extract *x, const struct field_ref *ref,
					struct value *out)
{
	return ref->field->get(x, ref, out);
}

/*
 * One value as text for outputs (facts: userspace 6.2), in scratch; time and hex forms as the field
 * asks.
 */
struct str field_format(struct extract *x, const struct field_ref *ref, const struct value *v);

/*
 * How a value stands in output_fields: TEXT is field_format() as a JSON string, BARE is
 * field_json() without quotes.
 */
enum field_json { FIELD_JSON_TEXT, FIELD_JSON_BARE };
enum field_json field_json_kind(const struct extract *x, const struct field_ref *ref);
/* Number, true/false, or ns since the epoch for the fields that show a time; in scratch. */
struct str field_json(struct extract *x, const struct field_ref *ref, const struct value *v);

/* All fields for --list: text, markdown or JSON; names alone with names_only. */
enum field_list { FIELD_LIST_TEXT, FIELD_LIST_MARKDOWN, FIELD_LIST_JSON };
void field_list(FILE *out, enum field_list how, bool names_only, bool verbose, const char *source);

#endif
