/* SPDX-License-Identifier: Apache-2.0 */
/*
 * syscall_event_drops: the driver's counters of lost events, compared once per second of event
 * time.
 *
 * In: the counters at two times.  Out: the actions to take, limited by a token bucket.
 */
#ifndef APP_DROPS_H
#define APP_DROPS_H

#include <stdbool.h>

#include "config/config.h"
#include "source/source.h"

enum drops_action { DROPS_LOG = 1, DROPS_ALERT = 2, DROPS_EXIT = 4 };

struct drops {
	unsigned actions;   /* set of enum drops_action */
	double threshold;   /* a share of lost events up to this one is ignored, 0..1 */
	double rate, burst; /* token bucket: tokens per second of event time; capacity */
	double tokens;
	bool simulate;		  /* simulate_drops: count one lost event per period, for tests */
	uint64_t next_ts;	  /* event time of the next comparison, ns; 0 before the first */
	uint64_t refill_ts;	  /* event time of the last refill of the bucket, ns */
	struct source_stats last; /* at the last comparison */
	uint64_t n_detected;	  /* periods above the threshold */
	uint64_t n_acted;	  /* periods for which actions were returned */
};

/* Start with a full bucket.  c is not kept. */
void drops_init(struct drops *d, const struct config *c);
/* Use another configuration from now on; counters and tokens stay.  c is not kept. */
void drops_set(struct drops *d, const struct config *c);
/*
 * Compare the counters of src with those one second of event time ago; before that second has
 * passed, return 0.  ts: event time, ns.  Returns the actions to take, 0 for none, and sets *lost
 * to the counts of this period.
 */
unsigned drops_check(struct drops *d, struct source *src, uint64_t ts, struct source_stats *lost);
/*
 * output_fields of the alert, for message_internal().  Sets *out to an array in the arena and
 * returns its length.
 */
struct message_field;
unsigned drops_fields(const struct source_stats *lost, struct arena *a, struct message_field **out);

#endif
