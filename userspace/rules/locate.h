/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the position in a rules file of a node of a condition. */
#ifndef RULES_LOCATE_H
#define RULES_LOCATE_H

#include "rules/rule.h"
#include "rules/text.h"

struct macro_text {
	struct str name;
	const struct text *text;
};

struct rule_place {
	struct str file;
	unsigned line, column; /* from 1, as in editors */
	uint32_t offset;
};

/*
 * The position of byte `at` of a condition: of the macro n->macro_of, or of the rule if n is NULL
 * or was written in the rule.  False if there is none (after rules_free_files()).
 */
bool rules_locate(const struct rules *rules, const struct rule *rule, const struct node *n,
		  uint32_t at, struct rule_place *out);

#endif
