/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All enabled channels behind one queue.
 *
 * In: finished lines, from the thread that reads events.  Out: every channel gets every line, from a thread of its own,
 * so that a slow one delays the others but never the reading of events.
 */
#ifndef OUTPUT_OUTPUTS_H
#define OUTPUT_OUTPUTS_H

#include "base/str.h"
#include "config/config.h"

struct outputs;

/* Whether c switches on at least one channel of channels.def. */
bool outputs_any_enabled(const struct config *c);
/* NULL when no channel is enabled.  c is borrowed. */
struct outputs *outputs_new(const struct config *c);
/* The line is copied. */
void outputs_emit(struct outputs *o, enum priority priority, struct str line);
/* Files and programs close and open again, behind what is queued. */
void outputs_reopen(struct outputs *o);
uint64_t outputs_dropped(struct outputs *o);
/* Writes out what is queued, then ends. */
void outputs_free(struct outputs *o);

#endif
