/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What several states are told by /proc.
 *
 * States that must stay equal ask the same questions in the same order, but not at the same time, and /proc changes.  So
 * the first to ask a question gets it answered, and the others are given the same answer.
 */
#ifndef STATE_JOURNAL_H
#define STATE_JOURNAL_H

#include "state/state.h"

struct journal;
struct journal_reader;

/* Answers come from the lookups that are set in front.  NULL: no memory. */
struct journal *journal_new(const struct state *front, unsigned n_readers);
/* Reader i's questions go here from now on.  Every one of them has to join before the first event. */
void journal_join(struct journal *j, unsigned i, struct state *s);
void journal_free(struct journal *j);

/* Whether a thread is there; for state/purge.c. */
bool journal_exists(struct journal_reader *r, int64_t tid);

#endif
