/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Index of rules by the constant that one of their predicates requires: with many rules, a hash
 * lookup of a field's value finds the few that can match, instead of evaluating all of them.
 *
 * In: the rules specialized for a process class.  Out: for an event, the candidate rules in
 * definition order.
 */
#ifndef RULES_HASH_INDEX_H
#define RULES_HASH_INDEX_H

#include "base/arena.h"
#include "filter/atom.h"
#include "filter/dag.h"

struct results;

enum { HASH_INDEX_MIN_RULES = 32, HASH_INDEX_MAX_TABLES = 24 };

/* A rule and one of the constants of its key predicate. */
struct hash_index_entry {
	struct str key;
	uint32_t hash;
	uint32_t rule, start; /* start: first instruction of its bytecode */
	uint32_t next; /* position + 1 of the next entry of the bucket, a later rule; 0: last */
};

/* A hash table by the value of one operand, or by a prefix of it. */
struct hash_index_table {
	const struct atom *atom; /* any atom of that operand */
	uint32_t length;	 /* of the prefix; HASH_INDEX_WHOLE: the complete value */
	uint32_t n, mask;
	uint32_t *buckets; /* position of the first entry + 1 */
	struct hash_index_entry *entries;
};
#define HASH_INDEX_WHOLE UINT32_MAX

struct hash_index {
	struct arena arena;
	struct hash_index_table tables[HASH_INDEX_MAX_TABLES];
	unsigned n_tables;
	uint32_t *atom_of_rule; /* while building: key predicate per rule, or HASH_INDEX_NONE */
	struct hash_index_entry *others; /* rules that are in no table: always candidates */
	uint32_t n_others;
};
#define HASH_INDEX_NONE UINT32_MAX

/* Chooses the key predicate of each of n rules.  NULL if too few rules have one. */
struct hash_index *hash_index_plan(struct dag_node *const *roots, unsigned n,
				   const struct atoms *atoms);
/*
 * Adds roots[root], which is rule `rule` and whose bytecode begins at start.  Rules are added in
 * descending order.
 */
void hash_index_add(struct hash_index *hx, const struct atoms *atoms, unsigned root, uint32_t rule,
		    uint32_t start);
/* hx may be NULL. */
void hash_index_free(struct hash_index *hx);
/* Size in bytes; 0 for NULL. */
size_t hash_index_bytes(const struct hash_index *hx);

/* Iterates over the candidates of one event. */
struct hash_index_walk {
	struct hash_index_chain {
		const struct hash_index_entry *at, *entries; /* at: NULL at the end */
		struct str key;
		uint32_t hash;
	} chains[HASH_INDEX_MAX_TABLES];
	unsigned n;
	uint32_t other; /* number of entries of hx->others that are not visited yet */
	uint32_t last;	/* the rule returned last + 1 */
};
void hash_index_begin(struct hash_index_walk *w, const struct hash_index *hx, struct results *r,
		      struct extract *x);
/* Writes the first instruction of the next candidate to *start; false if there is none. */
bool hash_index_next(struct hash_index_walk *w, const struct hash_index *hx, uint32_t *start);

#endif
