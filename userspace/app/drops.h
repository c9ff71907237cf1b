/* SPDX-License-Identifier: Apache-2.0 */
/*
 * syscall_event_drops: the driver's counters of lost events, compared once per second of event
 * time.
 *
 * In: source_stats of two moments.  Out: the actions to take, limited by a token bucket.
 */
#ifndef APP_DROPS_H
#define APP_DROPS_H

#include <stdbool.h>

#include "config/config.h"
#include "source/source.h"

enum drops_action { DROPS_LOG = 1, DROPS_ALERT = 2, DROPS_EXIT = 4 };

struct drops {
	unsigned actions;   /* set of enum drops_action */
	double threshold;   /* share of lost events that is still ignored, 0..1 */
	double rate, burst; /* token bucket: tokens per second of event time, and at most */
	double tokens;
	bool simulate;		  /* simulate_drops: count one lost event per period, for tests */
	uint64_t next_ts;	  /* event time of the next comparison, ns; 0 before the first */
	uint64_t refill_ts;	  /* event time of the last refill of the bucket, ns */
	struct source_stats last; /* at the last comparison */
	uint64_t n_detected;	  /* periods above the threshold */
	uint64_t n_acted;	  /* of these, the ones that got a token */
};

/* Start with a full bucket.  c is not kept. */
void drops_init(struct drops *d, const struct config *c);
/* Take over another configuration; counters and tokens stay. */
void drops_set(struct drops *d, const struct config *c);
/*
 * Compare if a second of event time has passed since the last comparison. ts: event time, ns.
 * Returns the actions to take, 0 for none; *lost is then what was lost in this period.
 */
unsigned drops_check(struct drops *d, struct source *src, uint64_t ts, struct source_stats *lost);
/*
 * output_fields of the alert, for message_internal().  Sets *out to an array in the arena and
 * returns its length.
 */
struct message_field;
unsigned drops_fields(const struct source_stats *lost, struct arena *a, struct message_field **out);

#endif
