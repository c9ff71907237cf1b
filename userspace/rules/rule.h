/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules as loaded: lists, macros and exceptions replaced, conditions as trees; what rules/match.c
 * compiles.
 */
#ifndef RULES_RULE_H
#define RULES_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/priority.h"
#include "base/str.h"
#include "filter/ast.h"

struct rule {
	unsigned index; /* position in definition order: evaluation order */
	struct str name, desc, output, source;
	struct str condition; /* as text, with exceptions, lists replaced */
	struct node *cond;    /* macros expanded */
	enum priority priority;
	struct str *tags; /* sorted, unique */
	unsigned n_tags;
	bool enabled, capture, warn_evttypes, skip_if_unknown;
	uint32_t capture_duration_ms;
	struct str file; /* that the rule was defined in */
	unsigned line;	 /* from 1 */
	unsigned output_line;
	const struct text *text; /* condition with the position of each byte, for rules_locate() */
	const struct rule_item *item; /* as written (rules/item.h), for descriptions */
};

struct macro_text;

/* For descriptions only: conditions of rules no longer refer to macros and lists. */
struct rule_macro {
	struct str name, condition; /* as written */
	const struct node *cond;    /* macros expanded */
	bool used;
};
struct rule_list {
	struct str name;
	const struct str *items, *compiled; /* as written; lists in it replaced */
	unsigned n_items, n_compiled;
	bool used;
};

/* A required plugin: this one, or one of the alternatives. */
struct requirement {
	struct str name, version;
	struct requirement *alternatives;
	unsigned n_alternatives;
};

struct rules {
	struct arena arena, items; /* own everything below */
	struct arena contents;	   /* of the files */
	struct source_file *files;
	struct rule **v; /* in definition order, including disabled rules */
	unsigned n;
	struct macro_text *macros; /* for rules_locate() */
	unsigned n_macros;
	struct rule_macro *macro_items; /* n_macros */
	struct rule_list *lists;
	unsigned n_lists;
	unsigned engine_minor, engine_patch; /* newest version a file requires, 0.minor.patch */
	struct requirement *requirements;
	unsigned n_requirements;
	uint32_t n_shared; /* nodes that conditions share, see struct node */
};

#endif
