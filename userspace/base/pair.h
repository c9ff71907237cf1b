/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Search for two adjacent bytes, 16 positions at a time.  It is fast because it runs on the path of
 * every file that is opened.
 */
#ifndef BASE_PAIR_H
#define BASE_PAIR_H

#include <stdint.h>

#include "base/str.h"

enum { PAIR_POSITIONS = 16 };

typedef uint8_t pair_bytes __attribute__((vector_size(PAIR_POSITIONS)));

/*
 * For PAIR_POSITIONS positions from p on: 0xff where first is followed by second, else 0.  Reads
 * PAIR_POSITIONS + 1 bytes.  ignored: bits of the second byte that are not compared.
 */
static inline pair_bytes pair_at(const char *p, char first, char second, uint8_t ignored)
{
	pair_bytes a, b;

	memcpy(&a, p, sizeof(a));
	memcpy(&b, p + 1, sizeof(b));
	return (pair_bytes)(a == (uint8_t)first) &
	       (pair_bytes)((b | ignored) == (uint8_t)(second | ignored));
}

/*
 * Whether s contains first followed by second.  Neither may be NUL, because short text is padded
 * with NUL.
 */
static inline bool pair_in(struct str s, char first, char second, uint8_t ignored)
{
	pair_bytes found = { 0 };
	uint64_t any[2];

	if (s.n > PAIR_POSITIONS) {
		for (size_t i = 0; i < s.n - PAIR_POSITIONS; i += PAIR_POSITIONS)
			found |= pair_at(s.p + i, first, second, ignored);
		found |= pair_at(s.p + s.n - PAIR_POSITIONS - 1, first, second, ignored);
	} else if (s.n) {
		char padded[PAIR_POSITIONS + 1] = { 0 };

		memcpy(padded, s.p, s.n);
		found = pair_at(padded, first, second, ignored);
	}
	memcpy(any, &found, sizeof(any));
	return any[0] | any[1];
}

/* Whether the path contains "//". */
static inline bool pair_of_slashes(struct str path)
{
	return pair_in(path, '/', '/', 0);
}

/* Whether the path contains "//" or "/." ('/' and '.' differ in one bit): it has to be resolved. */
static inline bool has_dot_or_slash_after_slash(struct str path)
{
	return pair_in(path, '/', '.', '/' ^ '.');
}

#endif
