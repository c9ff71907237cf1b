/* SPDX-License-Identifier: Apache-2.0 */
/* Hostile memory: where an argument may point to, and what it finds there. */
#ifndef FUZZ_ARGS_H
#define FUZZ_ARGS_H

#include "stress.h"

/* Below 4 GiB, so that 32-bit callers can name it too. Pages with gaps: readable, read-only, never brought in, none. */
struct fuzz_memory {
	unsigned char *pages;
	struct dice *dice;
};

enum { FUZZ_PAGES = 64, FUZZ_BYTES = FUZZ_PAGES * 4096 };

bool fuzz_memory_create(struct fuzz_memory *h, struct dice *dice);
/* For another thread: changes something, somewhere. */
void fuzz_memory_modify(struct fuzz_memory *h, struct dice *dice);

/* An address for n bytes: sound, across an edge, or of nothing at all. */
unsigned long fuzz_address(struct fuzz_memory *h, unsigned n);
unsigned long fuzz_number(struct dice *d);
/* An argument of enum use_kind. */
unsigned long fuzz_argument(struct fuzz_memory *h, unsigned kind);

#endif
