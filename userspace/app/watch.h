/* SPDX-License-Identifier: Apache-2.0 */
/*
 * watch_config_files: whoever changes a file of the configuration or of the rules need not send SIGHUP.
 *
 * The kernel tells by SIGIO that something happened (inotify), so that nobody has to look; when it has been quiet for a
 * moment, SIGALRM asks for a reload as SIGHUP does (app/signals.h).
 */
#ifndef APP_WATCH_H
#define APP_WATCH_H

struct app;
struct watch;

/* NULL with errno. */
struct watch *watch_new(void);
/* From here on: the files that app's configuration and rules come from, and the directories that were named. */
void watch_files(struct watch *w, const struct app *app);
/* After SIGIO. */
void watch_look(struct watch *w);
void watch_free(struct watch *w);

#endif
