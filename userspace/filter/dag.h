/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conditions as a directed acyclic graph with hash consing: equal nodes are one node, so they
 * compare by pointer.
 *
 * Nodes are simplified when they are built: constants are folded, nested and/or are flattened,
 * duplicates are dropped, `x and not x` is false.
 */
#ifndef FILTER_DAG_H
#define FILTER_DAG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

enum dag_kind { DAG_FALSE, DAG_TRUE, DAG_ATOM, DAG_NOT, DAG_AND, DAG_OR };

struct dag_node {
	uint8_t kind;
	uint32_t id; /* number of the node in its graph */
	uint32_t hash;
	uint32_t cost; /* estimated number of instructions, for ordering */
	uint32_t atom; /* DAG_ATOM: its number in struct atoms */
	uint32_t n_kids;
	struct dag_node *kids[]; /* NOT: one; AND, OR: two or more, cheapest first */
};

struct dag {
	struct arena arena;	 /* the nodes */
	struct dag_node **table; /* hash table of all nodes */
	uint32_t mask, n;
	struct dag_node *no, *yes; /* DAG_FALSE, DAG_TRUE */
};

void dag_init(struct dag *d);
/* Also for a zeroed struct. */
void dag_free(struct dag *d);

/* Return a node, which d owns.  Arguments must be nodes of d. */
struct dag_node *dag_atom(struct dag *d, uint32_t atom, uint32_t cost);
struct dag_node *dag_not(struct dag *d, struct dag_node *a);
/* kind: DAG_AND or DAG_OR.  n may be 0 or 1. */
struct dag_node *dag_join(struct dag *d, enum dag_kind kind, struct dag_node **kids, unsigned n);

enum truth { TRUTH_NO = 0, TRUTH_YES = 1, TRUTH_UNKNOWN = 2 };

/*
 * The values of atoms that dag_specialize() replaces.  of() returns TRUTH_UNKNOWN for other atoms.
 */
struct dag_facts {
	enum truth (*of)(const struct dag_facts *f, uint32_t atom);
};

/*
 * Memoized results of dag_specialize(), by the id of the node in the source graph; NULL: not
 * visited.
 */
struct dag_memo {
	struct dag_node **to;
	uint32_t size;
};
/* Removes all results, and reserves space for the nodes of `from`. */
void dag_memo_reset(struct dag_memo *m, const struct dag *from);
void dag_memo_free(struct dag_memo *m);

/*
 * A copy of the node in `into`, with each atom whose value is known replaced by it, and simplified.
 */
struct dag_node *dag_specialize(struct dag *into, const struct dag_node *node,
				const struct dag_facts *facts, struct dag_memo *memo);

#endif
