// SPDX-License-Identifier: Apache-2.0
/* Growable text. */
#include "base/buf.h"

#include <stdint.h>
#include <stdio.h>

#include "base/memory.h"

char *buf_reserve(struct buf *b, size_t n)
{
	size_t want = b->cap ? b->cap : 64;
	char *p;

	if (b->p && b->cap - b->n > n)
		return b->p + b->n;
	while (want - b->n <= n && want <= SIZE_MAX / 2)
		want *= 2;
	p = memory_resize(b->p, want - b->n <= n ? SIZE_MAX : want, 1);
	b->p = p;
	b->cap = want;
	return p + b->n;
}

void buf_add(struct buf *b, const void *bytes, size_t n)
{
	char *p = buf_reserve(b, n);

	if (n)
		memcpy(p, bytes, n);
	b->n += n;
	p[n] = 0;
}

void buf_char(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_fill(struct buf *b, char c, size_t times)
{
	char *p = buf_reserve(b, times);

	memset(p, c, times);
	p[times] = 0;
	b->n += times;
}

void buf_vprintf(struct buf *b, const char *format, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (n <= 0)
		return;
	vsnprintf(buf_reserve(b, (size_t)n), (size_t)n + 1, format, ap);
	b->n += (size_t)n;
}

void buf_printf(struct buf *b, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	buf_vprintf(b, format, ap);
	va_end(ap);
}

const char *buf_c(const struct buf *b)
{
	return b->p ? b->p : "";
}

bool buf_take(struct buf *to, struct buf *from)
{
	if (!from->n)
		return true;
	if (!to->n) {
		buf_free(to);
		*to = *from;
	} else {
		char *p = memory_try_resize(to->p, to->n + from->n + 1, 1);

		if (!p)
			return false;
		memcpy(p + to->n, from->p, from->n + 1);
		*to = (struct buf){ p, to->n + from->n, to->n + from->n + 1 };
		buf_free(from);
	}
	*from = (struct buf){ 0 };
	return true;
}

void buf_free(struct buf *b)
{
	memory_free(b->p);
	*b = (struct buf){ 0 };
}
