// SPDX-License-Identifier: Apache-2.0
/* Index of rules by the constant that one of their predicates requires. */
#include "rules/hash_index.h"

#include "base/memory.h"
#include "rules/bytecode.h"

/* With fewer rules, a lookup in a table is slower than evaluating the rules. */
enum { TABLE_MIN_RULES = 8 };

/*
 * Whether one lookup of the operand's value replaces the atom: a single value, an equality or a
 * prefix of constants.
 */
static bool can_be_key(const struct atom *a)
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

/* ---- choosing the tables ---- */

/* The operands of a conjunction, which must all be true; else the node itself. */
static struct dag_node *const *conjuncts(struct dag_node *const *root, unsigned *n)
{
	*n = (*root)->kind == DAG_AND ? (*root)->n_kids : 1;
	return (*root)->kind == DAG_AND ? (*root)->kids : root;
}

/*
 * The key predicate of a rule: the one that fewest rules require, because it is the most selective.
 */
static uint32_t choose_key(struct dag_node *const *root, const struct atoms *atoms,
			   const uint32_t *uses, uint32_t most)
{
	unsigned n;
	struct dag_node *const *kids = conjuncts(root, &n);
	uint32_t best = HASH_INDEX_NONE;

	for (unsigned i = 0; i < n; i++)
		if (kids[i]->kind == DAG_ATOM && uses[kids[i]->atom] <= most &&
		    can_be_key(atoms->v[kids[i]->atom]) &&
		    (best == HASH_INDEX_NONE || uses[kids[i]->atom] < uses[best]))
			best = kids[i]->atom;
	return best;
}

static struct hash_index_table *table_of(struct hash_index *hx, const struct atom *a, bool add)
{
	struct hash_index_table *t;

	for (unsigned i = 0; i < hx->n_tables; i++) {
		t = &hx->tables[i];
		if (t->atom->operand == a->operand && t->length == length_of(a))
			return t;
	}
	if (!add || hx->n_tables == HASH_INDEX_MAX_TABLES)
		return NULL;
	t = &hx->tables[hx->n_tables++];
	*t = (struct hash_index_table){ .atom = a, .length = length_of(a) };
	return t;
}

static void count_uses(struct dag_node *const *roots, unsigned n, uint32_t *uses)
{
	for (unsigned i = 0; i < n; i++) {
		unsigned n_kids;
		struct dag_node *const *kids = conjuncts(&roots[i], &n_kids);

		for (unsigned k = 0; k < n_kids; k++)
			if (kids[k]->kind == DAG_ATOM)
				uses[kids[k]->atom]++;
	}
}

/*
 * Allocates the tables, except those with too few rules.  Returns the number of rules in the
 * tables.
 */
static unsigned make_tables(struct hash_index *hx, unsigned n, const struct atoms *atoms)
{
	unsigned rules[HASH_INDEX_MAX_TABLES] = { 0 }, n_rules_in_tables = 0, kept = 0;

	for (unsigned i = 0; i < n; i++) {
		const struct atom *a = hx->atom_of_rule[i] == HASH_INDEX_NONE
					       ? NULL
					       : atoms->v[hx->atom_of_rule[i]];
		struct hash_index_table *t = a ? table_of(hx, a, true) : NULL;

		if (t) {
			t->mask += a->n; /* temporarily the number of entries */
			rules[t - hx->tables]++;
		}
	}
	for (unsigned i = 0; i < hx->n_tables; i++) {
		uint32_t entries = hx->tables[i].mask, size = 8;

		if (rules[i] < TABLE_MIN_RULES)
			continue;
		while (size < entries)
			size *= 2;
		hx->tables[kept] = hx->tables[i];
		hx->tables[kept].mask = size - 1;
		hx->tables[kept].buckets = arena_array(&hx->arena, uint32_t, size);
		hx->tables[kept++].entries =
			arena_array(&hx->arena, struct hash_index_entry, entries);
		n_rules_in_tables += rules[i];
	}
	hx->n_tables = kept;
	return n_rules_in_tables;
}

struct hash_index *hash_index_plan(struct dag_node *const *roots, unsigned n,
				   const struct atoms *atoms)
{
	struct hash_index *hx;
	uint32_t *uses;
	unsigned live = 0;

	if (n < HASH_INDEX_MIN_RULES)
		return NULL;
	hx = memory_zero(1, sizeof(*hx));
	uses = memory_zero(atoms->n + 1, sizeof(*uses));
	count_uses(roots, n, uses);
	for (unsigned i = 0; i < n; i++)
		live += roots[i]->kind != DAG_FALSE;
	hx->atom_of_rule = arena_array(&hx->arena, uint32_t, n);
	for (unsigned i = 0; i < n; i++)
		hx->atom_of_rule[i] = choose_key(&roots[i], atoms, uses, live / 8);
	hx->others = arena_array(&hx->arena, struct hash_index_entry, live + 1);
	memory_free(uses);
	if (make_tables(hx, n, atoms) >= live / 2 && live >= HASH_INDEX_MIN_RULES)
		return hx;
	hash_index_free(hx);
	return NULL;
}

void hash_index_add(struct hash_index *hx, const struct atoms *atoms, unsigned root, uint32_t rule,
		    uint32_t start)
{
	const struct atom *a =
		hx->atom_of_rule[root] == HASH_INDEX_NONE ? NULL : atoms->v[hx->atom_of_rule[root]];
	struct hash_index_table *t = a ? table_of(hx, a, false) : NULL;

	if (!t) {
		hx->others[hx->n_others++] =
			(struct hash_index_entry){ .rule = rule, .start = start };
		return;
	}
	for (unsigned i = 0; i < a->n; i++) {
		struct str key = key_of(a, i);
		uint32_t hash = str_hash(key), *bucket = &t->buckets[hash & t->mask];

		t->entries[t->n++] = (struct hash_index_entry){ key, hash, rule, start, *bucket };
		*bucket = t->n;
	}
}

void hash_index_free(struct hash_index *hx)
{
	if (!hx)
		return;
	arena_free(&hx->arena);
	memory_free(hx);
}

size_t hash_index_bytes(const struct hash_index *hx)
{
	return hx ? sizeof(*hx) + hx->arena.total : 0;
}

/* ---- lookup ---- */

/* Advances the chain to the first entry with its key, starting at entry position - 1. */
static void find_key(struct hash_index_chain *c, uint32_t position)
{
	for (; position; position = c->entries[position - 1].next) {
		c->at = &c->entries[position - 1];
		if (c->at->hash == c->hash && str_eq(c->at->key, c->key))
			return;
	}
	c->at = NULL;
}

/* The key for the lookup of a value; false if no rule of the table can match. */
static bool value_key(const struct hash_index_table *t, const struct value *v, struct str *key)
{
	if (t->atom->kind == KIND_UNSIGNED) {
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

void hash_index_begin(struct hash_index_walk *w, const struct hash_index *hx, struct results *r,
		      struct extract *x)
{
	w->n = 0;
	w->last = 0;
	w->other = hx->n_others;
	for (unsigned i = 0; i < hx->n_tables; i++) {
		const struct hash_index_table *t = &hx->tables[i];
		struct hash_index_chain *c = &w->chains[w->n];
		const struct value *v = results_value(r, t->atom, x);

		if (!v || !value_key(t, v, &c->key))
			continue;
		c->hash = str_hash(c->key);
		c->entries = t->entries;
		find_key(c, t->buckets[c->hash & t->mask]);
		w->n += c->at != NULL;
	}
}

bool hash_index_next(struct hash_index_walk *w, const struct hash_index *hx, uint32_t *start)
{
	for (;;) {
		const struct hash_index_entry *first = w->other ? &hx->others[w->other - 1] : NULL;
		struct hash_index_chain *from = NULL;

		for (unsigned i = 0; i < w->n; i++)
			if (w->chains[i].at && (!first || w->chains[i].at->rule < first->rule)) {
				first = w->chains[i].at;
				from = &w->chains[i];
			}
		if (!first)
			return false;
		if (from)
			find_key(from, first->next);
		else
			w->other--;
		if (w->last == first->rule + 1)
			continue;
		w->last = first->rule + 1;
		*start = first->start;
		return true;
	}
}
