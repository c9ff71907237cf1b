/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Some events in a row, copied out of the source so that it can go on, and what was found in them.
 *
 * In: parsed events, by whoever reads the source.  Out: the same events, any number of times, for any number of readers;
 * then the alerts of all of them, in the order of events.
 */
#ifndef APP_BATCH_H
#define APP_BATCH_H

#include "base/buf.h"
#include "event/event.h"
#include "rules/rule.h"

struct alert {
	uint64_t num;			/* of the event */
	const struct rule *rule;
	size_t at, n;			/* of the line, in text */
};

/* One reader's alerts, in the order of events. */
struct findings {
	struct buf text;
	struct alert *v;
	unsigned n, cap;
	unsigned told;			/* how many batch_alert() has handed out */
};

/* Events in a row that are about one process alone: whoever passes over the first passes over them all. */
struct run {
	size_t end;			/* of its entries, in bytes of the batch; the next run begins there */
	uint64_t ts;			/* of the last, which is the latest */
	int64_t tid;
	unsigned n;
	bool local;			/* else there is one event in it */
};

struct batch {
	struct buf bytes;		/* entries back to back */
	unsigned n_events;
	struct run *runs;		/* every event is in one */
	struct run *run;		/* the last of them; behind batch_clear() one that takes no event */
	unsigned n_runs, runs_capacity;
	uint64_t first_num;		/* evt.num of its first event */
	struct findings *found;		/* one per reader */
	unsigned n_readers;
};

bool batch_init(struct batch *b, unsigned n_readers);
void batch_free(struct batch *b);
/* Forgets events and findings; the memory is kept. */
void batch_clear(struct batch *b);

/*
 * whole: with its parameters; else readers see an event without any.  local: about its process alone, so that it may be in
 * a run with others.
 */
void batch_add(struct batch *b, const struct event *ev, bool whole, bool local);
/* The event at *at, which is 0 for the first; false behind the last.  ev lives as long as the batch is not cleared. */
bool batch_next(const struct batch *b, size_t *at, struct event *ev);

void findings_add(struct findings *f, uint64_t num, const struct rule *rule, struct str line);
/* The next alert of an event not after num, in order of events; NULL when there is none left. */
const struct alert *batch_alert(struct batch *b, uint64_t num, struct str *line);

#endif
