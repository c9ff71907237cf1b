/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading hostile bytes in order.  The first thing that does not fit makes every later take empty
 * and is remembered, so a reader takes a whole structure and asks once.
 */
#ifndef SOURCE_CURSOR_H
#define SOURCE_CURSOR_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/str.h"

struct cursor {
	uint8_t *at, *end;
	const char *bad;    /* the thing that did not fit; NULL while all is well */
	uint32_t bad_len;   /* its length, when it carried one */
	uint32_t bad_limit; /* what it may be at most, 0: what was left */
};

static inline struct cursor cursor_of(uint8_t *p, size_t n)
{
	return (struct cursor){ .at = p, .end = p + n };
}

static inline size_t cursor_left(const struct cursor *c)
{
	return (size_t)(c->end - c->at);
}

static inline void cursor_fail(struct cursor *c, const char *what, uint32_t len, uint32_t limit)
{
	if (!c->bad) {
		c->bad = what;
		c->bad_len = len;
		c->bad_limit = limit;
	}
	c->at = c->end;
}

/* n bytes, or NULL. */
static inline uint8_t *take_bytes(struct cursor *c, size_t n, const char *what)
{
	uint8_t *p = c->at;

	if (c->bad || cursor_left(c) < n) {
		cursor_fail(c, what, (uint32_t)n, 0);
		return NULL;
	}
	c->at += n;
	return p;
}

static inline uint64_t take_number(struct cursor *c, size_t n, const char *what)
{
	uint8_t *p = take_bytes(c, n, what);
	uint64_t v8 = 0;
	uint32_t v4;
	uint16_t v2;

	if (!p)
		return 0;
	switch (n) {
	case 1:
		return *p;
	case 2:
		memcpy(&v2, p, 2);
		return v2;
	case 4:
		memcpy(&v4, p, 4);
		return v4;
	default:
		memcpy(&v8, p, 8);
		return v8;
	}
}

#define take_u8(c, what) ((uint8_t)take_number(c, 1, what))
#define take_u16(c, what) ((uint16_t)take_number(c, 2, what))
#define take_u32(c, what) ((uint32_t)take_number(c, 4, what))
#define take_u64(c, what) take_number(c, 8, what)

/* u16 length and bytes; limit in bytes. */
static inline struct str take_text(struct cursor *c, uint32_t limit, const char *what)
{
	uint32_t n = take_u16(c, what);
	uint8_t *p;

	if (c->bad)
		return STR_NONE;
	if (n > limit || n > cursor_left(c)) {
		cursor_fail(c, what, n, n > limit ? limit : 0);
		return STR_NONE;
	}
	p = take_bytes(c, n, what);
	return (struct str){ (const char *)p, n };
}

#endif
