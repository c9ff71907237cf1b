// SPDX-License-Identifier: Apache-2.0
/*
 * Fuzz target: the positions of all nodes must be inside the YAML text, and the tree must be
 * finite.
 */
#include <stdint.h>
#include <stdlib.h>

#include "yaml/tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static unsigned visit(const struct tree *t, const struct tree_node *n, unsigned left)
{
	uint32_t line, column;

	if (n->offset > t->source.n || n->end > t->source.n || n->end < n->offset || !left)
		abort();
	tree_position(t, n->offset, &line, &column);
	if (line != n->line || column != n->column)
		abort();
	left--;
	for (unsigned i = 0; i < n->n; i++) {
		if (n->keys)
			left = visit(t, n->keys[i], left);
		left = visit(t, n->items[i], left);
	}
	return left;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct arena a = { 0 };
	struct tree t;

	if (tree_parse(&a, (struct str){ (const char *)bytes, n }, &t)) {
		unsigned left = 2 * TREE_MAX_NODES;

		for (unsigned i = 0; i < t.n_docs; i++)
			left = visit(&t, t.docs[i], left);
	} else if (!t.error.n || t.offset > n) {
		abort();
	}
	arena_free(&a);
	return 0;
}
