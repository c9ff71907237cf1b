/* SPDX-License-Identifier: Apache-2.0 */
/* The position in a file of a node of a condition. */
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
	unsigned line, column; /* from 1, as editors count */
	uint32_t offset;
};

/*
 * Byte `at` of the condition that n is in: of a macro (n->macro_of), or the rule (n NULL).  False
 * without a position.
 */
bool rules_locate(const struct rules *rules, const struct rule *rule, const struct node *n,
		  uint32_t at, struct rule_place *out);

#endif
