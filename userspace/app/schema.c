// SPDX-License-Identifier: Apache-2.0
/* JSON schemas (draft-06) of what users write: falco.yaml from the table of its keys, rules files from the one here. */
#include "app/list.h"
#include "base/arena.h"
#include "base/json.h"
#include "base/macros.h"
#include "config/node.h"

static const char *const keys[][2] = {
#define BOOL(path, member, fallback) { #path, "boolean" },
#define INT(path, member, fallback) { #path, "integer" },
#define REAL(path, member, fallback) { #path, "number" },
#define TEXT(path, member, fallback) { #path, "string" },
#define LIST(path, member) { #path, "array" },
#define TREE(path, member) { #path, "" },
#define UNSERVED(path, harmless) { #path, "" },
#define DETAIL(path) { #path, "" },
#define REMOVED(path, reason) { #path, "" },
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
};

static void add_header(struct json *j)
{
	json_add_text(j, "$schema", "http://json-schema.org/draft-06/schema#");
}

/* A map whose members are listed in node; the text of a leaf is its type. */
static void add_map(struct json *j, const struct config_node *node)
{
	json_add_text(j, "type", "object");
	json_add_bool(j, "additionalProperties", false);
	json_add_object(j, "properties");
	for (const struct config_node *kid = node->first; kid; kid = kid->next) {
		json_key_str(j, kid->key);
		json_object(j);
		if (kid->kind == CONFIG_MAP)
			add_map(j, kid);
		else if (kid->text.n)
			json_add_str(j, "type", kid->text);
		json_end(j);
	}
	json_end(j);
}

void list_config_schema(struct buf *out)
{
	struct json j = { .out = out, .indent = 4 };
	struct arena arena = { 0 };
	struct config_node *root = config_node_new(&arena, CONFIG_MAP);

	for (unsigned i = 0; i < ARRAY_SIZE(keys); i++) {
		const char *why;
		struct config_node *node = config_node_make(&arena, root, str_of(keys[i][0]), &why);

		if (node)
			config_node_become(node, config_node_scalar(&arena, str_of(keys[i][1])));
	}
	json_object(&j);
	add_header(&j);
	add_map(&j, root);
	json_end(&j);
	buf_char(out, '\n');
	arena_free(&arena);
}

/* Keys of the items of a rules file. */
static const char *const rule_keys[][2] = {
	{ "rule", "string" },
	{ "macro", "string" },
	{ "list", "string" },
	{ "items", "array" },
	{ "condition", "string" },
	{ "output", "string" },
	{ "desc", "string" },
	{ "priority", "priority" },
	{ "source", "string" },
	{ "enabled", "boolean" },
	{ "capture", "boolean" },
	{ "capture_duration", "integer" },
	{ "warn_evttypes", "boolean" },
	{ "skip-if-unknown-filter", "boolean" },
	{ "tags", "array" },
	{ "exceptions", "array" },
	{ "append", "boolean" },
	{ "override", "object" },
	{ "required_engine_version", "" },
	{ "required_plugin_versions", "array" },
};

static void add_priorities(struct json *j)
{
	static const char *const words[] = { "EMERGENCY", "ALERT",	   "CRITICAL",
					     "ERROR",	  "WARNING",	   "NOTICE",
					     "INFO",	  "INFORMATIONAL", "DEBUG" };

	json_add_array(j, "enum");
	for (unsigned i = 0; i < ARRAY_SIZE(words); i++)
		json_text(j, words[i]);
	json_end(j);
}

void list_rule_schema(struct buf *out)
{
	struct json j = { .out = out, .indent = 4 };

	json_object(&j);
	add_header(&j);
	json_add_text(&j, "type", "array");
	json_add_object(&j, "items");
	json_add_text(&j, "type", "object");
	json_add_bool(&j, "additionalProperties", false);
	json_add_object(&j, "properties");
	for (unsigned i = 0; i < ARRAY_SIZE(rule_keys); i++) {
		const char *type = rule_keys[i][1];

		json_add_object(&j, rule_keys[i][0]);
		if (!strcmp(type, "priority"))
			add_priorities(&j);
		else if (type[0])
			json_add_text(&j, "type", type);
		json_end(&j);
	}
	json_end(&j);
	json_end(&j);
	json_end(&j);
	buf_char(out, '\n');
}
