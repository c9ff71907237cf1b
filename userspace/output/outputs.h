/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All enabled channels, fed from one queue.
 *
 * In: finished lines from the event loop.  Out: one thread, the output thread, writes every line to
 * every channel.  A slow channel delays the other channels, but never the event loop.
 */
#ifndef OUTPUT_OUTPUTS_H
#define OUTPUT_OUTPUTS_H

#include "base/str.h"
#include "config/config.h"

struct outputs;

/* Whether c switches on at least one channel of channels.def. */
bool outputs_any_enabled(const struct config *c);
/*
 * Start the output thread.  NULL when no channel is enabled, or without memory or threads.  Borrows
 * c.
 */
struct outputs *outputs_new(const struct config *c);
/*
 * Queue a line (copied).  Never blocks: dropped and counted when 64 MiB are queued or memory is
 * short.
 */
void outputs_emit(struct outputs *o, enum priority priority, struct str line);
/*
 * Queue a request to close and reopen files and programs (log rotation): lines queued before it go
 * to the old ones.
 */
void outputs_reopen(struct outputs *o);
/* Lines dropped so far. */
uint64_t outputs_dropped(struct outputs *o);
/* Write what is queued, end the thread, close the channels.  NULL is allowed. */
void outputs_free(struct outputs *o);

#endif
