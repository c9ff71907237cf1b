/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration together with the command line, at start and at each reload. */
#ifndef APP_SETTINGS_H
#define APP_SETTINGS_H

#include "app/app.h"

/*
 * Read the files, then apply -o and -U.  The caller frees the result (config_free).  NULL with
 * errors, as config_load().
 */
struct config *settings_load(const struct app *app, struct buf *errors, struct buf *remarks);
/* False, with the reason in errors, if no output channel is enabled. */
bool settings_have_outputs(const struct config *c, struct buf *errors);
/* Options of alert texts.  hostname points into app or the environment. */
struct message_options settings_message(struct app *app, const struct config *c);
/* Set level and destinations of the log (base/log.h). */
void settings_log(const struct config *c);

#endif
