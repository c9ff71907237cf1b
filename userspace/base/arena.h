/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arena allocator: objects that are freed together, such as rules (until a reload) and the scratch
 * memory of an event (until the next event).  A zero-initialized struct arena is empty.  Allocation
 * never returns NULL (see base/memory.h), so an arena is for loading and for bounded scratch
 * memory, not for tables that grow with the event rate.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/str.h"

struct arena_block;

struct arena {
	struct arena_block *head;
	char *start, *at, *end; /* newest block: first byte, next free byte, byte after the last */
	size_t total;		/* bytes of all blocks */
};

/* Zeroed memory, aligned for any object. */
void *arena_zalloc(struct arena *a, size_t n);
/* Uninitialised bytes, not aligned. */
char *arena_bytes(struct arena *a, size_t n);
/* A copy of s, followed by a NUL that is not counted; never STR_NONE. */
struct str arena_str(struct arena *a, struct str s);
/* Formatted text, also followed by a NUL that is not counted. */
struct str arena_printf(struct arena *a, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* The slow path of arena_reset(). */
void arena_rewind(struct arena *a);
/*
 * Frees every object but keeps one block, so that an arena that is reset for each event does not
 * call malloc().
 */
static inline void arena_reset(struct arena *a)
{
	if (a->at != a->start)
		arena_rewind(a);
}
/* Frees every object and block; the arena is empty and can be used again. */
void arena_free(struct arena *a);

/* arena_back() frees everything that was allocated since arena_mark(). */
struct arena_mark {
	struct arena_block *head;
	char *at;
};
static inline struct arena_mark arena_mark(const struct arena *a)
{
	return (struct arena_mark){ a->head, a->at };
}
void arena_back(struct arena *a, struct arena_mark mark);

/* One zeroed object; an array of n zeroed objects. */
#define arena_new(a, type) ((type *)arena_zalloc((a), sizeof(type)))
#define arena_array(a, type, n) ((type *)arena_zalloc((a), sizeof(type) * (n)))

#endif
