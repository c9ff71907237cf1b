/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writer of capture files.
 *
 * In: the state as it is now, then events.  Out: a gzip-compressed file of today's block types,
 * which source/replay.c reads.  After the first error nothing more is written.
 */
#ifndef SOURCE_CAPTURE_H
#define SOURCE_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/event.h"
#include "state/state.h"

struct capture_writer;

/*
 * Creates the file, readable by its owner only, and writes the lists that precede the events.  NULL
 * with the reason in err.  capture_close() frees it.
 */
struct capture_writer *capture_create(const char *path, struct state *state, char *err,
				      size_t err_size);
/* Writes an event of today's schema. */
void capture_event(struct capture_writer *out, const struct event *ev);
/* Compressed bytes written; up to 128 KiB of uncompressed blocks may be missing from it. */
uint64_t capture_written(const struct capture_writer *out);
/* True after the first error; errno is set to it. */
bool capture_failed(const struct capture_writer *out);
/* Closes the file and frees out, in any case; false with errno if the file is incomplete. */
bool capture_close(struct capture_writer *out);

/* ---- for capture_lists.c ---- */

/* Begins a block with a body of that length; capture_bytes() then writes the body. */
void capture_block(struct capture_writer *out, uint32_t type, uint32_t body);
void capture_bytes(struct capture_writer *out, const void *p, size_t n);
void capture_block_end(struct capture_writer *out);
/*
 * Machine, interfaces, users, processes, descriptors; then, as events, the users of containers.
 * False: no memory.
 */
bool capture_lists(struct capture_writer *out, struct state *state);

#endif
