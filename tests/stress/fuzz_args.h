/* SPDX-License-Identifier: Apache-2.0 */
/* Random arguments, and the memory they point to. */
#ifndef FUZZ_ARGS_H
#define FUZZ_ARGS_H

#include "stress.h"

/*
 * Below 4 GiB, for 32-bit callers. Every eighth page is unmapped, without access, read-only, or
 * beyond the end of its file.
 */
struct fuzz_memory {
	unsigned char *pages;
	struct rng *rng;
};

enum { FUZZ_PAGES = 64, FUZZ_BYTES = FUZZ_PAGES * 4096 };

bool fuzz_memory_create(struct fuzz_memory *h, struct rng *rng);
/* Changes one word or the protection of one page; for a thread that runs beside the calls. */
void fuzz_memory_modify(struct fuzz_memory *h, struct rng *rng);

/* An address for n bytes: valid, crossing into an inaccessible page, or invalid. */
unsigned long fuzz_address(struct fuzz_memory *h, unsigned n);
unsigned long fuzz_number(struct rng *d);
/* An argument of this enum use_kind. */
unsigned long fuzz_argument(struct fuzz_memory *h, unsigned kind);

#endif
