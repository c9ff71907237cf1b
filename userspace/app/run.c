// SPDX-License-Identifier: Apache-2.0
/* The program from its command line to its end, as a table of steps. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "app/app.h"
#include "app/describe.h"
#include "app/list.h"
#include "app/settings.h"
#include "app/signals.h"
#include "base/log.h"
#include "base/macros.h"
#include "event/event.h"

enum { EXIT_PIDFILE = 255 };

static enum step print(struct buf *text)
{
	fwrite(text->p ? text->p : "", 1, text->n, stdout);
	buf_free(text);
	return STEP_DONE;
}

/* ---- before the configuration ---- */

static enum step show_help(struct app *app)
{
	struct buf text = { 0 };

	if (!app->options.help)
		return STEP_NEXT;
	options_help(&text);
	return print(&text);
}

static enum step show_schemas(struct app *app)
{
	struct buf text = { 0 };

	if (!app->options.config_schema && !app->options.rule_schema)
		return STEP_NEXT;
	if (app->options.config_schema)
		list_config_schema(&text);
	else
		list_rule_schema(&text);
	return print(&text);
}

static enum step show_ignored(struct app *app)
{
	struct buf text = { 0 };

	if (!app->options.ignored_syscalls)
		return STEP_NEXT;
	list_ignored(&text);
	return print(&text);
}

static enum step show_events(struct app *app)
{
	struct buf text = { 0 };

	if (!app->options.list_events)
		return STEP_NEXT;
	list_events(&app->options, &text);
	return print(&text);
}

/* ---- configuration ---- */

static enum step load_config(struct app *app)
{
	struct buf remarks = { 0 };

	app->config = app->first_config = settings_load(app, &app->errors, &remarks);
	if (app->config) {
		settings_log(app->config);
		app->message = settings_message(app, app->config);
		log_lines(LOG_NOTICE, buf_c(&remarks));
	}
	buf_free(&remarks);
	return app->config ? STEP_NEXT : STEP_FAILED;
}

static enum step show_version(struct app *app)
{
	struct buf text = { 0 };

	if (!app->options.version)
		return STEP_NEXT;
	support_version(app, &text);
	return print(&text);
}

static enum step show_page_size(struct app *app)
{
	if (!app->options.page_size)
		return STEP_NEXT;
	log_printf(LOG_INFO, "Your system page size is: %ld bytes", sysconf(_SC_PAGESIZE));
	return STEP_DONE;
}

static enum step show_plugins(struct app *app)
{
	if (app->options.plugin_info) {
		buf_printf(&app->errors, "there is no plugin '%s': plugins are not supported yet\n",
			   app->options.plugin_info);
		return STEP_FAILED;
	}
	if (!app->options.list_plugins)
		return STEP_NEXT;
	puts("0 Plugins Loaded:\n");
	return STEP_DONE;
}

static enum step show_fields(struct app *app)
{
	static const enum field_list how[] = {
		[FORMAT_TEXT] = FIELD_LIST_TEXT,
		[FORMAT_MARKDOWN] = FIELD_LIST_MARKDOWN,
		[FORMAT_JSON] = FIELD_LIST_JSON,
	};
	const struct options *o = &app->options;
	const char *source = o->list_source;

	if (!o->list_fields)
		return STEP_NEXT;
	if (source && source[0] && strcmp(source, "syscall")) {
		buf_printf(&app->errors,
			   "value for --list must be a valid source type: unknown source '%s'\n",
			   source);
		return STEP_FAILED;
	}
	field_list(stdout, how[o->format], o->names_only, o->verbose,
		   source && source[0] ? source : NULL);
	return STEP_DONE;
}

static bool is_syscall(const struct words *w)
{
	for (unsigned i = 0; i < w->n; i++) {
		if (!strcmp(w->v[i], "syscall"))
			return true;
	}
	return false;
}

static enum step select_sources(struct app *app)
{
	const struct options *o = &app->options;

	if (o->enable_sources.n && o->disable_sources.n)
		buf_cstr(&app->errors,
			 "--enable-source and --disable-source cannot be given together\n");
	else if (is_syscall(&o->disable_sources) ||
		 (o->enable_sources.n && !is_syscall(&o->enable_sources)))
		buf_cstr(&app->errors,
			 "no event source is left: syscall is the only one there is\n");
	return app->errors.n ? STEP_FAILED : STEP_NEXT;
}

static enum step validate(struct app *app)
{
	return app->options.validate.n ? validate_files(app) : STEP_NEXT;
}

/* ---- rules ---- */

struct ruleset_input ruleset_input_of(const struct app *app)
{
	const char *print_format = app->options.print;
	static const char *const ignored[] = { "c", "container", "k", "kubernetes" };

	for (unsigned i = 0; print_format && i < ARRAY_SIZE(ignored); i++) {
		if (!strcmp(print_format, ignored[i]))
			print_format = NULL;
	}
	return (struct ruleset_input){
		.config = app->config,
		.paths = app->options.rules.v,
		.n_paths = app->options.rules.n,
		.print = print_format,
		.message = &app->message,
		.generation = app->generation,
	};
}

static enum step load_rules(struct app *app)
{
	struct ruleset_input in = ruleset_input_of(app);
	struct buf remarks = { 0 };

	if (app->options.print)
		log_printf(LOG_WARNING, "-p is deprecated: use append_output in the configuration");
	app->rules = ruleset_load(&in, &app->tally, &app->errors, &remarks);
	log_lines(LOG_WARNING, buf_c(&remarks));
	buf_free(&remarks);
	return app->rules ? STEP_NEXT : STEP_FAILED;
}

static bool is_rule(const struct rules *rules, const char *name)
{
	for (unsigned i = 0; i < rules->n; i++) {
		if (str_is(rules->v[i]->name, name))
			return true;
	}
	return false;
}

static enum step describe_rules(struct app *app)
{
	const struct rules *rules = app->rules->rules;
	struct buf text = { 0 };
	bool found = false;

	if (!app->options.describe_rules && !app->options.describe_rule)
		return STEP_NEXT;
	if (app->config->message.json &&
	    (app->options.describe_rules || is_rule(rules, app->options.describe_rule))) {
		struct json j = json_to(&text);

		describe_json(app->rules,
			      app->options.describe_rules ? NULL : app->options.describe_rule, &j);
		buf_char(&text, '\n');
		return print(&text);
	}
	buf_printf(&text, "%-50s %s\n%-50s %s\n", "Rule", "Description", "----", "-----------");
	for (unsigned i = 0; i < rules->n; i++) {
		const struct rule *r = rules->v[i];

		if (!app->options.describe_rules && !str_is(r->name, app->options.describe_rule))
			continue;
		found = true;
		list_rule(r->name, r->desc, &text);
	}
	if (found || app->options.describe_rules)
		return print(&text);
	buf_free(&text);
	buf_printf(&app->errors, "there is no rule '%s'\n", app->options.describe_rule);
	return STEP_FAILED;
}

static enum step show_support(struct app *app)
{
	struct buf text = { 0 };

	if (!app->options.support)
		return STEP_NEXT;
	support_dump(app, &text);
	return print(&text);
}

/* ---- running ---- */

static enum step open_outputs(struct app *app)
{
	if (!settings_have_outputs(app->config, &app->errors))
		return STEP_FAILED;
	if (app->options.dry_run)
		return STEP_NEXT;
	app->outputs = outputs_new(app->config);
	if (!app->outputs)
		buf_cstr(&app->errors, "the output thread cannot be started\n");
	return app->outputs ? STEP_NEXT : STEP_FAILED;
}

static enum step end_dry_run(struct app *app)
{
	if (!app->options.dry_run)
		return STEP_NEXT;
	log_printf(LOG_DEBUG, "dry run: start-up succeeded");
	return STEP_DONE;
}

static enum step catch_signals(struct app *app)
{
	(void)app;
	signals_catch();
	return STEP_NEXT;
}

static enum step write_pidfile(struct app *app)
{
	FILE *f;

	if (!app->options.pidfile)
		return STEP_NEXT;
	f = fopen(app->options.pidfile, "we");
	if (!f) {
		log_printf(LOG_ERR, "Could not write pid to pidfile %s: %m", app->options.pidfile);
		exit(EXIT_PIDFILE);
	}
	fprintf(f, "%d", (int)getpid());
	fclose(f);
	return STEP_NEXT;
}

/* Not for a replay: it uses the files as they were at its start. */
static enum step start_watching(struct app *app)
{
	if (!app->config->watch || str_is(app->config->engine_kind, "replay"))
		return STEP_NEXT;
	app->watch = watch_new();
	if (app->watch)
		watch_files(app->watch, app);
	else
		log_printf(LOG_WARNING, "watch_config_files has no effect: %m");
	return STEP_NEXT;
}

static enum step start_drops(struct app *app)
{
	drops_init(&app->drops, app->config);
	return STEP_NEXT;
}

static enum step prepare_recorder(struct app *app)
{
	if (!app->config->record)
		return STEP_NEXT;
	app->recorder = recorder_new(app->config, app->state);
	if (!app->recorder)
		buf_cstr(&app->errors, "out of memory\n");
	return app->recorder ? STEP_NEXT : STEP_FAILED;
}

/* ---- processing and summary ---- */

static void print_tally(struct app *app)
{
	struct buf text = { 0 };

	tally_print(&app->tally, &text);
	print(&text);
	fflush(stdout);
}

static void print_events(struct app *app, const struct timespec *start)
{
	struct source_stats stats = { 0 };
	struct timespec now;
	double seconds;

	app->source->ops->stats(app->source, &stats);
	fprintf(stderr, "Events seen: %" PRIu64 ", lost: %" PRIu64 "\n", app->n_events,
		stats.n_drops);
	if (app->watches_kernel)
		fprintf(stderr,
			"Syscall event drop monitoring:\n   - event drop detected: %" PRIu64
			" occurrences\n"
			"   - num times actions taken: %" PRIu64 "\n",
			app->drops.n_detected, app->drops.n_acted);
	if (!app->options.verbose)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	seconds =
		(double)(now.tv_sec - start->tv_sec) + (double)(now.tv_nsec - start->tv_nsec) / 1e9;
	fprintf(stderr, "Driver Events:%" PRIu64 "\nDriver Drops:%" PRIu64 "\n", stats.n_evts,
		stats.n_drops);
	fprintf(stderr, "Elapsed time: %.3f, Captured Events: %" PRIu64 ", %.2f eps\n", seconds,
		app->n_events, seconds > 0 ? (double)app->n_events / seconds : 0);
}

static enum step process(struct app *app)
{
	struct timespec start;
	enum step result;

	clock_gettime(CLOCK_MONOTONIC, &start);
	result = loop_run(app);
	recorder_free(app->recorder);
	app->recorder = NULL;
	/* Writes the queued alerts; the summary comes after them. */
	outputs_free(app->outputs);
	app->outputs = NULL;
	print_tally(app);
	print_events(app, &start);
	return result;
}

/* In this order; a step that does not apply returns STEP_NEXT. */
/* clang-format off */
static enum step (*const steps[])(struct app *app) = {
	show_help,
	show_schemas,
	show_ignored,
	show_events,
	load_config,
	show_version,
	show_page_size,
	show_plugins,
	show_fields,
	select_sources,
	validate,
	load_rules,
	describe_rules,
	show_support,
	open_outputs,
	end_dry_run,
	catch_signals,
	start_watching,
	write_pidfile,
	start_drops,
	engine_open,
	prepare_recorder,
	process,
};
/* clang-format on */

static void tear_down(struct app *app)
{
	watch_free(app->watch);
	signals_release();
	outputs_free(app->outputs);
	if (app->source)
		app->source->ops->close(app->source);
	if (app->state)
		state_free(app->state);
	ruleset_free(app->rules);
	if (app->first_config != app->config)
		config_free(app->first_config);
	config_free(app->config);
	tally_free(&app->tally);
	options_free(&app->options);
	buf_free(&app->errors);
}

static enum step run_steps(struct app *app)
{
	enum step result = STEP_NEXT;

	for (unsigned i = 0; i < ARRAY_SIZE(steps) && result == STEP_NEXT; i++)
		result = steps[i](app);
	return result;
}

int app_run(int argc, char **argv)
{
	struct app app = { .argc = argc, .argv = argv, .host_root = getenv("HOST_ROOT") };
	int status = 0;

	if (!app.host_root)
		app.host_root = "";
	schema_init();
	if (!options_parse(&app.options, argc, argv, &app.errors) || run_steps(&app) == STEP_FAILED) {
		fflush(stdout);
		fprintf(stderr, "Error: %s", buf_c(&app.errors));
		status = 1;
	}
	tear_down(&app);
	return status;
}
