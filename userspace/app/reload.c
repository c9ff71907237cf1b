// SPDX-License-Identifier: Apache-2.0
/* New rules beside the old ones, then the swap.  Driver, rings, state and outputs never notice. */
#include <time.h>

#include "app/app.h"
#include "base/log.h"

static void log_lines(int level, const char *text)
{
	while (*text) {
		int n = (int)strcspn(text, "\n");

		log_printf(level, "%.*s", n, text);
		text += n + (text[n] == '\n');
	}
}

static void tell_failure(struct app *app, const struct buf *errors)
{
	static const char rule[] = "Falco internal: hot restart failure";
	struct buf line = { 0 }, text = { 0 };
	struct timespec now;

	log_lines(LOG_ERR, buf_c(errors));
	log_printf(LOG_ERR, "the new rules are not used: what ran before goes on");
	buf_printf(&text, "%s: %s", rule, buf_c(errors));
	while (text.n && text.p[text.n - 1] == '\n')
		text.n--;
	clock_gettime(CLOCK_REALTIME, &now);
	message_internal(&app->message, rule, PRIO_CRITICAL, buf_view(&text), NULL, 0,
			 (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec, &line);
	outputs_emit(app->outputs, PRIO_CRITICAL, buf_view(&line));
	buf_free(&line);
	buf_free(&text);
}

void reload_rules(struct app *app)
{
	struct ruleset_input in;
	struct buf errors = { 0 }, remarks = { 0 };
	struct ruleset *fresh, *old = app->rules;

	log_printf(LOG_INFO, "SIGHUP received, reloading rules...");
	app->generation++;
	in = ruleset_input_of(app);
	fresh = ruleset_load(&in, &app->tally, &errors, &remarks);
	if (fresh && app->workers && ruleset_remembers(fresh)) {
		buf_text(&errors, "evt.deltatime and util.cnt go from event to event: start with engine.workers 1\n");
		ruleset_free(fresh);
		fresh = NULL;
	}
	log_lines(LOG_WARNING, buf_c(&remarks));
	if (fresh) {
		app->rules = fresh;
		engine_want_names(app);
		if (!engine_select(app))
			log_printf(LOG_ERR, "%s", app->source->error);
		ruleset_free(old);
		log_printf(LOG_INFO, "%u rules are in use", ruleset_enabled(fresh));
	} else {
		tell_failure(app, &errors);
	}
	buf_free(&errors);
	buf_free(&remarks);
}
