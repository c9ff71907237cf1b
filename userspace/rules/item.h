/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists, macros and rules as read, before lists and macros are expanded.
 *
 * Items in a collection are immutable: an append or an override replaces an item by a changed
 * copy.  So a collection is copied by copying its pointers, and a file with errors is undone by
 * freeing the copy that it was read into.
 */
#ifndef RULES_ITEM_H
#define RULES_ITEM_H

#include "base/map.h"
#include "rules/rule.h"
#include "rules/text.h"

struct list_item {
	struct str name;
	struct place place;
	struct str *items;
	unsigned n_items;
	unsigned index;	     /* counter at the first definition */
	unsigned visibility; /* counter at the last definition or append */
};

struct macro_item {
	struct str name;
	struct place place;
	struct place cond_place;
	struct text cond;
	unsigned index, visibility; /* as above */
};

/* The value for one field: a scalar, or a list of them. */
struct exception_part {
	struct str *texts;
	uint32_t *offsets; /* of each, in the file */
	unsigned n;
	uint32_t offset;
	bool is_list;
};

/* One element under an exception's values. */
struct exception_value {
	const struct source_file *file;
	struct exception_part *parts; /* one per field */
};

struct exception_item {
	struct str name;
	struct place place;
	bool single; /* `fields` is one field: values are one list */
	struct str *fields, *comps;
	unsigned n_fields;
	struct exception_value *values;
	unsigned n_values;
};

struct rule_item {
	struct str name;
	struct place place;
	struct place cond_place, output_place, priority_place;
	struct text cond;
	struct text output;
	struct str desc, source;
	enum priority priority;
	struct str *tags;
	unsigned n_tags;
	struct exception_item *exceptions;
	unsigned n_exceptions;
	bool enabled, capture, warn_evttypes, skip_if_unknown;
	bool unknown_source; /* kept because items refer to its name; never compiled */
	uint32_t capture_duration_ms;
};

struct collection {
	VEC(struct list_item *) lists; /* by index */
	VEC(struct macro_item *) macros;
	VEC(struct rule_item *) rules;
	VEC(struct requirement) requirements;
	struct map list_names, macro_names, rule_names; /* values: position + 1, as a pointer */
	unsigned counter;
	unsigned engine_minor, engine_patch; /* newest version that a file requires */
};

/* Copies the pointers; items are shared. */
void collection_copy(struct collection *to, const struct collection *from);
void collection_free(struct collection *c);
/* The position of a name; -1 if there is none. */
int collection_find(const struct map *names, struct str name);
/* Adds an item, or replaces the item of the same name at its position. */
void collection_put_list(struct collection *c, struct list_item *item);
void collection_put_macro(struct collection *c, struct macro_item *item);
void collection_put_rule(struct collection *c, struct rule_item *item);

#endif
