/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Merges several rings into one stream in time order.
 *
 * In: rings, and the wall clock.  Out: the ring that has the next record.
 *
 * A binary heap of the rings that have records, by the time of their first record: an event costs
 * one or two comparisons, not one per CPU.  The heads of the rings are read only when no record in
 * the heap may be delivered (merge_refill()).
 *
 * An empty ring may still get a record older than those in the heap: the time of a record is that
 * of its reservation, and it becomes visible when it is complete.  Therefore only records older
 * than the merge horizon are delivered, which is MERGE_SLACK before the last read of all heads;
 * younger ones stay in their rings.  The invariant: the stream is ordered by time, provided that no
 * record takes longer than MERGE_SLACK from its reservation to its publication, and that the clock
 * is not stepped; records of one ring are never reordered.  When a ring fills, losing records is
 * worse than reordering them: the slack shrinks to MERGE_SLACK_FULL, far more than a record takes
 * on a CPU that is not preempted.  A step of the clock can misplace records around it but cannot
 * delay any: a record with a time in the future counts as one of now.
 */
#ifndef SOURCE_MERGE_H
#define SOURCE_MERGE_H

#include <stdbool.h>
#include <stdint.h>

#include "source/ring.h"

#define MERGE_SLACK 10000000ull	   /* ns */
#define MERGE_SLACK_FULL 500000ull /* ns, while a ring is filled by an eighth or more */

struct merge_entry {
	uint64_t key;  /* time of the ring's first record, ns since the epoch */
	uint32_t ring; /* index; at equal times the smaller goes first */
};

struct merge {
	struct ring *rings;
	unsigned n_rings;
	struct merge_entry *heap;
	unsigned n_heap;
	bool *queued; /* per ring: is in the heap */
	uint64_t now,
		horizon; /* at the last refill: wall clock; newest time that may be delivered */
	struct ring *current; /* whose record merge_next() returned; NULL: none */
};

/* 0, or -1: out of memory.  rings is borrowed. */
int merge_init(struct merge *m, struct ring *rings, unsigned n_rings);
void merge_free(struct merge *m);
/*
 * Reads the heads of all rings; now is the wall clock, read before.  Returns the bytes in all
 * rings.
 */
uint64_t merge_refill(struct merge *m, uint64_t now);
/*
 * The ring with the next record, valid until the next call; NULL: none is older than the horizon.
 */
struct ring *merge_next(struct merge *m);
/* Publishes the tails of all rings: before sleeping. */
void merge_publish(struct merge *m);

#endif
