/* SPDX-License-Identifier: Apache-2.0 */
/* One way out: what a kind of output can do.  Each kind is a file beside this one and a row of outputs.c. */
#ifndef OUTPUT_CHANNEL_H
#define OUTPUT_CHANNEL_H

#include <stdbool.h>

#include "base/str.h"
#include "config/config.h"

struct channel {
	const struct channel_ops *ops;
	const struct config *config;
	void *priv;	 /* the kind's own */
	bool complained; /* a failure was logged; cleared by the next success */
};

struct channel_ops {
	const char *name;
	bool (*enabled)(const struct config *c);
	void (*write)(struct channel *ch, enum priority priority,
		      struct str line);	    /* line without its newline */
	void (*reopen)(struct channel *ch); /* NULL: nothing to do */
	void (*close)(struct channel *ch);  /* NULL: nothing to do */
};

extern const struct channel_ops channel_file, channel_stdout, channel_syslog, channel_program;

#endif
