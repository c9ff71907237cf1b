/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recordings that rules ask for.
 *
 * In: every event with the rules it matched.  Out: from a match on, a capture file of what happens next; one at a time.
 */
#ifndef APP_RECORDER_H
#define APP_RECORDER_H

#include "config/config.h"
#include "rules/rule.h"
#include "event/event.h"
#include "state/state.h"

struct recorder;

struct recorder *recorder_new(const struct config *c, struct state *state);
/* Another configuration, from the next recording on; only the limit is for this one, too. */
void recorder_set(struct recorder *r, const struct config *c);
/* After state/ and rules have seen the event.  True if it filled the file: the recording is over. */
bool recorder_event(struct recorder *r, const struct event *ev, const struct rule *const *hits,
		    unsigned n);
/* No event, but time went on. */
void recorder_time(struct recorder *r, uint64_t ts);
/* Bytes of the last file that filled. */
uint64_t recorder_written(const struct recorder *r);
void recorder_free(struct recorder *r);

#endif
