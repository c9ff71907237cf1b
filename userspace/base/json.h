/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON writer.  It writes commas, escapes and indentation.  The order of the calls must be valid:
 * in an object, a key before each value.
 *
 *	struct json j = json_to(&out);
 *	json_object(&j);
 *	json_add_text(&j, "rule", name);
 *	json_end(&j);
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

enum { JSON_DEPTH = 63 };

struct json {
	struct buf *out;
	unsigned indent;    /* blanks per level; 0: all on one line */
	unsigned depth;	    /* open levels, at most JSON_DEPTH */
	uint64_t is_object; /* bit per level: 1: object, 0: array */
	uint64_t has_items; /* bit per level: the next item needs a comma */
	bool after_key;	    /* the next value belongs to a key */
};

/* A writer that appends to out, on one line. */
static inline struct json json_to(struct buf *out)
{
	return (struct json){ .out = out };
}

/* Begin an object, an array. */
void json_object(struct json *j);
void json_array(struct json *j);
/* Ends the innermost object or array. */
void json_end(struct json *j);
/* The key of the next value, escaped as text. */
void json_key(struct json *j, const char *key);
void json_key_str(struct json *j, struct str key);
/*
 * Values.  In text, bytes that are not UTF-8 become U+FFFD; NULL and STR_NONE become the empty
 * text.
 */
void json_str(struct json *j, struct str s);
void json_text(struct json *j, const char *c);
void json_int(struct json *j, int64_t v);
void json_uint(struct json *j, uint64_t v);
void json_double(struct json *j, double v);
void json_bool(struct json *j, bool v);
void json_null(struct json *j);
/* A value that is already JSON. */
void json_raw(struct json *j, struct str s);
/* Appends s escaped, without quotes. */
void json_escape(struct buf *out, struct str s);

/* Add a member to an object: json_key(), then the function for the value. */
static inline void json_add_object(struct json *j, const char *key)
{
	json_key(j, key);
	json_object(j);
}

static inline void json_add_array(struct json *j, const char *key)
{
	json_key(j, key);
	json_array(j);
}

static inline void json_add_str(struct json *j, const char *key, struct str s)
{
	json_key(j, key);
	json_str(j, s);
}

static inline void json_add_text(struct json *j, const char *key, const char *c)
{
	json_key(j, key);
	json_text(j, c);
}

static inline void json_add_uint(struct json *j, const char *key, uint64_t v)
{
	json_key(j, key);
	json_uint(j, v);
}

static inline void json_add_int(struct json *j, const char *key, int64_t v)
{
	json_key(j, key);
	json_int(j, v);
}

static inline void json_add_bool(struct json *j, const char *key, bool v)
{
	json_key(j, key);
	json_bool(j, v);
}

static inline void json_add_raw(struct json *j, const char *key, struct str s)
{
	json_key(j, key);
	json_raw(j, s);
}

#endif
