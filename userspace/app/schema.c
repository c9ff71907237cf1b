// SPDX-License-Identifier: Apache-2.0
/*
 * JSON schemas (draft-06): of falco.yaml from config/options.def, of rules files from the table
 * below.
 */
#include "app/list.h"
#include "base/arena.h"
#include "base/json.h"
#include "base/macros.h"
#include "config/keys.h"

static void add_header(struct json *j)
{
	json_add_text(j, "$schema", "http://json-schema.org/draft-06/schema#");
}

static void add_leaf(struct json *j, struct str path)
{
	/* UNSUPPORTED keys and the like may have any type. */
	static const char *const types[CONFIG_REMOVED + 1] = {
		[CONFIG_BOOL] = "boolean", [CONFIG_INT] = "integer", [CONFIG_REAL] = "number",
		[CONFIG_TEXT] = "string",  [CONFIG_WORD] = "string", [CONFIG_TEXTS] = "array",
	};
	const struct config_key *key = config_keys;

	while (!str_is(path, key->path))
		key++;
	if (types[key->type])
		json_add_text(j, "type", types[key->type]);
	if (key->help[0])
		json_add_text(j, "description", key->help);
}

/* A map whose members are listed in node; the text of a leaf is the path of its key. */
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
		else
			add_leaf(j, kid->text);
		json_end(j);
	}
	json_end(j);
}

void list_config_schema(struct buf *out)
{
	struct json j = { .out = out, .indent = 4 };
	struct arena arena = { 0 };
	struct config_node *root = config_node_new(&arena, CONFIG_MAP);

	for (unsigned i = 0; i < config_n_keys; i++) {
		struct str path = str_of(config_keys[i].path);
		const char *why;
		struct config_node *node = config_node_make(&arena, root, path, &why);

		if (node)
			config_node_become(node, config_node_scalar(&arena, path));
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
