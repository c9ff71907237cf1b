// SPDX-License-Identifier: Apache-2.0
/* Edit distance of short words, for "did you mean" messages. */
#include "base/typo.h"

enum { WORD_MAX = 64 };

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

unsigned typo_distance(struct str a, struct str b, unsigned limit)
{
	unsigned rows[3][WORD_MAX + 1], *before = rows[0], *last = rows[1], *row = rows[2], *spare;

	if (a.n > WORD_MAX || b.n > WORD_MAX || (a.n > b.n ? a.n - b.n : b.n - a.n) > limit)
		return limit + 1;
	for (unsigned j = 0; j <= b.n; j++)
		last[j] = j;
	for (unsigned i = 1; i <= a.n; i++) {
		row[0] = i;
		for (unsigned j = 1; j <= b.n; j++) {
			row[j] = least(least(last[j], row[j - 1]) + 1,
				       last[j - 1] + (a.p[i - 1] != b.p[j - 1]));
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1])
				row[j] = least(row[j], before[j - 2] + 1);
		}
		spare = before;
		before = last;
		last = row;
		row = spare;
	}
	return least(last[b.n], limit + 1);
}

/* The largest allowed distance is a third of the length of the word, at most 4. */
struct typo typo_of(struct str word)
{
	return (struct typo){ .word = word,
			      .distance = (unsigned)least((unsigned)word.n / 3, 4) + 1 };
}

void typo_try(struct typo *t, struct str candidate)
{
	unsigned d;

	if (t->distance == 0)
		return;
	d = typo_distance(t->word, candidate, t->distance - 1);
	if (d < t->distance) {
		t->distance = d;
		t->best = candidate;
	}
}
