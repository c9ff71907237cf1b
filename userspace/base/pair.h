/* SPDX-License-Identifier: Apache-2.0 */
/* Two bytes side by side, looked for at sixteen places at a time: asked of the path of every file that is opened. */
#ifndef BASE_PAIR_H
#define BASE_PAIR_H

#include <stdint.h>

#include "base/str.h"

enum { PAIR_PLACES = 16 };

typedef uint8_t pair_bytes __attribute__((vector_size(PAIR_PLACES)));

/* Which of the places from p on, where one byte more can be read, have both; of the second byte's bits, some may not count. */
static inline pair_bytes pair_at(const char *p, char first, char second, uint8_t ignored)
{
	pair_bytes a, b;

	memcpy(&a, p, sizeof(a));
	memcpy(&b, p + 1, sizeof(b));
	return (pair_bytes)(a == (uint8_t)first) &
	       (pair_bytes)((b | ignored) == (uint8_t)(second | ignored));
}

/* Whether `first` is followed by `second` somewhere.  Neither is NUL: behind a short text there may seem to be some. */
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

/* A slash behind a slash. */
static inline bool pair_of_slashes(struct str path)
{
	return pair_in(path, '/', '/', 0);
}

/* A slash or a dot behind a slash: they differ in one bit. */
static inline bool pair_to_resolve(struct str path)
{
	return pair_in(path, '/', '.', '/' ^ '.');
}

#endif
