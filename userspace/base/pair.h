/* SPDX-License-Identifier: Apache-2.0 */
/* Search for two adjacent bytes, 16 positions at a time: for the path of every file that is opened. */
#ifndef BASE_PAIR_H
#define BASE_PAIR_H

#include <stdint.h>

#include "base/str.h"

enum { PAIR_PLACES = 16 };

typedef uint8_t pair_bytes __attribute__((vector_size(PAIR_PLACES)));

/* Which positions from p on have both bytes (reads PAIR_PLACES + 1 bytes); ignored: bits of the second that do not count. */
static inline pair_bytes pair_at(const char *p, char first, char second, uint8_t ignored)
{
	pair_bytes a, b;

	memcpy(&a, p, sizeof(a));
	memcpy(&b, p + 1, sizeof(b));
	return (pair_bytes)(a == (uint8_t)first) &
	       (pair_bytes)((b | ignored) == (uint8_t)(second | ignored));
}

/* Whether first is followed by second somewhere.  Neither may be NUL, because short texts are padded with NUL. */
static inline bool pair_in(struct str s, char first, char second, uint8_t ignored)
{
	pair_bytes found = { 0 };
	uint64_t any[2];

	if (s.n > PAIR_PLACES) {
		for (size_t i = 0; i < s.n - PAIR_PLACES; i += PAIR_PLACES)
			found |= pair_at(s.p + i, first, second, ignored);
		found |= pair_at(s.p + s.n - PAIR_PLACES - 1, first, second, ignored);
	} else if (s.n) {
		char padded[PAIR_PLACES + 1] = { 0 };

		memcpy(padded, s.p, s.n);
		found = pair_at(padded, first, second, ignored);
	}
	memcpy(any, &found, sizeof(any));
	return any[0] | any[1];
}

/* "//" */
static inline bool pair_of_slashes(struct str path)
{
	return pair_in(path, '/', '/', 0);
}

/* "//" or "/.": the second bytes differ in one bit. */
static inline bool pair_to_resolve(struct str path)
{
	return pair_in(path, '/', '.', '/' ^ '.');
}

#endif
