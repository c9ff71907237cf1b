// SPDX-License-Identifier: Apache-2.0
/* Loads the configuration and applies the command line to it. */
#include "app/settings.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"

/* Without a configuration file: print alerts and log messages to the terminal. */
static void apply_interactive_defaults(struct config *c)
{
	c->stdout_enabled = true;
	c->log_stderr = true;
	c->log_syslog = false;
}

struct config *settings_load(const struct app *app, struct buf *errors, struct buf *remarks)
{
	struct config_input in = { app->options.config, app->options.overrides.v,
				   app->options.overrides.n };
	struct config *c = config_load(&in, errors, remarks);

	if (!c)
		return NULL;
	if (app->options.unbuffered)
		c->buffered_outputs = false;
	if (!c->file.p)
		apply_interactive_defaults(c);
	return c;
}

bool settings_have_outputs(const struct config *c, struct buf *errors)
{
	if (outputs_any_enabled(c))
		return true;
	buf_cstr(errors, "No outputs configured. "
			 "Make sure at least one output is configured in the falco.yaml file.\n");
	return false;
}

struct message_options settings_message(struct app *app, const struct config *c)
{
	const char *name = getenv("FALCO_HOSTNAME");
	struct message_options opt = c->message;

	if (!name && gethostname(app->hostname, sizeof(app->hostname) - 1))
		app->hostname[0] = 0;
	opt.hostname = name ? name : app->hostname;
	return opt;
}

void settings_log(const struct config *c)
{
	struct log_options opt = {
		.level = log_level(c->log_level.p),
		.to_stderr = c->log_stderr,
		.to_syslog = c->log_syslog,
		.iso_8601 = c->message.iso_8601,
	};

	log_setup(&opt);
}
