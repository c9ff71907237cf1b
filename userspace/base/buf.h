/* SPDX-License-Identifier: Apache-2.0 */
/* Growing text.  Zero is an empty buffer.  Memory as base/memory.h says. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>

#include "base/str.h"

struct buf {
	char *p; /* a NUL stands behind n once anything was added; NULL before */
	size_t n, cap;
};

void buf_add(struct buf *b, const void *bytes, size_t n);
void buf_char(struct buf *b, char c);
void buf_fill(struct buf *b, char c, size_t times);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *format, va_list ap);
/* Room for n more bytes; returns where to write them.  The caller adds to b->n what it used. */
char *buf_room(struct buf *b, size_t n);
/* The text as a C string, "" when empty; valid until the next addition. */
const char *buf_c(const struct buf *b);
/* Appends from to to, which may live longer than a guard (base/memory.h) they are in; from is free afterwards. */
void buf_move(struct buf *to, struct buf *from);
void buf_free(struct buf *b);

static inline void buf_str(struct buf *b, struct str s)
{
	buf_add(b, s.p, s.n);
}

static inline void buf_text(struct buf *b, const char *c)
{
	buf_add(b, c, strlen(c));
}

static inline void buf_clear(struct buf *b)
{
	b->n = 0;
	if (b->p)
		b->p[0] = 0;
}

static inline struct str buf_view(const struct buf *b)
{
	return (struct str){ b->p ? b->p : "", b->n };
}

#endif
