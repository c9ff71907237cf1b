/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The configuration: falco.yaml and -o options.  In: files and argv.  Out: struct config,
 * immutable.
 */
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

/* Options for the text and the JSON of alerts. */
struct message_options {
#define MESSAGE(path, member, fallback, help) bool member;
#include "config/options.def"
	const char *hostname; /* not a key: see settings_message() */
};

struct config {
	struct arena arena; /* owns everything below */
	struct config_node *root;
	struct str file;       /* the main file; STR_NONE: none was read */
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
	const char *file;	    /* of -c; NULL: CONFIG_DEFAULT_FILE if it exists */
	const char *const *options; /* of -o, in order */
	unsigned n_options;
};

#define CONFIG_DEFAULT_FILE "/etc/falco/falco.yaml"

/*
 * Reads the files and the options.  The result is freed with config_free().  NULL if the
 * configuration is not valid or memory runs out: the reasons are appended to errors.  Remarks about
 * unknown keys and keys without effect are appended to remarks.  One line each.
 */
struct config *config_load(const struct config_input *in, struct buf *errors, struct buf *remarks);
void config_free(struct config *c);
/*
 * For a reload: copies the keys that only change at a restart from old, which must outlive fresh.
 * Appends a remark for each whose value differs.
 */
void config_keep(struct config *fresh, const struct config *old, struct buf *remarks);
/* Size of the ring of each CPU: engine.kmod.buf_size_preset in bytes. */
static inline uint64_t config_buffer_bytes(const struct config *c)
{
	return UINT64_C(1) << (19 + c->buf_size_preset);
}

/*
 * A YAML file as a tree in the arena, variables expanded; an empty file is an empty map.  If it
 * cannot be read: NULL, and a line in errors.
 */
struct config_node *config_file_read(struct arena *a, const char *path, struct buf *errors);
/* The same for text; name is the file name in messages. */
struct config_node *config_text_read(struct arena *a, struct str text, const char *name,
				     struct buf *errors);

/*
 * Appends the files of an entry of rules_files, config_files or -r: the path itself, or the regular
 * files of a directory, sorted; yaml_only: of a directory, only names that end in .yaml or .yml.
 * False if path does not exist.
 */
bool config_paths(struct arena *a, const char *path, bool yaml_only, struct str_list *out);
/* Appends a copy of s; the list and the copy are in the arena. */
void str_list_add(struct arena *a, struct str_list *list, struct str s);

/* The scalars of a list; a scalar is a list of one element, a map or NULL an empty list. */
struct str_list config_texts(struct arena *a, const struct config_node *node);
/* The value of a node; fallback if it is NULL or of another type. */
bool config_bool(const struct config_node *node, bool fallback);
int64_t config_int(const struct config_node *node, int64_t fallback);
double config_real(const struct config_node *node, double fallback);
struct str config_text(const struct config_node *node, const char *fallback);

#endif
