/* SPDX-License-Identifier: Apache-2.0 */
/* Number of alerts per rule and priority: the summary printed at the end. */
#ifndef APP_TALLY_H
#define APP_TALLY_H

#include <stdint.h>

#include "base/buf.h"
#include "rules/rule.h"

struct tally_row {
	struct str name; /* owned */
	uint64_t count;
};

struct tally {
	uint64_t total;
	uint64_t by_priority[PRIO_DEBUG + 1];
	struct tally_row *v; /* in order of definition; rules of earlier loads keep their rows */
	unsigned n, cap;
};

/*
 * Set *row to the row of the rule with this name; a new row, with a copy of the name, is added if
 * it has none.  False without memory.
 */
bool tally_row(struct tally *t, struct str name, unsigned *row);
/* Append the summary to out. */
void tally_print(const struct tally *t, struct buf *out);
/* Release the rows, not t itself. */
void tally_free(struct tally *t);

/* Count one alert of a rule.  row: from tally_row(). */
static inline void tally_count(struct tally *t, unsigned row, enum priority priority)
{
	t->total++;
	t->by_priority[priority]++;
	t->v[row].count++;
}

#endif
