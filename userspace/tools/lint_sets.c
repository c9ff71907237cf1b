// SPDX-License-Identifier: Apache-2.0
/*
 * Comparisons of one field with constants, in pairs: `f = a and f = b` is never true, `f != a or f
 * != b` is true whenever f has a value, and in `f = a and f != b` the second part is redundant.
 */
#include "tools/lint.h"

/* The set of constants that a comparison is true for; negated: its complement. */
struct text_set {
	const struct part *part;
	unsigned operand;
	const struct atom *atom;
	bool negated;
};

static bool is_set(const struct atom *a)
{
	bool kind = a->kind == KIND_TEXT || a->kind == KIND_SIGNED || a->kind == KIND_UNSIGNED;

	return kind && !a->mod && !a->right &&
	       !(a->left->flags & (FIELD_LIST | FIELD_ANY | FIELD_BOTH_ENDS | FIELD_WITHIN)) &&
	       (a->op == OP_EQ || a->op == OP_IN || a->op == OP_NE);
}

static bool set_of(const struct part *p, struct text_set *out)
{
	const struct part *check = p;
	bool negated = false;

	while (check->node->kind == NODE_NOT) {
		check = check->kids[0];
		negated = !negated;
	}
	if (!check->atom || !is_set(check->atom))
		return false;
	*out = (struct text_set){ p, check->atom->operand, check->atom,
				  (check->atom->op == OP_NE) != negated };
	return true;
}

static bool has(const struct atom *a, struct str text)
{
	for (unsigned i = 0; i < a->n; i++) {
		if (str_eq(a->texts[i], text))
			return true;
	}
	return false;
}

/* Number of constants that a and b have in common. */
static unsigned common(const struct atom *a, const struct atom *b)
{
	unsigned n = 0;

	for (unsigned i = 0; i < a->n; i++)
		n += has(b, a->texts[i]);
	return n;
}

static void check_and(struct lint *l, const struct rule *rule, const struct text_set *a,
		      const struct text_set *b)
{
	unsigned n = common(a->atom, b->atom);

	if (!a->negated && !b->negated && !n)
		lint_add(l, "NEVER_TRUE", rule, b->part, "%.*s and %.*s are never true together",
			 STR_ARGS(lint_quote(l, a->part)), STR_ARGS(lint_quote(l, b->part)));
	if (a->negated == b->negated)
		return;
	if (a->negated) {
		const struct text_set *c = a;

		a = b;
		b = c;
	}
	/* a includes constants, b excludes some. */
	n = common(a->atom, b->atom);
	if (n == a->atom->n)
		lint_add(l, "NEVER_TRUE", rule, b->part, "%.*s excludes everything in %.*s",
			 STR_ARGS(lint_quote(l, b->part)), STR_ARGS(lint_quote(l, a->part)));
	else if (!n)
		lint_add(l, "ALWAYS_TRUE", rule, b->part, "%.*s is redundant after %.*s",
			 STR_ARGS(lint_quote(l, b->part)), STR_ARGS(lint_quote(l, a->part)));
}

static void check_or(struct lint *l, const struct rule *rule, const struct text_set *a,
		     const struct text_set *b)
{
	if (a->negated && b->negated && !common(a->atom, b->atom))
		lint_add(l, "ALWAYS_TRUE", rule, b->part, "%.*s or %.*s is true for every value",
			 STR_ARGS(lint_quote(l, a->part)), STR_ARGS(lint_quote(l, b->part)));
}

static void check_part(struct lint *l, const struct rule *rule, const struct part *p)
{
	struct text_set a, b;

	for (unsigned i = 0; i < p->n_kids; i++)
		check_part(l, rule, p->kids[i]);
	if (p->node->kind != NODE_AND && p->node->kind != NODE_OR)
		return;
	for (unsigned i = 0; i < p->n_kids; i++) {
		for (unsigned k = 0; set_of(p->kids[i], &a) && k < i; k++) {
			if (!set_of(p->kids[k], &b) || a.operand != b.operand)
				continue;
			if (p->node->kind == NODE_AND)
				check_and(l, rule, &b, &a);
			else
				check_or(l, rule, &b, &a);
		}
	}
}

void lint_sets(struct lint *l)
{
	for (unsigned i = 0; i < l->rules->n; i++)
		check_part(l, l->rules->v[i], l->conds[i]);
}
