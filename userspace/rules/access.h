/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many rules, few of them worth asking: rules that want one operand to be (or to begin with) a constant of their own are
 * found by looking the operand's value up, not by asking one after the other.
 *
 * In: what is left of the rules.  Out: for an event, those that may match, in definition order.
 */
#ifndef RULES_ACCESS_H
#define RULES_ACCESS_H

#include "base/arena.h"
#include "filter/atom.h"
#include "filter/dag.h"

struct answers;

enum { ACCESS_MIN_RULES = 32, ACCESS_MAX = 24 };

/* A rule below one of its constants. */
struct access_item {
	struct str key;
	uint32_t hash;
	uint32_t rule, entry; /* its first step */
	uint32_t next;	      /* of the same bucket, by rule; 1 + position, 0 ends */
};

/* One operand, whole or its first bytes. */
struct access_table {
	const struct atom *ask; /* any atom of that operand */
	uint32_t length;	/* ACCESS_WHOLE, or of the beginning */
	uint32_t n, mask;
	uint32_t *buckets; /* 1 + position of the first item */
	struct access_item *items;
};
#define ACCESS_WHOLE UINT32_MAX

struct access {
	struct arena arena;
	struct access_table tables[ACCESS_MAX];
	unsigned n_tables;
	uint32_t *of_root; /* while building: the atom each rule is found by, ACCESS_NONE */
	struct access_item *others; /* rules that are asked every time */
	uint32_t n_others;
};
#define ACCESS_NONE UINT32_MAX

/* Chooses how each rule is found.  NULL: not worth it, or out of memory. */
struct access *access_plan(struct dag_node *const *roots, unsigned n, const struct atoms *atoms);
/* Rule by rule, in descending order. */
void access_add(struct access *ac, const struct atoms *atoms, unsigned root, uint32_t rule,
		uint32_t entry);
void access_free(struct access *ac);
size_t access_bytes(const struct access *ac);

/* The candidates of one event, one after the other. */
struct access_walk {
	struct access_cursor {
		const struct access_item *at, *items; /* at NULL: no more */
		struct str key;
		uint32_t hash;
	} cursors[ACCESS_MAX];
	unsigned n;
	uint32_t other; /* how many of the others are done */
	uint32_t last;	/* 1 + the rule told last */
};
void access_begin(struct access_walk *w, const struct access *ac, struct answers *a,
		  struct extract *x);
/* The first step of the next candidate; false: that was all. */
bool access_next(struct access_walk *w, const struct access *ac, uint32_t *entry);

#endif
