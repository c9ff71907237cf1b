/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The configuration as a tree that can be changed: files are merged into it, options of the command line written over
 * it, and the table of keys is read from it.  Nodes and their text live in the arena given at birth.
 */
#ifndef CONFIG_NODE_H
#define CONFIG_NODE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

enum config_kind { CONFIG_NULL, CONFIG_SCALAR, CONFIG_LIST, CONFIG_MAP };

struct config_node {
	enum config_kind kind;
	struct str key;				 /* as a member of a map */
	struct str text;			 /* SCALAR */
	struct config_node *first, *last, *next; /* members, in order */
	unsigned line, column; /* in its file, from 1; 0 = from the command line */
};

struct config_node *config_node_new(struct arena *a, enum config_kind kind);
struct config_node *config_node_scalar(struct arena *a, struct str text);
/* Behind the last member; key is ignored by lists. */
void config_node_add(struct config_node *parent, struct str key, struct config_node *kid);
/* Member of a map, NULL when there is none or node is no map. */
struct config_node *config_node_member(const struct config_node *node, const char *key);
/* "engine.kmod.buf_size_preset"; NULL when any part is missing. */
struct config_node *config_node_find(const struct config_node *root, const char *path);

/*
 * The value at the path of a -o option: names joined with '.', [i] for an element, [] for a new one, '\' before '.', '[',
 * ']' and '\'.  What is missing is made.  NULL with *why for a bad path.
 */
struct config_node *config_node_make(struct arena *a, struct config_node *root, struct str path,
				     const char **why);
/* Everything but its key and place among its siblings becomes that of from. */
void config_node_become(struct config_node *node, const struct config_node *from);

enum config_strategy { STRATEGY_APPEND, STRATEGY_OVERRIDE, STRATEGY_ADD_ONLY };
/* Top-level keys of from into root; from is used up. */
void config_node_merge(struct config_node *root, struct config_node *from, enum config_strategy how);

/* ${NAME} in every scalar, from the environment; $${NAME} stays ${NAME}.  quirk: a '$' before anything else stops it. */
void config_node_expand(struct arena *a, struct config_node *node);

#endif
