// SPDX-License-Identifier: Apache-2.0
/*
 * Reload: loads configuration and rules while the old ones are still in use, then exchanges them.
 * Driver, rings and state do not change; the old outputs write the alerts queued before.
 */
#include <time.h>

#include "app/app.h"
#include "app/settings.h"
#include "base/log.h"
#include "base/macros.h"

/* The new objects; those that do not exist yet are NULL. */
struct loaded {
	struct config *config;
	struct message_options message;
	struct ruleset *rules;
	struct outputs *outputs;
};

static void report_failure(struct app *app, const struct buf *errors)
{
	static const char rule[] = "Falco internal: hot restart failure";
	struct buf line = { 0 }, text = { 0 };
	struct timespec now;

	log_lines(LOG_ERR, buf_c(errors));
	log_printf(LOG_ERR, "reload failed: the previous configuration and rules stay in use");
	buf_printf(&text, "%s: %s", rule, buf_c(errors));
	while (text.n && text.p[text.n - 1] == '\n')
		text.n--;
	clock_gettime(CLOCK_REALTIME, &now);
	message_internal(&app->message, rule, PRIO_CRITICAL, buf_view(&text), NULL, 0,
			 (uint64_t)now.tv_sec * NSEC_PER_SEC + (uint64_t)now.tv_nsec, &line);
	outputs_emit(app->outputs, PRIO_CRITICAL, buf_view(&line));
	buf_free(&line);
	buf_free(&text);
}

static bool load_rules(struct app *app, struct loaded *f, struct buf *errors, struct buf *remarks)
{
	struct ruleset_input in;

	app->generation++;
	in = ruleset_input_of(app);
	in.config = f->config;
	in.message = &f->message;
	f->rules = ruleset_load(&in, &app->tally, errors, remarks);
	return f->rules;
}

static bool load(struct app *app, struct loaded *f, struct buf *errors, struct buf *remarks)
{
	f->config = settings_load(app, errors, remarks);
	if (!f->config || !settings_have_outputs(f->config, errors))
		return false;
	config_keep(f->config, app->config, remarks);
	f->message = settings_message(app, f->config);
	if (!load_rules(app, f, errors, remarks))
		return false;
	f->outputs = outputs_new(f->config);
	if (!f->outputs)
		buf_cstr(errors, "the output thread cannot be started\n");
	return f->outputs;
}

/* Afterwards f holds the old objects. */
static void swap(struct app *app, struct loaded *f)
{
	struct loaded old = { app->config, app->message, app->rules, app->outputs };

	app->config = f->config;
	app->message = f->message;
	app->rules = f->rules;
	app->outputs = f->outputs;
	*f = old;
}

/* Outputs first: to write their queued alerts they need the configuration, which they borrow. */
static void discard(struct app *app, struct loaded *f)
{
	outputs_free(f->outputs);
	ruleset_free(f->rules);
	/* The source and the recorder borrow the configuration the program started with. */
	if (f->config != app->first_config)
		config_free(f->config);
}

static void activate(struct app *app)
{
	settings_log(app->config);
	drops_set(&app->drops, app->config);
	if (app->recorder)
		recorder_set(app->recorder, app->config);
	engine_set_dns_names(app);
	if (!engine_select(app))
		log_printf(LOG_ERR, "%s", app->source->error);
}

void reload_files(struct app *app)
{
	struct buf errors = { 0 }, remarks = { 0 };
	struct loaded f = { 0 };
	bool good;

	log_printf(LOG_INFO, "SIGHUP received, reloading configuration and rules...");
	good = load(app, &f, &errors, &remarks);
	log_lines(LOG_WARNING, buf_c(&remarks));
	if (good) {
		swap(app, &f);
		activate(app);
	} else {
		report_failure(app, &errors);
	}
	discard(app, &f);
	if (good)
		log_printf(LOG_INFO, "%u rules are in use", ruleset_enabled(app->rules));
	if (app->watch)
		watch_files(app->watch, app);
	buf_free(&errors);
	buf_free(&remarks);
}
