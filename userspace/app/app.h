/* SPDX-License-Identifier: Apache-2.0 */
/* The program: what its steps share. */
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

/* What this program is, and which Falco it stands in for. */
#define APP_VERSION "0.1.0"
#define APP_FALCO_VERSION "0.44.1"
#define APP_ENGINE_VERSION "0.63.0"
#define APP_ENGINE_MINOR "63"
#define APP_PLUGIN_API "3.12.0"

struct app {
	int argc;
	char **argv;
	struct options options;
	struct config *config, *first_config; /* in use; what the program started with */
	struct message_options message;
	char hostname[256];
	const char *host_root;

	struct state *state;
	struct source *source;
	struct ruleset *rules;
	uint16_t generation; /* of rules: counts (re)loads */
	struct outputs *outputs;
	struct recorder *recorder; /* NULL: capture.enabled is not set */
	struct drops drops;
	struct tally tally;
	struct watch *watch; /* NULL: watch_config_files is not set */
	bool watches_kernel; /* the driver, not a capture */

	uint64_t n_events; /* handed to state/ */
	uint64_t first_ts; /* of the first event */
	struct buf errors; /* why the program ends; printed behind "Error: " */
};

/* What a step leaves to do: the next one, nothing (all is well), nothing (app->errors says why). */
enum step { STEP_NEXT, STEP_DONE, STEP_FAILED };

/* app/run.c: all steps and the teardown; the exit status. */
int app_run(int argc, char **argv);
/* app/loop.c: events to alerts, until the end. */
enum step loop_run(struct app *app);
/* What a (re)load of rules starts from. */
struct ruleset_input ruleset_input_of(const struct app *app);
/* app/reload.c: configuration and rules beside those in use; a bad file changes nothing and says why. */
void reload_files(struct app *app);
/* app/engine.c: open what engine.kind names, fill state/ with what is there already, start. */
enum step engine_open(struct app *app);
/* Tell those who look up names which ones rules ask about. */
void engine_want_names(struct app *app);
/* Tell the driver again which system calls are wanted, after rules changed. */
bool engine_select(struct app *app);
/* app/validate.c: -V. */
enum step validate_files(struct app *app);
/* app/support.c: --version, --support. */
void support_version(struct app *app, struct buf *out);
void support_dump(struct app *app, struct buf *out);

#endif
