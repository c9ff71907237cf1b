/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several rings as one stream in time order.
 *
 * In: rings, and the wall clock.  Out: the ring whose record is the next.
 *
 * A binary heap over the rings that hold records, by the time of their first record: an event costs
 * a comparison or two, not a look at every CPU.  The rings' heads are read only when the heap has
 * nothing more to say (merge_refill()).
 *
 * An empty ring may yet produce an older record than the ones in sight: a record carries the time
 * at which it was begun and is seen when it is finished.  So only records at least MERGE_SLACK
 * older than the last look at all heads are handed out; the others wait for the next look.  The
 * guarantee: the stream is ordered by time provided that no record takes longer than MERGE_SLACK
 * from its time to its publication, and that the clock is not stepped; records of one ring never
 * change places.  When a ring fills, room is worth more than patience: the slack shrinks to
 * MERGE_SLACK_FULL, far more than a record takes on a CPU that is not taken away from it.  A step
 * of the clock can misplace records around it but not hold anything up: a record from the future
 * counts as being from now.
 */
#ifndef SOURCE_MERGE_H
#define SOURCE_MERGE_H

#include <stdbool.h>
#include <stdint.h>

#include "source/ring.h"

#define MERGE_SLACK 10000000ull	   /* ns */
#define MERGE_SLACK_FULL 500000ull /* ns, while a ring is filled by an eighth or more */

struct merge_entry {
	uint64_t key;  /* time of the ring's first record */
	uint32_t ring; /* index; the smaller goes first at equal times */
};

struct merge {
	struct ring *rings;
	unsigned n_rings;
	struct merge_entry *heap;
	unsigned n_heap;
	bool *queued;	       /* per ring: is in the heap */
	uint64_t now, horizon; /* of the last refill: wall clock; newest time that may go out */
	struct ring *current;  /* whose record is handed out, passed by the next merge_next() */
};

/* 0 or -1 when out of memory.  The rings stay the caller's. */
int merge_init(struct merge *m, struct ring *rings, unsigned n_rings);
void merge_free(struct merge *m);
/* Read all heads; now is the wall clock taken before.  Bytes in sight, all rings. */
uint64_t merge_refill(struct merge *m, uint64_t now);
/* The ring with the next record, valid until the next call; NULL: refill, or wait. */
struct ring *merge_next(struct merge *m);
/* Give every passed byte back to the kernel: before going to sleep. */
void merge_publish(struct merge *m);

#endif
