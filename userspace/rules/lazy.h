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
	uint32_t *position; /* per atom: its position among the lazy atoms + 1; 0: not lazy */
	unsigned n_words;   /* 64-bit words in a bit set of all lazy atoms */
	uint64_t epoch;	    /* results in an image are valid only if they are of this epoch */
};

/*
 * Chooses the lazy atoms.  Memory is in the arena; epoch differs for each matcher of the same
 * state.
 */
void lazy_init(struct lazy *l, const struct atoms *atoms, struct arena *a, uint64_t epoch);
/* The result of a lazy atom for the process of x->ev; false if the event has no process. */
bool lazy_holds(const struct lazy *l, uint32_t atom, struct extract *x);

#endif
