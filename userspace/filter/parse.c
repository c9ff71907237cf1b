// SPDX-License-Identifier: Apache-2.0
/*
 * Condition text → tree, by recursive descent.
 *
 *	expr        = and { "or" and }
 *	and         = not { "and" not }
 *	not         = { "not" } ( check | "(" expr ")" )
 *	check       = macro
 *	            | operand "exists"
 *	            | operand ( "<" | "<=" | ">" | ">=" ) ( number | right )
 *	            | operand ( "=" | "contains" | ... ) ( value | right | ( "oneof" | "anyof" | "allof" ) list )
 *	            | operand ( "in" | "intersects" | "pmatch" ) ( list | right )
 *	operand     = field | transformer
 *	right       = transformer | "val" "(" field ")"
 *	field       = name "." name { "." name } [ "[" argument "]" ]
 *	transformer = name "(" arg { "," arg } ")" [ "[" argument "]" ]
 *	arg         = operand | quoted | number | "(" arg { "," arg } ")"
 *	list        = "(" [ value { "," value } ] ")" | name
 *	value       = quoted | bare
 *
 * Operators are rows of ops.def.  "and", "or" and "not" must be followed by a blank or "(".
 */
#include "filter/parse.h"

#include <stdarg.h>

#include "base/macros.h"
#include "base/typo.h"
#include "base/vec.h"
#include "filter/lex.h"

struct parser {
	struct lexer lex;
	struct arena *arena;
	unsigned depth, max_depth;
	struct parse_error *err;
};

enum right { RIGHT_NONE, RIGHT_NUMBER, RIGHT_STRING, RIGHT_LIST };

static const struct {
	const char *word;
	enum right right;
} ops[] = {
#define OP(name, word, right, types) { word, RIGHT_##right },
#include "filter/ops.def"
#undef OP
};

static const char *const transformers[] = { "tolower", "toupper", "b64",    "basename", "len",
					    "join",    "concat",  "getopt", "val" };

static struct expr *operand(struct parser *p);
static struct node *chain(struct parser *p, enum node_kind kind);

/*
 * Sets the error, unless there is one: later errors are consequences of the first.  Returns NULL.
 */
static void *fail(struct parser *p, size_t at, const char *format, ...)
{
	struct buf b = { 0 };
	va_list ap;

	if (p->err->message.p)
		return NULL;
	va_start(ap, format);
	buf_vprintf(&b, format, ap);
	va_end(ap);
	p->err->at = (uint32_t)at;
	p->err->message = arena_str(p->arena, buf_view(&b));
	buf_free(&b);
	return NULL;
}

static void *fail_expected(struct parser *p, const char *what)
{
	struct str got = lex_peek(&p->lex);

	if (!got.n)
		return fail(p, p->lex.at, "unexpected end of condition, expecting %s", what);
	return fail(p, p->lex.at, "unexpected token '%.*s', expecting %s", STR_ARGS(got), what);
}

static bool enter(struct parser *p)
{
	if (p->depth++ < p->max_depth)
		return true;
	fail(p, p->lex.at, "exceeded max depth limit of %u", p->max_depth);
	return false;
}

static bool punct(struct parser *p, const char *c)
{
	lex_blanks(&p->lex);
	return lex_word(&p->lex, c, LEX_ANY);
}

/* 1: taken into *out, 0: no quoted text here, -1: error. */
static int quoted(struct parser *p, struct str *out)
{
	const char *why;

	switch (lex_quoted(&p->lex, p->arena, out, &why)) {
	case LEX_QUOTED:
		return 1;
	case LEX_BAD_QUOTED:
		fail(p, p->lex.at, "%s", why);
		return -1;
	default:
		return 0;
	}
}

static struct expr *expr_new(struct parser *p, enum expr_kind kind, size_t at, struct str name)
{
	struct expr *e = arena_new(p->arena, struct expr);

	e->kind = kind;
	e->at = (uint32_t)at;
	e->name = name;
	return e;
}

/* An optional "[arg]", directly after a field or a transformer. */
static bool bracket_arg(struct parser *p, struct expr *e)
{
	int hit;

	if (!lex_word(&p->lex, "[", LEX_ANY))
		return true;
	hit = quoted(p, &e->arg);
	if (hit < 0)
		return false;
	if (!hit && !lex_bare_arg(&p->lex, &e->arg))
		return fail_expected(p, "a field argument");
	if (!lex_word(&p->lex, "]", LEX_ANY))
		return fail_expected(p, "']'");
	return true;
}

static bool is_transformer(struct str name)
{
	for (size_t i = 0; i < ARRAY_SIZE(transformers); i++)
		if (str_is(name, transformers[i]))
			return true;
	return false;
}

static void *fail_transformer(struct parser *p, size_t at, struct str name)
{
	struct typo t = typo_of(name);

	for (size_t i = 0; i < ARRAY_SIZE(transformers); i++)
		typo_try(&t, str_of(transformers[i]));
	if (t.best.p)
		return fail(p, at, "unknown transformer '%.*s', did you mean '%.*s'?",
			    STR_ARGS(name), STR_ARGS(t.best));
	return fail(p, at, "unknown transformer '%.*s'", STR_ARGS(name));
}

static struct expr *argument(struct parser *p);

/* Arguments up to and including ")"; the "(" has been taken. */
static bool arguments(struct parser *p, struct expr *e)
{
	VEC(struct expr *) args = { 0 };
	struct expr *arg;

	if (!enter(p))
		return false;
	do {
		arg = argument(p);
		if (arg)
			vec_push(&args, arg);
	} while (arg && punct(p, ","));
	e->n_args = args.n;
	e->args = arena_array(p->arena, struct expr *, args.n);
	if (args.n)
		memcpy(e->args, args.v, sizeof(*args.v) * args.n);
	vec_free(&args);
	p->depth--;
	if (arg && !punct(p, ")"))
		fail_expected(p, "',' or ')'");
	return !p->err->message.p;
}

static struct expr *argument(struct parser *p)
{
	struct expr *e;
	struct str s;
	size_t at;
	int hit;

	lex_blanks(&p->lex);
	at = p->lex.at;
	hit = quoted(p, &s);
	if (hit < 0)
		return NULL;
	if (hit || lex_number(&p->lex, &s))
		return expr_new(p, EXPR_VALUE, at, s);
	if (lex_word(&p->lex, "(", LEX_ANY)) {
		e = expr_new(p, EXPR_LIST, at, STR_NONE);
		return arguments(p, e) ? e : NULL;
	}
	e = operand(p);
	return e ? e : fail_expected(p, "a field, a transformer, a string or a number");
}

/* An identifier that is followed by "(", and its arguments; takes nothing if there is none. */
static struct expr *transformer(struct parser *p)
{
	struct lexer before = p->lex;
	struct str name;
	struct expr *e;

	if (!lex_identifier(&p->lex, &name))
		return NULL;
	if (str_is(name, "not") || str_is(name, "and") || str_is(name, "or") || !punct(p, "(")) {
		p->lex = before;
		return NULL;
	}
	if (!is_transformer(name))
		return fail_transformer(p, before.at, name);
	e = expr_new(p, EXPR_TRANSFORM, before.at, name);
	if (!arguments(p, e) || !bracket_arg(p, e))
		return NULL;
	return e;
}

static struct expr *operand(struct parser *p)
{
	size_t at = p->lex.at;
	struct str name;
	struct expr *e;

	if (!lex_field_name(&p->lex, &name))
		return transformer(p);
	e = expr_new(p, EXPR_FIELD, at, name);
	return bracket_arg(p, e) ? e : NULL;
}

/*
 * A transformer or val() on the right side.  False if there is none; else n->right, NULL after an
 * error.
 */
static bool right_expr(struct parser *p, struct node *n)
{
	struct lexer before = p->lex;
	struct str name;
	bool call;

	call = lex_identifier(&p->lex, &name) && is_transformer(name) && punct(p, "(");
	p->lex = before;
	if (!call)
		return false;
	n->right = transformer(p);
	return true;
}

static void set_values(struct parser *p, struct node *n, const struct str *v, const uint32_t *at,
		       unsigned count)
{
	n->n_values = count;
	n->values = arena_array(p->arena, struct str, count);
	n->value_at = arena_array(p->arena, uint32_t, count);
	if (count) {
		memcpy(n->values, v, sizeof(*v) * count);
		memcpy(n->value_at, at, sizeof(*at) * count);
	}
}

static bool value(struct parser *p, struct str *out, uint32_t *at)
{
	int hit;

	lex_blanks(&p->lex);
	*at = (uint32_t)p->lex.at;
	hit = quoted(p, out);
	if (hit)
		return hit > 0;
	return lex_bare(&p->lex, out) || fail_expected(p, "a value");
}

/* "(a, b)".  Takes nothing if there is no "(". */
static bool list(struct parser *p, struct node *n)
{
	VEC(struct str) values = { 0 };
	VEC(uint32_t) ats = { 0 };
	bool good = true;
	struct str s;
	uint32_t at;

	if (!lex_word(&p->lex, "(", LEX_ANY))
		return false;
	if (!punct(p, ")")) {
		do {
			good = value(p, &s, &at);
			vec_push(&values, s);
			vec_push(&ats, at);
		} while (good && punct(p, ","));
		if (good && !punct(p, ")"))
			fail_expected(p, "',' or ')'");
	}
	set_values(p, n, values.v, ats.v, values.n);
	vec_free(&values);
	vec_free(&ats);
	return true;
}

static bool is_keyword(struct str s)
{
	return str_is(s, "and") || str_is(s, "or") || str_is(s, "not");
}

/* "(a, b)" or one name. */
static bool list_or_name(struct parser *p, struct node *n)
{
	struct lexer before;
	struct str name;
	uint32_t at;

	lex_blanks(&p->lex);
	if (list(p, n))
		return true;
	before = p->lex;
	at = (uint32_t)p->lex.at;
	if (!lex_identifier(&p->lex, &name) || is_keyword(name)) {
		p->lex = before;
		return false;
	}
	set_values(p, n, &name, &at, 1);
	return true;
}

/*
 * A modifier and its list.  Takes nothing if there is no list: then the word is an ordinary value.
 */
static bool modifier(struct parser *p, struct node *n)
{
	static const char *const words[] = {
		[MOD_ONEOF] = "oneof", [MOD_ANYOF] = "anyof", [MOD_ALLOF] = "allof"
	};
	struct lexer before = p->lex;

	for (enum modifier m = MOD_ONEOF; m <= MOD_ALLOF; m++) {
		if (!lex_word(&p->lex, words[m], LEX_BLANK_OR_PAREN))
			continue;
		if (list_or_name(p, n)) {
			n->mod = m;
			return true;
		}
		p->lex = before;
	}
	return false;
}

static void right_side(struct parser *p, struct node *n, enum right right)
{
	struct str s;
	uint32_t at;

	lex_blanks(&p->lex);
	if (right == RIGHT_NONE || right_expr(p, n))
		return;
	at = (uint32_t)p->lex.at;
	switch (right) {
	case RIGHT_NUMBER:
		if (!lex_number(&p->lex, &s)) {
			fail_expected(p, "a number");
			return;
		}
		break;
	case RIGHT_STRING:
		if (modifier(p, n) || !value(p, &s, &at))
			return;
		break;
	default:
		if (!list_or_name(p, n))
			fail_expected(p, "a list");
		return;
	}
	set_values(p, n, &s, &at, 1);
}

static bool is_symbol(const char *word)
{
	return strchr("=!<>", word[0]);
}

/* Takes the word of this operator if it is next. */
static bool take_operator(struct parser *p, enum op op)
{
	const char *word = ops[op].word;

	if (is_symbol(word))
		return lex_word(&p->lex, word, LEX_ANY);
	return lex_word(&p->lex, word, ops[op].right == RIGHT_STRING ? LEX_BLANK : LEX_NO_WORD);
}

static void *fail_operator(struct parser *p)
{
	struct str got = lex_peek(&p->lex);
	struct typo t = typo_of(got);

	for (unsigned i = 0; i < OP_COUNT; i++)
		typo_try(&t, str_of(ops[i].word));
	if (t.best.p && got.n > 2)
		return fail(p, p->lex.at,
			    "unexpected token '%.*s', expecting an operator: did you mean '%.*s'?",
			    STR_ARGS(got), STR_ARGS(t.best));
	return fail_expected(p, "an operator ('=', 'in', 'startswith', ...)");
}

/* Longer symbols first, so that "<=" is not taken as "<". */
static bool operator_take(struct parser *p, enum op *out)
{
	static const enum op symbols[] = { OP_LE, OP_GE, OP_LT, OP_GT, OP_NE };

	lex_blanks(&p->lex);
	if (lex_word(&p->lex, "==", LEX_ANY) || take_operator(p, OP_EQ)) {
		*out = OP_EQ;
		return true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(symbols); i++)
		if (take_operator(p, *out = symbols[i]))
			return true;
	for (unsigned i = 0; i < OP_COUNT; i++)
		if (!is_symbol(ops[i].word) && take_operator(p, *out = (enum op)i))
			return true;
	return fail_operator(p);
}

static struct node *node_new(struct parser *p, enum node_kind kind, size_t at)
{
	struct node *n = arena_new(p->arena, struct node);

	n->kind = kind;
	n->at = (uint32_t)at;
	return n;
}

static struct node *check(struct parser *p)
{
	struct node *n = node_new(p, NODE_CHECK, p->lex.at);

	n->left = operand(p);
	if (p->err->message.p)
		return NULL;
	if (!n->left) {
		n->kind = NODE_MACRO;
		if (lex_identifier(&p->lex, &n->macro) && !is_keyword(n->macro))
			return n;
		p->lex.at = n->at;
		return fail_expected(p, "a field, a macro, 'not' or '('");
	}
	if (str_is(n->left->name, "val") && n->left->kind == EXPR_TRANSFORM)
		return fail(p, n->at, "val() can only be used on the right side of a comparison");
	if (operator_take(p, &n->op))
		right_side(p, n, ops[n->op].right);
	return p->err->message.p ? NULL : n;
}

static struct node * not(struct parser * p)
{
	struct node *n, *outer;
	bool negated = false;
	size_t at;

	lex_blanks(&p->lex);
	at = p->lex.at;
	while (lex_word(&p->lex, "not", LEX_BLANK_OR_PAREN)) {
		negated = !negated;
		lex_blanks(&p->lex);
	}
	if (lex_word(&p->lex, "(", LEX_ANY)) {
		if (!enter(p) || !(n = chain(p, NODE_OR)))
			return NULL;
		p->depth--;
		if (!punct(p, ")"))
			return fail_expected(p, "')', 'or', 'and'");
	} else if (!(n = check(p))) {
		return NULL;
	}
	if (!negated)
		return n;
	outer = node_new(p, NODE_NOT, at);
	outer->n_kids = 1;
	outer->kids = arena_array(p->arena, struct node *, 1);
	outer->kids[0] = n;
	return outer;
}

/* A chain of `and` or of `or`; a chain with one member is that member. */
static struct node *chain(struct parser *p, enum node_kind kind)
{
	const char *word = kind == NODE_OR ? "or" : "and";
	VEC(struct node *) kids = { 0 };
	struct node *n, *kid;

	do {
		kid = kind == NODE_OR ? chain(p, NODE_AND) : not(p);
		if (!kid)
			break;
		vec_push(&kids, kid);
		lex_blanks(&p->lex);
	} while (lex_word(&p->lex, word, LEX_BLANK_OR_PAREN));
	n = kid;
	if (kid && kids.n > 1) {
		n = node_new(p, kind, kids.v[0]->at);
		n->n_kids = kids.n;
		n->kids = arena_array(p->arena, struct node *, kids.n);
		memcpy(n->kids, kids.v, sizeof(*kids.v) * kids.n);
	}
	vec_free(&kids);
	return n;
}

static struct parser parser_new(struct arena *a, struct str text, unsigned max_depth,
				struct parse_error *err)
{
	*err = (struct parse_error){ 0 };
	if (!text.p)
		text = STR_LIT("");
	return (struct parser){
		.lex = { .text = text }, .arena = a, .max_depth = max_depth, .err = err
	};
}

struct node *parse_condition(struct arena *a, struct str text, unsigned max_depth,
			     struct parse_error *err)
{
	struct parser p = parser_new(a, text, max_depth, err);
	struct node *n = chain(&p, NODE_OR);
	struct str rest;

	lex_blanks(&p.lex);
	rest = str_skip(p.lex.text, p.lex.at);
	if (n && (str_is(rest, "and") || str_is(rest, "or")))
		return fail(&p, p.lex.at + rest.n, "unexpected end of condition after '%.*s'",
			    STR_ARGS(rest));
	if (n && !lex_end(&p.lex))
		return fail(&p, p.lex.at, "unexpected token after '%.*s', expecting 'or', 'and'",
			    STR_ARGS(p.lex.last));
	return n;
}

struct expr *parse_operand(struct arena *a, struct str text, struct parse_error *err)
{
	struct parser p = parser_new(a, text, PARSE_MAX_DEPTH, err);
	struct expr *e;

	lex_blanks(&p.lex);
	e = operand(&p);
	if (!e)
		return fail_expected(&p, "a field or a transformer");
	lex_blanks(&p.lex);
	if (!lex_end(&p.lex))
		return fail_expected(&p, "nothing more");
	return e;
}
