// SPDX-License-Identifier: Apache-2.0
/*
 * Findings that follow from the structure of conditions and from their event types.
 *
 * All conditions become one DAG with unique nodes (filter/dag.h), and rules/event_class.c
 * simplifies it for each event class.  Everything to be tested (a rule, a conjunct, the rule
 * without that conjunct, an operand of `or`) is a root of its own: a root without a node in a class
 * is false there, and one that became DAG_TRUE is true there.
 */
#include "tools/lint.h"

#include <stdlib.h>

#include "rules/event_class.h"

struct logic {
	struct lint *lint;
	VEC(struct dag_node *) roots;
	struct event_classes index;
	struct dag_node ***specialized; /* per class, per root: NULL is false */
	/* Per class: has events whose name is fixed, neither generic nor LARGE_PAYLOAD. */
	bool *real;
};

/* ---- building the DAG ---- */

static uint32_t atom_number(const struct lint *l, const struct atom *a)
{
	uint32_t i = 0;

	while (l->evaluator.atoms.v[i] != a)
		i++;
	return i;
}

static struct dag_node *graph(struct lint *l, const struct part *p)
{
	struct dag_node **kids, *n;

	if (p->atom)
		return dag_atom(&l->dag, atom_number(l, p->atom), p->atom->cost);
	if (p->node->kind == NODE_NOT)
		return dag_not(&l->dag, graph(l, p->kids[0]));
	kids = arena_array(&l->evaluator.arena, struct dag_node *, p->n_kids + 1);
	for (unsigned i = 0; i < p->n_kids; i++)
		kids[i] = graph(l, p->kids[i]);
	n = dag_join(&l->dag, p->node->kind == NODE_AND ? DAG_AND : DAG_OR, kids, p->n_kids);
	return n;
}

/* The condition without conjunct number `but`. */
static struct dag_node *without_conjunct(struct lint *l, struct part *cond, unsigned but)
{
	unsigned n = part_conjuncts(cond), kept = 0;
	struct dag_node **kids = arena_array(&l->evaluator.arena, struct dag_node *, n + 1);

	for (unsigned i = 0; i < n; i++) {
		if (i != but)
			kids[kept++] = graph(l, part_conjunct(cond, i));
	}
	return dag_join(&l->dag, DAG_AND, kids, kept);
}

static unsigned add_root(struct logic *g, struct dag_node *n)
{
	vec_push(&g->roots, n);
	return g->roots.n - 1;
}

/* ---- per event class ---- */

static bool specialize_all(struct logic *g)
{
	struct arena *a = &g->lint->evaluator.arena;

	event_classes_build(&g->index, &g->lint->dag, g->roots.v, g->roots.n,
			    &g->lint->evaluator.atoms);
	g->specialized = arena_array(a, struct dag_node **, g->index.n_classes + 1);
	for (unsigned k = 0; k < g->index.n_classes; k++) {
		const struct class_rules *class = &g->index.classes[k];

		g->specialized[k] = arena_array(a, struct dag_node *, g->roots.n + 1);
		for (unsigned i = 0; i < class->n; i++)
			g->specialized[k][class->rules[i]] = class->roots[i];
	}
	g->real = arena_array(a, bool, g->index.n_classes + 1);
	for (unsigned i = 0; i < EVENT_NUMBERS; i++)
		g->real[g->index.of_event[i]] |= event_infos[i].name &&
						 !(event_infos[i].flags & LARGE_PAYLOAD) &&
						 i != EV_generic;
	for (unsigned i = 0; i < SYSCALL_CODES; i++)
		g->real[g->index.of_code[i]] |= syscall_name(i) != NULL;
	return true;
}

static bool never(const struct logic *g, unsigned root)
{
	for (unsigned k = 0; k < g->index.n_classes; k++) {
		if (g->real[k] && g->specialized[k][root])
			return false;
	}
	return true;
}

/*
 * Whether root `what` is constant, with value `want`, in every class in which root `where` can be
 * true; false if there is none.
 */
static bool is_constant(const struct logic *g, unsigned where, unsigned what, bool want)
{
	unsigned n = 0;

	for (unsigned k = 0; k < g->index.n_classes; k++) {
		const struct dag_node *node = g->specialized[k][what];

		if (!g->real[k] || !g->specialized[k][where])
			continue;
		n++;
		if (want ? !node || node->kind != DAG_TRUE : node != NULL)
			return false;
	}
	return n;
}

/* ---- one rule ---- */

/* evt.num = 0 is never true: rules files use it on purpose, in macros that users override. */
static bool is_placeholder_condition(const struct part *p)
{
	while (p->node->kind == NODE_NOT)
		p = p->kids[0];
	return p->atom && str_is(p->atom->left->key, "evt.num");
}

struct conjunct_roots {
	unsigned root, rest; /* a conjunct, and the rule without it */
	/* First of consecutive roots: the operands of the conjunct, if it is an `or`. */
	unsigned first_kid;
};

static struct conjunct_roots *add_rule_roots(struct logic *g, struct part *cond)
{
	struct lint *l = g->lint;
	struct conjunct_roots *v =
		arena_array(&l->evaluator.arena, struct conjunct_roots, part_conjuncts(cond) + 1);

	for (unsigned i = 0; i < part_conjuncts(cond); i++) {
		const struct part *p = part_conjunct(cond, i);

		v[i].root = add_root(g, graph(l, p));
		v[i].rest = add_root(g, without_conjunct(l, cond, i));
		v[i].first_kid = g->roots.n;
		for (unsigned k = 0; p->node->kind == NODE_OR && k < p->n_kids; k++)
			add_root(g, graph(l, p->kids[k]));
	}
	return v;
}

static void check_rule(struct logic *g, const struct rule *rule, struct part *cond,
		       const struct conjunct_roots *v)
{
	struct lint *l = g->lint;

	for (unsigned i = 0; i < part_conjuncts(cond); i++) {
		const struct part *p = part_conjunct(cond, i);

		if (!is_placeholder_condition(p) && part_conjuncts(cond) > 1 &&
		    is_constant(g, v[i].rest, v[i].root, true))
			lint_add(l, "ALWAYS_TRUE", rule, p, "%.*s is always true here",
				 STR_ARGS(lint_quote(l, p)));
		for (unsigned k = 0; p->node->kind == NODE_OR && k < p->n_kids; k++) {
			if (!is_placeholder_condition(p->kids[k]) &&
			    is_constant(g, v[i].rest, v[i].first_kid + k, false))
				lint_add(l, "NEVER_TRUE", rule, p->kids[k],
					 "%.*s is never true here",
					 STR_ARGS(lint_quote(l, p->kids[k])));
		}
		for (unsigned k = 0; k < i; k++) {
			if (g->roots.v[v[i].root] == g->roots.v[v[k].root] &&
			    !p->node->macro_of.p && !part_conjunct(cond, k)->node->macro_of.p)
				lint_add(l, "DUPLICATE_PART", rule, p, "%.*s occurs twice",
					 STR_ARGS(lint_quote(l, p)));
		}
	}
}

/* ---- pairs of rules ---- */

enum { IMPLIES_DEPTH = 64 };

static bool set_implies(const struct lint *l, uint32_t a, uint32_t b)
{
	const struct atom *x = l->evaluator.atoms.v[a], *y = l->evaluator.atoms.v[b];

	if (x->operand != y->operand || x->kind != KIND_TEXT || x->mod || y->mod || x->right ||
	    y->right || (x->op != OP_EQ && x->op != OP_IN) || (y->op != OP_EQ && y->op != OP_IN))
		return false;
	for (unsigned i = 0; i < x->n; i++) {
		if (!strset_has(&y->set, x->texts[i]))
			return false;
	}
	return true;
}

/* Whether a implies b, by their structure: false may also mean that this was not found. */
static bool implies(const struct lint *l, const struct dag_node *a, const struct dag_node *b,
		    unsigned depth)
{
	if (a == b || b->kind == DAG_TRUE || a->kind == DAG_FALSE)
		return true;
	if (!depth--)
		return false;
	if (b->kind == DAG_AND) {
		for (unsigned i = 0; i < b->n_kids; i++) {
			if (!implies(l, a, b->kids[i], depth))
				return false;
		}
		return true;
	}
	if (a->kind == DAG_OR) {
		for (unsigned i = 0; i < a->n_kids; i++) {
			if (!implies(l, a->kids[i], b, depth))
				return false;
		}
		return true;
	}
	if (a->kind == DAG_NOT && b->kind == DAG_NOT)
		return implies(l, b->kids[0], a->kids[0], depth);
	for (unsigned i = 0; a->kind == DAG_AND && i < a->n_kids; i++) {
		if (implies(l, a->kids[i], b, depth))
			return true;
	}
	for (unsigned i = 0; b->kind == DAG_OR && i < b->n_kids; i++) {
		if (implies(l, a, b->kids[i], depth))
			return true;
	}
	return a->kind == DAG_ATOM && b->kind == DAG_ATOM && set_implies(l, a->atom, b->atom);
}

/*
 * Compare two rules; true if a finding about the later one was reported, which ends its
 * comparisons.
 */
static bool check_pair(struct lint *l, unsigned early, unsigned late)
{
	const struct rule *e = l->rules->v[early], *r = l->rules->v[late];

	if (l->roots[early]->kind == DAG_FALSE || l->roots[late]->kind == DAG_FALSE ||
	    !str_eq(e->source, r->source))
		return false;
	if (l->roots[early] == l->roots[late])
		lint_add(l, "SAME_CONDITION", r, NULL,
			 "it has the same condition as '%.*s' (line %u)", STR_ARGS(e->name),
			 e->line);
	else if (!l->tool->config->match_all && e->enabled && r->enabled &&
		 implies(l, l->roots[late], l->roots[early], IMPLIES_DEPTH))
		lint_add(l, "SHADOWED", r, NULL,
			 "with rule_matching: first it never raises an alert: '%.*s' (line %u) matches the same events "
			 "first",
			 STR_ARGS(e->name), e->line);
	else
		return false;
	return true;
}

void lint_logic(struct lint *l)
{
	unsigned n = l->rules->n;
	struct logic g = { .lint = l };
	struct conjunct_roots **v = arena_array(&l->evaluator.arena, struct conjunct_roots *, n + 1);

	l->roots = arena_array(&l->evaluator.arena, struct dag_node *, n + 1);
	for (unsigned i = 0; i < n; i++) {
		l->roots[i] = graph(l, l->conds[i]);
		add_root(&g, l->roots[i]);
	}
	for (unsigned i = 0; i < n; i++)
		v[i] = add_rule_roots(&g, l->conds[i]);
	if (!specialize_all(&g))
		return;
	for (unsigned i = 0; i < n; i++) {
		if (!str_is(l->rules->v[i]->source, "syscall"))
			continue;
		if (never(&g, i))
			lint_add(l, "NEVER_TRUE", l->rules->v[i], NULL,
				 "its condition is never true: no event can match");
		else
			check_rule(&g, l->rules->v[i], l->conds[i], v[i]);
		for (unsigned k = 0; k < i && !check_pair(l, k, i);)
			k++;
	}
	event_classes_free(&g.index);
	vec_free(&g.roots);
}
