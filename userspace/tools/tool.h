/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `falco rules COMMAND` and `falco help TOPIC`: tools for rule authors.
 *
 * In: the command line.  Out: text, or JSON with --json; the exit status.
 */
#ifndef TOOLS_TOOL_H
#define TOOLS_TOOL_H

#include <stdbool.h>
#include <stdint.h>

#include "app/options.h"
#include "app/ruleset.h"
#include "base/buf.h"
#include "base/json.h"
#include "config/config.h"
#include "fields/field.h"

enum tool_status { TOOL_OK = 0, TOOL_FOUND = 1, TOOL_USAGE = 2 };

struct tool {
	const char *config_file, *capture;
	struct words rules, overrides, words; /* -r, -o, arguments */
	uint64_t event;			      /* --event, 0 for none */
	bool json, cover, help;

	struct config *config;
	struct message_options message;
	struct tally tally;
	struct buf out, errors; /* printed at the end; errors after "Error: ", one line each */
};

/*
 * Run the command that argv names.  True with its exit status in *status; false if argv is not one
 * of these commands.
 */
bool tool_run(int argc, char **argv, int *status);

/* ---- for the commands ---- */

/*
 * Load the configuration of -c and -o into t->config.  plain: without -c use an empty one instead
 * of the default file.  False with errors.
 */
bool tool_config(struct tool *t, bool plain);
/*
 * Load the n rules files; n = 0: those of -r, or of the configuration.  The caller frees it
 * (ruleset_free).  NULL with errors.
 */
struct ruleset *tool_rules(struct tool *t, const char *const *paths, unsigned n);
/*
 * Call visit for every event of a capture that is evaluated by rules, after state/ has processed
 * it; stop when visit returns false.  False with errors.
 */
typedef bool (*tool_visit)(void *arg, struct extract *x);
bool tool_replay(struct tool *t, const char *path, tool_visit visit, void *arg);

/* The commands: parsed options in t, output into t->out and t->errors. */
enum tool_status rule_test_run(struct tool *t);
enum tool_status profile_run(struct tool *t);
enum tool_status explain_run(struct tool *t);
enum tool_status lint_run(struct tool *t);
/* Append the text of a topic ("conditions"); false if there is no such topic. */
bool help_topic(const char *topic, struct buf *out);
/* Append the list of topics. */
void help_topics(struct buf *out);

#endif
