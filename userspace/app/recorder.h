/* SPDX-License-Identifier: Apache-2.0 */
/*
 * capture.enabled: recordings that a rule starts.
 *
 * In: every event with the rules it matched.  Out: a capture file that starts with a match; one at
 * a time.
 */
#ifndef APP_RECORDER_H
#define APP_RECORDER_H

#include "config/config.h"
#include "rules/rule.h"
#include "event/event.h"
#include "state/state.h"

struct recorder;

/* Borrows c (until recorder_set()) and state.  NULL without memory. */
struct recorder *recorder_new(const struct config *c, struct state *state);
/*
 * Use another configuration from the next recording on, and its size limit already for the current
 * one.
 */
void recorder_set(struct recorder *r, const struct config *c);
/*
 * One event, after state and rules processed it; hits: the n rules it matched.  True if the file
 * reached capture.max_file_size_mb: the recording has ended.
 */
bool recorder_event(struct recorder *r, const struct event *ev, const struct rule *const *hits,
		    unsigned n);
/* Ends the recording if its time is over; ts: event time, ns. */
void recorder_time(struct recorder *r, uint64_t ts);
/* Bytes of the last file that reached the size limit. */
uint64_t recorder_written(const struct recorder *r);
/* Finishes the current recording.  NULL is allowed. */
void recorder_free(struct recorder *r);

#endif
