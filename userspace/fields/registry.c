/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of fields, and references to them: a name with an argument in brackets or after a dot.
 *
 * In: fields.def, text of conditions and outputs.  Out: struct field_ref.
 */
#include <stddef.h>

#include "base/macros.h"
#include "base/namehash.h"
#include "base/typo.h"
#include "fields/arg.h"
#include "fields/extract.h"

/* Names of flags in fields.def. */
#define MAY_INDEX (FIELD_ARG_OPTIONAL | FIELD_ARG_INDEX)
#define MAY_KEY (FIELD_ARG_OPTIONAL | FIELD_ARG_KEY)
#define MAY_INDEX_OR_KEY (FIELD_ARG_OPTIONAL | FIELD_ARG_INDEX | FIELD_ARG_KEY)
#define NEED_INDEX (FIELD_ARG_REQUIRED | FIELD_ARG_INDEX)
#define NEED_KEY (FIELD_ARG_REQUIRED | FIELD_ARG_KEY)
#define NEED_INDEX_OR_KEY (FIELD_ARG_REQUIRED | FIELD_ARG_INDEX | FIELD_ARG_KEY)
#define NO_RHS FIELD_NO_RHS
#define NO_TRANSFORM FIELD_NO_TRANSFORM
#define ONLY_FILTER (FIELD_FILTER_ONLY | FIELD_NO_RHS | FIELD_NO_TRANSFORM)
#define ANCESTOR (MAY_INDEX | FIELD_ANY | FIELD_NO_RHS | FIELD_NO_TRANSFORM)
#define PRINT_ONLY FIELD_PRINT_ONLY
#define HIDDEN FIELD_HIDDEN
#define DEPRECATED FIELD_DEPRECATED
#define SUGGESTED FIELD_SUGGESTED
#define ANY FIELD_ANY
#define BOTH_ENDS FIELD_BOTH_ENDS
#define HEX FIELD_HEX
#define TIME FIELD_TIME
#define PADDED FIELD_PADDED
#define COUNTED FIELD_COUNTED
#define LIST FIELD_LIST
#define MEMORY FIELD_MEMORY
#define WITHIN FIELD_WITHIN
#define HOST FIELD_HOST

#define FIELD(...)
#define CLASS(id, name, brief, any_source, text) CLASS_##id,
enum {
#include "fields/fields.def"
};
#undef CLASS

#define CLASS(id, name, brief, any_source, text) [CLASS_##id] = { name, brief, text, any_source },
static const struct field_class classes[] = {
#include "fields/fields.def"
};
#undef CLASS
#undef FIELD

#define CLASS(...)
#define FIELD(class, name, type, flags, dep, get, variant, text) \
	{ name, FT_##type, flags, DEP_##dep, get, variant, &classes[CLASS_##class], text },
static const struct field fields[] = {
#include "fields/fields.def"
};
#undef FIELD
#undef CLASS

#define CLASS(...)
#define FIELD(class, name, type, flags, dep, get, variant, text) NAME_HASH(name),
static const uint8_t name_keys[] = {
#include "fields/fields.def"
};
#undef FIELD
#undef CLASS

enum { FIELDS = ARRAY_SIZE(fields) };

unsigned fields_count(void)
{
	return FIELDS;
}

const struct field *field_at(unsigned i)
{
	return i < FIELDS ? &fields[i] : NULL;
}

const struct field *field_by_name(struct str name)
{
	uint8_t key = name_hash(name);

	for (unsigned i = 0; (i = name_hash_next(name_keys, FIELDS, i, key)) < FIELDS; i++)
		if (str_is(name, fields[i].name))
			return &fields[i];
	return NULL;
}

const char *field_type_name(enum field_type t)
{
	static const char *const names[] = {
		[FT_INT8] = "INT8",	[FT_INT16] = "INT16",	  [FT_INT32] = "INT32",
		[FT_INT64] = "INT64",	[FT_UINT8] = "UINT8",	  [FT_UINT16] = "UINT16",
		[FT_UINT32] = "UINT32", [FT_UINT64] = "UINT64",	  [FT_BOOL] = "BOOL",
		[FT_DOUBLE] = "DOUBLE", [FT_CHARBUF] = "CHARBUF", [FT_BYTEBUF] = "BYTEBUF",
		[FT_FSPATH] = "FSPATH", [FT_RELTIME] = "RELTIME", [FT_ABSTIME] = "ABSTIME",
		[FT_PORT] = "PORT",	[FT_IPADDR] = "IPADDR",	  [FT_IPNET] = "IPNET",
		[FT_DYN] = "DYNAMIC",
	};

	return (unsigned)t < ARRAY_SIZE(names) ? names[t] : "?";
}

/* Whether the argument may also be written after a dot. */
static bool takes_key(const struct field *f)
{
	return f->flags & FIELD_ARG_KEY;
}

bool field_may_be(struct str name, uint32_t flags)
{
	const struct field *f = field_by_name(name);

	return !f || f->flags & flags;
}

/* "evt.arg.flags": the field with the longest name that ends before a dot; the rest is *key. */
static const struct field *find_keyed(struct str name, struct str *key)
{
	for (size_t n = name.n; n-- > 0;) {
		const struct field *f;

		if (name.p[n] != '.')
			continue;
		f = field_by_name((struct str){ name.p, n });
		if (f && takes_key(f) && n + 1 < name.n) {
			*key = str_skip(name, n + 1);
			return f;
		}
	}
	return NULL;
}

static struct str unknown_field(struct arena *a, struct str name)
{
	struct typo t = typo_of(name);

	for (unsigned i = 0; i < FIELDS; i++)
		if (!(fields[i].flags & FIELD_HIDDEN))
			typo_try(&t, str_of(fields[i].name));
	if (t.best.p)
		return arena_printf(a, "unknown field '%.*s', did you mean '%.*s'?", STR_ARGS(name),
				    STR_ARGS(t.best));
	return arena_printf(a, "unknown field '%.*s'", STR_ARGS(name));
}

/* A decimal number from 0 to 2^63-1; -1: s is not one. */
static int64_t parse_index(struct str s)
{
	int64_t n = 0;

	if (!s.n)
		return -1;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9' || __builtin_mul_overflow(n, 10, &n) ||
		    __builtin_add_overflow(n, s.p[i] - '0', &n))
			return -1;
	}
	return n;
}

/* Quotes in brackets are optional: proc.env["HOME"]. */
static struct str unquote(struct str s)
{
	if (s.n >= 2 && (s.p[0] == '"' || s.p[0] == '\'') && s.p[s.n - 1] == s.p[0])
		return (struct str){ s.p + 1, s.n - 2 };
	return s;
}

static bool check_arg(struct arena *a, const struct field_ref *ref, struct reason *why)
{
	const struct field *f = ref->field;

	if (!ref->arg.p) {
		if (!(f->flags & FIELD_ARG_REQUIRED))
			return true;
		reason_set(why,
			   arena_printf(a,
					"field '%s' requires an argument but none was given, e.g. %s",
					f->name,
					f->flags & FIELD_ARG_KEY ? "followed by .name"
								 : "followed by [number]"));
		return false;
	}
	if (!(f->flags & (FIELD_ARG_INDEX | FIELD_ARG_KEY))) {
		reason_set(why, arena_printf(a, "field '%s' takes no argument, but '%.*s' was given",
					     f->name, STR_ARGS(ref->arg)));
		return false;
	}
	if (ref->index < 0 && !(f->flags & FIELD_ARG_KEY)) {
		reason_set(why, arena_printf(a, "field '%s' takes a number in brackets, not '%.*s'",
					     f->name, STR_ARGS(ref->arg)));
		return false;
	}
	if (!ref->arg.n) {
		reason_set(why, arena_printf(a, "field '%s' has an empty argument", f->name));
		return false;
	}
	return true;
}

bool field_resolve(struct arena *a, struct str name, struct str arg, struct field_ref *ref,
		   struct reason *why)
{
	struct reason ignored;
	struct str key = arg;
	const struct field *f = field_by_name(name);

	if (!f && !arg.p)
		f = find_keyed(name, &key);
	if (!f) {
		if (why)
			reason_set_unknown(why, unknown_field(a, name));
		return false;
	}
	why = why ? why : &ignored;
	*ref = (struct field_ref){ .field = f, .type = f->type, .arg = STR_NONE, .index = -1 };
	if (key.p) {
		ref->arg = arena_str(a, unquote(key));
		ref->index = f->flags & FIELD_ARG_INDEX ? parse_index(ref->arg) : -1;
	}
	if (!check_arg(a, ref, why) || !arg_check(a, ref, why))
		return false;
	ref->text = arg.p   ? arena_printf(a, "%.*s[%.*s]", STR_ARGS(name), STR_ARGS(arg))
		    : key.p ? arena_str(a, name)
			    : str_of(f->name);
	if (f->flags & FIELD_MEMORY)
		ref->priv = arena_new(a, uint64_t);
	return true;
}
