// SPDX-License-Identifier: Apache-2.0
/* JSON writer. */
#include "base/json.h"

#include <inttypes.h>

#include "base/utf8.h"

static void line_break(struct json *j)
{
	if (!j->indent)
		return;
	buf_char(j->out, '\n');
	buf_fill(j->out, ' ', (size_t)j->indent * j->depth);
}

/*
 * Writes what must be before a key or a value: a comma between members; nothing between key and
 * value.
 */
static void separate(struct json *j)
{
	uint64_t bit = UINT64_C(1) << j->depth;

	if (j->after_key) {
		j->after_key = false;
		return;
	}
	if (j->has_items & bit)
		buf_char(j->out, ',');
	j->has_items |= bit;
	if (j->depth)
		line_break(j);
}

static void open_level(struct json *j, bool object)
{
	uint64_t bit;

	separate(j);
	buf_char(j->out, object ? '{' : '[');
	if (j->depth < JSON_DEPTH)
		j->depth++;
	bit = UINT64_C(1) << j->depth;
	j->has_items &= ~bit;
	j->is_object = object ? j->is_object | bit : j->is_object & ~bit;
}

void json_object(struct json *j)
{
	open_level(j, true);
}

void json_array(struct json *j)
{
	open_level(j, false);
}

void json_end(struct json *j)
{
	uint64_t bit = UINT64_C(1) << j->depth;
	bool filled = j->has_items & bit;

	if (!j->depth)
		return;
	j->depth--;
	if (filled)
		line_break(j);
	buf_char(j->out, j->is_object & bit ? '}' : ']');
}

void json_key_str(struct json *j, struct str key)
{
	separate(j);
	buf_char(j->out, '"');
	json_escape(j->out, key);
	buf_cstr(j->out, j->indent ? "\": " : "\":");
	j->after_key = true;
}

void json_key(struct json *j, const char *key)
{
	json_key_str(j, str_of(key));
}

/* The letter after the backslash for characters that have a short escape, else 0. */
static char short_escape(unsigned char c)
{
	switch (c) {
	case '"':
	case '\\':
		return (char)c;
	case '\b':
		return 'b';
	case '\f':
		return 'f';
	case '\n':
		return 'n';
	case '\r':
		return 'r';
	case '\t':
		return 't';
	}
	return 0;
}

void json_escape(struct buf *out, struct str s)
{
	size_t plain = 0, i = 0, len;

	while (i < s.n) {
		unsigned char c = (unsigned char)s.p[i];

		if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
			i++;
			continue;
		}
		len = c < 0x80 ? 0 : utf8_len(s, i);
		if (len) {
			i += len;
			continue;
		}
		buf_add(out, s.p + plain, i - plain);
		if (c >= 0x80)
			buf_cstr(out, UTF8_REPLACEMENT);
		else if (short_escape(c))
			buf_printf(out, "\\%c", short_escape(c));
		else
			buf_printf(out, "\\u%04x", c);
		plain = ++i;
	}
	buf_add(out, s.p ? s.p + plain : "", s.n - plain);
}

void json_str(struct json *j, struct str s)
{
	separate(j);
	buf_char(j->out, '"');
	json_escape(j->out, s);
	buf_char(j->out, '"');
}

void json_text(struct json *j, const char *c)
{
	json_str(j, str_of(c));
}

void json_int(struct json *j, int64_t v)
{
	separate(j);
	buf_printf(j->out, "%" PRId64, v);
}

void json_uint(struct json *j, uint64_t v)
{
	separate(j);
	buf_printf(j->out, "%" PRIu64, v);
}

/* JSON has no NaN and no infinity: both become null. */
void json_double(struct json *j, double v)
{
	if (!__builtin_isfinite(v)) {
		json_null(j);
		return;
	}
	separate(j);
	if (v > -1e15 && v < 1e15 && v == (double)(int64_t)v)
		buf_printf(j->out, "%.1f", v);
	else
		buf_printf(j->out, "%.17g", v);
}

void json_bool(struct json *j, bool v)
{
	separate(j);
	buf_cstr(j->out, v ? "true" : "false");
}

void json_null(struct json *j)
{
	separate(j);
	buf_cstr(j->out, "null");
}

void json_raw(struct json *j, struct str s)
{
	separate(j);
	buf_str(j->out, s);
}
