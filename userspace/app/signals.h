/* SPDX-License-Identifier: Apache-2.0 */
/* What the outside asks of a running program. */
#ifndef APP_SIGNALS_H
#define APP_SIGNALS_H

#include <stdbool.h>

enum signal_request {
	SIGNAL_STOP = 1,    /* SIGINT, SIGTERM */
	SIGNAL_REOPEN = 2,  /* SIGUSR1 */
	SIGNAL_RELOAD = 4,  /* SIGHUP, SIGALRM (app/watch.h) */
	SIGNAL_CHANGED = 8, /* SIGIO, likewise */
};

/* Calls that block return EINTR from here on, so that requests are seen at once. */
void signals_catch(void);
void signals_release(void);
/* Requests since the last call, as a set.  Cheap enough for every event. */
unsigned signals_take(void);

#endif
