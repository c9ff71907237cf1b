/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Items → rules: lists go in as text, macros as trees.
 *
 * In: a collection.  Out: struct rules, or the first complaint.
 */
#ifndef RULES_RESOLVE_H
#define RULES_RESOLVE_H

#include "rules/read.h"

/* Far beyond anything written by people; what they stop is a small file that grows without end. */
enum {
	RESOLVE_MAX_ITEMS = 1000000, /* of one list, expanded */
	RESOLVE_MAX_TEXT = 8 << 20,  /* bytes of one condition, lists substituted */
	RESOLVE_MAX_NODES = 1000000, /* of one condition, macros expanded */
	RESOLVE_MAX_HEIGHT = 4000,
};

struct list_text {
	const struct list_item *item;
	struct str *items; /* lists of this list replaced by their items */
	unsigned n_items;
	struct str joined; /* "a, b", made on first use */
	bool used;
};

struct lists {
	struct arena *arena;
	const struct collection *c;
	struct list_text *v;
	bool odd_names; /* some name could never be a single word of a condition */
};

/* False: too large, *culprit says which list. */
bool lists_expand(struct lists *l, struct arena *a, const struct collection *c,
		  const struct list_item **culprit);
/* List names replaced by items; false if the text becomes too large. */
bool lists_substitute(struct lists *l, const struct text *in, struct text *out);

bool resolve_rules(struct arena *a, const struct collection *c, const struct rules_options *opt,
		   struct diags *diags, struct rules *out);

#endif
