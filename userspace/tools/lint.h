/* SPDX-License-Identifier: Apache-2.0 */
/* What falco rules lint finds, and the passes that find it. */
#ifndef TOOLS_LINT_H
#define TOOLS_LINT_H

#include "app/ruleset.h"
#include "base/vec.h"
#include "filter/dag.h"
#include "rules/loader.h"
#include "tools/judge.h"
#include "tools/tool.h"

struct finding {
	const char *code; /* a word to search for */
	struct str item;  /* rule, macro or list */
	struct str file;
	unsigned line, column; /* from 1; 0 when it is about no place */
	struct str message;
};

struct lint {
	struct tool *tool;
	struct rules *rules;
	struct judge judge;  /* its arena also holds findings */
	struct part **conds; /* per rule */
	struct dag dag;
	struct dag_node **roots; /* per rule */
	VEC(struct finding) found;
};

/* About a rule, or about a part of its condition; at may be NULL. */
void lint_add(struct lint *l, const char *code, const struct rule *rule, const struct part *at,
	      const char *format, ...) __attribute__((format(printf, 5, 6)));
/* "`proc.name = bash`". */
struct str lint_quote(struct lint *l, const struct part *p);

/*
 * tools/lint_logic.c: rules that never match, parts that are always or never true, rules that say
 * the same.
 */
void lint_logic(struct lint *l);
/* tools/lint_sets.c: checks of one field against constants that cannot or must hold together. */
void lint_sets(struct lint *l);

#endif
