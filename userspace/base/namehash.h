/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lookup of names in constant tables, by a one-byte hash per name: the compiler computes the array
 * of the hashes, which is searched with memchr().  For the names of fields and events, which every
 * rule looks up.
 */
#ifndef BASE_NAMEHASH_H
#define BASE_NAMEHASH_H

#include <stdint.h>

#include "base/str.h"

/* The hash of a non-empty string literal as a constant; equal to name_hash() of the same text. */
#define NAME_HASH(literal)                                                                          \
	(uint8_t)((sizeof(literal) - 1) * 31 + (uint8_t)(literal)[(sizeof(literal) - 1) / 2] * 7u + \
		  (uint8_t)(literal)[sizeof(literal) - 2])

static inline uint8_t name_hash(struct str s)
{
	return s.n ? (uint8_t)(s.n * 31 + (uint8_t)s.p[s.n / 2] * 7u + (uint8_t)s.p[s.n - 1]) : 0;
}

/* The first index >= i in hashes, of n elements, that has this hash; n if there is none. */
static inline unsigned name_hash_next(const uint8_t *hashes, unsigned n, unsigned i, uint8_t hash)
{
	const uint8_t *hit = i < n ? memchr(hashes + i, hash, n - i) : NULL;

	return hit ? (unsigned)(hit - hashes) : n;
}

#endif
