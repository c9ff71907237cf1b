// SPDX-License-Identifier: Apache-2.0
/*
 * Enables and disables rules: first as written, then by `rules` of the configuration; never rules
 * below the minimum priority.
 */
#include "rules/loader.h"

/* In pattern, '*' matches any bytes; every other byte matches itself. */
static bool name_matches(struct str pattern, struct str name)
{
	size_t i = 0, k = 0, star = 0, star_k = 0;
	bool have_star = false;

	while (k < name.n) {
		if (i < pattern.n && pattern.p[i] == '*') {
			have_star = true;
			star = ++i;
			star_k = k;
		} else if (i < pattern.n && pattern.p[i] == name.p[k]) {
			i++;
			k++;
		} else if (have_star) {
			i = star;
			k = ++star_k;
		} else {
			return false;
		}
	}
	while (i < pattern.n && pattern.p[i] == '*')
		i++;
	return i == pattern.n;
}

static bool selects(const struct rules_change *c, const struct rule *r)
{
	if (!c->by_tag)
		return name_matches(c->pattern, r->name);
	for (unsigned i = 0; i < r->n_tags; i++)
		if (str_eq(r->tags[i], c->pattern))
			return true;
	return false;
}

/* quirk: enabling a rule moves it to the end of the evaluation order, as in Falco. */
static void enable_at(struct rules *r, unsigned at)
{
	struct rule *rule = r->v[at];

	rule->enabled = true;
	memmove(&r->v[at], &r->v[at + 1], sizeof(*r->v) * (r->n - at - 1));
	r->v[r->n - 1] = rule;
}

static void change(struct rules *r, const struct rules_change *c, enum priority min)
{
	unsigned left = r->n, at = 0;

	while (left--) {
		struct rule *rule = r->v[at];

		if (!selects(c, rule) || rule->enabled == c->enable || rule->priority > min) {
			at++;
		} else if (c->enable) {
			enable_at(r, at);
		} else {
			rule->enabled = false;
			at++;
		}
	}
}

void rules_select(struct rules *r, const struct rules_select *select)
{
	if (!select)
		return;
	for (unsigned i = 0; i < r->n; i++)
		if (r->v[i]->priority > select->min_priority)
			r->v[i]->enabled = false;
	for (unsigned i = 0; i < select->n_changes; i++)
		change(r, &select->changes[i], select->min_priority);
	for (unsigned i = 0; i < r->n; i++)
		r->v[i]->index = i;
}
