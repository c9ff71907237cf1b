/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ring that is always nearly full.
 *
 * The process that makes system calls on a CPU also reads this CPU's ring. Before each call it
 * leaves a random number of bytes free. Afterwards records must be well-formed and fit in that
 * space, and the unread bytes after it must be unchanged.
 */
#ifndef RING_FULL_H
#define RING_FULL_H

#include <sys/types.h>

#include "reader.h"
#include "stress.h"

/* State of one ring, in shared memory: it outlives the process that reads the ring. */
struct ring_full {
	/* records read << 32 | ring offset after the last one; one store, as the process may be killed */
	volatile uint64_t done;
	volatile uint64_t n[EVENT_NUMBERS]; /* records by event; approximate */
	volatile pid_t owner;		    /* the only thread that may continue */
	volatile int error;		    /* enum in ring_full.c */
	volatile uint32_t space, used, at, n_changed;
	char call[24]; /* name of the last call */
};

/* Called first by a process that makes calls: pins it to the CPU. */
void ring_full_start(struct ring_full *ring, struct reader *r, unsigned cpu, struct rng *d);
/*
 * Checks the ring after the previous call, then chooses the space for the next one: its name, and
 * the event it is recorded as.
 * A fuzzed clone may have duplicated the caller: a duplicate exits here.
 */
bool ring_full_next(const char *call, unsigned event);
/* Makes the calling thread the owner of the ring. */
void ring_full_take_over(void);

/*
 * Called by the process that opened the rings when all others have ended: reads the rest, reports
 * errors.
 */
bool ring_full_finish(struct ring_full *ring, struct reader *r, unsigned cpu);

#endif
