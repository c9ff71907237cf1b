/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that dies together: rules and their programs until a reload, an event's scratch text until the next event.
 * Allocation never fails from the caller's view (base/memory.h tells what happens instead), so an arena is for start-up
 * and for bounded scratch, never for tables that grow with the traffic.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/str.h"

struct arena_block;

struct arena {
	struct arena_block *head;
	char *start, *at, *end; /* start: of the newest block */
	size_t total;		/* bytes asked from malloc */
};

/* Zeroed memory, aligned for any object. */
void *arena_zalloc(struct arena *a, size_t n);
/* Uninitialised bytes, no alignment promised. */
char *arena_bytes(struct arena *a, size_t n);
/* A copy with a NUL behind it (not counted). */
struct str arena_str(struct arena *a, struct str s);
struct str arena_printf(struct arena *a, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void arena_rewind(struct arena *a);
/* Forget everything but keep one block: what was handed out is dangling from here on. */
static inline void arena_reset(struct arena *a)
{
	if (a->at != a->start)
		arena_rewind(a);
}
void arena_free(struct arena *a);

/* Everything asked for since the mark is forgotten. */
struct arena_mark {
	struct arena_block *head;
	char *at;
};
static inline struct arena_mark arena_mark(const struct arena *a)
{
	return (struct arena_mark){ a->head, a->at };
}
void arena_back(struct arena *a, struct arena_mark mark);

#define arena_new(a, type) ((type *)arena_zalloc((a), sizeof(type)))
#define arena_array(a, type, n) ((type *)arena_zalloc((a), sizeof(type) * (n)))

#endif
