/* SPDX-License-Identifier: Apache-2.0 */
/* falco.yaml and the -o options, read.  In: files and argv.  Out: struct config, not changed afterwards. */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/priority.h"
#include "base/str.h"
#include "config/node.h"

struct str_list {
	struct str *v;
	unsigned n;
};

/* How alerts look. */
struct message_options {
#define MESSAGE(path, member, fallback, help) bool member;
#include "config/options.def"
	const char *hostname; /* not a key: see settings_message() */
};

struct config {
	struct arena arena; /* owns everything below */
	struct config_node *root;
	struct str file;       /* the main file, STR_NONE when none was read */
	struct str_list files; /* every file that was read */
	struct message_options message;

#define BOOL(path, member, fallback, when, help) bool member;
#define INT(path, member, fallback, min, max, when, help) int64_t member;
#define REAL(path, member, fallback, min, max, when, help) double member;
#define TEXT(path, member, fallback, when, help) struct str member;
#define WORD(path, member, fallback, noun, words, when, help) struct str member;
#define LIST(path, member, help) struct str_list member;
#define TREE(path, member, help) struct config_node *member;
#include "config/options.def"

	enum priority min_priority; /* priority, as a number */
	bool match_all;		    /* rule_matching: all */
	bool record_all;	    /* capture.mode: all_rules */
};

struct config_input {
	const char *file;	    /* -c, NULL = the default place if something is there */
	const char *const *options; /* -o, in order */
	unsigned n_options;
};

#define CONFIG_DEFAULT_FILE "/etc/falco/falco.yaml"

/*
 * Reads the files and the options.  NULL if the configuration is not usable or there is no memory, with the reasons in
 * errors.  Unknown keys and keys without effect go to remarks.  One line each.
 */
struct config *config_load(const struct config_input *in, struct buf *errors, struct buf *remarks);
void config_free(struct config *c);
/* Keys that take a restart keep the value of old, which must outlive fresh; a remark for each that was to change. */
void config_keep(struct config *fresh, const struct config *old, struct buf *remarks);
/* Size of the ring of each CPU: engine.kmod.buf_size_preset in bytes. */
static inline uint64_t config_buffer_bytes(const struct config *c)
{
	return UINT64_C(1) << (19 + c->buf_size_preset);
}

/*
 * A YAML file as a tree, variables expanded; an empty file is an empty map.  NULL with a line in errors if it cannot be read.
 */
struct config_node *config_file_read(struct arena *a, const char *path, struct buf *errors);
/* The same for text; name stands in messages. */
struct config_node *config_text_read(struct arena *a, struct str text, const char *name,
				     struct buf *errors);

/*
 * Appends the files of an entry of rules_files, config_files or -r: the path itself, or the files of a directory, sorted;
 * yaml_only: without names that do not end in .yaml or .yml.  False if there is nothing at path.
 */
bool config_paths(struct arena *a, const char *path, bool yaml_only, struct str_list *out);
/* Appends a copy of s, both in the arena. */
void str_list_add(struct arena *a, struct str_list *list, struct str s);

/* A list of texts: a sequence, or one scalar that counts as one element; a map counts as none. */
struct str_list config_texts(struct arena *a, const struct config_node *node);
/* The value of a node; fallback if it is NULL or of another type. */
bool config_bool(const struct config_node *node, bool fallback);
int64_t config_int(const struct config_node *node, int64_t fallback);
double config_real(const struct config_node *node, double fallback);
struct str config_text(const struct config_node *node, const char *fallback);

#endif
