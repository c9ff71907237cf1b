/* SPDX-License-Identifier: Apache-2.0 */
/* Signals as a set of pending requests. */
#ifndef APP_SIGNALS_H
#define APP_SIGNALS_H

#include <stdbool.h>

enum signal_request {
	SIGNAL_STOP = 1,    /* SIGINT, SIGTERM */
	SIGNAL_REOPEN = 2,  /* SIGUSR1 */
	SIGNAL_RELOAD = 4,  /* SIGHUP, SIGALRM (app/watch.h) */
	SIGNAL_CHANGED = 8, /* SIGIO (app/watch.h) */
};

/*
 * Install the handlers, without SA_RESTART: blocking calls return EINTR, so that the event loop
 * sees a request immediately.
 */
void signals_catch(void);
/* Restore the default actions. */
void signals_release(void);
/*
 * Requests since the last call, a set of enum signal_request; 0 for none.  Called for every event:
 * one load if there is none.
 */
unsigned signals_take(void);

#endif
