// SPDX-License-Identifier: Apache-2.0
/* Memoized results of expensive predicates on process images. */
#include "rules/lazy.h"

#include <stdlib.h>

static bool is_search(enum op op)
{
	switch (op) {
	case OP_CONTAINS:
	case OP_ICONTAINS:
	case OP_GLOB:
	case OP_IGLOB:
	case OP_REGEX:
	case OP_PMATCH:
		return true;
	default:
		return false;
	}
}

void lazy_init(struct lazy *l, const struct atoms *atoms, struct arena *a, uint64_t epoch)
{
	unsigned n = 0;

	*l = (struct lazy){ .atoms = atoms, .epoch = epoch };
	l->position = arena_array(a, uint32_t, atoms->n + 1);
	for (unsigned i = 0; i < atoms->n; i++)
		if (is_search(atoms->v[i]->op) && atom_dep(atoms->v[i]) == DEP_IMAGE)
			l->position[i] = ++n;
	l->n_words = n / 64 + 1;
}

/*
 * Two bit sets in the image: which atoms were evaluated, and which of them hold.  NULL if memory
 * runs out.
 */
static uint64_t *results_of(const struct lazy *l, struct image *image)
{
	size_t bytes = 2 * l->n_words * sizeof(uint64_t);

	if (image->lazy_results && image->lazy_epoch == l->epoch)
		return image->lazy_results;
	free(image->lazy_results);
	image->lazy_results = calloc(1, bytes);
	image->lazy_epoch = l->epoch;
	return image->lazy_results;
}

bool lazy_holds(const struct lazy *l, uint32_t atom, struct extract *x)
{
	uint32_t bit = l->position[atom] - 1, word = bit / 64;
	uint64_t mask = 1ull << (bit % 64), *known;
	bool holds;

	if (!x->ev->thread)
		return false;
	known = results_of(l, x->ev->thread->image);
	if (known && (known[word] & mask))
		return known[l->n_words + word] & mask;
	holds = atom_holds(l->atoms->v[atom], x);
	if (known) {
		known[word] |= mask;
		known[l->n_words + word] |= holds ? mask : 0;
	}
	return holds;
}
