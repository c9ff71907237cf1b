// SPDX-License-Identifier: Apache-2.0
/* Conditions as a directed acyclic graph with hash consing. */
#include "filter/dag.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static uint32_t mix(uint32_t h, uint32_t v)
{
	h = (h ^ v) * 0x9e3779b1u;
	return h ^ (h >> 15);
}

static uint32_t hash_of(enum dag_kind kind, uint32_t atom, struct dag_node **kids, unsigned n)
{
	uint32_t h = mix(kind, atom);

	for (unsigned i = 0; i < n; i++)
		h = mix(h, kids[i]->id);
	return h;
}

static void grow(struct dag *d)
{
	uint32_t size = d->mask ? 2 * (d->mask + 1) : 512;
	struct dag_node **table = memory_zero(size, sizeof(*table));

	for (uint32_t i = 0; d->table && i <= d->mask; i++) {
		struct dag_node *n = d->table[i];

		if (n) {
			uint32_t at = n->hash & (size - 1);

			while (table[at])
				at = (at + 1) & (size - 1);
			table[at] = n;
		}
	}
	memory_free(d->table);
	d->table = table;
	d->mask = size - 1;
}

static struct dag_node *intern(struct dag *d, enum dag_kind kind, uint32_t atom, uint32_t cost,
			       struct dag_node **kids, unsigned n)
{
	uint32_t hash = hash_of(kind, atom, kids, n), at;
	struct dag_node *node;

	if (2 * (d->n + 1) > d->mask)
		grow(d);
	for (at = hash & d->mask; (node = d->table[at]); at = (at + 1) & d->mask)
		if (node->hash == hash && node->kind == kind && node->atom == atom &&
		    node->n_kids == n && !memcmp(node->kids, kids, n * sizeof(*kids)))
			return node;
	node = arena_zalloc(&d->arena, sizeof(*node) + n * sizeof(*kids));
	node->kind = kind;
	node->id = d->n++;
	node->hash = hash;
	node->cost = cost;
	node->atom = atom;
	node->n_kids = n;
	if (n)
		memcpy(node->kids, kids, n * sizeof(*kids));
	d->table[at] = node;
	return node;
}

void dag_init(struct dag *d)
{
	struct dag_node *none[1] = { NULL };

	*d = (struct dag){ 0 };
	d->no = intern(d, DAG_FALSE, 0, 0, none, 0);
	d->yes = intern(d, DAG_TRUE, 0, 0, none, 0);
}

void dag_free(struct dag *d)
{
	memory_free(d->table);
	arena_free(&d->arena);
	*d = (struct dag){ 0 };
}

struct dag_node *dag_atom(struct dag *d, uint32_t atom, uint32_t cost)
{
	struct dag_node *none[1] = { NULL };

	return intern(d, DAG_ATOM, atom, cost, none, 0);
}

struct dag_node *dag_not(struct dag *d, struct dag_node *a)
{
	if (a->kind == DAG_NOT)
		return a->kids[0];
	if (a->kind == DAG_FALSE)
		return d->yes;
	if (a->kind == DAG_TRUE)
		return d->no;
	return intern(d, DAG_NOT, 0, a->cost, &a, 1);
}

static int cheapest_first(const void *pa, const void *pb)
{
	const struct dag_node *a = *(struct dag_node *const *)pa, *b = *(struct dag_node *const *)pb;

	if (a->cost != b->cost)
		return a->cost < b->cost ? -1 : 1;
	return a->id < b->id ? -1 : a->id > b->id;
}

static bool has_opposite(struct dag_node **kids, unsigned n, const struct dag_node *not_node)
{
	for (unsigned i = 0; i < n; i++)
		if (kids[i] == not_node->kids[0])
			return true;
	return false;
}

struct dag_node *dag_join(struct dag *d, enum dag_kind kind, struct dag_node **kids, unsigned n)
{
	struct dag_node *neutral = kind == DAG_AND ? d->yes : d->no,
			*absorbing = kind == DAG_AND ? d->no : d->yes;
	struct dag_node **flat, *result;
	unsigned total = 0, kept = 0;
	uint64_t cost = 0;

	for (unsigned i = 0; i < n; i++)
		total += kids[i]->kind == kind ? kids[i]->n_kids : 1;
	flat = memory_alloc(total * sizeof(*flat));
	total = 0;
	for (unsigned i = 0; i < n; i++) {
		if (kids[i]->kind == kind)
			for (unsigned k = 0; k < kids[i]->n_kids; k++)
				flat[total++] = kids[i]->kids[k];
		else
			flat[total++] = kids[i];
	}
	qsort(flat, total, sizeof(*flat), cheapest_first);
	result = absorbing;
	for (unsigned i = 0; i < total; i++) {
		if (flat[i] == absorbing)
			goto out;
		if (flat[i] == neutral || (kept && flat[kept - 1] == flat[i]))
			continue;
		flat[kept++] = flat[i];
		cost += flat[i]->cost;
	}
	for (unsigned i = 0; i < kept && kept <= 64; i++)
		if (flat[i]->kind == DAG_NOT && has_opposite(flat, kept, flat[i]))
			goto out;
	result = kept == 0   ? neutral
		 : kept == 1 ? flat[0]
			     : intern(d, kind, 0, cost < UINT32_MAX ? (uint32_t)cost : UINT32_MAX,
				      flat, kept);
out:
	memory_free(flat);
	return result;
}

void dag_memo_reset(struct dag_memo *m, const struct dag *from)
{
	if (m->size < from->n) {
		memory_free(m->to);
		m->size = from->n;
		m->to = memory_alloc(m->size * sizeof(*m->to));
	}
	memset(m->to, 0, m->size * sizeof(*m->to));
}

void dag_memo_free(struct dag_memo *m)
{
	memory_free(m->to);
	*m = (struct dag_memo){ 0 };
}

static struct dag_node *specialize_join(struct dag *into, const struct dag_node *node,
					const struct dag_facts *facts, struct dag_memo *memo)
{
	enum dag_kind absorbing = node->kind == DAG_AND ? DAG_FALSE : DAG_TRUE;
	struct dag_node *small[16], **kids = small, *result;
	unsigned n = 0;

	if (node->n_kids > 16)
		kids = memory_alloc(node->n_kids * sizeof(*kids));
	for (unsigned i = 0; i < node->n_kids; i++) {
		kids[n] = dag_specialize(into, node->kids[i], facts, memo);
		if (kids[n]->kind == absorbing) {
			result = kids[n];
			goto out;
		}
		n++;
	}
	result = dag_join(into, node->kind, kids, n);
out:
	if (kids != small)
		memory_free(kids);
	return result;
}

struct dag_node *dag_specialize(struct dag *into, const struct dag_node *node,
				const struct dag_facts *facts, struct dag_memo *memo)
{
	struct dag_node **to = &memo->to[node->id];
	enum truth t;

	if (*to)
		return *to;
	switch (node->kind) {
	case DAG_FALSE:
		return *to = into->no;
	case DAG_TRUE:
		return *to = into->yes;
	case DAG_ATOM:
		t = facts->of(facts, node->atom);
		return *to = t == TRUTH_UNKNOWN ? dag_atom(into, node->atom, node->cost)
			     : t == TRUTH_YES	? into->yes
						: into->no;
	case DAG_NOT:
		return *to = dag_not(into, dag_specialize(into, node->kids[0], facts, memo));
	default:
		return *to = specialize_join(into, node, facts, memo);
	}
}
