// SPDX-License-Identifier: Apache-2.0
/* The operators; see userspace/doc/conditions.md. */
#include <ctype.h>

#include "base/glob.h"
#include "base/net.h"
#include "base/pair.h"
#include "filter/atom.h"
#include "filter/pmatch.h"
#include "filter/regex.h"

/* The text of a value; never STR_NONE. */
static struct str text(const struct value *v)
{
	return v->str.p ? v->str : STR_LIT("");
}

enum { SHORT_VALUE = 256 };

/*
 * For short values, which are the most frequent, memchr() for one byte of the constant is faster
 * than memmem(), which has a setup cost.  That byte is not a leading slash, because paths have many
 * slashes.
 */
static bool contains(struct str hay, struct str needle)
{
	size_t anchor = needle.n > 1 && needle.p[0] == '/';
	const char *at = hay.p + anchor, *last;

	if (needle.n == 0 || hay.n < needle.n)
		return needle.n == 0;
	if (hay.n > SHORT_VALUE)
		return memmem(hay.p, hay.n, needle.p, needle.n);
	if (needle.n > 1 && !pair_in(hay, needle.p[0], needle.p[1], 0))
		return false;
	for (last = hay.p + (hay.n - needle.n) + anchor; at <= last; at++) {
		at = memchr(at, needle.p[anchor], (size_t)(last - at) + 1);
		if (!at)
			return false;
		if (memcmp(at - anchor, needle.p, needle.n) == 0)
			return true;
	}
	return false;
}

static bool contains_nocase(struct str hay, struct str needle)
{
	char lower, upper;

	if (!needle.n)
		return true;
	lower = (char)tolower((unsigned char)needle.p[0]);
	upper = (char)toupper((unsigned char)needle.p[0]);
	for (size_t i = 0; i + needle.n <= hay.n; i++)
		if ((hay.p[i] == lower || hay.p[i] == upper) &&
		    !strncasecmp(hay.p + i, needle.p, needle.n))
			return true;
	return false;
}

#define TEXT_OP(name, expr)                                           \
	static bool name(const struct atom *a, const struct value *v) \
	{                                                             \
		struct str s = text(v), c = a->texts[0];              \
		return expr;                                          \
	}
TEXT_OP(text_lt, str_cmp(s, c) < 0)
TEXT_OP(text_le, str_cmp(s, c) <= 0)
TEXT_OP(text_gt, str_cmp(s, c) > 0)
TEXT_OP(text_ge, str_cmp(s, c) >= 0)
TEXT_OP(text_contains, contains(s, c))
TEXT_OP(text_icontains, contains_nocase(s, c))
TEXT_OP(text_startswith, str_starts(s, c))
TEXT_OP(text_endswith, str_ends(s, c))
TEXT_OP(text_glob, glob_match(c, s, false))
TEXT_OP(text_iglob, glob_match(c, s, true))
TEXT_OP(text_ne, !str_eq(s, c))

static bool text_eq(const struct atom *a, const struct value *v)
{
	return str_eq(text(v), a->texts[0]);
}

static bool text_is_char(const struct atom *a, const struct value *v)
{
	return v->str.n == 1 && v->str.p[0] == a->texts[0].p[0];
}

static bool text_in(const struct atom *a, const struct value *v)
{
	return strset_has(&a->set, text(v));
}

static bool text_pmatch(const struct atom *a, const struct value *v)
{
	struct str s = text(v);

	for (unsigned i = 0; i < a->n; i++)
		if (path_has_prefix(s, a->texts[i]))
			return true;
	return false;
}

static bool text_regex(const struct atom *a, const struct value *v)
{
	return regex_matches(a->regex, text(v));
}

static bool signed_in(const struct atom *a, const struct value *v)
{
	for (unsigned i = 0; i < a->n; i++)
		if (v->s == a->s[i])
			return true;
	return false;
}

static bool unsigned_in(const struct atom *a, const struct value *v)
{
	for (unsigned i = 0; i < a->n; i++)
		if (v->u == a->u[i])
			return true;
	return false;
}

#define NUMBER_OPS(kind, member)                                           \
	static bool kind##_eq(const struct atom *a, const struct value *v) \
	{                                                                  \
		return v->member == a->member[0];                          \
	}                                                                  \
	static bool kind##_ne(const struct atom *a, const struct value *v) \
	{                                                                  \
		return v->member != a->member[0];                          \
	}                                                                  \
	static bool kind##_lt(const struct atom *a, const struct value *v) \
	{                                                                  \
		return v->member < a->member[0];                           \
	}                                                                  \
	static bool kind##_le(const struct atom *a, const struct value *v) \
	{                                                                  \
		return v->member <= a->member[0];                          \
	}                                                                  \
	static bool kind##_gt(const struct atom *a, const struct value *v) \
	{                                                                  \
		return v->member > a->member[0];                           \
	}                                                                  \
	static bool kind##_ge(const struct atom *a, const struct value *v) \
	{                                                                  \
		return v->member >= a->member[0];                          \
	}
NUMBER_OPS(signed, s)
NUMBER_OPS(unsigned, u)

#define DOUBLE_OP(name, op)                                           \
	static bool name(const struct atom *a, const struct value *v) \
	{                                                             \
		return v->d op(double) a->s[0];                       \
	}
DOUBLE_OP(double_eq, ==)
DOUBLE_OP(double_ne, !=)
DOUBLE_OP(double_lt, <)
DOUBLE_OP(double_le, <=)
DOUBLE_OP(double_gt, >)
DOUBLE_OP(double_ge, >=)

static bool double_in(const struct atom *a, const struct value *v)
{
	for (unsigned i = 0; i < a->n; i++)
		if (v->d == (double)a->s[i])
			return true;
	return false;
}

static bool bool_eq(const struct atom *a, const struct value *v)
{
	return v->b == (a->u[0] != 0);
}

static bool bool_in(const struct atom *a, const struct value *v)
{
	for (unsigned i = 0; i < a->n; i++)
		if (v->b == (a->u[i] != 0))
			return true;
	return false;
}

static bool bool_ne(const struct atom *a, const struct value *v)
{
	return !bool_in(a, v);
}

static bool ip_in(const struct atom *a, const struct value *v)
{
	for (unsigned i = 0; i < a->n; i++)
		if (net_contains(&a->nets[i], &v->ip))
			return true;
	return false;
}

static bool ip_ne(const struct atom *a, const struct value *v)
{
	return !ip_in(a, v);
}

static bool always(const struct atom *a, const struct value *v)
{
	(void)a;
	(void)v;
	return true;
}

static const value_fn text_fns[OP_COUNT] = {
	[OP_EXISTS] = always,
	[OP_EQ] = text_eq,
	[OP_NE] = text_ne,
	[OP_LT] = text_lt,
	[OP_LE] = text_le,
	[OP_GT] = text_gt,
	[OP_GE] = text_ge,
	[OP_CONTAINS] = text_contains,
	[OP_ICONTAINS] = text_icontains,
	[OP_STARTSWITH] = text_startswith,
	[OP_ENDSWITH] = text_endswith,
	[OP_GLOB] = text_glob,
	[OP_IGLOB] = text_iglob,
	[OP_REGEX] = text_regex,
	[OP_IN] = text_in,
	[OP_INTERSECTS] = text_in,
	[OP_PMATCH] = text_pmatch,
};
static const value_fn bytes_fns[OP_COUNT] = {
	[OP_EXISTS] = always,
	[OP_EQ] = text_eq,
	[OP_NE] = text_ne,
	[OP_CONTAINS] = text_contains,
	[OP_STARTSWITH] = text_startswith,
	[OP_ENDSWITH] = text_endswith,
	[OP_BCONTAINS] = text_contains,
	[OP_BSTARTSWITH] = text_startswith,
	[OP_IN] = text_in,
	[OP_INTERSECTS] = text_in,
};
static const value_fn signed_fns[OP_COUNT] = {
	[OP_EXISTS] = always, [OP_EQ] = signed_eq, [OP_NE] = signed_ne,
	[OP_LT] = signed_lt,  [OP_LE] = signed_le, [OP_GT] = signed_gt,
	[OP_GE] = signed_ge,  [OP_IN] = signed_in, [OP_INTERSECTS] = signed_in,
};
static const value_fn unsigned_fns[OP_COUNT] = {
	[OP_EXISTS] = always,  [OP_EQ] = unsigned_eq, [OP_NE] = unsigned_ne,
	[OP_LT] = unsigned_lt, [OP_LE] = unsigned_le, [OP_GT] = unsigned_gt,
	[OP_GE] = unsigned_ge, [OP_IN] = unsigned_in, [OP_INTERSECTS] = unsigned_in,
};
static const value_fn double_fns[OP_COUNT] = {
	[OP_EXISTS] = always, [OP_EQ] = double_eq, [OP_NE] = double_ne,
	[OP_LT] = double_lt,  [OP_LE] = double_le, [OP_GT] = double_gt,
	[OP_GE] = double_ge,  [OP_IN] = double_in, [OP_INTERSECTS] = double_in,
};
static const value_fn bool_fns[OP_COUNT] = {
	[OP_EXISTS] = always, [OP_EQ] = bool_eq,	 [OP_NE] = bool_ne,
	[OP_IN] = bool_in,    [OP_INTERSECTS] = bool_in,
};
static const value_fn ip_fns[OP_COUNT] = {
	[OP_EXISTS] = always, [OP_EQ] = ip_in,	       [OP_NE] = ip_ne,
	[OP_IN] = ip_in,      [OP_INTERSECTS] = ip_in,
};

static const value_fn *const fns_of[] = {
	[KIND_SIGNED] = signed_fns, [KIND_UNSIGNED] = unsigned_fns,
	[KIND_BOOL] = bool_fns,	    [KIND_DOUBLE] = double_fns,
	[KIND_TEXT] = text_fns,	    [KIND_BYTES] = bytes_fns,
	[KIND_IP] = ip_fns,	    [KIND_NET] = ip_fns,
};

static bool test_single(const struct atom *a, const struct value *v, unsigned n)
{
	(void)n;
	return a->one(a, v);
}

static bool test_any(const struct atom *a, const struct value *v, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (a->one(a, &v[i]))
			return true;
	return false;
}

static bool test_all(const struct atom *a, const struct value *v, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (!a->one(a, &v[i]))
			return false;
	return true;
}

static bool test_exists(const struct atom *a, const struct value *v, unsigned n)
{
	(void)a;
	(void)v;
	return n > 0;
}

/* How the results for several values are combined, for an operand with these flags. */
static atom_fn test_for_values(enum op op, uint32_t flags)
{
	if (flags & FIELD_LIST)
		return op == OP_IN ? test_all : test_any;
	if ((flags & FIELD_BOTH_ENDS) && op == OP_NE)
		return test_all;
	return flags & (FIELD_ANY | FIELD_BOTH_ENDS) ? test_any : test_single;
}

/*
 * `f op oneof (a, b)`: applies the operator to each constant; duplicate constants count each time.
 */
static bool test_modifier(const struct atom *a, const struct value *v, unsigned n)
{
	atom_fn test = test_for_values(a->op, a->left->flags);
	struct atom single = *a;
	unsigned hits = 0;

	single.n = 1;
	for (unsigned i = 0; i < a->n; i++) {
		single.texts = &a->texts[i];
		if (a->kind == KIND_SIGNED || a->kind == KIND_DOUBLE)
			single.s = &a->s[i];
		else if (a->kind == KIND_UNSIGNED || a->kind == KIND_BOOL)
			single.u = &a->u[i];
		else if (a->kind == KIND_IP || a->kind == KIND_NET)
			single.nets = &a->nets[i];
		hits += test(&single, v, n);
	}
	return a->mod == MOD_ANYOF ? hits > 0 : a->mod == MOD_ALLOF ? hits == a->n : hits == 1;
}

static uint16_t cost_of(const struct atom *a)
{
	switch (a->op) {
	case OP_EXISTS:
		return 10;
	case OP_REGEX:
		return 2000;
	case OP_GLOB:
	case OP_IGLOB:
	case OP_ICONTAINS:
		return 600;
	case OP_CONTAINS:
	case OP_BCONTAINS:
		return 150;
	case OP_PMATCH:
		return (uint16_t)(200 + (a->n < 100 ? 20 * a->n : 2000));
	default:
		return a->kind == KIND_TEXT ? 40 : 15;
	}
}

bool atom_choose(struct atom *a)
{
	uint32_t flags = a->left->flags;

	a->one = fns_of[a->kind][a->op];
	if (!a->one)
		return false;
	if (a->one == text_eq && a->n == 1 && a->texts[0].n == 1)
		a->one = text_is_char;
	a->cost = cost_of(a);
	if (a->left->type == FT_BYTEBUF || (flags & (FIELD_LIST | FIELD_ANY | FIELD_BOTH_ENDS)))
		a->cost = (uint16_t)(a->cost + 300);
	if (a->op == OP_EXISTS)
		a->test = test_exists;
	else
		a->test = a->mod ? test_modifier : test_for_values(a->op, flags);
	a->plain = a->test == test_single && !a->right;
	return !(flags & FIELD_LIST) || a->op == OP_IN || a->op == OP_INTERSECTS ||
	       a->op == OP_EXISTS;
}

/* Evaluates a copy of the atom with the current values of the right side as its constants. */
bool atom_holds_right(const struct atom *a, struct extract *x, const struct value *left, unsigned n)
{
	struct value right[FIELD_VALUES_MAX];
	unsigned n_right = operand_values(x, a->right, right);
	uint64_t numbers[FIELD_VALUES_MAX];
	struct ip_net nets[FIELD_VALUES_MAX];
	struct str texts[FIELD_VALUES_MAX];
	struct atom copy = *a;

	if (!n_right)
		return false;
	for (unsigned i = 0; i < n_right; i++) {
		texts[i] = a->kind == KIND_TEXT || a->kind == KIND_BYTES ? text(&right[i])
									 : STR_NONE;
		numbers[i] = a->kind == KIND_BOOL ? right[i].b : right[i].u;
		nets[i] = (struct ip_net){ right[i].ip, right[i].ip.v == 4 ? 32 : 128 };
	}
	copy.n = n_right;
	copy.texts = texts;
	if (a->kind == KIND_IP)
		copy.nets = nets;
	else
		copy.u = numbers;
	if (a->kind == KIND_TEXT || a->kind == KIND_BYTES)
		copy.set = (struct strset){ .v = texts, .n = n_right, .lengths = ~0ull };
	return a->test(&copy, left, n);
}

bool atom_holds(const struct atom *a, struct extract *x)
{
	struct value v[FIELD_VALUES_MAX];
	unsigned n = operand_values(x, a->left, v);

	if (!n)
		return false;
	return a->right ? atom_holds_right(a, x, v, n) : a->test(a, v, n);
}
