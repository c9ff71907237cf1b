/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ring that is always nearly full.
 *
 * The process that makes system calls on a CPU also reads the ring of this CPU. Before each call it
 * leaves a random number of bytes free. After the call the new records must be well-formed and fit
 * in that space, and the unread bytes after it must be unchanged.
 */
#ifndef RING_FULL_H
#define RING_FULL_H

#include <sys/types.h>

#include "reader.h"
#include "stress.h"

/* State of one ring; in shared memory, because the process that reads the ring may be killed. */
struct ring_full {
	/*
	 * Number of records read << 32 | ring offset after the last one. One variable, because the
	 * process may be killed between two stores.
	 */
	volatile uint64_t done;
	volatile uint64_t n[EVENT_NUMBERS]; /* records by event; approximate */
	volatile pid_t owner;		    /* tid; other threads exit in ring_full_next() */
	volatile int error;		    /* enum in ring_full.c */
	/* free bytes, bytes written; offset and number of unread bytes that were overwritten */
	volatile uint32_t space, used, first_changed, n_changed;
	char call[24]; /* name of the last call */
};

/* A process that makes calls starts with this: pins it to the CPU and makes it the owner. */
void ring_full_start(struct ring_full *ring, struct reader *r, unsigned cpu, struct rng *rng);
/*
 * Checks the ring after the previous call, then leaves space for the next one. call: its name;
 * event: the event that records it. Returns false after an error. A thread that is not the owner,
 * made by a fuzzed clone, exits here.
 */
bool ring_full_next(const char *call, unsigned event);
/* Makes the calling thread the owner of the ring. */
void ring_full_take_over(void);

/*
 * The process that opened the rings calls this after all others have ended: reads the remaining
 * records and reports errors.
 */
bool ring_full_finish(struct ring_full *ring, struct reader *r, unsigned cpu);

#endif
