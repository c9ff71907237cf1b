/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads numbers and strings from untrusted bytes.
 *
 * The first item that does not fit is recorded, and every later item is 0 or empty: a caller
 * unpacks a complete structure and checks `bad` once.
 */
#ifndef SOURCE_UNPACK_H
#define SOURCE_UNPACK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/str.h"

struct unpack {
	uint8_t *at, *end;
	const char *bad;    /* the item that did not fit; NULL: all did */
	uint32_t bad_len;   /* its length, or its value if it has none */
	uint32_t bad_limit; /* the greatest length allowed; 0: the bytes that were left */
};

static inline struct unpack unpack_start(uint8_t *p, size_t n)
{
	return (struct unpack){ .at = p, .end = p + n };
}

static inline size_t unpack_left(const struct unpack *c)
{
	return (size_t)(c->end - c->at);
}

static inline void unpack_fail(struct unpack *c, const char *what, uint32_t len, uint32_t limit)
{
	if (!c->bad) {
		c->bad = what;
		c->bad_len = len;
		c->bad_limit = limit;
	}
	c->at = c->end;
}

/* The next n bytes, in place; NULL when there are fewer.  what names the item in messages. */
static inline uint8_t *unpack_bytes(struct unpack *c, size_t n, const char *what)
{
	uint8_t *p = c->at;

	if (c->bad || unpack_left(c) < n) {
		unpack_fail(c, what, (uint32_t)n, 0);
		return NULL;
	}
	c->at += n;
	return p;
}

/* n is 1, 2, 4 or 8. */
static inline uint64_t unpack_number(struct unpack *c, size_t n, const char *what)
{
	uint8_t *p = unpack_bytes(c, n, what);

	if (!p)
		return 0;
	switch (n) {
	case 1:
		return *p;
	case 2:
		return load16(p);
	case 4:
		return load32(p);
	default:
		return load64(p);
	}
}

#define unpack_u8(c, what) ((uint8_t)unpack_number(c, 1, what))
#define unpack_u16(c, what) ((uint16_t)unpack_number(c, 2, what))
#define unpack_u32(c, what) ((uint32_t)unpack_number(c, 4, what))
#define unpack_u64(c, what) unpack_number(c, 8, what)

/* A 16-bit length and as many bytes, at most limit; STR_NONE when they do not fit. */
static inline struct str unpack_text(struct unpack *c, uint32_t limit, const char *what)
{
	uint32_t n = unpack_u16(c, what);
	uint8_t *p;

	if (c->bad)
		return STR_NONE;
	if (n > limit || n > unpack_left(c)) {
		unpack_fail(c, what, n, n > limit ? limit : 0);
		return STR_NONE;
	}
	p = unpack_bytes(c, n, what);
	return (struct str){ (const char *)p, n };
}

#endif
