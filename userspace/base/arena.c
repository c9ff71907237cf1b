// SPDX-License-Identifier: Apache-2.0
/* Arena allocator: a list of blocks; objects are allocated in order from the newest block. */
#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include "base/memory.h"

enum { BLOCK_SIZE = 16 * 1024, ALIGN = 16 };

struct arena_block {
	struct arena_block *next;
	size_t size;
	_Alignas(ALIGN) char bytes[];
};

static void grow(struct arena *a, size_t n)
{
	size_t size = n > BLOCK_SIZE ? n : BLOCK_SIZE;
	struct arena_block *b;

	b = memory_alloc(size > SIZE_MAX - sizeof(*b) ? SIZE_MAX : sizeof(*b) + size);
	b->next = a->head;
	b->size = size;
	a->head = b;
	a->start = a->at = b->bytes;
	a->end = b->bytes + size;
	a->total += size;
}

char *arena_bytes(struct arena *a, size_t n)
{
	char *p;

	if ((size_t)(a->end - a->at) < n || !a->at)
		grow(a, n);
	p = a->at;
	a->at += n;
	return p;
}

void *arena_zalloc(struct arena *a, size_t n)
{
	size_t pad = (-(uintptr_t)a->at) & (ALIGN - 1);

	if (!a->at || (size_t)(a->end - a->at) < pad + n) {
		grow(a, n);
		pad = 0;
	}
	a->at += pad;
	return memset(arena_bytes(a, n), 0, n);
}

struct str arena_str(struct arena *a, struct str s)
{
	char *p = arena_bytes(a, s.n + 1);

	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = 0;
	return (struct str){ p, s.n };
}

struct str arena_printf(struct arena *a, const char *format, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, format);
	n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	if (n < 0)
		n = 0;
	p = arena_bytes(a, (size_t)n + 1);
	va_start(ap, format);
	vsnprintf(p, (size_t)n + 1, format, ap);
	va_end(ap);
	return (struct str){ p, (size_t)n };
}

void arena_rewind(struct arena *a)
{
	struct arena_block *keep = a->head, *b;

	if (!keep)
		return;
	while ((b = keep->next)) {
		keep->next = b->next;
		a->total -= b->size;
		memory_free(b);
	}
	a->start = a->at = keep->bytes;
	a->end = keep->bytes + keep->size;
}

static void drop_newest(struct arena *a)
{
	struct arena_block *b = a->head;

	a->head = b->next;
	a->total -= b->size;
	memory_free(b);
}

void arena_back(struct arena *a, struct arena_mark mark)
{
	if (a->head != mark.head) {
		while (a->head != mark.head)
			drop_newest(a);
		a->start = a->head ? a->head->bytes : NULL;
		a->end = a->head ? a->head->bytes + a->head->size : NULL;
	}
	a->at = mark.at;
}

void arena_free(struct arena *a)
{
	struct arena_block *b;

	while ((b = a->head)) {
		a->head = b->next;
		memory_free(b);
	}
	*a = (struct arena){ 0 };
}
