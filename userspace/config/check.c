// SPDX-License-Identifier: Apache-2.0
#include "config/check.h"

#include "base/log.h"
#include "base/macros.h"
#include "base/typo.h"

enum key_kind { KEY_SERVED, KEY_UNSERVED, KEY_DETAIL, KEY_REMOVED };

struct key {
	const char *path;
	enum key_kind kind;
	const char *detail; /* KEY_UNSERVED: the harmless value; KEY_REMOVED: the reason */
};

static const struct key keys[] = {
#define BOOL(path, member, fallback) { #path, KEY_SERVED, NULL },
#define INT(path, member, fallback) { #path, KEY_SERVED, NULL },
#define REAL(path, member, fallback) { #path, KEY_SERVED, NULL },
#define TEXT(path, member, fallback) { #path, KEY_SERVED, NULL },
#define LIST(path, member) { #path, KEY_SERVED, NULL },
#define TREE(path, member) { #path, KEY_SERVED, NULL },
#define UNSERVED(path, harmless) { #path, KEY_UNSERVED, harmless },
#define DETAIL(path) { #path, KEY_DETAIL, NULL },
#define REMOVED(path, reason) { #path, KEY_REMOVED, reason },
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

enum { N_KEYS = ARRAY_SIZE(keys) };

/* ---- remarks ---- */

/* The row of a path; *group is set when path is only the beginning of rows. */
static const struct key *key_of(struct str path, bool *group)
{
	*group = false;
	for (unsigned i = 0; i < N_KEYS; i++) {
		struct str row = str_of(keys[i].path);

		if (str_eq(row, path))
			return &keys[i];
		*group |= row.n > path.n && row.p[path.n] == '.' && str_starts(row, path);
	}
	return NULL;
}

/* As many names of a row's path as path has. */
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

	for (unsigned i = 0; i < N_KEYS; i++)
		typo_try(&typo, same_depth(keys[i].path, path));
	if (node->line)
		buf_printf(remarks, "%.*s:%u:%u: ", STR_ARGS(c->file), node->line, node->column);
	buf_printf(remarks, "unknown key '%.*s' is ignored", STR_ARGS(path));
	if (typo.best.p)
		buf_printf(remarks, " (did you mean '%.*s'?)", STR_ARGS(typo.best));
	buf_char(remarks, '\n');
}

static bool is_harmless(const struct config_node *node, const char *harmless)
{
	if (node->kind == CONFIG_SCALAR)
		return str_is(node->text, harmless);
	return !node->first;
}

/* without collects the names of keys that are set and have no effect. */
static void walk(const struct config *c, const struct config_node *map, struct str prefix,
		 struct buf *remarks, struct buf *without)
{
	for (const struct config_node *kid = map->first; kid; kid = kid->next) {
		struct buf text = { 0 };
		const struct key *key;
		struct str path;
		bool group;

		buf_printf(&text, "%.*s%s%.*s", STR_ARGS(prefix), prefix.n ? "." : "",
			   STR_ARGS(kid->key));
		path = buf_view(&text);
		key = key_of(path, &group);
		if (!key && group && kid->kind == CONFIG_MAP)
			walk(c, kid, path, remarks, without);
		else if (!key && !group)
			remark_unknown(c, kid, path, remarks);
		else if (key && key->kind == KEY_UNSERVED && !is_harmless(kid, key->detail))
			buf_printf(without, "%s%.*s", without->n ? ", " : "", STR_ARGS(path));
		else if (key && key->kind == KEY_REMOVED)
			buf_printf(remarks, "%.*s is ignored: %s\n", STR_ARGS(path), key->detail);
		buf_free(&text);
	}
}

void config_remarks(const struct config *c, struct buf *remarks)
{
	struct buf without = { 0 };

	walk(c, c->root, STR_NONE, remarks, &without);
	if (without.n)
		buf_printf(remarks, "set, but without effect in this version: %s\n",
			   buf_c(&without));
	if (c->rules_file && !c->rules_files)
		buf_text(remarks, "rules_file is deprecated, use rules_files\n");
	if (str_is(c->engine_kind, "modern_ebpf"))
		buf_text(remarks,
			 "engine.kind modern_ebpf: events are read from the kernel module instead\n");
	buf_free(&without);
}

/* ---- fatal ---- */

static bool check_engine(struct config *c, struct buf *errors)
{
	struct str kind = c->engine_kind;

	if (!str_is(kind, "kmod") && !str_is(kind, "modern_ebpf") && !str_is(kind, "replay") &&
	    !str_is(kind, "nodriver")) {
		buf_printf(errors,
			   "engine.kind '%.*s' is not a valid engine: use kmod, modern_ebpf, replay or nodriver\n",
			   STR_ARGS(kind));
		return false;
	}
	if (str_is(kind, "replay") && !c->capture_file.n) {
		buf_text(errors, "engine.kind replay needs a file in engine.replay.capture_file\n");
		return false;
	}
	if (c->buf_size_preset < 1 || c->buf_size_preset > 10) {
		buf_printf(errors,
			   "engine.kmod.buf_size_preset %lld is out of range: 1 (1 MB) to 10 (512 MB)\n",
			   (long long)c->buf_size_preset);
		return false;
	}
	c->buffer_bytes = (UINT64_C(1) << 20) << (c->buf_size_preset - 1);
	return true;
}

static bool check_words(struct config *c, struct buf *errors)
{
	bool good = true;

	if (!priority_parse(c->priority, &c->min_priority)) {
		buf_printf(errors,
			   "Unknown priority \"%.*s\"--must be one of emergency, alert, critical, error, warning, notice, informational, debug\n",
			   STR_ARGS(c->priority));
		good = false;
	}
	c->match_all = str_is(c->rule_matching, "all");
	if (!c->match_all && !str_is(c->rule_matching, "first")) {
		buf_printf(errors,
			   "Unknown rule matching strategy \"%.*s\"--must be one of first, all\n",
			   STR_ARGS(c->rule_matching));
		good = false;
	}
	if (log_level(c->log_level.p) < 0) {
		buf_printf(errors, "Unknown log level \"%.*s\"\n", STR_ARGS(c->log_level));
		good = false;
	}
	return good;
}

static bool check_capture(struct config *c, struct buf *errors)
{
	enum { MAX_MB = 1 << 20 };

	c->record_all = str_is(c->record_mode, "all_rules");
	if (!c->record_all && !str_is(c->record_mode, "rules")) {
		buf_printf(errors,
			   "capture.mode \"%.*s\" is unknown--must be one of rules, all_rules\n",
			   STR_ARGS(c->record_mode));
		return false;
	}
	if (c->record_ms < 0 || c->record_ms > UINT32_MAX) {
		buf_text(errors,
			 "capture.default_duration must be a number of milliseconds, 0 to 4294967295\n");
		return false;
	}
	if (c->record_max_mb < 0 || c->record_max_mb > MAX_MB) {
		buf_text(errors,
			 "capture.max_file_size_mb must be a number from 0 (no limit) to 1048576\n");
		return false;
	}
	return true;
}

static bool check_outputs(const struct config *c, struct buf *errors)
{
	bool good = true;

	if (c->file_enabled && !c->file_name.n) {
		buf_text(errors,
			 "Error reading config file: file output enabled but no filename in configuration block\n");
		good = false;
	}
	if (c->program_enabled && !c->program.n) {
		buf_text(errors,
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
				buf_text(errors,
					 "syscall event drop action \"ignore\" cannot stand before \"log\" or \"alert\"\n");
			good &= !ignore;
		} else if (!str_is(word, "exit")) {
			buf_printf(errors,
				   "syscall_event_drops.actions: unknown action \"%.*s\"--must be one of ignore, log, alert, exit\n",
				   STR_ARGS(word));
			good = false;
		}
	}
	if (!(c->drop_threshold >= 0 && c->drop_threshold <= 1)) {
		buf_text(errors, "syscall_event_drops.threshold must be a number from 0 to 1\n");
		good = false;
	}
	return good;
}

bool config_check(struct config *c, struct buf *errors)
{
	bool good = check_engine(c, errors);

	good &= check_words(c, errors);
	good &= check_outputs(c, errors);
	good &= check_capture(c, errors);
	good &= check_drops(c, errors);
	if (c->rules_file && c->rules_files) {
		buf_text(errors,
			 "both rules_file and rules_files are given: use rules_files only\n");
		good = false;
	}
	return good;
}
