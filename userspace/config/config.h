/* SPDX-License-Identifier: Apache-2.0 */
/* falco.yaml and the -o options, read.  In: files and argv.  Out: struct config, not changed afterwards. */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "config/node.h"
#include "rules/rule.h"

struct str_list {
	struct str *v;
	unsigned n;
};

struct config {
	struct arena arena; /* owns everything below */
	struct config_node *root;
	struct str file;       /* the main file, STR_NONE when none was read */
	struct str_list files; /* every file that was read */

#define BOOL(path, member, fallback) bool member;
#define INT(path, member, fallback) int64_t member;
#define REAL(path, member, fallback) double member;
#define TEXT(path, member, fallback) struct str member;
#define LIST(path, member) struct str_list member;
#define TREE(path, member) struct config_node *member;
#define UNSERVED(path, harmless)
#define DETAIL(path)
#define REMOVED(path, reason)
#include "config/options.def"
#undef BOOL
#undef INT
#undef REAL
#undef TEXT
#undef LIST
#undef TREE
#undef UNSERVED
#undef DETAIL
#undef REMOVED

	enum priority min_priority; /* priority, as a number */
	bool match_all;		    /* rule_matching: all */
	bool record_all;	    /* capture.mode: all_rules */
	uint64_t buffer_bytes;	    /* buf_size_preset, as bytes */
};

struct config_input {
	const char *file;	    /* -c, NULL = the default place if something is there */
	const char *const *options; /* -o, in order */
	unsigned n_options;
};

#define CONFIG_DEFAULT_FILE "/etc/falco/falco.yaml"

/*
 * NULL when it cannot be used, with the reasons in errors (one line each, no newline behind the last).  What is only
 * worth a remark (unknown keys, keys without effect) is put into remarks, one per line.
 */
struct config *config_load(const struct config_input *in, struct buf *errors, struct buf *remarks);
void config_free(struct config *c);

/*
 * A YAML file as a tree, variables expanded.  NULL and a message when it cannot be read.  An empty file is an empty map.
 */
struct config_node *config_file_read(struct arena *a, const char *path, struct buf *errors);
/* The same for text; name stands in messages. */
struct config_node *config_text_read(struct arena *a, struct str text, const char *name,
				     struct buf *errors);

/*
 * Files that an entry of rules_files, config_files or -r stands for: itself, or what a directory holds, sorted;
 * yaml_only leaves out names that do not end in .yaml or .yml.  False when there is nothing at path.
 */
bool config_paths(struct arena *a, const char *path, bool yaml_only, struct str_list *out);
void str_list_add(struct arena *a, struct str_list *list, struct str s);

/* A list of texts: a sequence, or one scalar that counts as one element; a map counts as none. */
struct str_list config_texts(struct arena *a, const struct config_node *node);
bool config_bool(const struct config_node *node, bool fallback);
int64_t config_int(const struct config_node *node, int64_t fallback);
double config_real(const struct config_node *node, double fallback);

#endif
