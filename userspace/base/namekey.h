/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names in constant tables, found by memchr(): one byte per name, made by the compiler, tells nearly all others apart.
 * Rules by the thousand ask for fields and events by name.
 */
#ifndef BASE_NAMEKEY_H
#define BASE_NAMEKEY_H

#include <stdint.h>

#include "base/str.h"

/* Of a literal that is not empty. */
#define NAME_KEY(literal)                                                                           \
	(uint8_t)((sizeof(literal) - 1) * 31 + (uint8_t)(literal)[(sizeof(literal) - 1) / 2] * 7u + \
		  (uint8_t)(literal)[sizeof(literal) - 2])

static inline uint8_t name_key(struct str s)
{
	return s.n ? (uint8_t)(s.n * 31 + (uint8_t)s.p[s.n / 2] * 7u + (uint8_t)s.p[s.n - 1]) : 0;
}

/* The next index at or behind i whose key is this one; n if there is none. */
static inline unsigned name_next(const uint8_t *keys, unsigned n, unsigned i, uint8_t key)
{
	const uint8_t *hit = i < n ? memchr(keys + i, key, n - i) : NULL;

	return hit ? (unsigned)(hit - keys) : n;
}

#endif
