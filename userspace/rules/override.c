// SPDX-License-Identifier: Apache-2.0
/* Reads a rule item: a definition, an append, an override, or a lone `enabled`. */
#include "rules/read.h"

#include <ctype.h>
#include <stdlib.h>

enum how { HOW_NONE, HOW_APPEND, HOW_REPLACE };

enum key {
	KEY_CONDITION,
	KEY_OUTPUT,
	KEY_DESC,
	KEY_TAGS,
	KEY_EXCEPTIONS,
	KEY_PRIORITY,
	KEY_ENABLED,
	KEY_CAPTURE,
	KEY_CAPTURE_DURATION,
	KEY_WARN_EVTTYPES,
	KEY_SKIP_IF_UNKNOWN,
	KEY_COUNT
};

/* The keys that can be overridden; the first KEY_APPENDABLE can be appended to. */
enum { KEY_APPENDABLE = KEY_EXCEPTIONS + 1 };
static const char *const key_names[] = {
	[KEY_CONDITION] = "condition",
	[KEY_OUTPUT] = "output",
	[KEY_DESC] = "desc",
	[KEY_TAGS] = "tags",
	[KEY_EXCEPTIONS] = "exceptions",
	[KEY_PRIORITY] = "priority",
	[KEY_ENABLED] = "enabled",
	[KEY_CAPTURE] = "capture",
	[KEY_CAPTURE_DURATION] = "capture_duration",
	[KEY_WARN_EVTTYPES] = "warn_evttypes",
	[KEY_SKIP_IF_UNKNOWN] = "skip-if-unknown-filter",
};

/* ---- one function per key: reads its value and sets it in the rule, or appends it ---- */

static struct str trimmed(struct str s)
{
	while (s.n && isspace((unsigned char)s.p[0]))
		s = str_skip(s, 1);
	while (s.n && isspace((unsigned char)s.p[s.n - 1]))
		s.n--;
	return s;
}

static bool set_condition(struct reader *r, const struct tree_node *n, struct rule_item *rule,
			  bool append)
{
	const struct tree_node *v;
	struct text cond;

	if (!read_text(r, n, "condition", &v))
		return false;
	cond = text_of_scalar(r->arena, r->file, v);
	if (append) {
		rule->cond = text_join(r->arena, &rule->cond, &cond);
		return true;
	}
	rule->cond = cond;
	rule->cond_place = read_place(r, v);
	return true;
}

static bool set_output(struct reader *r, const struct tree_node *n, struct rule_item *rule,
		       bool append)
{
	const struct tree_node *v;
	struct tree_node trim;
	struct text output;

	if (!read_text(r, n, "output", &v))
		return false;
	trim = *v;
	trim.text = trimmed(v->text);
	output = text_of_scalar(r->arena, r->file, &trim);
	if (append) {
		rule->output = text_join(r->arena, &rule->output, &output);
		return true;
	}
	rule->output = output;
	rule->output_place = read_place(r, v);
	return true;
}

static bool set_desc(struct reader *r, const struct tree_node *n, struct rule_item *rule,
		     bool append)
{
	const struct tree_node *v;

	if (!read_text(r, n, "desc", &v))
		return false;
	rule->desc = append ? arena_printf(r->arena, "%.*s %.*s", STR_ARGS(rule->desc),
					   STR_ARGS(v->text))
			    : arena_str(r->arena, v->text);
	return true;
}

/* Tags are a set: sorted, unique. */
static bool set_tags(struct reader *r, const struct tree_node *n, struct rule_item *rule,
		     bool append)
{
	const struct tree_node *list = tree_get(n, "tags");
	unsigned n_new, n_old = append ? rule->n_tags : 0, count = 0;
	struct str *new, *all;

	if (!list || list->kind == TREE_NULL) {
		rule->n_tags = n_old;
		return true;
	}
	if (!read_list(r, n, "tags", &list) || !read_scalars(r, list, &new, &n_new))
		return false;
	all = arena_array(r->arena, struct str, n_old + n_new);
	if (n_old)
		memcpy(all, rule->tags, sizeof(*all) * n_old);
	if (n_new)
		memcpy(all + n_old, new, sizeof(*all) * n_new);
	qsort(all, n_old + n_new, sizeof(*all), str_cmp_elements);
	for (unsigned i = 0; i < n_old + n_new; i++)
		if (!count || !str_eq(all[count - 1], all[i]))
			all[count++] = all[i];
	rule->tags = all;
	rule->n_tags = count;
	return true;
}

static bool set_exceptions(struct reader *r, const struct tree_node *n, struct rule_item *rule,
			   bool append)
{
	const struct tree_node *list = tree_get(n, "exceptions");

	if (!list || list->kind == TREE_NULL)
		return true;
	return read_list(r, n, "exceptions", &list) && exception_read(r, list, append, rule);
}

static bool in_capitals(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (islower((unsigned char)s.p[i]))
			return false;
	return true;
}

static bool set_priority(struct reader *r, const struct tree_node *n, struct rule_item *rule)
{
	const struct tree_node *v;
	bool good;

	if (!read_text(r, n, "priority", &v))
		return false;
	rule->priority_place = read_place(r, v);
	good = priority_parse(v->text, &rule->priority);
	if (!good || !in_capitals(v->text))
		read_schema(r, "priority", "'%.*s' is not a priority in capital letters",
			    STR_ARGS(v->text));
	if (good)
		return true;
	read_enter(r, "rule priority", STR_NONE, v);
	return read_fail(r, LOAD_ERR_YAML_VALIDATE, "Invalid priority");
}

static bool set_duration(struct reader *r, const struct tree_node *n, struct rule_item *rule)
{
	const struct tree_node *v = tree_get(n, "capture_duration");
	uint64_t ms;

	if (!v || v->kind == TREE_NULL)
		return true;
	if (!tree_uint(v, UINT32_MAX, &ms)) {
		read_enter(r, "value for", STR_LIT("capture_duration"), v);
		return read_fail(r, LOAD_ERR_YAML_VALIDATE, "Can't decode YAML scalar value");
	}
	rule->capture_duration_ms = (uint32_t)ms;
	return true;
}

static bool set_key(struct reader *r, const struct tree_node *n, enum key key,
		    struct rule_item *rule, bool append)
{
	switch (key) {
	case KEY_CONDITION:
		return set_condition(r, n, rule, append);
	case KEY_OUTPUT:
		return set_output(r, n, rule, append);
	case KEY_DESC:
		return set_desc(r, n, rule, append);
	case KEY_TAGS:
		return set_tags(r, n, rule, append);
	case KEY_EXCEPTIONS:
		return set_exceptions(r, n, rule, append);
	case KEY_PRIORITY:
		return set_priority(r, n, rule);
	case KEY_ENABLED:
		return read_bool(r, n, "enabled", &rule->enabled);
	case KEY_CAPTURE:
		return read_bool(r, n, "capture", &rule->capture);
	case KEY_CAPTURE_DURATION:
		return set_duration(r, n, rule);
	case KEY_WARN_EVTTYPES:
		return read_bool(r, n, "warn_evttypes", &rule->warn_evttypes);
	default:
		return read_bool(r, n, "skip-if-unknown-filter", &rule->skip_if_unknown);
	}
}

/* ---- the forms of a rule item ---- */

/* A copy of the existing rule of this name; NULL with an error if there is none. */
static struct rule_item *copy_old(struct reader *r, struct str name, const char *purpose)
{
	int at = collection_find(&r->c->rule_names, name);
	struct rule_item *rule;

	if (at < 0) {
		read_missing(r, "Rule", name, purpose, &r->c->rule_names);
		return NULL;
	}
	rule = arena_new(r->arena, struct rule_item);
	*rule = *r->c->rules.v[at];
	return rule;
}

static int find_key(struct str name)
{
	for (int k = 0; k < KEY_COUNT; k++)
		if (str_is(name, key_names[k]))
			return k;
	return -1;
}

static bool read_how(struct reader *r, struct str name, int key, struct str word, enum how *how)
{
	if (key < 0)
		return read_fail(r, LOAD_ERR_YAML_VALIDATE, "Key '%.*s' cannot be %s",
				 STR_ARGS(name),
				 str_is(word, "append") ? "appended to" : "replaced");
	*how = str_is(word, "append") ? HOW_APPEND : HOW_REPLACE;
	if (*how == HOW_REPLACE && !str_is(word, "replace"))
		return read_fail(r, LOAD_ERR_YAML_VALIDATE,
				 "Invalid override operation for key '%.*s': '%.*s'. Allowed values are: %s",
				 STR_ARGS(name), STR_ARGS(word),
				 key < KEY_APPENDABLE ? "append, replace" : "replace");
	if (*how == HOW_APPEND && key >= KEY_APPENDABLE)
		return read_fail(r, LOAD_ERR_YAML_VALIDATE,
				 "Key '%.*s' cannot be appended to, use 'replace' instead",
				 STR_ARGS(name));
	return true;
}

static bool read_hows(struct reader *r, const struct tree_node *n, const struct tree_node *map,
		      enum how hows[KEY_COUNT])
{
	read_enter(r, "overrides", STR_NONE, map);
	if (map->kind != TREE_MAP)
		return read_fail(r, LOAD_ERR_YAML_VALIDATE,
				 "'override' must be a map of key: append or key: replace");
	for (unsigned i = 0; i < map->n; i++) {
		int key = find_key(map->keys[i]->text);
		enum how how = HOW_NONE;

		if (!read_how(r, map->keys[i]->text, key, map->items[i]->text, &how))
			return false;
		if (!tree_get(n, key_names[key]))
			return read_fail(r, LOAD_ERR_YAML_VALIDATE,
					 "%s override for '%s' was specified but '%s' is not defined",
					 how == HOW_APPEND ? "An append" : "A replace",
					 key_names[key], key_names[key]);
		hows[key] = how;
	}
	for (int k = 0; k < KEY_COUNT; k++)
		if (!hows[k] && tree_get(n, key_names[k]))
			return read_fail(r, LOAD_ERR_YAML_VALIDATE,
					 "Unexpected key '%s': no corresponding entry under 'override' is defined.",
					 key_names[k]);
	if (tree_get(n, "source"))
		return read_fail(r, LOAD_ERR_YAML_VALIDATE,
				 "Unexpected key 'source': no corresponding entry under 'override' is defined.");
	read_leave(r);
	return true;
}

/* Appends before replacements, so that the order of the keys has no effect. */
static bool override_rule(struct reader *r, const struct tree_node *n, struct str name,
			  const struct tree_node *map)
{
	enum how hows[KEY_COUNT] = { HOW_NONE };
	struct rule_item *rule;

	if (!read_hows(r, n, map, hows) || !(rule = copy_old(r, name, "override")))
		return false;
	for (int how = HOW_APPEND; how <= HOW_REPLACE; how++)
		for (int k = 0; k < KEY_COUNT; k++)
			if (hows[k] == (enum how)how &&
			    !set_key(r, n, (enum key)k, rule, how == HOW_APPEND))
				return false;
	collection_put_rule(r->c, rule);
	return true;
}

static bool append_rule(struct reader *r, const struct tree_node *n, struct str name)
{
	struct rule_item *rule = copy_old(r, name, "append to");

	if (!rule)
		return false;
	if (!tree_get(n, "condition") && !tree_get(n, "exceptions"))
		return read_fail(r, LOAD_ERR_VALIDATE,
				 "Appended rule must have exceptions or condition property");
	if (tree_get(n, "condition") && !set_condition(r, n, rule, true))
		return false;
	if (!set_exceptions(r, n, rule, true))
		return false;
	collection_put_rule(r->c, rule);
	return true;
}

static bool toggle_rule(struct reader *r, const struct tree_node *n, struct str name)
{
	struct rule_item *rule;

	read_warn(r, LOAD_DEPRECATED_ITEM,
		  "The standalone 'enabled' key usage is deprecated. The correct approach requires also a 'replace' entry "
		  "under the 'override' key (i.e. 'enabled: replace').");
	rule = copy_old(r, name, "enable or disable");
	if (!rule || !read_bool(r, n, "enabled", &rule->enabled))
		return false;
	collection_put_rule(r->c, rule);
	return true;
}

static bool read_source(struct reader *r, const struct tree_node *n, struct rule_item *rule)
{
	int at = collection_find(&r->c->rule_names, rule->name);
	const struct tree_node *v = tree_get(n, "source");
	bool known = false;

	rule->source = STR_LIT("syscall");
	if (v && v->kind != TREE_NULL) {
		if (!read_text(r, n, "source", &v))
			return false;
		rule->source = arena_str(r->arena, v->text);
	}
	if (at >= 0 && !str_eq(r->c->rules.v[at]->source, rule->source))
		return read_fail(r, LOAD_ERR_VALIDATE,
				 "Rule has been re-defined with a different source");
	for (unsigned i = 0; i < r->options->n_sources; i++)
		known |= str_is(rule->source, r->options->sources[i]);
	rule->unknown_source = !known;
	if (!known)
		read_warn(r, LOAD_UNKNOWN_SOURCE, "Unknown source %.*s, skipping",
			  STR_ARGS(rule->source));
	return true;
}

static bool define_rule(struct reader *r, const struct tree_node *n, struct str name)
{
	struct rule_item *rule = arena_new(r->arena, struct rule_item);

	rule->name = arena_str(r->arena, name);
	rule->place = read_place(r, n);
	rule->enabled = true;
	rule->warn_evttypes = true;
	if (!read_source(r, n, rule))
		return false;
	for (int k = 0; k < KEY_COUNT; k++)
		if (!set_key(r, n, (enum key)k, rule, false))
			return false;
	collection_put_rule(r->c, rule);
	return true;
}

bool read_rule(struct reader *r, const struct tree_node *n)
{
	const struct tree_node *override = tree_get(n, "override");
	struct str name = tree_get(n, "rule")->text;
	bool append = false;

	if (!read_bool(r, n, "append", &append))
		return false;
	if (override && override->kind != TREE_NULL) {
		if (append)
			return read_fail(r, LOAD_ERR_YAML_VALIDATE,
					 "Keys 'override' and 'append: true' cannot be used together");
		return override_rule(r, n, name, override);
	}
	if (append) {
		read_warn(r, LOAD_DEPRECATED_ITEM,
			  "'append' key is deprecated. Add an 'append' entry (e.g. 'condition: append') under 'override' instead.");
		return append_rule(r, n, name);
	}
	if (!tree_get(n, "condition") && !tree_get(n, "output") && !tree_get(n, "desc") &&
	    !tree_get(n, "priority") && tree_get(n, "enabled"))
		return toggle_rule(r, n, name);
	return define_rule(r, n, name);
}
