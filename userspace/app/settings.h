/* SPDX-License-Identifier: Apache-2.0 */
/* falco.yaml and the command line as this program uses them, at start and at each reload. */
#ifndef APP_SETTINGS_H
#define APP_SETTINGS_H

#include "app/app.h"

/* Files, -o and -U anew.  NULL with errors, as config_load(). */
struct config *settings_load(const struct app *app, struct buf *errors, struct buf *remarks);
/* False, with the reason in errors, if alerts would go nowhere. */
bool settings_have_outputs(const struct config *c, struct buf *errors);
/* How messages look. */
struct message_options settings_message(struct app *app, const struct config *c);
/* Where our own log goes. */
void settings_log(const struct config *c);

#endif
