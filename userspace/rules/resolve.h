/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Resolves references: names of lists are replaced by their items in the text of a condition, names
 * of macros by the macro's tree in the parsed condition.
 *
 * In: struct collection, the definitions of all rules files.  Out: struct rules, or the first error.  See userspace/doc/conditions.md.
 */
#ifndef RULES_RESOLVE_H
#define RULES_RESOLVE_H

#include "rules/read.h"

/* Limits against small files that expand to very large conditions. */
enum {
	RESOLVE_MAX_ITEMS = 1000000, /* of one list, expanded */
	RESOLVE_MAX_TEXT = 8 << 20,  /* bytes of one condition, lists substituted */
	RESOLVE_MAX_NODES = 1000000, /* of one condition, macros expanded */
	RESOLVE_MAX_HEIGHT = 4000,
};

struct list_text {
	const struct list_item *item;
	struct str *items; /* the items, with lists among them expanded */
	unsigned n_items;
	struct str joined; /* "a, b", built on first use */
	bool used;
};

struct lists {
	struct arena *arena;
	const struct collection *c;
	struct list_text *v;
	bool special_names; /* some list name contains a delimiter */
};

/* Expands lists in lists.  False if one becomes too long: *too_long is that list. */
bool lists_expand(struct lists *l, struct arena *a, const struct collection *c,
		  const struct list_item **too_long);
/* *out: the text with names of lists replaced by their items; false if it becomes too large. */
bool lists_substitute(struct lists *l, const struct text *in, struct text *out);

/* Resolves c into *out, in the arena; diagnostics are added to diags.  False at the first error. */
bool resolve_rules(struct arena *a, const struct collection *c, const struct rules_options *opt,
		   struct diags *diags, struct rules *out);

#endif
