/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Queue and output thread, which writes every line to all enabled channels.
 *
 * In: complete lines from the event loop.  Out: lines in files, programs, syslog, standard output.
 * A slow channel delays the other channels, but never the event loop.
 */
#ifndef OUTPUT_OUTPUTS_H
#define OUTPUT_OUTPUTS_H

#include "base/str.h"
#include "config/config.h"

struct outputs;

/* Whether c enables at least one channel of channels.def. */
bool outputs_any_enabled(const struct config *c);
/*
 * Start the output thread.  NULL if no channel is enabled, or without memory or a thread.  Borrows
 * c.
 */
struct outputs *outputs_new(const struct config *c);
/*
 * Queue a copy of a line.  Never blocks: the line is dropped and counted if 64 MiB are queued or
 * without memory.
 */
void outputs_emit(struct outputs *o, enum priority priority, struct str line);
/*
 * Queue a request to close and reopen files and programs (log rotation): lines queued before it are
 * written to the old ones.
 */
void outputs_reopen(struct outputs *o);
/* Lines dropped so far. */
uint64_t outputs_dropped(struct outputs *o);
/* Write all queued lines, end the thread, close the channels.  NULL is allowed. */
void outputs_free(struct outputs *o);

#endif
