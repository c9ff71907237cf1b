/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The configuration as a mutable tree: files are merged into it, -o options overwrite it, and the members of struct config
 * are read from it.  Nodes and their text are in the arena they were created in.
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

/* An empty node; a scalar with a copy of text. */
struct config_node *config_node_new(struct arena *a, enum config_kind kind);
struct config_node *config_node_scalar(struct arena *a, struct str text);
/* Appends kid to the members of parent; in a list the key is not used. */
void config_node_add(struct config_node *parent, struct str key, struct config_node *kid);
/* Member of a map, NULL when there is none or node is no map. */
struct config_node *config_node_member(const struct config_node *node, const char *key);
/* "engine.kmod.buf_size_preset"; NULL when any part is missing. */
struct config_node *config_node_find(const struct config_node *root, const char *path);

/*
 * The value at the path of a -o option: names joined with '.', [i] for an element, [] for a new one, '\' before '.', '[',
 * ']' and '\'.  Missing nodes are created.  NULL with *why (static text) for a bad path.
 */
struct config_node *config_node_make(struct arena *a, struct config_node *root, struct str path,
				     const char **why);
/* Copies from (its members are shared), except for its key and its siblings. */
void config_node_become(struct config_node *node, const struct config_node *from);

enum config_strategy { STRATEGY_APPEND, STRATEGY_OVERRIDE, STRATEGY_ADD_ONLY };
/* Merges the top-level keys of from into root; from is not usable afterwards. */
void config_node_merge(struct config_node *root, struct config_node *from, enum config_strategy how);

/*
 * Replaces ${NAME} in every scalar by the environment variable, $${NAME} by ${NAME}.
 * quirk: a '$' that is followed by anything else ends it, as in Falco.
 */
void config_node_expand(struct arena *a, struct config_node *node);

#endif
