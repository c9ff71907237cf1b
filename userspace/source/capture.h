/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A capture file, written.
 *
 * In: the state as it is now, then events.  Out: a gzip-compressed file of today's block types,
 * which source/replay.c reads back.  The first error sticks: what comes after it is not written.
 */
#ifndef SOURCE_CAPTURE_H
#define SOURCE_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/event.h"
#include "state/state.h"

struct capture_out;

/*
 * Makes the file, for nobody else to read, and writes what stands in front of the events.  NULL
 * with err.
 */
struct capture_out *capture_create(const char *path, struct state *state, char *err,
				   size_t err_size);
void capture_event(struct capture_out *out, const struct event *ev);
/* Bytes in the file, as of some 100 kB of events ago. */
uint64_t capture_written(const struct capture_out *out);
/* True once anything could not be written; errno says why. */
bool capture_failed(const struct capture_out *out);
/* Frees it in any case; false with errno if the file is not whole. */
bool capture_close(struct capture_out *out);

/* ---- for capture_lists.c: one block after another, lengths known in front ---- */

void capture_block(struct capture_out *out, uint32_t type, uint32_t body);
void capture_bytes(struct capture_out *out, const void *p, size_t n);
void capture_block_end(struct capture_out *out);
/*
 * Machine, interfaces, users, processes, descriptors; then, as events, the users of containers.
 * False: no memory.
 */
bool capture_lists(struct capture_out *out, struct state *state);

#endif
