/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Growable text.  A zero-initialized struct buf is empty.  Allocation as in base/memory.h: it never
 * returns NULL.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct buf {
	char *p; /* NULL until something is added; then p[n] is NUL */
	size_t n, cap;
};

/* Append n bytes, one byte, one byte `times` times, formatted text. */
void buf_add(struct buf *b, const void *bytes, size_t n);
void buf_char(struct buf *b, char c);
void buf_fill(struct buf *b, char c, size_t times);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *format, va_list ap);
/*
 * Reserves space for n more bytes and a NUL; returns where to write them.  The caller writes the
 * NUL and adds the number of bytes it wrote to b->n.
 */
char *buf_reserve(struct buf *b, size_t n);
/* The text as a C string, "" when empty; valid until the next addition. */
const char *buf_c(const struct buf *b);
/* Moves the text of *from to the end of *to.  Out of memory: false, and both are unchanged. */
bool buf_take(struct buf *to, struct buf *from);
/* Frees the text.  The buffer is then empty and can be used again. */
void buf_free(struct buf *b);

/* Append a struct str, a C string. */
static inline void buf_str(struct buf *b, struct str s)
{
	buf_add(b, s.p, s.n);
}

static inline void buf_cstr(struct buf *b, const char *c)
{
	buf_add(b, c, strlen(c));
}

/* Removes the text, but keeps the memory. */
static inline void buf_clear(struct buf *b)
{
	b->n = 0;
	if (b->p)
		b->p[0] = 0;
}

/* The text, valid until the next addition; never STR_NONE. */
static inline struct str buf_view(const struct buf *b)
{
	return (struct str){ b->p ? b->p : "", b->n };
}

#endif
