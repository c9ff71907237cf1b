/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `falco rules COMMAND` and `falco help TOPIC`: what a writer of rules needs besides the running
 * program.
 *
 * In: the command line.  Out: text for people or, with --json, for programs; the exit status.
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
	struct words rules, overrides, words; /* -r, -o, what is no option */
	uint64_t event;			      /* --event, 0 for none */
	bool json, cover, help;

	struct config *config;
	struct message_options message;
	struct tally tally;
	struct buf out, errors; /* errors: one line each, printed behind "Error: " */
};

/* True if argv names one of these commands: it has been run, and *status is its exit status. */
bool tool_run(int argc, char **argv, int *status);

/* ---- for the commands ---- */

/* The configuration of -c and -o; plain: without -c an empty one, whatever /etc holds. */
bool tool_config(struct tool *t, bool plain);
/* Rules of these files, or of -r and the configuration if there are none.  NULL with errors. */
struct ruleset *tool_rules(struct tool *t, const char *const *paths, unsigned n);
/*
 * Every event of a capture that rules are asked about, after state/ has seen it; stops when visit
 * returns false.  False with errors.
 */
typedef bool (*tool_visit)(void *arg, struct extract *x);
bool tool_replay(struct tool *t, const char *path, tool_visit visit, void *arg);

enum tool_status unit_run(struct tool *t); /* rules test */
enum tool_status profile_run(struct tool *t);
enum tool_status explain_run(struct tool *t);
enum tool_status lint_run(struct tool *t);
/* "conditions", "events", ...; false if there is no such topic. */
bool help_topic(const char *topic, struct buf *out);
void help_topics(struct buf *out);

#endif
