/* SPDX-License-Identifier: Apache-2.0 */
/* How often each rule and priority raised an alert: the block that is printed at the end. */
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
	struct tally_row *v; /* order of definition; rules of earlier loads keep their rows */
	unsigned n, cap;
};

/* The row of a rule, added when the name is new, into *row.  False when there is no memory for it. */
bool tally_row(struct tally *t, struct str name, unsigned *row);
void tally_print(const struct tally *t, struct buf *out);
void tally_free(struct tally *t);

static inline void tally_count(struct tally *t, unsigned row, enum priority priority)
{
	t->total++;
	t->by_priority[priority]++;
	t->v[row].count++;
}

#endif
