/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conditions as a graph in which equal parts are one node.
 *
 * Building simplifies: constants vanish, nested and/or flatten, duplicates fold, `x and not x` is false.  Nodes of one
 * graph can be compared by pointer.
 */
#ifndef FILTER_DAG_H
#define FILTER_DAG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

enum dag_kind { DAG_FALSE, DAG_TRUE, DAG_ATOM, DAG_NOT, DAG_AND, DAG_OR };

struct dag_node {
	uint8_t kind;
	uint32_t id; /* position in its graph */
	uint32_t hash;
	uint32_t cost; /* expected work, for ordering */
	uint32_t atom; /* DAG_ATOM */
	uint32_t n_kids;
	struct dag_node *kids[]; /* NOT: one; AND, OR: two or more, cheapest first */
};

struct dag {
	struct arena arena;
	struct dag_node **table;
	uint32_t mask, n;
	struct dag_node *no, *yes;
};

void dag_init(struct dag *d);
void dag_free(struct dag *d);

struct dag_node *dag_atom(struct dag *d, uint32_t atom, uint32_t cost);
struct dag_node *dag_not(struct dag *d, struct dag_node *a);
/* DAG_AND or DAG_OR over any number of kids; kids is scratch and gets reordered. */
struct dag_node *dag_join(struct dag *d, enum dag_kind kind, struct dag_node **kids, unsigned n);

enum truth { TRUTH_NO = 0, TRUTH_YES = 1, TRUTH_UNKNOWN = 2 };

/* What is known about the atoms of a graph while it is cut down. */
struct dag_facts {
	enum truth (*of)(const struct dag_facts *f, uint32_t atom);
};

/* Remembers what each node of `from` became, so that shared parts are visited once. */
struct dag_memo {
	struct dag_node **to;
	uint32_t size;
};
void dag_memo_reset(struct dag_memo *m, const struct dag *from);
void dag_memo_free(struct dag_memo *m);

/* The node rebuilt in `into` with everything known replaced by its value. */
struct dag_node *dag_cut(struct dag *into, const struct dag_node *node,
			 const struct dag_facts *facts, struct dag_memo *memo);

#endif
