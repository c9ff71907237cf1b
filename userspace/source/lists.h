/* SPDX-License-Identifier: Apache-2.0 */
/* The lists before a capture's events: machine, processes, descriptors, interfaces, users. */
#ifndef SOURCE_LISTS_H
#define SOURCE_LISTS_H

#include <stdbool.h>
#include <stddef.h>

#include "source/block.h"
#include "state/state.h"

/*
 * Seeds state from a block at offset *at; false with *at and why when it does not parse.
 * Overwrites bytes of the block.
 */
bool lists_read(struct state *state, struct block *b, uint64_t *at, char *why, size_t why_size);

#endif
