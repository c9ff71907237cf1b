/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recordings that rules ask for.
 *
 * In: every event with the rules it matched.  Out: from a match on, a capture file of what happens next; one at a time.
 */
#ifndef APP_RECORD_H
#define APP_RECORD_H

#include "config/config.h"
#include "event/event.h"
#include "state/state.h"

struct record;

struct record *record_new(const struct config *c, struct state *state);
/* After state/ and rules have seen the event.  True if it filled the file: the recording is over. */
bool record_event(struct record *r, const struct event *ev, const struct rule *const *hits, unsigned n);
/* No event, but time went on. */
void record_time(struct record *r, uint64_t ts);
/* Bytes of the last file that filled. */
uint64_t record_written(const struct record *r);
void record_free(struct record *r);

#endif
