/* SPDX-License-Identifier: Apache-2.0 */
/* Removal of threads whose exit event was lost; live only; for state/ only. */
#ifndef STATE_PURGE_H
#define STATE_PURGE_H

#include <stdint.h>

struct state;

/*
 * A bounded part of a scan of the thread table, if a scan is due at event time now (ns since the
 * epoch).  Removes placeholders, and idle threads that /proc does not have.
 */
void purge_step(struct state *s, uint64_t now);

#endif
