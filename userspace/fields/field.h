/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fields: the names of values of an event in conditions and outputs.  Each is a row of fields.def.
 *
 * In: an event that state/ has processed.  Out: values, borrowed until the next event.
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

/* Types as --list -v shows them (field_type_name()). */
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
	FIELD_ARG_OPTIONAL = 1 << 0,
	FIELD_ARG_REQUIRED = 1 << 1,
	FIELD_ARG_INDEX = 1 << 2, /* [3] */
	FIELD_ARG_KEY = 1 << 3,	  /* [name] or .name */
	/* A list: only with the operators in, intersects, exists. */
	FIELD_LIST = 1 << 4,
	FIELD_FILTER_ONLY = 1 << 5,  /* not in outputs */
	FIELD_PRINT_ONLY = 1 << 6,   /* not in conditions */
	FIELD_HIDDEN = 1 << 7,	     /* not in --list */
	FIELD_DEPRECATED = 1 << 8,   /* not in --list; a warning where it is used */
	FIELD_NO_TRANSFORM = 1 << 9, /* not as operand of a transformer */
	FIELD_NO_RHS = 1 << 10,	     /* not on the right hand side of a comparison (val()) */
	FIELD_SUGGESTED = 1 << 11,   /* appended by append_output.suggested_output */
	/* Several values: a comparison is true if it is true for any value (proc.aname, fd.net). */
	FIELD_ANY = 1 << 12,
	/* As FIELD_ANY, but != is true only if it is true for all values (fd.ip, fd.port). */
	FIELD_BOTH_ENDS = 1 << 13,
	FIELD_HEX = 1 << 14,	/* printed in hexadecimal */
	FIELD_OCT = 1 << 15,	/* printed in octal */
	FIELD_TIME = 1 << 16,	/* text in an output, integer ns in output_fields */
	FIELD_PADDED = 1 << 17, /* printed with 9 digits */
	/*
	 * field_ref.priv is a uint64_t that lives as long as the reference (evt.deltatime,
	 * util.cnt).
	 */
	FIELD_MEMORY = 1 << 18,
	/* The value is a distance: = is true up to the constant; no other operator (evt.around). */
	FIELD_WITHIN = 1 << 19,
	FIELD_COUNTED = 1 << 20, /* a number that starts at 1: never 0 */
	/* A host name: constants compared with it are looked up (state/dns.h). */
	FIELD_HOST = 1 << 21,
};

/* What a value depends on: decides how long results of predicates may be cached. */
enum field_dep {
	DEP_TYPE,    /* the event number (and the system call code of generic events) */
	DEP_IMAGE,   /* ev->thread->image, which forked processes share until they exec */
	DEP_PROCESS, /* thread, ancestors, users: until thread_touch() or a new state epoch */
	DEP_EVENT,   /* this event */
};

/* A value; the type of the field determines which member is used. */
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

/* Context of an extraction. */
struct extract {
	struct event *ev;
	struct state *state;
	struct arena *scratch; /* for text that has to be built; reset at the next event */
	bool printing; /* for an output, not a comparison: fields of several values are joined */
};

/*
 * Sets out[0..n-1] and returns n, at most FIELD_VALUES_MAX; 0: the field has no value for this
 * event.
 */
typedef unsigned (*field_get)(struct extract *x, const struct field_ref *ref,
			      struct value out[FIELD_VALUES_MAX]);

/* A group of fields in --list. */
struct field_class {
	const char *name;  /* "evt", "process", ... */
	const char *brief; /* in brackets after the name, NULL for none */
	const char *text;
	bool any_source; /* also for events of other sources than syscall */
};

struct field {
	const char *name;
	enum field_type type;
	uint32_t flags; /* enum field_flag */
	enum field_dep dep;
	field_get get;
	int64_t variant; /* for the extractor: which of its fields this is */
	const struct field_class *class;
	const char *text; /* one sentence for --list */
};

/* A field as written somewhere: "proc.aname[2]", "evt.arg.flags". */
struct field_ref {
	const struct field *field;
	struct str arg;	      /* text between the brackets or after the dot; STR_NONE without */
	int64_t index;	      /* arg as a number; -1: arg is not a number */
	enum field_type type; /* the field's; for FT_DYN that of the parameter */
	void *priv;	 /* of the extractor: a number kept between extractions (FIELD_MEMORY) */
	struct str text; /* as written: the key in output_fields */
};

/* Number of rows of fields.def. */
unsigned fields_count(void);
/* Row i, NULL when out of range. */
const struct field *field_at(unsigned i);
/* The field with exactly this name (without argument); NULL: unknown. */
const struct field *field_by_name(struct str name);
/*
 * Whether the field of that name has one of these flags.  Also true when there is no such field:
 * the name may include a key.
 */
bool field_may_be(struct str name, uint32_t flags);
/*
 * Resolve a field as written.  name may contain the key after a dot ("evt.arg.flags": the longest
 * known name is used); arg is the text in brackets, STR_NONE without brackets.  Text is copied into
 * the arena.  False with *why, a message for the user in the arena; why may be NULL.
 */
bool field_resolve(struct arena *a, struct str name, struct str arg, struct field_ref *ref,
		   struct reason *why);
/* Type names as --list shows them. */
const char *field_type_name(enum field_type t);

/* Values of a field for an event: see field_get. */
static inline unsigned field_get_values(struct extract *x, const struct field_ref *ref,
					struct value *out)
{
	return ref->field->get(x, ref, out);
}

/*
 * One value as text for outputs, borrowed or in scratch; in the format (time, hex, padded) of the
 * field's flags.
 */
struct str field_format(struct extract *x, const struct field_ref *ref, const struct value *v);

/*
 * How a value is written in output_fields: TEXT is field_format() as a JSON string, BARE is
 * field_json() without quotes.
 */
enum field_json { FIELD_JSON_TEXT, FIELD_JSON_BARE };
enum field_json field_json_kind(const struct extract *x, const struct field_ref *ref);
/* JSON of a BARE value: number, true/false, or ns since the epoch for FIELD_TIME; in scratch. */
struct str field_json(struct extract *x, const struct field_ref *ref, const struct value *v);

/* Print all fields for --list.  source: only fields of this event source, NULL for all. */
enum field_list { FIELD_LIST_TEXT, FIELD_LIST_MARKDOWN, FIELD_LIST_JSON };
void field_list(FILE *out, enum field_list how, bool names_only, bool verbose, const char *source);

#endif
