// SPDX-License-Identifier: Apache-2.0
/* The table of `falco rules` commands, their options, and functions that they share. */
#include "tools/tool.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/macros.h"
#include "base/vec.h"
#include "source/source.h"
#include "state/state.h"

static const struct command {
	const char *name, *arguments, *text;
	enum tool_status (*run)(struct tool *t);
	bool needs_words, needs_capture;
} commands[] = {
	{ "test", "[-r FILE] [--cover] FILE...", "run the tests of these files", rule_test_run,
	  true, false },
	{ "profile", "[-r FILE] --capture FILE",
	  "cost of each rule, and which part of it stops it, over the events of a capture",
	  profile_run, false, true },
	{ "explain", "[-r FILE] --capture FILE [--event N] RULE", "why a rule matched, or why not",
	  explain_run, true, true },
	{ "lint", "[-r FILE]",
	  "conditions that are never or always true, duplicates, unused items, fields without values",
	  lint_run, false, false },
};

enum { N_COMMANDS = ARRAY_SIZE(commands) };

static void print_usage(struct buf *out)
{
	buf_cstr(out, "Usage:\n");
	for (unsigned i = 0; i < N_COMMANDS; i++)
		buf_printf(out, "  falco rules %s %s\n      %s\n", commands[i].name,
			   commands[i].arguments, commands[i].text);
	buf_cstr(out,
		 "Options:\n"
		 "  -r FILE         rules file or directory, instead of rules_files; may be repeated\n"
		 "  -c FILE         configuration file\n"
		 "  -o KEY=VALUE    set a configuration key; may be repeated\n"
		 "  --capture FILE  events, as recorded by falco or sysdig\n"
		 "  --event N       the event with this evt.num\n"
		 "  --cover         test: every enabled rule must have a test that raises it and one that does not\n"
		 "  --json          print JSON\n"
		 "Exit status: 0 success, 1 a failure or a finding, 2 wrong usage.\n");
}

/* ---- the command line ---- */

enum { OPT_CAPTURE = 256, OPT_EVENT, OPT_JSON, OPT_COVER };

static const struct option long_options[] = {
	{ "capture", required_argument, NULL, OPT_CAPTURE },
	{ "event", required_argument, NULL, OPT_EVENT },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "cover", no_argument, NULL, OPT_COVER },
	{ "help", no_argument, NULL, 'h' },
	{ "option", required_argument, NULL, 'o' },
	{ NULL, 0, NULL, 0 },
};

static bool read_event(struct tool *t, const char *text)
{
	char *end;

	t->event = strtoull(text, &end, 10);
	if (end != text && !*end && t->event && text[0] != '-')
		return true;
	buf_printf(&t->errors, "--event takes a number from 1, not '%s'\n", text);
	return false;
}

static bool set_option(struct tool *t, int c, char **argv)
{
	switch (c) {
	case 'r':
		vec_push(&t->rules, optarg);
		return true;
	case 'o':
		vec_push(&t->overrides, optarg);
		return true;
	case 'c':
		t->config_file = optarg;
		return true;
	case 'h':
		return t->help = true;
	case OPT_CAPTURE:
		t->capture = optarg;
		return true;
	case OPT_EVENT:
		return read_event(t, optarg);
	case OPT_JSON:
		return t->json = true;
	case OPT_COVER:
		return t->cover = true;
	}
	buf_printf(&t->errors,
		   c == ':' ? "Option '%s' is missing an argument\n"
			    : "Option '%s' does not exist\n",
		   argv[optind - 1]);
	return false;
}

static bool parse(struct tool *t, const struct command *cmd, int argc, char **argv)
{
	int c;

	opterr = 0;
	optind = 0;
	while ((c = getopt_long(argc, argv, ":r:c:o:h", long_options, NULL)) != -1) {
		if (!set_option(t, c, argv))
			return false;
	}
	for (int i = optind; i < argc; i++)
		vec_push(&t->words, argv[i]);
	if (t->help)
		return true;
	if (cmd->needs_capture && !t->capture)
		buf_printf(&t->errors, "falco rules %s needs --capture FILE\n", cmd->name);
	else if (cmd->needs_words && !t->words.n)
		buf_printf(&t->errors, "Usage: falco rules %s %s\n", cmd->name, cmd->arguments);
	else if (!cmd->needs_words && t->words.n)
		buf_printf(&t->errors, "Unexpected argument '%s'\n", t->words.v[0]);
	return !t->errors.n;
}

/* ---- for the commands ---- */

bool tool_config(struct tool *t, bool plain)
{
	const char *file = t->config_file || !plain ? t->config_file : "/dev/null";
	struct config_input in = { file, t->overrides.v, t->overrides.n };
	struct buf remarks = { 0 };

	t->config = config_load(&in, &t->errors, &remarks);
	buf_free(&remarks);
	return t->config;
}

struct ruleset *tool_rules(struct tool *t, const char *const *paths, unsigned n)
{
	struct ruleset_input in = {
		.keep_files = true,
		.config = t->config,
		.paths = n ? paths : t->rules.v,
		.n_paths = n ? n : t->rules.n,
		.message = &t->message,
	};
	struct buf remarks = { 0 };
	struct ruleset *rs = ruleset_load(&in, &t->tally, &t->errors, &remarks);

	buf_free(&remarks);
	return rs;
}

static bool replay_events(struct tool *t, struct source *src, struct extract *x, tool_visit visit,
			  void *arg)
{
	for (;;) {
		switch (source_next(src, x->ev, 100)) {
		case SOURCE_EVENT:
			arena_reset(x->scratch);
			state_process(x->state, x->ev);
			if (!x->ev->state_only && !visit(arg, x))
				return true;
			break;
		case SOURCE_END:
			return true;
		case SOURCE_FAILED:
			buf_printf(&t->errors, "%s\n", src->error);
			return false;
		case SOURCE_TIMEOUT:
			break;
		}
	}
}

bool tool_replay(struct tool *t, const char *path, tool_visit visit, void *arg)
{
	struct state *state = state_new(&(struct state_options){ .host_root = "" });
	struct arena scratch = { 0 };
	struct event ev = { 0 };
	struct extract x = { .ev = &ev, .state = state, .scratch = &scratch };
	struct source *src = NULL;
	char err[512] = "out of memory";
	bool good = false;

	if (state)
		src = source_replay_open(path, state, err, sizeof(err));
	if (src)
		good = replay_events(t, src, &x, visit, arg);
	else
		buf_printf(&t->errors, "%s\n", err);
	if (src)
		src->ops->close(src);
	if (state)
		state_free(state);
	arena_free(&scratch);
	return good;
}

/* ---- running one ---- */

static void release(struct tool *t)
{
	config_free(t->config);
	tally_free(&t->tally);
	vec_free(&t->rules);
	vec_free(&t->overrides);
	vec_free(&t->words);
	buf_free(&t->out);
	buf_free(&t->errors);
}

static int run_command(const struct command *cmd, int argc, char **argv)
{
	struct tool t = { 0 };
	int status = TOOL_USAGE;

	log_setup(&(struct log_options){ .level = LOG_WARNING, .to_stderr = true });
	schema_init();
	if (parse(&t, cmd, argc, argv)) {
		status = TOOL_OK;
		if (t.help)
			print_usage(&t.out);
		else
			status = cmd->run(&t);
	}
	fwrite(t.out.p ? t.out.p : "", 1, t.out.n, stdout);
	fflush(stdout);
	if (t.errors.n) {
		fprintf(stderr, "Error: %s", buf_c(&t.errors));
		status = status ? status : TOOL_FOUND;
	}
	release(&t);
	return status;
}

static int run_rules(int argc, char **argv)
{
	struct buf usage = { 0 };
	bool help = argc > 1 && (!strcmp(argv[1], "-h") || !strcmp(argv[1], "--help"));

	for (unsigned i = 0; argc > 1 && i < N_COMMANDS; i++) {
		if (!strcmp(argv[1], commands[i].name))
			return run_command(&commands[i], argc - 1, argv + 1);
	}
	if (argc > 1 && !help)
		buf_printf(&usage, "Error: there is no command 'falco rules %s'\n", argv[1]);
	print_usage(&usage);
	fputs(buf_c(&usage), help ? stdout : stderr);
	buf_free(&usage);
	return help ? TOOL_OK : TOOL_USAGE;
}

static int run_help(const char *topic)
{
	struct buf text = { 0 };
	bool good = topic && help_topic(topic, &text);

	if (topic && !good)
		buf_printf(&text, "Error: there is no help on '%s'\n", topic);
	if (!good)
		help_topics(&text);
	fputs(buf_c(&text), topic && !good ? stderr : stdout);
	buf_free(&text);
	return topic && !good ? TOOL_USAGE : TOOL_OK;
}

bool tool_run(int argc, char **argv, int *status)
{
	bool topic = argc == 3 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")) &&
		     argv[2][0] != '-';

	if (argc > 1 && !strcmp(argv[1], "rules"))
		*status = run_rules(argc - 1, argv + 1);
	else if (topic || (argc > 1 && argc < 4 && !strcmp(argv[1], "help")))
		*status = run_help(argc > 2 ? argv[2] : NULL);
	else
		return false;
	return true;
}
