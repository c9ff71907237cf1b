/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parser of YAML into a tree; nodes have their position in the file.
 *
 * In: the text of a file, which is not trusted.  Out: nodes in an arena.  Aliases share the node of
 * their anchor, so the tree is a directed acyclic graph; its size with all aliases expanded is
 * limited, and so is its depth.
 */
#ifndef YAML_TREE_H
#define YAML_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

enum { TREE_MAX_DEPTH = 64, TREE_MAX_NODES = 1000000, TREE_MAX_BYTES = 64 * 1024 * 1024 };

enum tree_kind { TREE_NULL, TREE_SCALAR, TREE_LIST, TREE_MAP };

struct tree_node {
	enum tree_kind kind;
	uint32_t line, column; /* from 0; column in characters */
	uint32_t offset, end;  /* in the file: of the first byte, of the byte after the last */
	bool quoted;	       /* '...' or "...", or a | or > block: never null, never a number */
	bool block;	       /* a | or > block */
	struct str text;       /* SCALAR */
	struct tree_node **items; /* LIST: elements, MAP: values */
	struct tree_node **keys;  /* MAP */
	unsigned n;
	uint32_t size; /* number of nodes of this subtree, aliases expanded */
};

struct tree {
	struct str source; /* the caller's */
	uint32_t *lines;   /* byte offset of each line's first byte */
	unsigned n_lines;
	struct tree_node **docs;
	unsigned n_docs;
	/* Why tree_parse() failed, and where. */
	struct str error;
	uint32_t line, column, offset;
};

/* Parses source, which is borrowed and must outlive *out.  False with the reason in out->error. */
bool tree_parse(struct arena *a, struct str source, struct tree *out);
/* Line and column (from 0, in characters) of a byte. */
void tree_position(const struct tree *t, uint32_t offset, uint32_t *line, uint32_t *column);

/*
 * The value of a key; NULL if n is not a map or has no such key.  Of equal keys the first is used.
 */
struct tree_node *tree_get(const struct tree_node *n, const char *key);
/*
 * true, yes, on, y and their opposites, in lower case, upper case or capitalised.  False for other
 * values.
 */
bool tree_bool(const struct tree_node *n, bool *out);
/*
 * An unsigned number of at most max: decimal, octal (0...) or hexadecimal (0x...).  False for other
 * values.
 */
bool tree_uint(const struct tree_node *n, uint64_t max, uint64_t *out);

#endif
