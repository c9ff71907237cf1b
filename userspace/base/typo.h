/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Search for the known word that is closest to an unknown one, for "did you mean" messages.
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
	unsigned distance; /* of best; without best, the largest allowed distance + 1 */
};

/* A new search, without candidates; word is borrowed. */
struct typo typo_of(struct str word);
/* Makes the candidate, which is borrowed, the best if it is closer than the best so far. */
void typo_try(struct typo *t, struct str candidate);
/*
 * Edit distance: the number of insertions, deletions, substitutions and swaps of adjacent
 * characters.  limit + 1 if it is above limit.
 */
unsigned typo_distance(struct str a, struct str b, unsigned limit);

#endif
