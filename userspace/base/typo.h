/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For "did you mean": the known word that is closest to an unknown one.
 *
 *	struct typo t = typo_of(word);
 *	typo_try(&t, candidate);	// for each known word
 *	if (t.best.p) ...
 */
#ifndef BASE_TYPO_H
#define BASE_TYPO_H

#include "base/str.h"

struct typo {
	struct str word;
	struct str best;   /* STR_NONE: no candidate is close enough */
	unsigned distance; /* of best; before the first candidate the limit + 1 */
};

/* A search without candidates yet; word is borrowed. */
struct typo typo_of(struct str word);
/* Takes the candidate, which is borrowed, if it is closer than the best so far. */
void typo_try(struct typo *t, struct str candidate);
/* Number of insertions, deletions, substitutions and swaps of neighbours; limit + 1 if it is above limit. */
unsigned typo_distance(struct str a, struct str b, unsigned limit);

#endif
