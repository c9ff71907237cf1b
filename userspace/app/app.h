/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The objects of the program (struct app), shared by the steps of app/run.c, and the steps that are
 * in other files.
 */
#ifndef APP_APP_H
#define APP_APP_H

#include <stdbool.h>

#include "app/drops.h"
#include "app/options.h"
#include "app/recorder.h"
#include "app/ruleset.h"
#include "app/tally.h"
#include "app/watch.h"
#include "config/config.h"
#include "output/message.h"
#include "output/outputs.h"
#include "source/source.h"
#include "state/state.h"

/* This implementation's version, and the versions of the Falco that it replaces. */
#define APP_VERSION "0.1.0"
#define APP_FALCO_VERSION "0.44.1"
#define APP_ENGINE_VERSION "0.63.0"
#define APP_ENGINE_MINOR "63"
#define APP_PLUGIN_API "3.12.0"

struct app {
	int argc;
	char **argv;
	struct options options;
	struct config *config, *first_config; /* in use; the one that the program started with */
	struct message_options message;
	char hostname[256];
	const char *host_root; /* $HOST_ROOT: prefix of /dev, /proc, ...; "" without one */

	struct state *state;
	struct source *source;
	struct ruleset *rules;
	uint16_t generation; /* number of rule loads; results cached for another one are not used */
	struct outputs *outputs;
	struct recorder *recorder; /* NULL: capture.enabled is not set */
	struct drops drops;
	struct tally tally;
	struct watch *watch; /* NULL: watch_config_files is not set */
	bool watches_kernel; /* the source is the driver, not a capture and not nodriver */

	uint64_t n_events; /* processed by state/ */
	uint64_t first_ts; /* of the first event, ns since the epoch; 0 before it */
	struct buf errors; /* of the step that failed; printed after "Error: " */
};

/*
 * Result of a step: continue with the next one; end with status 0; end with status 1 and
 * app->errors.
 */
enum step { STEP_NEXT, STEP_DONE, STEP_FAILED };

/*
 * app/run.c: run all steps and release everything.  Returns the exit status.  argv must outlive the
 * call.
 */
int app_run(int argc, char **argv);
/*
 * app/loop.c: process events until the source ends, a signal arrives, the time of -M is over or an
 * error occurs.  STEP_NEXT or STEP_FAILED.
 */
enum step loop_run(struct app *app);
/*
 * The input of ruleset_load(), from the command line and the configuration in use.  Borrows from
 * app.
 */
struct ruleset_input ruleset_input_of(const struct app *app);
/*
 * app/reload.c: load configuration and rules, and replace those in use if neither has an error.
 * Otherwise nothing changes, and the errors go to the log and into an alert.
 */
void reload_files(struct app *app);
/*
 * app/engine.c: create app->state and open app->source, the kind of source that engine.kind names;
 * with the driver also seed the state from /proc and start recording.  STEP_NEXT or STEP_FAILED.
 */
enum step engine_open(struct app *app);
/*
 * Pass the host names in the rules in use to the DNS thread (state/dns.h).  Nothing to do in a
 * replay.
 */
void engine_set_dns_names(struct app *app);
/*
 * Pass the system calls that the rules in use need to the driver.  False with app->source->error;
 * true without a driver.
 */
bool engine_select(struct app *app);
/* app/validate.c: -V, check rules files.  STEP_DONE or STEP_FAILED. */
enum step validate_files(struct app *app);
/* app/support.c: append the text of --version, the JSON of --support to out. */
void support_version(struct app *app, struct buf *out);
void support_dump(struct app *app, struct buf *out);

#endif
