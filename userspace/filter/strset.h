/* SPDX-License-Identifier: Apache-2.0 */
/* Immutable set of strings, for the constants of `in`. */
#ifndef FILTER_STRSET_H
#define FILTER_STRSET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

struct strset {
	struct str *v; /* unique, in memcmp order */
	unsigned n;
	uint32_t *index; /* hash table of 1 + a position in v, 0: empty; NULL: the set is small */
	uint32_t mask;
	uint64_t lengths; /* bit min(length, 63) is set for the length of each member */
};

/* Builds the set in the arena; the bytes of the values are borrowed and must outlive it. */
void strset_build(struct strset *set, struct arena *a, const struct str *values, unsigned n);
/* The position of s in v; -1 if it is not a member. */
int strset_find(const struct strset *set, struct str s);
static inline bool strset_has(const struct strset *set, struct str s)
{
	return strset_find(set, s) >= 0;
}

/* A hash of the length and of at most 24 bytes: the first 8, the last 8 and 8 in the middle. */
static inline uint32_t str_hash(struct str s)
{
	uint64_t a = 0, b = 0, h;

	if (s.n >= 8) {
		memcpy(&a, s.p, 8);
		memcpy(&b, s.p + s.n - 8, 8);
	} else if (s.n) {
		memcpy(&a, s.p, s.n);
	}
	h = (a ^ s.n) * 0x9e3779b97f4a7c15u;
	h = (h ^ (h >> 32) ^ b) * 0xc2b2ae3d27d4eb4fu;
	if (s.n > 16) { /* paths often have long common prefixes and suffixes */
		memcpy(&a, s.p + s.n / 2 - 4, 8);
		h = (h ^ (h >> 29) ^ a) * 0x9e3779b97f4a7c15u;
	}
	return (uint32_t)(h >> 32);
}

#endif
