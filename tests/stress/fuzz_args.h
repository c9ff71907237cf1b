/* SPDX-License-Identifier: Apache-2.0 */
/* Random arguments of system calls, and the memory that they point to. */
#ifndef FUZZ_ARGS_H
#define FUZZ_ARGS_H

#include "stress.h"

/*
 * The memory that arguments point to. It lies below 4 GiB, for 32-bit callers. Every eighth page is
 * unmapped, inaccessible (PROT_NONE), read-only, or beyond the end of the mapped file (SIGBUS).
 */
struct fuzz_memory {
	unsigned char *pages;
	struct rng *rng;
};

enum { FUZZ_PAGES = 64, FUZZ_BYTES = FUZZ_PAGES * 4096 };

/* Maps the memory; false after an error, which it prints. rng is used by all calls on m. */
bool fuzz_memory_create(struct fuzz_memory *m, struct rng *rng);
/*
 * Writes 8 bytes, or discards or write-protects a page for a moment; for a thread that runs
 * concurrently with the system calls. rng: the generator of that thread.
 */
void fuzz_memory_modify(struct fuzz_memory *m, struct rng *rng);

/* An address for n bytes: valid, truncated by an inaccessible page, or invalid. */
unsigned long fuzz_address(struct fuzz_memory *m, unsigned n);
/* A small number, a power of two, a boundary value, or a random one. */
unsigned long fuzz_number(struct rng *rng);
/* A random argument; kind: enum arg_kind. */
unsigned long fuzz_argument(struct fuzz_memory *m, unsigned kind);

#endif
