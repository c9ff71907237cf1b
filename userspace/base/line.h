/* SPDX-License-Identifier: Apache-2.0 */
/* Growable text in an arena, for the event path: no malloc(), nothing to free. */
#ifndef BASE_LINE_H
#define BASE_LINE_H

#include "base/arena.h"

struct line {
	struct arena *a;
	char *p;
	size_t n, cap;
};

static inline struct line line_in(struct arena *a)
{
	return (struct line){ .a = a };
}

/*
 * Reserves space for n more bytes; returns where to write them.  The caller adds their number to
 * t->n.
 */
static inline char *line_reserve(struct line *t, size_t n)
{
	if (t->cap - t->n < n) {
		size_t cap = (t->cap + n) * 2 < 64 ? 64 : (t->cap + n) * 2;
		char *p = arena_bytes(t->a, cap);

		if (t->n)
			memcpy(p, t->p, t->n);
		t->p = p;
		t->cap = cap;
	}
	return t->p + t->n;
}

static inline void line_str(struct line *t, struct str s)
{
	if (!s.n)
		return;
	memcpy(line_reserve(t, s.n), s.p, s.n);
	t->n += s.n;
}

static inline void line_char(struct line *t, char c)
{
	*line_reserve(t, 1) = c;
	t->n++;
}

static inline void line_cstr(struct line *t, const char *c)
{
	line_str(t, str_of(c));
}

/* The text; never STR_NONE. */
static inline struct str line_done(const struct line *t)
{
	return t->p ? (struct str){ t->p, t->n } : STR_LIT("");
}

#endif
