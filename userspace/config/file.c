// SPDX-License-Identifier: Apache-2.0
/* Reads YAML files into configuration trees; lists the files of a path. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"
#include "config/config.h"
#include "yaml/tree.h"

enum { FILE_MAX = 16 << 20 };

/*
 * Copies the node, because nodes of yaml/tree.h are shared by aliases and immutable.  The recursion
 * is bounded: tree_parse() limits the depth and the size.
 */
static struct config_node *copy_node(struct arena *a, const struct tree_node *y)
{
	static const enum config_kind kinds[] = {
		[TREE_NULL] = CONFIG_NULL, [TREE_SCALAR] = CONFIG_SCALAR, [TREE_LIST] = CONFIG_LIST, [TREE_MAP] = CONFIG_MAP
	};
	struct config_node *node = config_node_new(a, kinds[y->kind]);

	node->line = y->line + 1;
	node->column = y->column + 1;
	if (y->kind == TREE_SCALAR)
		node->text = arena_str(a, y->text);
	for (unsigned i = 0; i < y->n; i++)
		config_node_add(node,
				y->kind == TREE_MAP ? arena_str(a, y->keys[i]->text) : STR_NONE,
				copy_node(a, y->items[i]));
	return node;
}

/* The first document; a file without one (only comments) is an empty map. */
static struct config_node *first_document(struct arena *a, const struct tree *t, const char *name,
					  struct buf *errors)
{
	struct config_node *node;

	if (!t->n_docs || t->docs[0]->kind == TREE_NULL)
		return config_node_new(a, CONFIG_MAP);
	if (t->docs[0]->kind != TREE_MAP) {
		buf_printf(errors, "%s: the file is not a map of keys\n", name);
		return NULL;
	}
	node = copy_node(a, t->docs[0]);
	config_node_expand(a, node);
	return node;
}

struct config_node *config_text_read(struct arena *a, struct str text, const char *name,
				     struct buf *errors)
{
	struct tree t = { 0 };

	if (tree_parse(a, arena_str(a, text), &t))
		return first_document(a, &t, name, errors);
	buf_printf(errors, "%s:%u:%u: YAML error: %.*s\n", name, t.line + 1, t.column + 1,
		   STR_ARGS(t.error));
	return NULL;
}

struct config_node *config_file_read(struct arena *a, const char *path, struct buf *errors)
{
	struct config_node *node = NULL;
	struct buf text = { 0 };

	if (file_read(path, FILE_MAX, &text))
		node = config_text_read(a, buf_view(&text), path, errors);
	else
		buf_printf(errors, "Could not read configuration file %s: %s\n", path,
			   strerror(errno));
	buf_free(&text);
	return node;
}

static bool is_yaml_name(struct str name)
{
	return str_ends(name, STR_LIT(".yaml")) || str_ends(name, STR_LIT(".yml"));
}

struct listing {
	DIR *dir;
	const char *path;
	struct arena *arena;
	bool yaml_only;
	struct str_list *out;
};

static void add_entries(void *arg)
{
	const struct listing *l = arg;
	struct dirent *e;

	while ((e = readdir(l->dir))) {
		struct str file = arena_printf(l->arena, "%s/%s", l->path, e->d_name);
		struct stat st;

		if ((l->yaml_only && !is_yaml_name(file)) || stat(file.p, &st) ||
		    !S_ISREG(st.st_mode))
			continue;
		str_list_add(l->arena, l->out, file);
	}
}

static void close_directory(void *arg)
{
	closedir(((struct listing *)arg)->dir);
}

static bool add_directory(struct arena *a, const char *path, bool yaml_only, struct str_list *out)
{
	struct listing l = { opendir(path), path, a, yaml_only, out };
	unsigned before = out->n;

	if (!l.dir)
		return false;
	memory_finally(add_entries, close_directory, &l);
	if (out->n > before)
		qsort(out->v + before, out->n - before, sizeof(*out->v), str_cmp_elements);
	return true;
}

bool config_paths(struct arena *a, const char *path, bool yaml_only, struct str_list *out)
{
	struct stat st;

	if (stat(path, &st))
		return false;
	if (S_ISDIR(st.st_mode))
		return add_directory(a, path, yaml_only, out);
	str_list_add(a, out, str_of(path));
	return true;
}
