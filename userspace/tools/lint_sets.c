// SPDX-License-Identifier: Apache-2.0
/*
 * Checks of one field against constants, side by side: `f = a and f = b` never holds, `f != a or f
 * != b` always does when f has a value, and in `f = a and f != b` the second part changes nothing.
 */
#include "tools/lint.h"

/* The texts that a check asks for, or with `out` everything but them. */
struct text_set {
	const struct part *part;
	unsigned operand;
	const struct atom *atom;
	bool out;
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

/* How many of a's texts are b's too. */
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

	if (!a->out && !b->out && !n)
		lint_add(l, "NEVER_TRUE", rule, b->part, "%.*s and %.*s never hold together",
			 STR_ARGS(lint_quote(l, a->part)), STR_ARGS(lint_quote(l, b->part)));
	if (a->out == b->out)
		return;
	if (a->out) {
		const struct text_set *c = a;

		a = b;
		b = c;
	}
	/* a asks for texts, b takes some away. */
	n = common(a->atom, b->atom);
	if (n == a->atom->n)
		lint_add(l, "NEVER_TRUE", rule, b->part, "%.*s leaves nothing of %.*s",
			 STR_ARGS(lint_quote(l, b->part)), STR_ARGS(lint_quote(l, a->part)));
	else if (!n)
		lint_add(l, "ALWAYS_TRUE", rule, b->part, "%.*s changes nothing beside %.*s",
			 STR_ARGS(lint_quote(l, b->part)), STR_ARGS(lint_quote(l, a->part)));
}

static void check_or(struct lint *l, const struct rule *rule, const struct text_set *a,
		     const struct text_set *b)
{
	if (a->out && b->out && !common(a->atom, b->atom))
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
