/* SPDX-License-Identifier: Apache-2.0 */
/*
 * watch_config_files: reload when a configuration or rules file changes.
 *
 * inotify reports changes by SIGIO (O_ASYNC), so that the event loop does not poll.  100 ms after
 * the last change a timer sends SIGALRM, which requests a reload as SIGHUP does (app/signals.h).
 */
#ifndef APP_WATCH_H
#define APP_WATCH_H

struct app;
struct watch;

/* No file is watched yet.  NULL with errno. */
struct watch *watch_new(void);
/*
 * Watch the files of the configuration and rules in use, and the directories that -r, rules_files
 * and config_files name.  Called again after each reload; inotify watches of files that are still
 * in use stay.
 */
void watch_files(struct watch *w, const struct app *app);
/* After SIGIO: read pending inotify events; (re)start the timer if one is about a watched file. */
void watch_read(struct watch *w);
/* NULL is allowed. */
void watch_free(struct watch *w);

#endif
