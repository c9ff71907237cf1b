/* SPDX-License-Identifier: Apache-2.0 */
/* falco rules lint: findings, and the passes that report them. */
#ifndef TOOLS_LINT_H
#define TOOLS_LINT_H

#include "app/ruleset.h"
#include "base/vec.h"
#include "filter/dag.h"
#include "rules/loader.h"
#include "tools/evaluate.h"
#include "tools/tool.h"

struct finding {
	const char *code; /* NEVER_TRUE, ...; listed in rules/README.md */
	struct str item;  /* name of the rule, macro or list */
	struct str file;
	unsigned line, column; /* from 1; 0 for none */
	struct str message;
};

struct lint {
	struct tool *tool;
	struct rules *rules;
	struct evaluator evaluator; /* its arena also holds findings */
	struct part **conds;	    /* per rule */
	struct dag dag;
	struct dag_node **roots; /* per rule */
	VEC(struct finding) found;
};

/* Report a finding about a rule, or about the part `at` of its condition (NULL for none). */
void lint_add(struct lint *l, const char *code, const struct rule *rule, const struct part *at,
	      const char *format, ...) __attribute__((format(printf, 5, 6)));
/* The part as text in backquotes, or the name of its macro; in the evaluator's arena. */
struct str lint_quote(struct lint *l, const struct part *p);

/* tools/lint_logic.c: rules that never match, parts that are always or never true, equal rules. */
void lint_logic(struct lint *l);
/* tools/lint_sets.c: contradictory or redundant comparisons of one field with constants. */
void lint_sets(struct lint *l);

#endif
