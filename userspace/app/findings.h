/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one worker found in a batch of events: alerts, in the order of events, and maybe an event that is none.
 *
 * In: lines, and the event each is about.  Out: those of all workers together, in the order of events.
 */
#ifndef APP_FINDINGS_H
#define APP_FINDINGS_H

#include "base/buf.h"
#include "rules/rule.h"

struct alert {
	uint64_t num; /* of the event */
	const struct rule *rule;
	size_t at, n; /* of the line, in text */
};

/* An event whose parameters are not what they say they are. */
struct fault {
	uint64_t num;	 /* 0: there is none */
	uint64_t offset; /* of its block, in the file */
	uint16_t type;
	const char *why; /* static */
};

struct findings {
	struct buf text;
	struct alert *v;
	unsigned n, cap;
	unsigned told; /* how many findings_next() has handed out */
	struct fault fault;
};

void findings_free(struct findings *f);
/* Forgets everything; the memory is kept. */
void findings_clear(struct findings *f);
void findings_add(struct findings *f, uint64_t num, const struct rule *rule, struct str line);
/* The next alert of n workers' findings that is of an event before num; NULL when there is none left. */
const struct alert *findings_next(struct findings *v, unsigned n, uint64_t num, struct str *line);
/* The first fault in n workers' findings; its num is 0 if nobody found one. */
struct fault findings_fault(const struct findings *v, unsigned n);

#endif
