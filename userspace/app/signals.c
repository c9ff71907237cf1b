// SPDX-License-Identifier: Apache-2.0
/* Signal handlers that record requests. */
#include "app/signals.h"

#include <signal.h>
#include <stddef.h>

/* sig_atomic_t: written by the handler, read by the loop. */
static volatile sig_atomic_t stop, reopen, reload, changed, any;

static void on_signal(int sig)
{
	switch (sig) {
	case SIGUSR1:
		reopen = 1;
		break;
	case SIGHUP:
	case SIGALRM:
		reload = 1;
		break;
	case SIGIO:
		changed = 1;
		break;
	default:
		stop = 1;
	}
	any = 1;
}

static void set_all(void (*handler)(int))
{
	struct sigaction act = { .sa_handler = handler };

	sigemptyset(&act.sa_mask);
	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGUSR1, &act, NULL);
	sigaction(SIGHUP, &act, NULL);
	sigaction(SIGALRM, &act, NULL);
	sigaction(SIGIO, &act, NULL);
}

void signals_catch(void)
{
	set_all(on_signal);
	/* Writing to a program_output that ended must fail with EPIPE, not end this program. */
	signal(SIGPIPE, SIG_IGN);
}

void signals_release(void)
{
	set_all(SIG_DFL);
}

unsigned signals_take(void)
{
	unsigned set;

	if (!any)
		return 0;
	any = 0;
	set = (stop ? SIGNAL_STOP : 0) | (reopen ? SIGNAL_REOPEN : 0) |
	      (reload ? SIGNAL_RELOAD : 0) | (changed ? SIGNAL_CHANGED : 0);
	stop = reopen = reload = changed = 0;
	return set;
}
