// SPDX-License-Identifier: Apache-2.0
/* Immutable set of strings. */
#include "filter/strset.h"

#include <stdlib.h>

/* Sets of at most this many members are searched without a hash table. */
enum { LINEAR_MAX = 3 };

static int by_bytes(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static uint64_t length_bit(size_t n)
{
	return 1ull << (n < 63 ? n : 63);
}

void strset_build(struct strset *set, struct arena *a, const struct str *values, unsigned n)
{
	unsigned kept = 0, size = 4;

	*set = (struct strset){ .v = arena_array(a, struct str, n ? n : 1) };
	if (n)
		memcpy(set->v, values, n * sizeof(*values));
	qsort(set->v, n, sizeof(*values), by_bytes);
	for (unsigned i = 0; i < n; i++) {
		if (kept && str_eq(set->v[kept - 1], set->v[i]))
			continue;
		set->v[kept++] = set->v[i];
		set->lengths |= length_bit(set->v[i].n);
	}
	set->n = kept;
	if (kept <= LINEAR_MAX)
		return;
	while (size < 2 * kept)
		size *= 2;
	set->mask = size - 1;
	set->index = arena_array(a, uint32_t, size);
	for (unsigned i = 0; i < kept; i++) {
		uint32_t at = str_hash(set->v[i]) & set->mask;

		while (set->index[at])
			at = (at + 1) & set->mask;
		set->index[at] = i + 1;
	}
}

int strset_find(const struct strset *set, struct str s)
{
	if (!(set->lengths & length_bit(s.n)))
		return -1;
	if (!set->index) {
		for (unsigned i = 0; i < set->n; i++)
			if (str_eq(set->v[i], s))
				return (int)i;
		return -1;
	}
	for (uint32_t at = str_hash(s) & set->mask; set->index[at]; at = (at + 1) & set->mask)
		if (str_eq(set->v[set->index[at] - 1], s))
			return (int)set->index[at] - 1;
	return -1;
}
