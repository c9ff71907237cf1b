// SPDX-License-Identifier: Apache-2.0
/* Reads YAML into items: documents, values, lists, macros, requirements. */
#include "rules/read.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/macros.h"
#include "base/typo.h"
#include "rules/version.h"

struct diag_kind load_kind(enum load_code code)
{
	static const struct diag_kind kinds[] = {
#define CODE(name, text) { #name, text },
#include "rules/codes.def"
#undef CODE
	};

	return kinds[code];
}

/* ---- locations and diagnostics ---- */

void read_enter(struct reader *r, const char *what, struct str name, const struct tree_node *n)
{
	if (r->depth < READER_DEPTH)
		r->at[r->depth] = (struct diag_at){ what,    name,	r->file->name,
						    n->line, n->column, n->offset };
	r->depth++;
}

void read_leave(struct reader *r)
{
	r->depth--;
}

static void add(struct reader *r, enum load_code code, const char *format, va_list ap)
{
	unsigned n = r->depth < READER_DEPTH ? r->depth : READER_DEPTH;
	struct buf b = { 0 };

	buf_vprintf(&b, format, ap);
	diag_add(r->diags, code < LOAD_UNKNOWN_SOURCE, load_kind(code), r->at, n, r->file->content,
		 buf_view(&b));
	buf_free(&b);
}

void read_schema(struct reader *r, const char *key, const char *format, ...)
{
	struct buf b = { 0 };
	va_list ap;

	buf_printf(&b, "failed for <root>[%u]", r->item);
	if (key)
		buf_printf(&b, "[%s]", key);
	buf_cstr(&b, ": ");
	va_start(ap, format);
	buf_vprintf(&b, format, ap);
	va_end(ap);
	vec_push(&r->schema, arena_str(&r->diags->arena, buf_view(&b)));
	buf_free(&b);
}

bool read_fail(struct reader *r, enum load_code code, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	add(r, code, format, ap);
	va_end(ap);
	return false;
}

void read_warn(struct reader *r, enum load_code code, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	add(r, code, format, ap);
	va_end(ap);
}

bool read_missing(struct reader *r, const char *kind, struct str name, const char *purpose,
		  const struct map *names)
{
	struct typo t = typo_of(name);

	for (unsigned i = 0; i < names->n; i++)
		typo_try(&t, names->v[i].key);
	if (t.best.p)
		return read_fail(r, LOAD_ERR_VALIDATE,
				 "%s '%.*s' does not exist: there is nothing to %s. Did you mean '%.*s'?",
				 kind, STR_ARGS(name), purpose, STR_ARGS(t.best));
	return read_fail(r, LOAD_ERR_VALIDATE, "%s '%.*s' does not exist: there is nothing to %s",
			 kind, STR_ARGS(name), purpose);
}

struct place read_place(const struct reader *r, const struct tree_node *n)
{
	return (struct place){ r->file, n->offset };
}

/* ---- values ---- */

static bool value_fail(struct reader *r, const char *what, struct str name,
		       const struct tree_node *n, const char *why)
{
	read_schema(r, name.p, "%s", why);
	read_enter(r, what, name, n);
	read_fail(r, LOAD_ERR_YAML_VALIDATE, "%s", why);
	read_leave(r);
	return false;
}

/* The node of a required key. */
static const struct tree_node *required(struct reader *r, const struct tree_node *item,
					const char *key)
{
	const struct tree_node *n = tree_get(item, key);

	if (n && n->kind != TREE_NULL)
		return n;
	if (n)
		read_fail(r, LOAD_ERR_YAML_VALIDATE, "Mapping for key '%s' is empty", key);
	else
		read_fail(r, LOAD_ERR_YAML_VALIDATE, "Item has no mapping for key '%s'", key);
	return NULL;
}

bool read_text(struct reader *r, const struct tree_node *item, const char *key,
	       const struct tree_node **out)
{
	const struct tree_node *n = required(r, item, key);

	if (!n)
		return false;
	if (n->kind != TREE_SCALAR)
		return value_fail(r, "value for", str_of(key), n, "Value is not a scalar value");
	if (!n->text.n)
		return value_fail(r, "value for", str_of(key), n, "Value must be non-empty");
	*out = n;
	return true;
}

bool read_list(struct reader *r, const struct tree_node *item, const char *key,
	       const struct tree_node **out)
{
	const struct tree_node *n = required(r, item, key);

	if (!n)
		return false;
	if (n->kind != TREE_LIST)
		return value_fail(r, "value for", str_of(key), n, "Value is not a sequence");
	*out = n;
	return true;
}

bool read_bool(struct reader *r, const struct tree_node *item, const char *key, bool *out)
{
	const struct tree_node *n = tree_get(item, key);

	if (!n || n->kind == TREE_NULL)
		return true;
	if (n->kind != TREE_SCALAR)
		return value_fail(r, "value for", str_of(key), n, "Value is not a scalar value");
	if (!tree_bool(n, out))
		return value_fail(r, "value for", str_of(key), n, "Can't decode YAML scalar value");
	return true;
}

/* A null element is the text it was written as, because a list may contain the name "null". */
bool read_scalars(struct reader *r, const struct tree_node *list, struct str **out, unsigned *n)
{
	*n = list->n;
	*out = arena_array(r->arena, struct str, list->n);
	for (unsigned i = 0; i < list->n; i++) {
		const struct tree_node *item = list->items[i];

		if (item->kind != TREE_SCALAR && item->kind != TREE_NULL)
			return value_fail(r, "list item", STR_NONE, item,
					  "sequence value is not scalar");
		(*out)[i] = arena_str(r->arena, item->text);
	}
	return true;
}

/* ---- override and append of lists and macros ---- */

bool read_override(struct reader *r, const struct tree_node *n, const char *key, bool *append,
		   bool *replace)
{
	const struct tree_node *map = tree_get(n, "override"), *how;
	bool good = true;

	*append = *replace = false;
	if (!read_bool(r, n, "append", append))
		return false;
	if (*append)
		read_warn(r, LOAD_DEPRECATED_ITEM,
			  "'append' key is deprecated. Add an 'append' entry (e.g. '%s: append') under 'override' instead.",
			  key);
	if (!map || map->kind == TREE_NULL)
		return true;
	if (*append)
		return read_fail(r, LOAD_ERR_YAML_VALIDATE,
				 "Keys 'override' and 'append: true' cannot be used together");
	read_enter(r, "overrides", STR_NONE, map);
	if (map->kind != TREE_MAP)
		good = read_fail(r, LOAD_ERR_YAML_VALIDATE,
				 "'override' must be a map of key: append or key: replace");
	for (unsigned i = 0; good && i < map->n; i++) {
		struct str name = map->keys[i]->text;

		how = map->items[i];
		*append |= str_is(name, key) && str_is(how->text, "append");
		*replace |= str_is(name, key) && str_is(how->text, "replace");
		if (!str_is(name, key))
			good = read_fail(r, LOAD_ERR_YAML_VALIDATE,
					 "Key '%.*s' cannot be overridden, only '%s' can",
					 STR_ARGS(name), key);
		else if (!*append && !*replace)
			good = read_fail(r, LOAD_ERR_YAML_VALIDATE,
					 "Invalid override operation for key '%s': '%.*s'. Allowed values are: append, replace",
					 key, STR_ARGS(how->text));
	}
	read_leave(r);
	return good;
}

/* ---- names ---- */

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_macro_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_letter(s.p[i]) &&
		    (i == 0 || (s.p[i] != '_' && (s.p[i] < '0' || s.p[i] > '9'))))
			return false;
	return s.n > 0;
}

static bool is_list_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!s.p[i] || strchr("()\"' \t\n\v\f\r=,", s.p[i]))
			return false;
	return s.n > 0;
}

static void warn_unknown_keys(struct reader *r, const struct tree_node *n, const char *const *known)
{
	for (unsigned i = 0; i < n->n; i++) {
		struct str key = n->keys[i]->text;
		unsigned k = 0;

		while (known[k] && !str_is(key, known[k]))
			k++;
		if (known[k])
			continue;
		read_warn(r, LOAD_UNKNOWN_KEY, "Unknown key '%.*s'. The key will be ignored.",
			  STR_ARGS(key));
		read_schema(r, NULL, "there is no property '%.*s'", STR_ARGS(key));
	}
}

/* ---- lists and macros ---- */

static bool take_list(struct reader *r, const struct tree_node *n)
{
	static const char *const keys[] = { "list", "items", "append", "override", NULL };
	struct list_item *item = arena_new(r->arena, struct list_item), *old;
	const struct tree_node *name, *items;
	bool append, replace;
	int at;

	if (!read_text(r, n, "list", &name))
		return false;
	read_enter(r, "list", name->text, n);
	warn_unknown_keys(r, n, keys);
	if (!is_list_name(name->text))
		read_warn(r, LOAD_INVALID_LIST_NAME,
			  "List has an invalid name. List names should match a regular expression: [^()\"'[:space:]=,]+");
	if (!read_list(r, n, "items", &items) || !read_override(r, n, "items", &append, &replace) ||
	    !read_scalars(r, items, &item->items, &item->n_items))
		return false;
	at = collection_find(&r->c->list_names, name->text);
	if ((append || replace) && at < 0)
		return read_missing(r, "List", name->text, "override", &r->c->list_names);
	item->name = arena_str(r->arena, name->text);
	item->place = read_place(r, n);
	if (append) {
		struct str *more = item->items;

		old = r->c->lists.v[at];
		item->place = old->place;
		item->items = arena_array(r->arena, struct str, old->n_items + item->n_items);
		memcpy(item->items, old->items, sizeof(*more) * old->n_items);
		memcpy(item->items + old->n_items, more, sizeof(*more) * item->n_items);
		item->n_items += old->n_items;
	}
	collection_put_list(r->c, item);
	read_leave(r);
	return true;
}

static bool take_macro(struct reader *r, const struct tree_node *n)
{
	static const char *const keys[] = { "macro", "condition", "append", "override", NULL };
	struct macro_item *item = arena_new(r->arena, struct macro_item);
	const struct tree_node *name, *cond;
	bool append, replace;
	int at;

	if (!read_text(r, n, "macro", &name))
		return false;
	read_enter(r, "macro", name->text, n);
	warn_unknown_keys(r, n, keys);
	if (!is_macro_name(name->text))
		read_warn(r, LOAD_INVALID_MACRO_NAME,
			  "Macro has an invalid name. Macro names should match a regular expression: [a-zA-Z]+[a-zA-Z0-9_]*");
	if (!read_text(r, n, "condition", &cond) ||
	    !read_override(r, n, "condition", &append, &replace))
		return false;
	at = collection_find(&r->c->macro_names, name->text);
	if ((append || replace) && at < 0)
		return read_missing(r, "Macro", name->text, "override", &r->c->macro_names);
	item->name = arena_str(r->arena, name->text);
	item->place = read_place(r, n);
	item->cond_place = read_place(r, cond);
	item->cond = text_of_scalar(r->arena, r->file, cond);
	if (append) {
		const struct macro_item *old = r->c->macros.v[at];

		item->place = old->place;
		item->cond_place = old->cond_place;
		item->cond = text_join(r->arena, &old->cond, &item->cond);
	}
	collection_put_macro(r->c, item);
	read_leave(r);
	return true;
}

/* ---- requirements ---- */

static bool take_engine(struct reader *r, const struct tree_node *n)
{
	static const char *const keys[] = { "required_engine_version", NULL };
	struct version want, have;
	const struct tree_node *v;
	uint64_t minor;

	if (!read_text(r, n, "required_engine_version", &v))
		return false;
	read_enter(r, "required_engine_version", STR_NONE, v);
	warn_unknown_keys(r, n, keys);
	if (tree_uint(v, UINT32_MAX, &minor))
		want = (struct version){ 0, (uint32_t)minor, 0 };
	else if (!version_parse(v->text, &want))
		return read_fail(r, LOAD_ERR_YAML_VALIDATE,
				 "Unable to parse engine version '%.*s' as a semver string. Expected \"x.y.z\" semver format.",
				 STR_ARGS(v->text));
	version_parse(STR_LIT(RULES_ENGINE_VERSION), &have);
	if (!version_compatible(have, want))
		return read_fail(r, LOAD_ERR_VALIDATE,
				 "Rules require engine version %u.%u.%u, but engine version is %s",
				 want.major, want.minor, want.patch, RULES_ENGINE_VERSION);
	if (want.minor > r->c->engine_minor) {
		r->c->engine_minor = want.minor;
		r->c->engine_patch = want.patch;
	}
	read_leave(r);
	return true;
}

static bool take_requirement(struct reader *r, const struct tree_node *n, struct requirement *out)
{
	const struct tree_node *name, *version;
	struct version v;

	if (n->kind != TREE_MAP)
		return read_fail(r, LOAD_ERR_YAML_VALIDATE,
				 "Plugin version requirement must be a map of name and version");
	if (!read_text(r, n, "name", &name) || !read_text(r, n, "version", &version))
		return false;
	*out = (struct requirement){
		.name = arena_str(r->arena, name->text),
		.version = arena_str(r->arena, version->text),
	};
	if (!version_parse(version->text, &v))
		return read_fail(r, LOAD_ERR_YAML_VALIDATE,
				 "Invalid required version '%.*s' for plugin '%.*s'",
				 STR_ARGS(version->text), STR_ARGS(name->text));
	return true;
}

static bool take_alternatives(struct reader *r, const struct tree_node *n, struct requirement *entry)
{
	const struct tree_node *list = tree_get(n, "alternatives");

	if (!list || list->kind == TREE_NULL)
		return true;
	if (list->kind != TREE_LIST)
		return read_fail(r, LOAD_ERR_YAML_VALIDATE, "Value is not a sequence");
	entry->alternatives = arena_array(r->arena, struct requirement, list->n);
	for (unsigned i = 0; i < list->n; i++) {
		struct requirement *alt = &entry->alternatives[i];

		read_enter(r, "required plugin versions alternative", STR_NONE, list->items[i]);
		if (!take_requirement(r, list->items[i], alt))
			return false;
		for (unsigned k = 0; k <= i; k++)
			if (str_eq(alt->name, k ? entry->alternatives[k - 1].name : entry->name))
				return read_fail(r, LOAD_ERR_YAML_VALIDATE,
						 "Defined multiple alternative version requirements for plugin '%.*s'",
						 STR_ARGS(alt->name));
		read_leave(r);
		entry->n_alternatives = i + 1;
	}
	return true;
}

static bool take_plugins(struct reader *r, const struct tree_node *n)
{
	static const char *const keys[] = { "required_plugin_versions", NULL };
	static const char *const entry_keys[] = { "name", "version", "alternatives", NULL };
	const struct tree_node *list;

	if (!read_list(r, n, "required_plugin_versions", &list))
		return false;
	read_enter(r, "required plugin versions", STR_NONE, n);
	warn_unknown_keys(r, n, keys);
	for (unsigned i = 0; i < list->n; i++) {
		struct requirement entry;

		read_enter(r, "required plugin versions entry", STR_NONE, list->items[i]);
		if (!take_requirement(r, list->items[i], &entry) ||
		    !take_alternatives(r, list->items[i], &entry))
			return false;
		warn_unknown_keys(r, list->items[i], entry_keys);
		vec_push(&r->c->requirements, entry);
		read_leave(r);
	}
	read_leave(r);
	return true;
}

/* ---- documents ---- */

static bool take_rule(struct reader *r, const struct tree_node *n)
{
	static const char *const keys[] = { "rule",
					    "condition",
					    "output",
					    "desc",
					    "priority",
					    "source",
					    "enabled",
					    "capture",
					    "capture_duration",
					    "warn_evttypes",
					    "skip-if-unknown-filter",
					    "tags",
					    "exceptions",
					    "append",
					    "override",
					    NULL };
	const struct tree_node *name;

	if (!read_text(r, n, "rule", &name))
		return false;
	read_enter(r, "rule", name->text, n);
	warn_unknown_keys(r, n, keys);
	if (!read_rule(r, n))
		return false;
	read_leave(r);
	return true;
}

static bool take_item(struct reader *r, const struct tree_node *n)
{
	static const struct {
		const char *key;
		bool (*take)(struct reader *r, const struct tree_node *n);
	} kinds[] = {
		{ "required_engine_version", take_engine },
		{ "required_plugin_versions", take_plugins },
		{ "list", take_list },
		{ "macro", take_macro },
		{ "rule", take_rule },
	};

	if (n->kind == TREE_NULL)
		return true;
	if (n->kind != TREE_MAP)
		return value_fail(r, "rules content item", STR_NONE, n,
				  "Unexpected element type. Each element should be a yaml associative array.");
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (tree_get(n, kinds[i].key))
			return kinds[i].take(r, n);
	read_enter(r, "rules content item", STR_NONE, n);
	read_warn(r, LOAD_UNKNOWN_ITEM, "Unknown top level item");
	read_schema(r, NULL, "none of the known items");
	read_leave(r);
	return true;
}

bool read_file(struct reader *r)
{
	const struct tree *t = &r->file->tree;
	static const struct tree_node top;

	read_enter(r, "rules content", STR_NONE, &top);
	for (unsigned d = 0; d < t->n_docs; d++) {
		const struct tree_node *doc = t->docs[d];

		if (doc->kind == TREE_NULL)
			continue;
		if (doc->kind != TREE_LIST)
			return read_fail(r, LOAD_ERR_YAML_VALIDATE, "%s",
					 doc->kind == TREE_MAP
						 ? "Rules content is not yaml array of objects"
						 : "Rules content is not yaml");
		for (r->item = 0; r->item < doc->n; r->item++)
			if (!take_item(r, doc->items[r->item]))
				return false;
	}
	read_leave(r);
	return true;
}
