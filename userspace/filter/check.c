// SPDX-License-Identifier: Apache-2.0
/* Semantic check of a condition. */
#include "filter/check.h"

#include "base/typo.h"
#include "base/vec.h"
#include "filter/atom.h"
#include "filter/evttypes.h"
#include "filter/parse.h"

struct checker {
	struct arena *arena; /* for messages */
	struct arena scratch;
	struct atoms atoms;
	struct check_result *out;
	VEC(struct check_note) warnings;
};

static bool fail(struct checker *c, const struct node *n, uint32_t at, struct str message)
{
	c->out->error =
		(struct check_note){ .node = n, .at = at, .message = arena_str(c->arena, message) };
	return false;
}

static bool fail_unknown(struct checker *c, const struct node *n, uint32_t at, struct str message)
{
	fail(c, n, at, message);
	c->out->error.unknown_name = true;
	return false;
}

static void warn(struct checker *c, const struct node *n, uint32_t at, struct str message)
{
	struct check_note note = { .node = n, .at = at, .message = arena_str(c->arena, message) };

	vec_push(&c->warnings, note);
}

/* ---- event names ---- */

static struct str unknown_event(struct arena *a, struct str name)
{
	struct typo t = typo_of(name);

	for (unsigned i = 0; i < EVENT_NUMBERS; i++)
		if (event_infos[i].name)
			typo_try(&t, str_of(event_infos[i].name));
	for (unsigned i = 0; i < SYSCALL_CODES; i++)
		if (syscall_name(i))
			typo_try(&t, str_of(syscall_name(i)));
	if (t.best.p)
		return arena_printf(a, "unknown event type %.*s, did you mean %.*s?",
				    STR_ARGS(name), STR_ARGS(t.best));
	return arena_printf(a, "unknown event type %.*s", STR_ARGS(name));
}

static bool check_event_names(struct checker *c, const struct node *n)
{
	if (n->right)
		return fail(c, n, n->right->at,
			    STR_LIT("event types can only be compared with constants"));
	for (unsigned i = 0; i < n->n_values; i++)
		if (!evttypes_known(n->values[i]))
			return fail_unknown(c, n, n->value_at[i],
					    unknown_event(&c->scratch, n->values[i]));
	return true;
}

/* ---- fields and operators by side ---- */

/* The first field of an expression with one of these flags; NULL if there is none. */
static const struct field *flagged(struct arena *a, const struct expr *e, uint32_t flags)
{
	const struct field *f = NULL;
	struct field_ref ref;

	if (e->kind == EXPR_FIELD && !field_may_be(e->name, flags))
		return NULL;
	if (e->kind == EXPR_FIELD)
		return field_resolve(a, e->name, e->arg, &ref, NULL) && (ref.field->flags & flags)
			       ? ref.field
			       : NULL;
	for (unsigned i = 0; !f && i < e->n_args; i++)
		f = flagged(a, e->args[i], flags);
	return f;
}

static bool check_sides(struct checker *c, const struct node *n)
{
	const struct field *f = flagged(&c->scratch, n->left, FIELD_PRINT_ONLY);

	if (f)
		return fail(c, n, n->left->at,
			    arena_printf(&c->scratch, "field '%s' is for outputs only", f->name));
	if (!n->right)
		return true;
	f = flagged(&c->scratch, n->right, FIELD_NO_RHS | FIELD_PRINT_ONLY);
	if (f)
		return fail(c, n, n->right->at,
			    arena_printf(&c->scratch,
					 "field '%s' cannot be used on the right side of a comparison",
					 f->name));
	if (n->op == OP_PMATCH || n->op == OP_REGEX)
		return fail(c, n, n->right->at,
			    arena_printf(&c->scratch,
					 "operator '%s' needs constants on its right side",
					 op_word(n->op)));
	return true;
}

/* ---- warnings ---- */

static void warn_deprecated(struct checker *c, const struct node *n)
{
	const struct field *f = flagged(&c->scratch, n->left, FIELD_DEPRECATED);

	if (!f)
		return;
	warn(c, n, n->left->at,
	     arena_printf(&c->scratch,
			  "Usage of deprecated field '%s' has been detected in the rule condition",
			  f->name));
	c->warnings.v[c->warnings.n - 1].deprecated = str_of(f->name);
}

static struct str without_blanks(struct arena *a, struct str s)
{
	char *p = arena_bytes(a, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != ' ' && (s.p[i] < '\t' || s.p[i] > '\r'))
			p[n++] = s.p[i];
	return (struct str){ p, n };
}

/*
 * Warns about a constant that looks like a field or a transformer: the author may have meant the
 * field.
 */
static void warn_value(struct checker *c, const struct node *n, unsigned i)
{
	struct str s = n->values[i];
	struct parse_error err;
	struct field_ref ref;
	struct expr *e;

	if (s.n > 200 || (!memchr(s.p, '.', s.n) && !memchr(s.p, '(', s.n)))
		return;
	e = parse_operand(&c->scratch, without_blanks(&c->scratch, s), &err);
	if (!e)
		return;
	if (e->kind == EXPR_TRANSFORM)
		warn(c, n, n->value_at[i],
		     arena_printf(&c->scratch,
				  "'%.*s' reads like a transformer but is taken as text: on the right side write it without quotes",
				  STR_ARGS(s)));
	else if (field_resolve(&c->scratch, e->name, e->arg, &ref, NULL))
		warn(c, n, n->value_at[i],
		     arena_printf(&c->scratch,
				  "'%.*s' is a field but is taken as text: write val(%.*s) to compare with the field",
				  STR_ARGS(s), STR_ARGS(s)));
}

/* Warns if the pattern, without anchors and without ".*" at its ends, has no special character. */
static void warn_regex(struct checker *c, const struct node *n)
{
	struct str s = n->values[0];

	if (s.n && s.p[0] == '^')
		s = str_skip(s, 1);
	if (s.n && s.p[s.n - 1] == '$')
		s.n--;
	if (str_starts(s, STR_LIT(".*")))
		s = str_skip(s, 2);
	if (str_ends(s, STR_LIT(".*")))
		s.n -= 2;
	for (size_t i = 0; i < s.n; i++)
		if (strchr(".*+?()[]{}|\\^$", s.p[i]))
			return;
	warn(c, n, n->value_at[0],
	     arena_printf(&c->scratch,
			  "regular expression '%.*s' needs no regex: '=', 'contains', 'startswith' or 'endswith' says the same faster",
			  STR_ARGS(n->values[0])));
}

/* ---- walking ---- */

static bool check_node(struct checker *c, struct node *n)
{
	unsigned n_warnings = c->warnings.n;
	struct reason why = { .text = STR_LIT("the comparison is not possible") };
	uint32_t at = n->at;

	if (evttypes_is_type(n->left) && !check_event_names(c, n))
		return false;
	if (!check_sides(c, n))
		return false;
	if (atom_intern(&c->atoms, n, &why, &at) < 0)
		return why.unknown_name ? fail_unknown(c, n, at, why.text)
					: fail(c, n, at, why.text);
	warn_deprecated(c, n);
	for (unsigned i = 0; i < n->n_values; i++)
		warn_value(c, n, i);
	if (n->op == OP_REGEX && n->n_values == 1)
		warn_regex(c, n);
	n->sound = c->warnings.n == n_warnings;
	return true;
}

static bool check(struct checker *c, struct node *n)
{
	if (n->kind == NODE_CHECK)
		return n->sound || check_node(c, n);
	for (unsigned i = 0; i < n->n_kids; i++)
		if (!check(c, n->kids[i]))
			return false;
	return true;
}

bool check_condition(struct arena *a, struct node *cond, struct check_result *out)
{
	struct checker c = { .arena = a, .out = out };
	bool good;

	*out = (struct check_result){ 0 };
	atoms_init(&c.atoms, &c.scratch);
	good = check(&c, cond);
	out->n_warnings = c.warnings.n;
	out->warnings = arena_array(a, struct check_note, c.warnings.n);
	if (c.warnings.n)
		memcpy(out->warnings, c.warnings.v, sizeof(*c.warnings.v) * c.warnings.n);
	vec_free(&c.warnings);
	atoms_free(&c.atoms);
	arena_free(&c.scratch);
	return good;
}

struct str check_operand(struct arena *a, const struct expr *e)
{
	struct reason why = { 0 };

	if (operand_compile(a, e, &why))
		return STR_NONE;
	return why.text;
}
