/* SPDX-License-Identifier: Apache-2.0 */
/* Removal of threads whose exit event was lost; live only; for state/ only. */
#ifndef STATE_PURGE_H
#define STATE_PURGE_H

#include <stdint.h>

struct state;

/*
 * If a scan of the thread table is due at event time now (ns since the epoch), scans a bounded part
 * of the table.  Removes placeholders, and idle threads that are not in /proc.
 */
void purge_step(struct state *s, uint64_t now);

#endif
