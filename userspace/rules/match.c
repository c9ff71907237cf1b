// SPDX-License-Identifier: Apache-2.0
/* Matches events with all rules: the compiler passes, and the entry point per event. */
#include "rules/match.h"

#include "base/memory.h"
#include "rules/bytecode.h"
#include "rules/event_class.h"
#include "rules/process_class.h"

struct matcher {
	struct matcher_options opt;
	struct arena arena;
	const struct rule **rules; /* compiled ones, definition order */
	unsigned n_rules, n_nodes;
	struct atoms atoms;
	struct dag dag;		 /* all conditions; only while rules are compiled */
	struct dag_node **roots; /* of the rules; only while rules are compiled */
	/* By node.shared, the id of a macro's tree that several conditions use; as roots. */
	struct dag_node **shared;
	struct event_classes event_classes;
	struct process_classes process_classes;
	struct results results;
	uint32_t *hits;
	const struct rule **matched;
};

/* ---- pass 1: conditions -> graph ---- */

static struct dag_node *intern(struct matcher *m, const struct node *node,
			       struct matcher_error *err);

static struct dag_node *intern_kids(struct matcher *m, const struct node *node,
				    struct matcher_error *err)
{
	struct dag_node **kids = memory_alloc(node->n_kids * sizeof(*kids)), *joined = NULL;

	for (unsigned i = 0; i < node->n_kids; i++) {
		kids[i] = intern(m, node->kids[i], err);
		if (!kids[i])
			goto out;
	}
	joined = dag_join(&m->dag, node->kind == NODE_AND ? DAG_AND : DAG_OR, kids, node->n_kids);
out:
	memory_free(kids);
	return joined;
}

static struct dag_node *intern_new(struct matcher *m, const struct node *node,
				   struct matcher_error *err)
{
	struct dag_node *kid;
	struct reason why;
	int atom;

	switch (node->kind) {
	case NODE_AND:
	case NODE_OR:
		return intern_kids(m, node, err);
	case NODE_NOT:
		kid = intern(m, node->kids[0], err);
		return kid ? dag_not(&m->dag, kid) : NULL;
	case NODE_CHECK:
		atom = atom_intern(&m->atoms, node, &why, &err->at);
		if (atom < 0) {
			err->text = why.text;
			return NULL;
		}
		/* quirk: evt.num=0 is how rules files write "never". */
		return m->atoms.v[atom]->never
			       ? m->dag.no
			       : dag_atom(&m->dag, (uint32_t)atom, m->atoms.v[atom]->cost);
	default:
		err->at = node->at;
		err->text = arena_printf(&m->arena, "Undefined macro '%.*s' used in filter.",
					 STR_ARGS(node->macro));
		return NULL;
	}
}

static struct dag_node *intern(struct matcher *m, const struct node *node, struct matcher_error *err)
{
	if (!node->shared)
		return intern_new(m, node, err);
	if (!m->shared[node->shared])
		m->shared[node->shared] = intern_new(m, node, err);
	return m->shared[node->shared];
}

static bool intern_rules(struct matcher *m, const struct rules *rules, struct matcher_error *err)
{
	m->shared = memory_zero(rules->n_shared + 1, sizeof(*m->shared));
	m->rules = arena_array(&m->arena, const struct rule *, rules->n + 1);
	m->roots = arena_array(&m->arena, struct dag_node *, rules->n + 1);
	m->hits = arena_array(&m->arena, uint32_t, rules->n + 1);
	m->matched = arena_array(&m->arena, const struct rule *, rules->n + 1);
	for (unsigned i = 0; i < rules->n; i++) {
		const struct rule *r = rules->v[i];

		if (!r->enabled || !str_is(r->source, "syscall"))
			continue;
		err->rule = r;
		m->roots[m->n_rules] = intern(m, r->cond, err);
		if (!m->roots[m->n_rules])
			return false;
		m->rules[m->n_rules++] = r;
	}
	err->rule = NULL;
	memory_free(m->shared);
	m->shared = NULL;
	atoms_seal(&m->atoms);
	return true;
}

/* ---- pass 2: event classes; frees the graph of pass 1 ---- */

static void classify_events(struct matcher *m)
{
	event_classes_build(&m->event_classes, &m->dag, m->roots, m->n_rules, &m->atoms);
	m->n_nodes = m->dag.n;
	dag_free(&m->dag);
}

struct matcher *matcher_new(const struct rules *rules, const struct matcher_options *opt,
			    struct arena *a, struct matcher_error *err)
{
	struct matcher *m = memory_zero(1, sizeof(*m));

	*err = (struct matcher_error){ 0 };
	m->opt = *opt;
	atoms_init(&m->atoms, &m->arena);
	dag_init(&m->dag);
	if (!intern_rules(m, rules, err)) {
		err->text = arena_str(a, err->text);
		matcher_free(m);
		return NULL;
	}
	classify_events(m);
	process_classes_init(&m->process_classes, &m->event_classes, &m->atoms, opt->generation);
	results_init(&m->results, &m->atoms, &m->process_classes.lazy);
	return m;
}

void matcher_free(struct matcher *m)
{
	if (!m)
		return;
	memory_free(m->shared);
	results_free(&m->results);
	process_classes_free(&m->process_classes);
	event_classes_free(&m->event_classes);
	dag_free(&m->dag);
	atoms_free(&m->atoms);
	arena_free(&m->arena);
	memory_free(m);
}

const uint16_t *matcher_classes(const struct matcher *m)
{
	return m->event_classes.of_event;
}

/*
 * noinline: keeps the prologue that saves registers out of matcher_match(), which returns at once
 * for most events.
 */
static __attribute__((noinline)) unsigned match_class(struct matcher *m, struct extract *x,
						      unsigned k)
{
	const struct bytecode *p = process_classes_bytecode(&m->process_classes, x, k);
	unsigned n;

	if (!p)
		return 0;
	results_next(&m->results);
	n = bytecode_run(p, &m->results, x, m->opt.match_all, m->hits);
	for (unsigned i = 0; i < n; i++)
		m->matched[i] = m->rules[m->hits[i]];
	return n;
}

unsigned matcher_match(struct matcher *m, struct extract *x, const struct rule *const **out)
{
	unsigned k = event_class_of(&m->event_classes, x->ev);

	*out = m->matched;
	return k ? match_class(m, x, k) : 0;
}

void matcher_undecided(struct matcher *m, struct extract *x,
		       void (*visit)(void *arg, const struct rule *rule), void *arg)
{
	const struct bytecode *p =
		process_classes_bytecode(&m->process_classes, x,
					 event_class_of(&m->event_classes, x->ev));

	/* A set, because a rule may be in several branches. */
	memset(m->hits, 0, m->n_rules * sizeof(*m->hits));
	for (uint32_t i = BYTECODE_END + 1; p && i < p->n; i++)
		if (p->insns[i].atom & BYTECODE_MATCH)
			m->hits[p->insns[i].atom & ~BYTECODE_MATCH] = 1;
	for (unsigned i = m->n_rules; i-- > 0;)
		if (m->hits[i])
			visit(arg, m->rules[i]);
}

void matcher_stats(const struct matcher *m, struct matcher_stats *out)
{
	*out = (struct matcher_stats){
		.n_rules = m->n_rules,
		.n_atoms = m->atoms.n,
		.n_nodes = m->n_nodes,
		.n_classes = m->event_classes.n_classes,
		.n_process_classes = m->process_classes.n,
		.n_flushes = m->process_classes.flushes,
		.n_process_class_misses = m->process_classes.misses,
	};
}
