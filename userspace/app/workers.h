/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several threads evaluate the events of one source.
 *
 * In: events, in order, from the thread that reads the source.  Out: alerts, in the order of events, byte for byte what
 * one thread would have printed.
 *
 * Events are numbered and collected in batches (app/batch.h), and every worker gets every batch.  Each has a state of
 * its own (state/shard.h says who keeps what) and evaluates the events of the thread groups it owns; the last one to be
 * done with a batch hands on all alerts of it, and of the batches behind it that are done.  What is not about one
 * event (signals, new rules, lost events, the end) happens between batches: workers_drain() waits until nothing is left.
 */
#ifndef APP_WORKERS_H
#define APP_WORKERS_H

#include <stdbool.h>

#include "event/event.h"
#include "rules/match.h"

struct app;
struct workers;

struct workers_options {
	unsigned count;			/* >= 2 */
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

/* The next event of the stream. */
void workers_add(struct workers *w, const struct event *ev);
/* Every event has been given to the workers: none waits here for its batch to fill. */
bool workers_idle(const struct workers *w);
/* Do not wait for more: the source has nothing to tell now. */
void workers_flush(struct workers *w);
/* Rules changed; nothing is under way. */
void workers_rules(struct workers *w);

#endif
