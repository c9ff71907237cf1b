// SPDX-License-Identifier: Apache-2.0
/* Finds the position in a rules file of a node of a condition. */
#include "rules/locate.h"

static const struct text *text_of(const struct rules *rules, const struct rule *rule,
				  struct str macro)
{
	if (!macro.p)
		return rule->text;
	for (unsigned i = 0; i < rules->n_macros; i++)
		if (str_eq(rules->macros[i].name, macro))
			return rules->macros[i].text;
	return NULL;
}

bool rules_locate(const struct rules *rules, const struct rule *rule, const struct node *n,
		  uint32_t at, struct rule_place *out)
{
	const struct text *text = text_of(rules, rule, n ? n->macro_of : STR_NONE);
	struct place place = text ? text_place(text, at) : (struct place){ 0 };

	if (!place.file || !place.file->content.p)
		return false;
	*out = (struct rule_place){ .file = place.file->name, .offset = place.offset };
	tree_position(&place.file->tree, place.offset, &out->line, &out->column);
	out->line++;
	out->column++;
	return true;
}
