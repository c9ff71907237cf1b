/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "did you mean": the known word nearest to a misspelt one.
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
	struct str best;   /* STR_NONE: nothing is near enough to be helpful */
	unsigned distance; /* of best; before the first candidate the limit plus one */
};

struct typo typo_of(struct str word);
/* candidate is borrowed. */
void typo_try(struct typo *t, struct str candidate);
/* Insertions, deletions, substitutions and swaps of neighbours; limit + 1 when there are more than limit. */
unsigned typo_distance(struct str a, struct str b, unsigned limit);

#endif
