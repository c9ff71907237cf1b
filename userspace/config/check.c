// SPDX-License-Identifier: Apache-2.0
/* Checks of a configuration: errors and remarks. */
#include "config/check.h"

#include "base/log.h"
#include "base/macros.h"
#include "base/typo.h"
#include "config/keys.h"

/* ---- remarks ---- */

/*
 * The row of a path, NULL if it has none; *group: whether rows have longer paths that begin with
 * it.
 */
static const struct config_key *key_of(struct str path, bool *group)
{
	*group = false;
	for (unsigned i = 0; i < config_n_keys; i++) {
		struct str row = str_of(config_keys[i].path);

		if (str_eq(row, path))
			return &config_keys[i];
		*group |= row.n > path.n && row.p[path.n] == '.' && str_starts(row, path);
	}
	return NULL;
}

/* The first names of a row's path, as many as path has. */
static struct str same_depth(const char *row, struct str path)
{
	size_t n = 0;

	for (size_t i = 0; i <= path.n; i++) {
		if (i < path.n && path.p[i] != '.')
			continue;
		n += strcspn(row + n, ".");
		if (i < path.n && row[n])
			n++;
	}
	return (struct str){ row, n };
}

static void remark_unknown(const struct config *c, const struct config_node *node, struct str path,
			   struct buf *remarks)
{
	struct typo typo = typo_of(path);

	for (unsigned i = 0; i < config_n_keys; i++)
		typo_try(&typo, same_depth(config_keys[i].path, path));
	if (node->line)
		buf_printf(remarks, "%.*s:%u:%u: ", STR_ARGS(c->file), node->line, node->column);
	buf_printf(remarks, "unknown key '%.*s' is ignored", STR_ARGS(path));
	if (typo.best.p)
		buf_printf(remarks, " (did you mean '%.*s'?)", STR_ARGS(typo.best));
	buf_char(remarks, '\n');
}

static bool is_default(const struct config_node *node, const char *fallback)
{
	if (node->kind == CONFIG_SCALAR)
		return str_is(node->text, fallback);
	return !node->first;
}

/*
 * Appends remarks about the members of map; to no_effect, the names of keys that are set but have
 * no effect.
 */
static void walk(const struct config *c, const struct config_node *map, struct str prefix,
		 struct buf *remarks, struct buf *no_effect)
{
	for (const struct config_node *kid = map->first; kid; kid = kid->next) {
		struct buf text = { 0 };
		const struct config_key *key;
		struct str path;
		bool group;

		buf_printf(&text, "%.*s%s%.*s", STR_ARGS(prefix), prefix.n ? "." : "",
			   STR_ARGS(kid->key));
		path = buf_view(&text);
		key = key_of(path, &group);
		if (!key && group && kid->kind == CONFIG_MAP)
			walk(c, kid, path, remarks, no_effect);
		else if (!key && !group)
			remark_unknown(c, kid, path, remarks);
		else if (key && key->type == CONFIG_UNSUPPORTED && !is_default(kid, key->text))
			buf_printf(no_effect, "%s%.*s", no_effect->n ? ", " : "", STR_ARGS(path));
		else if (key && key->type == CONFIG_REMOVED)
			buf_printf(remarks, "%.*s is ignored: %s\n", STR_ARGS(path), key->text);
		buf_free(&text);
	}
}

void config_remarks(const struct config *c, struct buf *remarks)
{
	struct buf no_effect = { 0 };

	walk(c, c->root, STR_NONE, remarks, &no_effect);
	if (no_effect.n)
		buf_printf(remarks, "set, but without effect in this version: %s\n",
			   buf_c(&no_effect));
	if (c->rules_file && !c->rules_files)
		buf_cstr(remarks, "rules_file is deprecated, use rules_files\n");
	if (str_is(c->engine_kind, "modern_ebpf"))
		buf_cstr(remarks,
			 "engine.kind modern_ebpf: events are read from the kernel module instead\n");
	buf_free(&no_effect);
}

/* ---- fatal ---- */

static bool check_outputs(const struct config *c, struct buf *errors)
{
	bool good = true;

	if (c->file_enabled && !c->file_name.n) {
		buf_cstr(errors,
			 "Error reading config file: file output enabled but no filename in configuration block\n");
		good = false;
	}
	if (c->program_enabled && !c->program.n) {
		buf_cstr(errors,
			 "Error reading config file: program output enabled but no program in configuration block\n");
		good = false;
	}
	return good;
}

static bool check_drops(const struct config *c, struct buf *errors)
{
	bool ignore = false, good = true;

	for (unsigned i = 0; i < c->drop_actions.n; i++) {
		struct str word = c->drop_actions.v[i];

		if (str_is(word, "ignore")) {
			ignore = true;
		} else if (str_is(word, "log") || str_is(word, "alert")) {
			if (ignore)
				buf_cstr(errors,
					 "syscall event drop action \"ignore\" cannot come before \"log\" or \"alert\"\n");
			good &= !ignore;
		} else if (!str_is(word, "exit")) {
			buf_printf(errors,
				   "syscall_event_drops.actions: unknown action \"%.*s\"--must be one of ignore, log, alert, exit\n",
				   STR_ARGS(word));
			good = false;
		}
	}
	return good;
}

bool config_check(struct config *c, struct buf *errors)
{
	bool good = config_keys_check(c, errors);

	if (str_is(c->engine_kind, "replay") && !c->capture_file.n) {
		buf_cstr(errors, "engine.kind replay needs a file in engine.replay.capture_file\n");
		good = false;
	}
	if (c->rules_file && c->rules_files) {
		buf_cstr(errors,
			 "both rules_file and rules_files are given: use rules_files only\n");
		good = false;
	}
	good &= check_outputs(c, errors);
	good &= check_drops(c, errors);
	priority_parse(c->priority, &c->min_priority);
	c->match_all = str_is(c->rule_matching, "all");
	c->record_all = str_is(c->record_mode, "all_rules");
	return good;
}
