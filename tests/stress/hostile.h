/* SPDX-License-Identifier: Apache-2.0 */
/* Hostile memory: where an argument may point to, and what it finds there. */
#ifndef HOSTILE_H
#define HOSTILE_H

#include "stress.h"

/* Below 4 GiB, so that 32-bit callers can name it too. Pages with gaps: readable, read-only, never brought in, none. */
struct hostile {
	unsigned char *pages;
	struct dice *dice;
};

enum { HOSTILE_PAGES = 64, HOSTILE_BYTES = HOSTILE_PAGES * 4096 };

bool hostile_make(struct hostile *h, struct dice *dice);
/* For another thread: changes something, somewhere. */
void hostile_meddle(struct hostile *h, struct dice *dice);

/* An address for n bytes: sound, across an edge, or of nothing at all. */
unsigned long hostile_place(struct hostile *h, unsigned n);
unsigned long hostile_number(struct dice *d);
/* An argument of enum use_kind. */
unsigned long hostile_argument(struct hostile *h, unsigned kind);

#endif
