/* SPDX-License-Identifier: Apache-2.0 */
/* Hash table from tid to thread. */
#include "state/thread_table.h"

#include <stdlib.h>

#include "state/thread.h"

/* Fibonacci hashing: tids are nearly consecutive. */
static uint32_t slot_of(const struct thread_table *t, int64_t tid)
{
	return (uint32_t)(((uint64_t)tid * 0x9e3779b97f4a7c15ull) >> 32) & (t->size - 1);
}

struct thread *thread_table_find(const struct thread_table *t, int64_t tid)
{
	if (!t->size)
		return NULL;
	for (uint32_t i = slot_of(t, tid); t->slots[i].t; i = (i + 1) & (t->size - 1))
		if (t->slots[i].tid == tid)
			return t->slots[i].t;
	return NULL;
}

static void table_add(struct thread_table *t, struct thread *th)
{
	uint32_t i = slot_of(t, th->tid);

	while (t->slots[i].t)
		i = (i + 1) & (t->size - 1);
	t->slots[i] = (struct thread_slot){ th->tid, th };
}

static bool table_grow(struct thread_table *t)
{
	struct thread_table bigger = { .size = t->size ? t->size * 2 : 1024, .used = t->used };

	bigger.slots = calloc(bigger.size, sizeof(bigger.slots[0]));
	if (!bigger.slots)
		return false;
	for (uint32_t i = 0; i < t->size; i++)
		if (t->slots[i].t)
			table_add(&bigger, t->slots[i].t);
	free(t->slots);
	*t = bigger;
	return true;
}

bool thread_table_insert(struct thread_table *t, struct thread *th)
{
	if (2 * (t->used + 1) > t->size && !table_grow(t))
		return false;
	table_add(t, th);
	t->used++;
	return true;
}

void thread_table_erase(struct thread_table *t, int64_t tid)
{
	uint32_t mask = t->size - 1, hole, i;

	if (!t->size)
		return;
	for (hole = slot_of(t, tid); t->slots[hole].t && t->slots[hole].tid != tid;)
		hole = (hole + 1) & mask;
	if (!t->slots[hole].t)
		return;
	t->used--;
	/* Fill the hole with the next entry whose probe sequence passes it, and so on. */
	for (i = (hole + 1) & mask; t->slots[i].t; i = (i + 1) & mask) {
		uint32_t home = slot_of(t, t->slots[i].tid);

		if (((i - home) & mask) >= ((i - hole) & mask)) {
			t->slots[hole] = t->slots[i];
			hole = i;
		}
	}
	t->slots[hole].t = NULL;
}
