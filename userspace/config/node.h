/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The configuration as a mutable tree: files are merged into it, -o options change it, and the
 * members of struct config are read from it.  Nodes and their text are in the arena they were
 * created in.
 */
#ifndef CONFIG_NODE_H
#define CONFIG_NODE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

enum config_kind { CONFIG_NULL, CONFIG_SCALAR, CONFIG_LIST, CONFIG_MAP };

struct config_node {
	enum config_kind kind;
	struct str key;				 /* of a member of a map */
	struct str text;			 /* CONFIG_SCALAR */
	struct config_node *first, *last, *next; /* first, last: members, in order; next: sibling */
	unsigned line, column;			 /* in its file, from 1; 0: from the command line */
};

/* A new node without members; a new scalar with a copy of text. */
struct config_node *config_node_new(struct arena *a, enum config_kind kind);
struct config_node *config_node_scalar(struct arena *a, struct str text);
/* Appends kid to the members of parent.  key: for maps; STR_NONE for lists. */
void config_node_add(struct config_node *parent, struct str key, struct config_node *kid);
/* The member of a map; NULL if node is not a map or has no such member. */
struct config_node *config_node_member(const struct config_node *node, const char *key);
/* The node at a path such as "engine.kmod.buf_size_preset"; NULL if it does not exist. */
struct config_node *config_node_find(const struct config_node *root, const char *path);

/*
 * The node at the path of a -o option: names separated by '.', [i] for an element, [] for a new
 * element, '\' before a literal '.', '[', ']' or '\'.  Missing nodes are created.  If the path is
 * not valid: NULL and *why, static text.
 */
struct config_node *config_node_make(struct arena *a, struct config_node *root, struct str path,
				     const char **why);
/* Makes node a copy of from, except for its key and its siblings; the members are shared. */
void config_node_become(struct config_node *node, const struct config_node *from);

enum config_strategy { STRATEGY_APPEND, STRATEGY_OVERRIDE, STRATEGY_ADD_ONLY };
/* Merges the top-level keys of from into root.  Moves the nodes: from cannot be used afterwards. */
void config_node_merge(struct config_node *root, struct config_node *from, enum config_strategy how);

/*
 * Replaces ${NAME} in every scalar by the environment variable, $${NAME} by ${NAME}.
 * quirk: in a scalar, nothing is replaced after a '$' that is followed by anything else, as in
 * Falco.
 */
void config_node_expand(struct arena *a, struct config_node *node);

#endif
