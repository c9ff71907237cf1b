// SPDX-License-Identifier: Apache-2.0
#include "app/settings.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"

/* Nobody configured anything: what a first run at a terminal wants. */
static void be_plain(struct config *c)
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
		be_plain(c);
	return c;
}

bool settings_have_outputs(const struct config *c, struct buf *errors)
{
	if (outputs_any_enabled(c))
		return true;
	buf_text(errors,
		 "No outputs configured. Make sure at least one output is configured in the falco.yaml file.\n");
	return false;
}

struct message_options settings_message(struct app *app, const struct config *c)
{
	const char *name = getenv("FALCO_HOSTNAME");

	if (!name && gethostname(app->hostname, sizeof(app->hostname) - 1))
		app->hostname[0] = 0;
	return (struct message_options){
		.json = c->json_output,
		.include_output = c->json_include_output,
		.include_message = c->json_include_message,
		.include_fields = c->json_include_output_fields,
		.include_tags = c->json_include_tags,
		.iso_8601 = c->time_format_iso_8601,
		.hostname = name ? name : app->hostname,
	};
}

void settings_log(const struct config *c)
{
	struct log_options opt = {
		.level = log_level(c->log_level.p),
		.to_stderr = c->log_stderr,
		.to_syslog = c->log_syslog,
		.iso_8601 = c->time_format_iso_8601,
	};

	log_setup(&opt);
}

static void remark(struct buf *remarks, bool changed, const char *key)
{
	if (changed)
		buf_printf(remarks, "%s cannot change while events are read: restart for that\n",
			   key);
}

void settings_keep(struct config *fresh, const struct config *old, struct buf *remarks)
{
	remark(remarks, !str_eq(fresh->engine_kind, old->engine_kind), "engine.kind");
	remark(remarks, !str_eq(fresh->capture_file, old->capture_file),
	       "engine.replay.capture_file");
#define KEEP(key, member)                                           \
	do {                                                        \
		remark(remarks, fresh->member != old->member, key); \
		fresh->member = old->member;                        \
	} while (0)
	KEEP("engine.kmod.buf_size_preset", buf_size_preset);
	KEEP("engine.kmod.drop_failed_exit", drop_failed_exit);
	KEEP("falco_libs.thread_table_size", thread_table_size);
	KEEP("falco_libs.snaplen", snaplen);
	KEEP("capture.enabled", record);
	KEEP("watch_config_files", watch);
#undef KEEP
}
