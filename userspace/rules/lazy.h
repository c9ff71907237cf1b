/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions about an image that are too dear to answer before somebody asks: searches in command lines.  The answer is
 * kept with the image, so everything forked from it has it too.
 */
#ifndef RULES_LAZY_H
#define RULES_LAZY_H

#include "filter/atom.h"

struct lazy {
	const struct atoms *atoms;
	uint32_t *position; /* per atom: 1 + its position among the lazy ones, 0 for others */
	unsigned n_words;   /* of one bit set */
	uint64_t epoch;	    /* answers of another one are not ours */
};

/* Memory from the arena. */
void lazy_init(struct lazy *l, const struct atoms *atoms, struct arena *a, uint64_t epoch);
/* For atoms with a position. */
bool lazy_holds(const struct lazy *l, uint32_t atom, struct extract *x);

#endif
