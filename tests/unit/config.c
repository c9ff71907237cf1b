// SPDX-License-Identifier: Apache-2.0
/* Configuration: paths, merging, variables; valid and invalid files. */
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/macros.h"
#include "config/keys.h"
#include "test.h"

static struct config_node *tree(struct arena *a, const char *yaml)
{
	struct buf errors = { 0 };
	struct config_node *node = config_text_read(a, str_of(yaml), "test", &errors);

	if (!node)
		printf("# %s", buf_c(&errors));
	buf_free(&errors);
	return node;
}

static struct str at(const struct config_node *root, const char *path)
{
	const struct config_node *node = config_node_find(root, path);

	return node && node->kind == CONFIG_SCALAR ? node->text : STR_NONE;
}

static unsigned length(const struct config_node *node)
{
	unsigned n = 0;

	for (const struct config_node *kid = node ? node->first : NULL; kid; kid = kid->next)
		n++;
	return n;
}

/* Applies path=text.  False: the path is invalid. */
static bool set(struct arena *a, struct config_node *root, const char *path, const char *text)
{
	const char *why;
	struct config_node *node = config_node_make(a, root, str_of(path), &why);

	if (node)
		config_node_become(node, config_node_scalar(a, str_of(text)));
	return node;
}

TEST(paths_create_missing_nodes)
{
	struct arena a = { 0 };
	struct config_node *root = tree(&a, "engine: {kind: kmod}\nrules_files: [a, b]\n");

	EXPECT(set(&a, root, "engine.kmod.buf_size_preset", "5"));
	EXPECT_STR(at(root, "engine.kmod.buf_size_preset"), "5");
	EXPECT_STR(at(root, "engine.kind"), "kmod");
	EXPECT(set(&a, root, "rules_files[1]", "c"));
	EXPECT(set(&a, root, "rules_files[]", "d"));
	EXPECT_INT(length(config_node_find(root, "rules_files")), 3);
	EXPECT_STR(config_node_find(root, "rules_files")->first->next->text, "c");
	EXPECT(set(&a, root, "rules[].enable.rule", "*"));
	EXPECT(set(&a, root, "rules[].disable.tag", "x"));
	EXPECT_INT(length(config_node_find(root, "rules")), 2);
	arena_free(&a);
}

TEST(paths_replace_other_kinds)
{
	struct arena a = { 0 };
	struct config_node *root = tree(&a, "append_output: [{suggested_output: true}]\n");

	EXPECT(set(&a, root, "append_output.suggested_output", "false"));
	EXPECT_INT(config_node_find(root, "append_output")->kind, CONFIG_MAP);
	arena_free(&a);
}

TEST(paths_with_escaped_characters)
{
	struct arena a = { 0 };
	struct config_node *root = config_node_new(&a, CONFIG_MAP);

	EXPECT(set(&a, root, "static_fields.a\\.b\\[0\\]\\\\", "1"));
	EXPECT_STR(config_node_find(root, "static_fields")->first->key, "a.b[0]\\");
	arena_free(&a);
}

TEST(invalid_paths_are_rejected)
{
	static const char *const bad[] = { "",	  ".a",	 "a.",	 "a..b", "a[",	  "a[x]",
					   "a[1", "a]b", "a\\b", "a\\",	 "a[0]b", "[0]" };
	struct arena a = { 0 };

	for (unsigned i = 0; i < ARRAY_SIZE(bad); i++) {
		struct config_node *root = config_node_new(&a, CONFIG_MAP);
		const char *why = NULL;
		bool rejected = !config_node_make(&a, root, str_of(bad[i]), &why) && why;

		if (!rejected)
			printf("# accepted: '%s'\n", bad[i]);
		EXPECT(rejected);
	}
	arena_free(&a);
}

TEST(merging_strategies)
{
	struct arena a = { 0 };
	struct config_node *root = tree(&a, "l: [1]\ns: x\nm: {k: 1}\n");

	config_node_merge(root, tree(&a, "l: [2, 3]\ns: y\nn: 1\n"), STRATEGY_APPEND);
	EXPECT_INT(length(config_node_find(root, "l")), 3);
	EXPECT_STR(at(root, "s"), "y");
	EXPECT_STR(at(root, "n"), "1");
	config_node_merge(root, tree(&a, "l: [9]\nm: {j: 2}\n"), STRATEGY_OVERRIDE);
	EXPECT_INT(length(config_node_find(root, "l")), 1);
	EXPECT(!config_node_find(root, "m.k"));
	config_node_merge(root, tree(&a, "s: z\nt: 4\n"), STRATEGY_ADD_ONLY);
	EXPECT_STR(at(root, "s"), "y");
	EXPECT_STR(at(root, "t"), "4");
	arena_free(&a);
}

TEST(variables)
{
	struct arena a = { 0 };
	struct config_node *root;

	setenv("CONFIG_TEST", "v", 1);
	unsetenv("CONFIG_NONE");
	root = tree(&a,
		    "a: ${CONFIG_TEST}\nb: x${CONFIG_TEST}y${CONFIG_TEST}\nc: $${CONFIG_TEST}\nd: '${CONFIG_NONE}'\n"
		    "e: '$5 ${CONFIG_TEST}'\nf: '${CONFIG_TEST'\ng: 'p${CONFIG_NONE}q'\n");
	EXPECT_STR(at(root, "a"), "v");
	EXPECT_STR(at(root, "b"), "xvyv");
	EXPECT_STR(at(root, "c"), "${CONFIG_TEST}");
	EXPECT_STR(at(root, "d"), "");
	EXPECT_STR(at(root, "e"), "$5 ${CONFIG_TEST}");
	EXPECT_STR(at(root, "f"), "${CONFIG_TEST");
	EXPECT_STR(at(root, "g"), "pq");
	arena_free(&a);
}

TEST(values_of_the_wrong_type_are_replaced_by_the_default)
{
	struct arena a = { 0 };
	struct config_node *root = tree(&a, "b: maybe\ni: 12x\nr: [1]\nyes: Yes\nhex: 0x10\n");

	EXPECT(config_bool(config_node_find(root, "b"), true));
	EXPECT(!config_bool(config_node_find(root, "b"), false));
	EXPECT_INT(config_int(config_node_find(root, "i"), 7), 7);
	EXPECT(config_real(config_node_find(root, "r"), 0.5) == 0.5);
	EXPECT(config_bool(config_node_find(root, "yes"), false));
	EXPECT_INT(config_int(config_node_find(root, "hex"), 0), 16);
	arena_free(&a);
}

/* ---- complete files ---- */

static char dir[] = "/tmp/config-test.XXXXXX";

static void write_file(const char *name, const char *text)
{
	char path[128];
	FILE *f;

	if (dir[strlen(dir) - 1] == 'X' && !mkdtemp(dir))
		return;
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	if (!f)
		return;
	fputs(text, f);
	fclose(f);
}

static struct config *load(const char *text, struct buf *errors, struct buf *remarks,
			   const char *option)
{
	char path[128];
	const char *options[] = { option };
	struct config_input in = { path, options, option != NULL };

	write_file("falco.yaml", text);
	snprintf(path, sizeof(path), "%s/falco.yaml", dir);
	buf_clear(errors);
	buf_clear(remarks);
	return config_load(&in, errors, remarks);
}

TEST(a_file_is_read)
{
	struct buf errors = { 0 }, remarks = { 0 };
	struct config *c =
		load("engine: {kind: replay, replay: {capture_file: x}}\njson_output: true\n",
		     &errors, &remarks, "json_output=false");

	EXPECT(c);
	if (c) {
		EXPECT_STR(c->engine_kind, "replay");
		EXPECT(!c->message.json);
		EXPECT(c->message.include_output);
		EXPECT_INT(c->min_priority, PRIO_DEBUG);
		EXPECT_INT(config_buffer_bytes(c), 8 << 20);
	}
	config_free(c);
	buf_free(&errors);
	buf_free(&remarks);
}

TEST(included_files_are_merged)
{
	struct buf errors = { 0 }, remarks = { 0 };
	char text[256];
	struct config *c;

	write_file("more.yaml", "rules_files: [b]\npriority: error\n");
	snprintf(text, sizeof(text), "rules_files: [a]\nconfig_files: [%s/more.yaml, /nowhere]\n",
		 dir);
	c = load(text, &errors, &remarks, "rules_files[]=c");
	EXPECT(c);
	if (c) {
		EXPECT_INT(length(c->rules_files), 3);
		EXPECT_INT(c->min_priority, PRIO_ERROR);
		EXPECT_INT(c->files.n, 2);
	}
	config_free(c);
	write_file("more.yaml", "config_files: [x]\n");
	EXPECT(!load(text, &errors, &remarks, NULL));
	EXPECT(strstr(buf_c(&errors), "config_files"));
	buf_free(&errors);
	buf_free(&remarks);
}

TEST(invalid_files_are_rejected)
{
	static const char *const bad[] = {
		"priority: urgent",
		"rule_matching: some",
		"engine: {kind: ebpf}",
		"engine: {kind: replay}",
		"engine: {kmod: {buf_size_preset: 11}}",
		"file_output: {enabled: true}",
		"program_output: {enabled: true}",
		"syscall_event_drops: {threshold: 2}",
		"syscall_event_drops: {actions: [shout]}",
		"syscall_event_drops: {actions: [ignore, log]}",
		"rules_file: a\nrules_files: [b]",
		"log_level: loud",
		"- a list",
		"a: [",
		"config_files: {path: x}\npriority: none",
		"capture: {mode: some}",
		"capture: {default_duration: -1}",
		"capture: {max_file_size_mb: 2000000}",
	};
	struct buf errors = { 0 }, remarks = { 0 };

	for (unsigned i = 0; i < ARRAY_SIZE(bad); i++) {
		struct config *c = load(bad[i], &errors, &remarks, NULL);

		if (c || !errors.n)
			printf("# accepted: %s\n", bad[i]);
		EXPECT(!c && errors.n);
		config_free(c);
	}
	buf_free(&errors);
	buf_free(&remarks);
}

TEST(unknown_and_unsupported_keys_are_reported)
{
	struct buf errors = { 0 }, remarks = { 0 };
	struct config *c =
		load("json_ouptut: true\nwebserver: {enabled: true, threadiness: 4}\nmetrics: {enabled: false}\n"
		     "http_output: {enabled: true}\n",
		     &errors, &remarks, NULL);

	EXPECT(c);
	EXPECT(strstr(buf_c(&remarks), "falco.yaml:1:14: unknown key 'json_ouptut'"));
	EXPECT(strstr(buf_c(&remarks), "did you mean 'json_output'?"));
	EXPECT(strstr(buf_c(&remarks),
		      "without effect in this version: webserver.enabled, http_output.enabled\n"));
	config_free(c);
	buf_free(&errors);
	buf_free(&remarks);
}

TEST(a_removed_key_is_ignored_and_the_reason_reported)
{
	struct buf errors = { 0 }, remarks = { 0 };
	struct config *c = load("engine: {kind: nodriver, workers: 2}\n", &errors, &remarks, NULL);

	EXPECT(c);
	EXPECT_TEXT(buf_c(&remarks), "engine.workers is ignored: one thread evaluates events\n");
	config_free(c);
	buf_free(&errors);
	buf_free(&remarks);
}

/* ---- rows of options.def ---- */

TEST(each_key_has_one_row)
{
	for (unsigned i = 0; i < config_n_keys; i++)
		for (unsigned k = 0; k < i; k++) {
			if (!strcmp(config_keys[i].path, config_keys[k].path))
				printf("# two rows: %s\n", config_keys[i].path);
			EXPECT(strcmp(config_keys[i].path, config_keys[k].path));
		}
}

TEST(defaults_are_valid)
{
	struct buf errors = { 0 }, remarks = { 0 };
	struct config *c = load("", &errors, &remarks, NULL);

	EXPECT(c);
	EXPECT_TEXT(buf_c(&errors), "");
	EXPECT_TEXT(buf_c(&remarks), "");
	if (c) {
		EXPECT_STR(c->priority, "debug");
		EXPECT_INT(c->min_priority, PRIO_DEBUG);
		EXPECT(!c->match_all && !c->record_all && c->message.include_tags);
		EXPECT(c->drop_threshold == 0.1);
		EXPECT_INT(c->drop_actions.n, 0);
	}
	config_free(c);
	buf_free(&errors);
	buf_free(&remarks);
}

TEST(enumerated_values_and_ranges_are_checked)
{
	static const char *const bad[][2] = {
		{ "priority: urgent",
		  "Unknown priority \"urgent\"--must be one of emergency, alert, critical, error, warning, notice, informational, debug\n" },
		{ "rule_matching: al",
		  "Unknown rule matching strategy \"al\"--must be one of first, all\n" },
		{ "capture: {default_duration: -1}",
		  "capture.default_duration -1 is out of range: 0 to 4294967295\n" },
		{ "syscall_event_drops: {threshold: nan}",
		  "syscall_event_drops.threshold nan is out of range: 0 to 1\n" },
	};
	struct buf errors = { 0 }, remarks = { 0 };
	struct config *c;

	for (unsigned i = 0; i < ARRAY_SIZE(bad); i++) {
		EXPECT(!load(bad[i][0], &errors, &remarks, NULL));
		EXPECT_TEXT(buf_c(&errors), bad[i][1]);
	}
	c = load("priority: INFO\nlog_level: Informational\nrule_matching: All", &errors, &remarks,
		 NULL);
	EXPECT(c);
	if (c) {
		EXPECT_INT(c->min_priority, PRIO_INFORMATIONAL);
		EXPECT_STR(c->priority, "informational");
		EXPECT_STR(c->log_level, "info");
		EXPECT(c->match_all);
	}
	config_free(c);
	buf_free(&errors);
	buf_free(&remarks);
}

TEST(a_reload_keeps_values_that_need_a_restart)
{
	struct buf errors = { 0 }, remarks = { 0 };
	struct config *old = load("engine: {kind: nodriver}\nfalco_libs: {snaplen: 100}\n", &errors,
				  &remarks, NULL);
	struct config *fresh =
		load("engine: {kind: kmod, kmod: {drop_failed_exit: true}}\npriority: error\n"
		     "falco_libs: {snaplen: 100}\n",
		     &errors, &remarks, NULL);

	EXPECT(old && fresh);
	if (old && fresh) {
		config_keep(fresh, old, &remarks);
		EXPECT_TEXT(buf_c(&remarks),
			    "engine.kind cannot change at a reload: restart to apply it\n"
			    "engine.kmod.drop_failed_exit cannot change at a reload: restart to apply it\n");
		EXPECT_STR(fresh->engine_kind, "nodriver");
		EXPECT(!fresh->drop_failed_exit);
		EXPECT_STR(fresh->priority, "error");
	}
	config_free(fresh);
	config_free(old);
	buf_free(&errors);
	buf_free(&remarks);
}

/* ---- packaging/falco.yaml ---- */

/* "name:" at the beginning of a line, possibly after blanks, "#" or "-". */
static bool is_written(const char *text, const char *path)
{
	const char *name = strrchr(path, '.') ? strrchr(path, '.') + 1 : path;
	size_t n = strlen(name);

	for (const char *line = text; line;
	     line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
		const char *at = line + strspn(line, " #-");

		if (!strncmp(at, name, n) && at[n] == ':')
			return true;
	}
	return false;
}

TEST(the_packaged_file_has_every_key)
{
	static const char path[] = "packaging/falco.yaml";
	struct config_input in = { .file = path };
	struct buf errors = { 0 }, remarks = { 0 }, text = { 0 };
	struct config *c;

	if (!file_read(path, 1 << 20, &text))
		SKIP("packaging/falco.yaml is missing");
	c = config_load(&in, &errors, &remarks);
	EXPECT(c);
	EXPECT_TEXT(buf_c(&remarks), "");
	for (unsigned i = 0; i < config_n_keys; i++) {
		const struct config_key *key = &config_keys[i];
		bool written = config_node_find(c ? c->root : NULL, key->path) ||
			       is_written(buf_c(&text), key->path);

		if (key->type < CONFIG_UNSUPPORTED && !written)
			printf("# %s: no %s\n", path, key->path);
		EXPECT(key->type >= CONFIG_UNSUPPORTED || written);
	}
	config_free(c);
	buf_free(&errors);
	buf_free(&remarks);
	buf_free(&text);
}
