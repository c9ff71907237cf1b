/* SPDX-License-Identifier: Apache-2.0 */
/* The command line, parsed.  The options are rows of options.def. */
#ifndef APP_OPTIONS_H
#define APP_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct words {
	const char **v;
	unsigned n, cap;
};

enum list_format { FORMAT_TEXT, FORMAT_MARKDOWN, FORMAT_JSON };

struct options {
	const char *config, *pidfile, *print, *describe_rule, *plugin_info, *list_source;
	struct words overrides, rules, validate, enable_sources, disable_sources;
	enum list_format format;
	bool format_given;
	int64_t max_seconds; /* 0 = no limit */
	bool help, version, support, page_size, ignored_syscalls, list_fields, list_events,
		list_plugins, names_only, markdown, config_schema, rule_schema, describe_rules,
		dry_run, unbuffered, verbose;
};

/*
 * Fill o, which is zero at first.  False for a bad command line, with the reason in errors.  Text
 * is borrowed from argv.
 */
bool options_parse(struct options *o, int argc, char **argv, struct buf *errors);
/* Append the text of --help. */
void options_help(struct buf *out);
/* Release the lists in o, not o itself. */
void options_free(struct options *o);

#endif
