// SPDX-License-Identifier: Apache-2.0
/* Starts, extends and ends recordings. */
#include "app/recorder.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "source/capture.h"

enum { NS_PER_MS = 1000000 };

struct recorder {
	const struct config *config;
	struct state *state;
	struct capture_writer *out; /* NULL: nothing is being recorded */
	uint64_t until;		    /* event time (ns) at which the recording ends */
	uint64_t max;		    /* size limit, bytes; 0: none */
	uint64_t written;	    /* size of the last file that reached the limit, bytes */
	char *path;
	bool failing; /* the last recording could not be created: logged once */
};

struct recorder *recorder_new(const struct config *c, struct state *state)
{
	struct recorder *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->config = c;
	r->state = state;
	r->max = (uint64_t)c->record_max_mb << 20;
	return r;
}

void recorder_set(struct recorder *r, const struct config *c)
{
	r->config = c;
	r->max = (uint64_t)c->record_max_mb << 20;
}

static void recorder_stop(struct recorder *r)
{
	if (!r->out)
		return;
	if (capture_close(r->out))
		log_printf(LOG_INFO, "Recorded %s", r->path);
	else
		log_printf(LOG_ERR, "%s: the recording is truncated: %s", r->path, strerror(errno));
	r->out = NULL;
	free(r->path);
	r->path = NULL;
}

/* After a failure every match tries again: the failure is logged once. */
static void recorder_start(struct recorder *r, const struct event *ev)
{
	char err[512];

	if (asprintf(&r->path, "%.*s_%020" PRIu64 "_%020" PRIu64 ".scap",
		     STR_ARGS(r->config->record_prefix), ev->ts, ev->num) < 0) {
		r->path = NULL;
		return;
	}
	r->out = capture_create(r->path, r->state, err, sizeof(err));
	if (r->out) {
		r->failing = false;
		return;
	}
	if (!r->failing)
		log_printf(LOG_ERR, "%s", err);
	r->failing = true;
	free(r->path);
	r->path = NULL;
}

/*
 * Every match extends a recording, never shortens it; only rules with `capture`, or all with
 * capture.mode all_rules, start one.
 */
static void recorder_match(struct recorder *r, const struct event *ev, const struct rule *rule)
{
	uint64_t ms = rule->capture_duration_ms ? rule->capture_duration_ms
						: (uint64_t)r->config->record_ms;
	uint64_t until = ev->ts + ms * NS_PER_MS;

	if (!r->out && (rule->capture || r->config->record_all)) {
		r->until = 0;
		recorder_start(r, ev);
	}
	if (r->out && until > r->until)
		r->until = until;
}

bool recorder_event(struct recorder *r, const struct event *ev, const struct rule *const *hits,
		    unsigned n)
{
	recorder_time(r, ev->ts);
	for (unsigned i = 0; i < n; i++)
		recorder_match(r, ev, hits[i]);
	if (!r->out)
		return false;
	capture_event(r->out, ev);
	if (capture_failed(r->out)) {
		recorder_stop(r);
		return false;
	}
	if (!r->max || capture_written(r->out) < r->max)
		return false;
	r->written = capture_written(r->out);
	recorder_stop(r);
	return true;
}

void recorder_time(struct recorder *r, uint64_t ts)
{
	if (r->out && ts > r->until)
		recorder_stop(r);
}

uint64_t recorder_written(const struct recorder *r)
{
	return r->written;
}

void recorder_free(struct recorder *r)
{
	if (!r)
		return;
	recorder_stop(r);
	free(r);
}
