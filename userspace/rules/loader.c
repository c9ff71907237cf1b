// SPDX-License-Identifier: Apache-2.0
/* Loads rules files, one after the other. */
#include "rules/loader.h"

#include <errno.h>

#include "base/file.h"
#include "base/memory.h"
#include "rules/require.h"
#include "rules/resolve.h"

struct rules_loader {
	struct arena arena;    /* of the items; moves to the rules */
	struct arena contents; /* of the files; moves to the rules */
	struct source_file *files;
	struct rules_options options;
	struct collection collection; /* of files without errors */
	struct rules *rules; /* collection, resolved; NULL without files or after an error */
	struct str unmet;    /* see rules_loader_unmet() */
};

static const char *const default_sources[] = { "syscall" };

struct rules_loader *rules_loader_new(const struct rules_options *opt)
{
	struct rules_loader *l = memory_zero(1, sizeof(*l));

	if (opt)
		l->options = *opt;
	if (!l->options.sources) {
		l->options.sources = default_sources;
		l->options.n_sources = 1;
	}
	return l;
}

void rules_loader_free(struct rules_loader *l)
{
	if (!l)
		return;
	collection_free(&l->collection);
	rules_free(l->rules);
	arena_free(&l->contents);
	arena_free(&l->arena);
	memory_free(l);
}

static bool fail_yaml(struct load_result *res, const struct source_file *file)
{
	const struct tree *t = &file->tree;
	struct diag_at at = { "rules content", STR_NONE, file->name, t->line, t->column, t->offset };

	diag_add(&res->diags, true, load_kind(LOAD_ERR_YAML_PARSE), &at, 1, file->content, t->error);
	return false;
}

/*
 * Resolves the collection; NULL if it has an error.  The rules borrow from the arena of the loader.
 */
static struct rules *try_resolve(struct rules_loader *l, const struct collection *c,
				 struct diags *diags)
{
	struct rules *rules = memory_zero(1, sizeof(*rules));

	if (resolve_rules(&rules->arena, c, &l->options, diags, rules))
		return rules;
	rules_free(rules);
	return NULL;
}

static bool read_items(struct rules_loader *l, struct reader *r, struct load_result *res)
{
	bool good = read_file(r);

	if (good && !l->unmet.p)
		require_check(&l->arena, r->c, &l->unmet);
	res->schema = arena_array(&res->diags.arena, struct str, r->schema.n);
	res->n_schema = r->schema.n;
	if (r->schema.n)
		memcpy(res->schema, r->schema.v, sizeof(*r->schema.v) * r->schema.n);
	vec_free(&r->schema);
	return good;
}

struct str rules_loader_unmet(const struct rules_loader *l)
{
	return l->unmet;
}

static struct source_file *keep_file(struct rules_loader *l, const char *path, struct str content)
{
	struct source_file *file = arena_new(&l->arena, struct source_file);

	file->name = arena_str(&l->arena, str_of(path));
	file->content = arena_str(&l->contents, content);
	file->next = l->files;
	l->files = file;
	return file;
}

/* Frees the nodes; after the items are read, only the offsets of lines are needed. */
static void free_nodes(struct rules_loader *l, struct tree *t, struct arena *nodes)
{
	uint32_t *lines = arena_array(&l->contents, uint32_t, t->n_lines);

	memcpy(lines, t->lines, sizeof(*lines) * t->n_lines);
	*t = (struct tree){ .source = t->source, .lines = lines, .n_lines = t->n_lines };
	arena_free(nodes);
}

/* Adds the items of the file to *next, a copy of the collection; false at the first error. */
static bool read_collection(struct rules_loader *l, struct source_file *file,
			    struct load_result *res, struct collection *next)
{
	struct arena nodes = { 0 };
	struct reader r = {
		.arena = &l->arena,
		.options = &l->options,
		.c = next,
		.file = file,
		.diags = &res->diags,
	};
	bool good;

	collection_copy(next, &l->collection);
	good = tree_parse(&nodes, file->content, &file->tree) ? read_items(l, &r, res)
							      : fail_yaml(res, file);
	free_nodes(l, &file->tree, &nodes);
	return good;
}

static bool take_file(struct rules_loader *l, struct source_file *file, struct load_result *res)
{
	struct collection next;
	struct rules *rules = NULL;

	if (read_collection(l, file, res, &next)) {
		/* Free the old rules first, to reduce the peak of memory. */
		rules_free(l->rules);
		l->rules = NULL;
		rules = try_resolve(l, &next, &res->diags);
	}
	if (!rules) {
		collection_free(&next);
		return false;
	}
	collection_free(&l->collection);
	l->collection = next;
	l->rules = rules;
	return true;
}

static void result_new(struct load_result *res, const char *path)
{
	*res = (struct load_result){ 0 };
	res->name = arena_str(&res->diags.arena, str_of(path));
}

bool rules_loader_file(struct rules_loader *l, const char *path, const char *content, size_t n,
		       struct load_result *res)
{
	result_new(res, path);
	return take_file(l, keep_file(l, path, (struct str){ content, n }), res);
}

bool rules_loader_path(struct rules_loader *l, const char *path, struct load_result *res)
{
	struct diag_at at = { .what = "rules content", .file = str_of(path) };
	struct source_file *file = NULL;
	struct buf b = { 0 };

	result_new(res, path);
	if (file_read(path, TREE_MAX_BYTES, &b))
		file = keep_file(l, path, buf_view(&b));
	else
		diag_add(&res->diags, true, load_kind(LOAD_ERR_FILE_READ), &at, 1, STR_NONE,
			 str_of(strerror(errno)));
	buf_free(&b);
	return file && take_file(l, file, res);
}

bool rules_loader_finish(struct rules_loader *l, const struct rules_select *select,
			 struct rules **out)
{
	struct diags diags = { 0 };
	struct rules *rules = l->rules ? l->rules : try_resolve(l, &l->collection, &diags);

	diags_free(&diags);
	if (!rules)
		return false;
	rules->n_requirements = l->collection.requirements.n;
	rules->requirements = arena_array(&rules->arena, struct requirement, rules->n_requirements);
	if (rules->n_requirements)
		memcpy(rules->requirements, l->collection.requirements.v,
		       sizeof(*rules->requirements) * rules->n_requirements);
	/* The rules borrow items and contents, so they take the arenas. */
	rules->items = l->arena;
	rules->contents = l->contents;
	rules->files = l->files;
	l->arena = l->contents = (struct arena){ 0 };
	l->files = NULL;
	l->rules = NULL;
	collection_free(&l->collection);
	l->collection = (struct collection){ 0 };
	rules_select(rules, select);
	*out = rules;
	return true;
}

void rules_free(struct rules *r)
{
	if (!r)
		return;
	arena_free(&r->contents);
	arena_free(&r->items);
	arena_free(&r->arena);
	memory_free(r);
}

void rules_free_files(struct rules *r)
{
	for (struct source_file *f = r->files; f; f = f->next) {
		f->content = STR_NONE;
		f->tree = (struct tree){ 0 };
	}
	arena_free(&r->contents);
}
