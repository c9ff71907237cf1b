/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hash table from tid to thread: open addressing, linear probing, at most half full; for state/.
 *
 * Deletion moves later entries of the probe sequence back: no tombstones are needed.
 */
#ifndef STATE_THREAD_TABLE_H
#define STATE_THREAD_TABLE_H

#include <stdbool.h>
#include <stdint.h>

struct thread;

struct thread_slot {
	int64_t tid;
	struct thread *t; /* NULL: free */
};

struct thread_table {
	struct thread_slot *slots;
	uint32_t size, used; /* size is a power of two, or 0 before the first insertion */
};

/* NULL: not in the table. */
struct thread *thread_table_find(const struct thread_table *t, int64_t tid);
/* th->tid must not be in the table, which borrows th.  False: out of memory. */
bool thread_table_insert(struct thread_table *t, struct thread *th);
/* Does nothing if tid is not in the table. */
void thread_table_erase(struct thread_table *t, int64_t tid);

#endif
