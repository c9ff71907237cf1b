/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ring that is always nearly full.
 *
 * Whoever makes the calls on a CPU also is the reader of its ring, and before each call leaves just so many bytes free:
 * sooner or later every record meets every end of the ring. Afterwards what was written is whole, is within that room, and
 * what lies behind it, unread, is as it was.
 */
#ifndef RING_FULL_H
#define RING_FULL_H

#include <sys/types.h>

#include "reader.h"
#include "stress.h"

/* Of one ring; in memory that outlives its reader. */
struct ring_full {
	volatile uint64_t done; /* records read << 32 | offset behind the last: one store, as any call may be the last */
	volatile uint64_t n[EVENT_NUMBERS]; /* of these, about */
	volatile pid_t owner;		    /* the one thread that may go on with it */
	volatile int broken;		    /* what was wrong: words in ring_full.c */
	volatile uint32_t room, used, at, n_changed;
	char call[24]; /* the last one before */
};

/* For the process that calls, to begin with: stays on the CPU. */
void ring_full_start(struct ring_full *b, struct reader *r, unsigned cpu, struct dice *d);
/*
 * Is everything well since the last time? Then there is another room, for the call of this name that leaves this event.
 * Hostile calls make doubles of their caller: those end here.
 */
bool ring_full_next(const char *call, unsigned event);
/* The ring is the caller's from here on, whoever had it before. */
void ring_full_take_over(void);

/* For the one who opened the rings, when nobody calls any more: the rest, and the last word. */
bool ring_full_finish(struct ring_full *b, struct reader *r, unsigned cpu);

#endif
