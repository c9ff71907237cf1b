/* SPDX-License-Identifier: Apache-2.0 */
/* One event's way to the outputs: what the loop has in hand. */
#ifndef APP_LOOP_H
#define APP_LOOP_H

#include "app/app.h"

struct loop {
	struct app *app;
	struct event ev;
	struct arena scratch; /* text built for the current event */
	struct buf line;      /* the current alert */
	struct extract x;
	uint64_t due; /* event time from which something has to be checked */
	bool stop;
	enum step result;
};

/* A recording was as long as it may be. */
void loop_report_full(struct loop *l);

#endif
