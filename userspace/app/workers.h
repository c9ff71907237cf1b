/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several threads evaluate the events of one source.
 *
 * In: a source.  Out: alerts, in the order of events, byte for byte what one thread would have printed.
 *
 * The thread that reads the source puts events into batches as they are (source/batch.h), and every worker gets every batch.
 * Each has a state of its own (state/shard.h says who keeps what), decodes and evaluates the events of the thread groups it
 * owns, and of the others what everybody has to know; the last one to be done with a batch hands on all alerts of it, and of
 * the batches behind it that are done.  What is not about one event (signals, new rules, lost events, the end) happens
 * between batches: workers_drain() waits until nothing is left.
 */
#ifndef APP_WORKERS_H
#define APP_WORKERS_H

#include <stdbool.h>

#include "rules/match.h"
#include "source/source.h"

struct app;
struct workers;

struct workers_options {
	unsigned count; /* >= 2 */
	struct state_options state;
	/* For tests, 0 or NULL: events per batch, and what each worker does before an event. */
	unsigned batch_events;
	void (*pause)(void *arg, unsigned worker);
	void *pause_arg;
};

/* Before anything is known of the machine: what is seeded into app->state from here on is seeded into every worker's. */
struct workers *workers_new(struct app *app, const struct workers_options *opt);
/* app->state is seeded; rules, outputs and the recorder are there.  False when a thread cannot be started. */
bool workers_start(struct workers *w);
/* Every worker has done everything it was given, and its alerts are on their way. */
void workers_drain(struct workers *w);
void workers_free(struct workers *w);

/*
 * Have the source's next events evaluated, as many as are at hand, the last one the first at or after until.  *n is how many
 * that were, *ts the time of the last; there may be some whatever it returns.
 */
enum source_result workers_read(struct workers *w, struct source *src, uint64_t until,
				int timeout_ms, unsigned *n, uint64_t *ts);
/*
 * After workers_drain(): an event that was read turned out corrupt, and events of a source that cannot bear that end in front
 * of it; then *n is how many there were, and src->error says why.
 */
bool workers_failed(struct workers *w, struct source *src, uint64_t *n);

#endif
