// SPDX-License-Identifier: Apache-2.0
/* Reads falco.yaml, the files it includes and the -o options. */
#include "config/config.h"

#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

#include "base/memory.h"
#include "config/check.h"
#include "config/keys.h"

/* ---- values ---- */

bool config_bool(const struct config_node *node, bool fallback)
{
	static const char *const yes[] = { "true", "yes", "on", "y" }, *const no[] = { "false", "no",
										       "off", "n" };

	if (!node || node->kind != CONFIG_SCALAR)
		return fallback;
	for (unsigned i = 0; i < 4; i++) {
		if (node->text.n == strlen(yes[i]) &&
		    !strncasecmp(node->text.p, yes[i], node->text.n))
			return true;
		if (node->text.n == strlen(no[i]) && !strncasecmp(node->text.p, no[i], node->text.n))
			return false;
	}
	return fallback;
}

int64_t config_int(const struct config_node *node, int64_t fallback)
{
	char *end;
	int64_t v;

	if (!node || node->kind != CONFIG_SCALAR || !node->text.n)
		return fallback;
	v = strtoll(node->text.p, &end, 0);
	return end == node->text.p + node->text.n ? v : fallback;
}

double config_real(const struct config_node *node, double fallback)
{
	char *end;
	double v;

	if (!node || node->kind != CONFIG_SCALAR || !node->text.n)
		return fallback;
	v = strtod(node->text.p, &end);
	return end == node->text.p + node->text.n ? v : fallback;
}

struct str config_text(const struct config_node *node, const char *fallback)
{
	return node && node->kind == CONFIG_SCALAR ? node->text : str_of(fallback);
}

void str_list_add(struct arena *a, struct str_list *list, struct str s)
{
	/* The array doubles when the length is a power of two; the old one stays in the arena. */
	if (!(list->n & (list->n - 1))) {
		struct str *v = arena_array(a, struct str, list->n ? list->n * 2 : 1);

		if (list->n)
			memcpy(v, list->v, list->n * sizeof(*v));
		list->v = v;
	}
	list->v[list->n++] = arena_str(a, s);
}

struct str_list config_texts(struct arena *a, const struct config_node *node)
{
	struct str_list list = { 0 };

	if (node && node->kind == CONFIG_SCALAR)
		str_list_add(a, &list, node->text);
	if (!node || node->kind != CONFIG_LIST)
		return list;
	for (const struct config_node *kid = node->first; kid; kid = kid->next) {
		if (kid->kind == CONFIG_SCALAR)
			str_list_add(a, &list, kid->text);
	}
	return list;
}

/* ---- -o options ---- */

static bool is_include(struct str option)
{
	return str_starts(option, STR_LIT("config_files"));
}

/* "key=value": the value is YAML if it begins with '{' and ends with '}', else plain text. */
static bool apply_option(struct config *c, struct str option, struct buf *errors)
{
	const char *equals = memchr(option.p, '=', option.n), *why;
	struct config_node *node, *value;
	struct str key, text;

	if (!equals || equals == option.p) {
		buf_printf(errors,
			   "Error parsing config option \"%.*s\". Must be of the form key=val or key.subkey=val\n",
			   STR_ARGS(option));
		return false;
	}
	key = (struct str){ option.p, (size_t)(equals - option.p) };
	text = str_skip(option, key.n + 1);
	node = config_node_make(&c->arena, c->root, key, &why);
	if (!node) {
		buf_printf(errors, "Config error at key \"%.*s\": %s\n", STR_ARGS(key), why);
		return false;
	}
	if (str_starts(text, STR_LIT("{")) && str_ends(text, STR_LIT("}")))
		value = config_text_read(&c->arena, text, "option", errors);
	else
		value = config_node_scalar(&c->arena, text);
	if (value)
		config_node_become(node, value);
	return value;
}

/*
 * Applies the options that set config_files (includes), or the others.  The former are applied
 * before files are included, the latter after it; none is applied twice, because "a.b[]=x" appends.
 */
static bool apply_options(struct config *c, const struct config_input *in, bool includes,
			  struct buf *errors)
{
	bool good = true;

	for (unsigned i = 0; i < in->n_options; i++) {
		struct str option = str_of(in->options[i]);

		if (is_include(option) == includes)
			good &= apply_option(c, option, errors);
	}
	return good;
}

/* ---- files ---- */

static enum config_strategy strategy_of(const struct config_node *entry)
{
	struct str word = config_text(config_node_member(entry, "strategy"), "append");

	return str_is(word, "override")	  ? STRATEGY_OVERRIDE
	       : str_is(word, "add-only") ? STRATEGY_ADD_ONLY
					  : STRATEGY_APPEND;
}

static bool include_file(struct config *c, struct str path, enum config_strategy how,
			 struct buf *errors)
{
	struct config_node *tree;

	if (str_eq(path, c->file)) {
		buf_printf(errors, "Config error: config_files names the main file %.*s\n",
			   STR_ARGS(path));
		return false;
	}
	tree = config_file_read(&c->arena, path.p, errors);
	if (!tree)
		return false;
	if (config_node_member(tree, "config_files")) {
		buf_printf(errors,
			   "Config error: config_files is only allowed in the main file, not in %.*s\n",
			   STR_ARGS(path));
		return false;
	}
	config_node_merge(c->root, tree, how);
	str_list_add(&c->arena, &c->files, path);
	return true;
}

static bool include_entry(struct config *c, const struct config_node *entry, struct buf *errors)
{
	struct str path = entry->kind == CONFIG_MAP
				  ? config_text(config_node_member(entry, "path"), "")
				  : config_text(entry, "");
	struct str_list files = { 0 };
	bool good = true;

	if (!path.n || !config_paths(&c->arena, path.p, false, &files))
		return true;
	for (unsigned i = 0; i < files.n; i++)
		good &= include_file(c, files.v[i], strategy_of(entry), errors);
	return good;
}

static bool include_all(struct config *c, struct buf *errors)
{
	struct config_node *node = config_node_member(c->root, "config_files");
	bool good = true;

	if (!node)
		return true;
	if (node->kind == CONFIG_SCALAR)
		return include_entry(c, node, errors);
	for (struct config_node *entry = node->kind == CONFIG_LIST ? node->first : NULL, *next;
	     entry; entry = next) {
		next = entry->next;
		good &= include_entry(c, entry, errors);
	}
	return good;
}

/* Reads the main file.  The file of -c must exist, the default file need not. */
static bool read_main(struct config *c, const struct config_input *in, struct buf *errors)
{
	const char *path = in->file ? in->file : CONFIG_DEFAULT_FILE;

	c->root = config_node_new(&c->arena, CONFIG_MAP);
	if (access(path, R_OK)) {
		if (!in->file)
			return true;
		buf_printf(errors, "Could not find configuration file at %s\n", path);
		return false;
	}
	c->file = arena_str(&c->arena, str_of(path));
	str_list_add(&c->arena, &c->files, c->file);
	c->root = config_file_read(&c->arena, path, errors);
	return c->root;
}

struct loading {
	const struct config_input *in;
	struct buf errors, remarks;
	struct config *result;
};

static void load(void *arg)
{
	struct loading *l = arg;
	struct config *c = memory_zero(1, sizeof(*c));
	bool good = read_main(c, l->in, &l->errors) && apply_options(c, l->in, true, &l->errors) &&
		    include_all(c, &l->errors) && apply_options(c, l->in, false, &l->errors);

	if (good) {
		config_keys_read(c);
		config_remarks(c, &l->remarks);
		good = config_check(c, &l->errors);
	}
	if (good)
		l->result = c;
	else
		config_free(c);
}

struct config *config_load(const struct config_input *in, struct buf *errors, struct buf *remarks)
{
	struct loading l = { .in = in };

	if (memory_transaction(load, &l)) {
		if (buf_take(errors, &l.errors) && buf_take(remarks, &l.remarks))
			return l.result;
		config_free(l.result);
		buf_free(&l.errors);
		buf_free(&l.remarks);
	}
	buf_cstr(errors, "out of memory while the configuration was loaded\n");
	return NULL;
}

void config_free(struct config *c)
{
	if (!c)
		return;
	arena_free(&c->arena);
	memory_free(c);
}
