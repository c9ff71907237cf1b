/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Representation of the descriptor table of a process, for state/ only; other folders include
 * state/fd.h.
 *
 * Two levels of copy-on-write: fork shares the array of entries, and after the first write to one
 * of the two tables their arrays still share unchanged entries.
 */
#ifndef STATE_FD_TABLE_H
#define STATE_FD_TABLE_H

#include "state/fd.h"

struct state;

/* One entry.  Immutable while refs > 1. */
struct fd_node {
	union {
		struct {
			uint32_t refs;
			uint32_t capacity; /* bytes allocated for text */
		};
		struct fd_node *next_free; /* while it is in a free list */
	};
	struct fd fd;
	char text[]; /* fd.name, then fd.name_raw unless it is equal */
};

/* Entries sorted by descriptor number.  Immutable while refs > 1. */
struct fd_array {
	uint32_t refs;
	uint32_t n, capacity;
	struct fd_node *nodes[];
};

struct fd_table {
	struct fd_array *array; /* NULL: empty */
	struct state *state;	/* limit, counters and free lists */
};

/* Freed nodes of one size class, kept for the next descriptors of about that size. */
enum { FD_FREE_LISTS = 8 };
struct fd_free_list {
	struct fd_node *first; /* linked by next_free; NULL: none */
	uint32_t n;
};

/* True if entry num has number num, as in a table without gaps. */
static inline bool fd_array_is_dense_at(const struct fd_array *array, int64_t num)
{
	return (uint64_t)num < array->n && array->nodes[num]->fd.num == num;
}

/* Makes t an empty table of s, which it borrows. */
void fd_table_init(struct fd_table *t, struct state *s);
/* Removes all entries without counting them. */
void fd_table_clear(struct fd_table *t);
/* Makes t a copy-on-write copy of from: takes a reference, allocates nothing. */
void fd_table_copy(struct fd_table *t, const struct fd_table *from);
/*
 * Inserts a copy of fd, names included, or replaces the entry of the same number.  Returns the
 * entry, owned by the table; NULL, counted in n_drops_full_fdtable, when the table has fd_limit
 * entries or memory is out.  fd->name and name_raw may point into the entry that is replaced.
 */
struct fd *fd_table_set(struct fd_table *t, const struct fd *fd);
/*
 * The entry, private to this table, for changes to anything but its names.  NULL when there is
 * none or memory is out.  Invalidates earlier pointers to this entry.
 */
struct fd *fd_table_get_writable(struct fd_table *t, int64_t num);
/* Removes the entry with this number; nothing happens if there is none or memory is out. */
void fd_table_remove(struct fd_table *t, int64_t num);
/* Removes every entry with a number in [first, last] that has all of flags (enum fd_flag). */
void fd_table_remove_range(struct fd_table *t, int64_t first, int64_t last, uint16_t flags);
/* Sets flags (enum fd_flag) in every entry with a number in [first, last]. */
void fd_table_set_flags(struct fd_table *t, int64_t first, int64_t last, uint16_t flags);
/* Frees the nodes in the free lists of s. */
void fd_free_lists_clear(struct state *s);

#endif
