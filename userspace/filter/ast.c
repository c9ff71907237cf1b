// SPDX-License-Identifier: Apache-2.0
/* Syntax tree of a condition: printing and comparison. */
#include "filter/ast.h"

#include "filter/lex.h"

static const char *const words[] = {
#define OP(name, word, right, types) [OP_##name] = word,
#include "filter/ops.def"
#undef OP
};

static const char *const modifiers[] = { "", " oneof", " anyof", " allof" };

const char *op_word(enum op op)
{
	return words[op];
}

static void print_quoted(struct buf *out, struct str s)
{
	static const char escaped[] = "\b\f\n\r\t\\\"", letters[] = "bfnrt\\\"";

	buf_char(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		const char *hit = s.p[i] ? strchr(escaped, s.p[i]) : NULL;

		if (hit)
			buf_printf(out, "\\%c", letters[hit - escaped]);
		else if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			buf_printf(out, "\\x%02x", (unsigned char)s.p[i]);
		else
			buf_char(out, s.p[i]);
	}
	buf_char(out, '"');
}

static void print_value(struct buf *out, struct str s, bool (*is_plain)(char c))
{
	bool plain = s.n > 0;

	for (size_t i = 0; i < s.n; i++)
		plain &= is_plain(s.p[i]) && (unsigned char)s.p[i] >= 0x20 && s.p[i] != 0x7f;
	if (plain)
		buf_str(out, s);
	else
		print_quoted(out, s);
}

void ast_print_expr(struct buf *out, const struct expr *e)
{
	if (e->kind == EXPR_VALUE) {
		print_quoted(out, e->name);
		return;
	}
	if (e->kind != EXPR_LIST)
		buf_str(out, e->name);
	if (e->kind != EXPR_FIELD) {
		buf_char(out, '(');
		for (unsigned i = 0; i < e->n_args; i++) {
			buf_cstr(out, i ? ", " : "");
			ast_print_expr(out, e->args[i]);
		}
		buf_char(out, ')');
	}
	if (e->arg.p) {
		buf_char(out, '[');
		print_value(out, e->arg, lex_is_arg_char);
		buf_char(out, ']');
	}
}

static bool takes_list(const struct node *n)
{
	return n->mod || n->op == OP_IN || n->op == OP_INTERSECTS || n->op == OP_PMATCH;
}

static void print_check(struct buf *out, const struct node *n)
{
	ast_print_expr(out, n->left);
	buf_printf(out, " %s%s", op_word(n->op), modifiers[n->mod]);
	if (n->op == OP_EXISTS)
		return;
	buf_char(out, ' ');
	if (n->right) {
		ast_print_expr(out, n->right);
		return;
	}
	if (takes_list(n))
		buf_char(out, '(');
	for (unsigned i = 0; i < n->n_values; i++) {
		buf_cstr(out, i ? ", " : "");
		print_value(out, n->values[i], lex_is_bare_char);
	}
	if (takes_list(n))
		buf_char(out, ')');
}

/* The parser drops "not not", so a nested `not` is printed in parentheses. */
static void print_not(struct buf *out, const struct node *kid)
{
	bool nested = kid->kind == NODE_NOT;

	buf_cstr(out, nested ? "not (" : "not ");
	ast_print(out, kid);
	buf_cstr(out, nested ? ")" : "");
}

void ast_print(struct buf *out, const struct node *n)
{
	switch (n->kind) {
	case NODE_MACRO:
		buf_str(out, n->macro);
		break;
	case NODE_CHECK:
		print_check(out, n);
		break;
	case NODE_NOT:
		print_not(out, n->kids[0]);
		break;
	default:
		buf_char(out, '(');
		for (unsigned i = 0; i < n->n_kids; i++) {
			buf_cstr(out, !i ? "" : n->kind == NODE_AND ? " and " : " or ");
			ast_print(out, n->kids[i]);
		}
		buf_char(out, ')');
	}
}

bool ast_equal_expr(const struct expr *a, const struct expr *b)
{
	if (!a || !b)
		return a == b;
	if (a->kind != b->kind || !str_eq(a->name, b->name) || !str_eq(a->arg, b->arg) ||
	    !a->arg.p != !b->arg.p || a->n_args != b->n_args)
		return false;
	for (unsigned i = 0; i < a->n_args; i++)
		if (!ast_equal_expr(a->args[i], b->args[i]))
			return false;
	return true;
}

bool ast_equal(const struct node *a, const struct node *b)
{
	if (a->kind != b->kind || a->n_kids != b->n_kids || a->op != b->op || a->mod != b->mod ||
	    a->n_values != b->n_values || !str_eq(a->macro, b->macro))
		return false;
	for (unsigned i = 0; i < a->n_kids; i++)
		if (!ast_equal(a->kids[i], b->kids[i]))
			return false;
	for (unsigned i = 0; i < a->n_values; i++)
		if (!str_eq(a->values[i], b->values[i]))
			return false;
	return ast_equal_expr(a->left, b->left) && ast_equal_expr(a->right, b->right);
}
