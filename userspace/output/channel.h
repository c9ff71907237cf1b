/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The interface of an output channel.  A kind of channel is one file in this folder and one row of
 * channels.def.
 */
#ifndef OUTPUT_CHANNEL_H
#define OUTPUT_CHANNEL_H

#include <stdbool.h>

#include "base/str.h"
#include "config/config.h"

struct channel {
	const struct channel_ops *ops;
	const struct config *config; /* borrowed: outlives the channel */
	void *priv;   /* data of this kind of channel, NULL at first; freed by close() */
	bool failing; /* a failure was logged; cleared by the next success */
};

/*
 * All functions are called on the output thread, or after it has ended: they may block, and they
 * need no lock.
 */
struct channel_ops {
	/* One alert.  line has no newline at its end and is borrowed for the call. */
	void (*write)(struct channel *ch, enum priority priority, struct str line);
	/* Close and reopen files and programs (SIGUSR1).  NULL: nothing to do. */
	void (*reopen)(struct channel *ch);
	/* Flush, and free priv.  NULL: nothing to do. */
	void (*close)(struct channel *ch);
};

#define CHANNEL(name, enabled) extern const struct channel_ops channel_##name;
#include "output/channels.def"
#undef CHANNEL

#endif
