// SPDX-License-Identifier: Apache-2.0
/* Rules found by a value. */
#include "rules/hash_index.h"

#include "base/memory.h"
#include "rules/bytecode.h"

/* A table is worth its lookup from so many rules on. */
enum { TABLE_MIN_RULES = 8 };

/* Whether a value decides by one lookup: at most one of it, compared with constants. */
static bool decides(const struct atom *a)
{
	if (a->mod || a->right || (a->left->flags & (FIELD_LIST | FIELD_ANY | FIELD_BOTH_ENDS)))
		return false;
	if (a->op == OP_STARTSWITH)
		return a->kind == KIND_TEXT && a->n == 1 && a->texts[0].n;
	return (a->op == OP_EQ || a->op == OP_IN) &&
	       (a->kind == KIND_TEXT || a->kind == KIND_UNSIGNED);
}

static uint32_t length_of(const struct atom *a)
{
	return a->op == OP_STARTSWITH ? (uint32_t)a->texts[0].n : HASH_INDEX_WHOLE;
}

static struct str key_of(const struct atom *a, unsigned i)
{
	return a->kind == KIND_UNSIGNED ? (struct str){ (const char *)&a->u[i], sizeof(a->u[i]) }
					: a->texts[i];
}

/* ---- the plan ---- */

/* The atoms a root cannot do without. */
static struct dag_node *const *needs(struct dag_node *const *root, unsigned *n)
{
	*n = (*root)->kind == DAG_AND ? (*root)->n_kids : 1;
	return (*root)->kind == DAG_AND ? (*root)->kids : root;
}

/* The deciding atom that fewest rules share: what all of them want tells nothing. */
static uint32_t rarest(struct dag_node *const *root, const struct atoms *atoms,
		       const uint32_t *uses, uint32_t most)
{
	unsigned n;
	struct dag_node *const *kids = needs(root, &n);
	uint32_t best = HASH_INDEX_NONE;

	for (unsigned i = 0; i < n; i++)
		if (kids[i]->kind == DAG_ATOM && uses[kids[i]->atom] <= most &&
		    decides(atoms->v[kids[i]->atom]) &&
		    (best == HASH_INDEX_NONE || uses[kids[i]->atom] < uses[best]))
			best = kids[i]->atom;
	return best;
}

static struct hash_index_table *table_of(struct hash_index *ac, const struct atom *a, bool add)
{
	struct hash_index_table *t;

	for (unsigned i = 0; i < ac->n_tables; i++) {
		t = &ac->tables[i];
		if (t->ask->operand == a->operand && t->length == length_of(a))
			return t;
	}
	if (!add || ac->n_tables == HASH_INDEX_MAX)
		return NULL;
	t = &ac->tables[ac->n_tables++];
	*t = (struct hash_index_table){ .ask = a, .length = length_of(a) };
	return t;
}

static void count_uses(struct dag_node *const *roots, unsigned n, uint32_t *uses)
{
	for (unsigned i = 0; i < n; i++) {
		unsigned n_kids;
		struct dag_node *const *kids = needs(&roots[i], &n_kids);

		for (unsigned k = 0; k < n_kids; k++)
			if (kids[k]->kind == DAG_ATOM)
				uses[kids[k]->atom]++;
	}
}

/* Counts what tables would hold, drops small ones, makes room; how many rules they serve. */
static unsigned make_tables(struct hash_index *ac, unsigned n, const struct atoms *atoms)
{
	unsigned rules[HASH_INDEX_MAX] = { 0 }, served = 0, kept = 0;

	for (unsigned i = 0; i < n; i++) {
		const struct atom *a = ac->of_root[i] == HASH_INDEX_NONE ? NULL
									 : atoms->v[ac->of_root[i]];
		struct hash_index_table *t = a ? table_of(ac, a, true) : NULL;

		if (t) {
			t->mask += a->n; /* for now: how many items */
			rules[t - ac->tables]++;
		}
	}
	for (unsigned i = 0; i < ac->n_tables; i++) {
		uint32_t items = ac->tables[i].mask, size = 8;

		if (rules[i] < TABLE_MIN_RULES)
			continue;
		while (size < items)
			size *= 2;
		ac->tables[kept] = ac->tables[i];
		ac->tables[kept].mask = size - 1;
		ac->tables[kept].buckets = arena_array(&ac->arena, uint32_t, size);
		ac->tables[kept++].items = arena_array(&ac->arena, struct hash_index_entry, items);
		served += rules[i];
	}
	ac->n_tables = kept;
	return served;
}

struct hash_index *hash_index_plan(struct dag_node *const *roots, unsigned n,
				   const struct atoms *atoms)
{
	struct hash_index *ac;
	uint32_t *uses;
	unsigned live = 0;

	if (n < HASH_INDEX_MIN_RULES)
		return NULL;
	ac = memory_zero(1, sizeof(*ac));
	uses = memory_zero(atoms->n + 1, sizeof(*uses));
	count_uses(roots, n, uses);
	for (unsigned i = 0; i < n; i++)
		live += roots[i]->kind != DAG_FALSE;
	ac->of_root = arena_array(&ac->arena, uint32_t, n);
	for (unsigned i = 0; i < n; i++)
		ac->of_root[i] = rarest(&roots[i], atoms, uses, live / 8);
	ac->others = arena_array(&ac->arena, struct hash_index_entry, live + 1);
	memory_put(uses);
	if (make_tables(ac, n, atoms) >= live / 2 && live >= HASH_INDEX_MIN_RULES)
		return ac;
	hash_index_free(ac);
	return NULL;
}

void hash_index_add(struct hash_index *ac, const struct atoms *atoms, unsigned root, uint32_t rule,
		    uint32_t entry)
{
	const struct atom *a = ac->of_root[root] == HASH_INDEX_NONE ? NULL
								    : atoms->v[ac->of_root[root]];
	struct hash_index_table *t = a ? table_of(ac, a, false) : NULL;

	if (!t) {
		ac->others[ac->n_others++] =
			(struct hash_index_entry){ .rule = rule, .entry = entry };
		return;
	}
	for (unsigned i = 0; i < a->n; i++) {
		struct str key = key_of(a, i);
		uint32_t hash = str_hash(key), *bucket = &t->buckets[hash & t->mask];

		t->items[t->n++] = (struct hash_index_entry){ key, hash, rule, entry, *bucket };
		*bucket = t->n;
	}
}

void hash_index_free(struct hash_index *ac)
{
	if (!ac)
		return;
	arena_free(&ac->arena);
	memory_put(ac);
}

size_t hash_index_bytes(const struct hash_index *ac)
{
	return ac ? sizeof(*ac) + ac->arena.total : 0;
}

/* ---- an event ---- */

/* From an item on, the first that has the key. */
static void settle(struct hash_index_chain *c, uint32_t position)
{
	for (; position; position = c->items[position - 1].next) {
		c->at = &c->items[position - 1];
		if (c->at->hash == c->hash && str_eq(c->at->key, c->key))
			return;
	}
	c->at = NULL;
}

/* What a table is asked for; false if its rules cannot match. */
static bool value_key(const struct hash_index_table *t, const struct value *v, struct str *key)
{
	if (t->ask->kind == KIND_UNSIGNED) {
		*key = (struct str){ (const char *)&v->u, sizeof(v->u) };
		return true;
	}
	*key = v->str.p ? v->str : STR_LIT("");
	if (t->length == HASH_INDEX_WHOLE)
		return true;
	if (key->n < t->length)
		return false;
	key->n = t->length;
	return true;
}

void hash_index_begin(struct hash_index_walk *w, const struct hash_index *ac, struct results *a,
		      struct extract *x)
{
	w->n = 0;
	w->last = 0;
	w->other = ac->n_others;
	for (unsigned i = 0; i < ac->n_tables; i++) {
		const struct hash_index_table *t = &ac->tables[i];
		struct hash_index_chain *c = &w->cursors[w->n];
		const struct value *v = results_value(a, t->ask, x);

		if (!v || !value_key(t, v, &c->key))
			continue;
		c->hash = str_hash(c->key);
		c->items = t->items;
		settle(c, t->buckets[c->hash & t->mask]);
		w->n += c->at != NULL;
	}
}

bool hash_index_next(struct hash_index_walk *w, const struct hash_index *ac, uint32_t *entry)
{
	for (;;) {
		const struct hash_index_entry *first = w->other ? &ac->others[w->other - 1] : NULL;
		struct hash_index_chain *from = NULL;

		for (unsigned i = 0; i < w->n; i++)
			if (w->cursors[i].at && (!first || w->cursors[i].at->rule < first->rule)) {
				first = w->cursors[i].at;
				from = &w->cursors[i];
			}
		if (!first)
			return false;
		if (from)
			settle(from, first->next);
		else
			w->other--;
		if (w->last == first->rule + 1)
			continue;
		w->last = first->rule + 1;
		*entry = first->entry;
		return true;
	}
}
