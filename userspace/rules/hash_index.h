/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many rules, few of them worth asking: rules that want one operand to be (or to begin with) a constant of their own are
 * found by looking the operand's value up, not by asking one after the other.
 *
 * In: what is left of the rules.  Out: for an event, those that may match, in definition order.
 */
#ifndef RULES_HASH_INDEX_H
#define RULES_HASH_INDEX_H

#include "base/arena.h"
#include "filter/atom.h"
#include "filter/dag.h"

struct results;

enum { HASH_INDEX_MIN_RULES = 32, HASH_INDEX_MAX = 24 };

/* A rule below one of its constants. */
struct hash_index_entry {
	struct str key;
	uint32_t hash;
	uint32_t rule, entry; /* its first step */
	uint32_t next;	      /* of the same bucket, by rule; 1 + position, 0 ends */
};

/* One operand, whole or its first bytes. */
struct hash_index_table {
	const struct atom *ask; /* any atom of that operand */
	uint32_t length;	/* HASH_INDEX_WHOLE, or of the beginning */
	uint32_t n, mask;
	uint32_t *buckets; /* 1 + position of the first item */
	struct hash_index_entry *items;
};
#define HASH_INDEX_WHOLE UINT32_MAX

struct hash_index {
	struct arena arena;
	struct hash_index_table tables[HASH_INDEX_MAX];
	unsigned n_tables;
	uint32_t *of_root; /* while building: the atom each rule is found by, HASH_INDEX_NONE */
	struct hash_index_entry *others; /* rules that are asked every time */
	uint32_t n_others;
};
#define HASH_INDEX_NONE UINT32_MAX

/* Chooses how each rule is found.  NULL: not worth it, or out of memory. */
struct hash_index *hash_index_plan(struct dag_node *const *roots, unsigned n,
				   const struct atoms *atoms);
/* Rule by rule, in descending order. */
void hash_index_add(struct hash_index *ac, const struct atoms *atoms, unsigned root, uint32_t rule,
		    uint32_t entry);
void hash_index_free(struct hash_index *ac);
size_t hash_index_bytes(const struct hash_index *ac);

/* The candidates of one event, one after the other. */
struct hash_index_walk {
	struct hash_index_chain {
		const struct hash_index_entry *at, *items; /* at NULL: no more */
		struct str key;
		uint32_t hash;
	} cursors[HASH_INDEX_MAX];
	unsigned n;
	uint32_t other; /* how many of the others are done */
	uint32_t last;	/* 1 + the rule told last */
};
void hash_index_begin(struct hash_index_walk *w, const struct hash_index *ac, struct results *a,
		      struct extract *x);
/* The first step of the next candidate; false: that was all. */
bool hash_index_next(struct hash_index_walk *w, const struct hash_index *ac, uint32_t *entry);

#endif
