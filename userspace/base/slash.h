/* SPDX-License-Identifier: Apache-2.0 */
/* Slashes in paths, eight bytes at a time: asked of every file that is opened. */
#ifndef BASE_SLASH_H
#define BASE_SLASH_H

#include <endian.h>
#include <stdint.h>

#include "base/str.h"

/* 0x80 in every byte where w has c. */
static inline uint64_t slash_bytes(uint64_t w, char c)
{
	const uint64_t low = 0x7f7f7f7f7f7f7f7full;
	uint64_t x = w ^ 0x0101010101010101ull * (uint8_t)c;

	return ~(((x & low) + low) | x | low);
}

/* Whether a slash is followed by another, or (with dot) by a dot. */
static inline bool slash_then(struct str s, bool dot)
{
	uint64_t w, slashes, before = 0;

	for (size_t i = 0; i < s.n; i += 8) {
		w = 0;
		if (s.n - i >= 8)
			memcpy(&w, s.p + i, 8);
		else
			memcpy(&w, s.p + i, s.n - i);
		w = le64toh(w);
		slashes = slash_bytes(w, '/');
		if ((slashes << 8 | before) & (slashes | (dot ? slash_bytes(w, '.') : 0)))
			return true;
		before = slashes >> 56;
	}
	return false;
}

static inline bool slash_doubled(struct str s)
{
	return slash_then(s, false);
}

#endif
