/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Expensive predicates on process images (searches in command lines): evaluated on first use and
 * memoized in the image, which is shared by everything forked from it.
 */
#ifndef RULES_LAZY_H
#define RULES_LAZY_H

#include "filter/atom.h"

struct lazy {
	const struct atoms *atoms;
	uint32_t *position; /* per atom: its position among the lazy ones + 1; 0 for others */
	unsigned n_words;   /* of a bit set of all lazy atoms */
	uint64_t epoch;	    /* results in an image count only if they are of this epoch */
};

/*
 * Chooses the lazy atoms.  Memory from the arena; epoch is another one for each matcher of the same
 * state.
 */
void lazy_init(struct lazy *l, const struct atoms *atoms, struct arena *a, uint64_t epoch);
/*
 * The result of a lazy atom (one with a position) for the process of x->ev; false without a
 * process.
 */
bool lazy_holds(const struct lazy *l, uint32_t atom, struct extract *x);

#endif
