// SPDX-License-Identifier: Apache-2.0
/* Evaluates a condition part by part. */
#include "tools/evaluate.h"

#include <arpa/inet.h>
#include <inttypes.h>

#include "base/vec.h"

enum { TEXT_MAX = 160, VALUE_MAX = 200 };

void evaluator_init(struct evaluator *j)
{
	*j = (struct evaluator){ 0 };
	atoms_init(&j->atoms, &j->arena);
}

void evaluator_free(struct evaluator *j)
{
	atoms_free(&j->atoms);
	arena_free(&j->arena);
}

/* ---- compiling ---- */

struct parts {
	struct part **v;
	unsigned n, cap;
};

static struct part *compile(struct evaluator *j, const struct node *n, struct str within,
			    struct reason *why);

/*
 * Add the operands of n; operands of the same kind (and in and) are replaced by their own operands,
 * also through macros.
 */
static bool add_kids(struct evaluator *j, struct parts *kids, const struct node *n,
		     enum node_kind kind, struct reason *why)
{
	for (unsigned i = 0; i < n->n_kids; i++) {
		const struct node *kid = n->kids[i];
		struct part *p;

		if (kid->kind == kind && kind != NODE_NOT) {
			if (!add_kids(j, kids, kid, kind, why))
				return false;
			continue;
		}
		p = compile(j, kid, n->macro_of, why);
		if (!p)
			return false;
		vec_push(kids, p);
	}
	return true;
}

static struct part *compile(struct evaluator *j, const struct node *n, struct str within,
			    struct reason *why)
{
	struct part *p = arena_new(&j->arena, struct part);
	struct parts kids = { 0 };
	bool good = true;
	uint32_t at;
	int atom;

	p->node = n;
	if (n->macro_of.p && !str_eq(n->macro_of, within))
		p->macro = n->macro_of;
	if (n->kind == NODE_CHECK) {
		atom = atom_intern(&j->atoms, n, why, &at);
		if (atom < 0)
			return NULL;
		p->atom = j->atoms.v[atom];
		return p;
	}
	good = add_kids(j, &kids, n, n->kind, why);
	p->n_kids = kids.n;
	p->kids = arena_array(&j->arena, struct part *, kids.n + 1);
	if (kids.n)
		memcpy(p->kids, kids.v, kids.n * sizeof(*kids.v));
	vec_free(&kids);
	return good ? p : NULL;
}

struct part *evaluator_compile(struct evaluator *j, const struct node *cond, struct reason *why)
{
	return compile(j, cond, STR_NONE, why);
}

/* ---- evaluating ---- */

bool part_evaluate(struct part *p, struct extract *x)
{
	bool all = true, any = false;

	if (p->atom)
		return p->holds = atom_holds(p->atom, x);
	for (unsigned i = 0; i < p->n_kids; i++) {
		bool holds = part_evaluate(p->kids[i], x);

		all &= holds;
		any |= holds;
	}
	return p->holds = p->node->kind == NODE_AND ? all : p->node->kind == NODE_OR ? any : !any;
}

bool part_is_true(const struct part *p, struct extract *x)
{
	bool ends = p->node->kind == NODE_OR;

	if (p->atom)
		return atom_holds(p->atom, x);
	if (p->node->kind == NODE_NOT)
		return !part_is_true(p->kids[0], x);
	for (unsigned i = 0; i < p->n_kids; i++) {
		if (part_is_true(p->kids[i], x) == ends)
			return ends;
	}
	return !ends;
}

/* ---- as text ---- */

static void add_ip(struct buf *out, const struct ip *ip)
{
	char text[INET6_ADDRSTRLEN] = "";

	inet_ntop(ip->v == 6 ? AF_INET6 : AF_INET, ip->b, text, sizeof(text));
	buf_cstr(out, text);
}

static void add_value(const struct operand *o, struct extract *x, const struct value *v,
		      struct buf *out)
{
	if (o->ref.field) {
		buf_str(out, field_format(x, &o->ref, v));
		return;
	}
	switch (value_kind(o->type)) {
	case KIND_SIGNED:
		buf_printf(out, "%" PRId64, v->s);
		break;
	case KIND_TEXT:
	case KIND_BYTES:
		buf_str(out, v->str);
		break;
	case KIND_BOOL:
		buf_cstr(out, v->b ? "true" : "false");
		break;
	case KIND_IP:
		add_ip(out, &v->ip);
		break;
	default:
		buf_printf(out, "%" PRIu64, v->u);
	}
}

static void truncate_text(struct buf *out, size_t start, size_t max)
{
	if (out->n - start <= max)
		return;
	out->n = start + max;
	out->p[out->n] = 0;
	buf_cstr(out, "...");
}

static void add_operand(const struct operand *o, struct extract *x, struct buf *out)
{
	struct value v[FIELD_VALUES_MAX];
	unsigned n = operand_values(x, o, v);
	size_t start;

	buf_printf(out, "%.*s", STR_ARGS(o->key));
	if (!n) {
		buf_cstr(out, " has no value");
		return;
	}
	buf_cstr(out, " = ");
	start = out->n;
	for (unsigned i = 0; i < n && out->n - start <= VALUE_MAX; i++) {
		buf_cstr(out, i ? ", " : "");
		add_value(o, x, &v[i], out);
	}
	if (out->n == start)
		buf_cstr(out, "\"\"");
	truncate_text(out, start, VALUE_MAX);
}

void part_values(const struct part *p, struct extract *x, struct buf *out)
{
	if (!p->atom)
		return;
	add_operand(p->atom->left, x, out);
	if (p->atom->right) {
		buf_cstr(out, ", ");
		add_operand(p->atom->right, x, out);
	}
}

void part_text(const struct part *p, struct buf *out)
{
	size_t start = out->n;

	ast_print(out, p->node);
	truncate_text(out, start, TEXT_MAX);
}
