// SPDX-License-Identifier: Apache-2.0
/* Alerts to syslog, under their own priority. */
#include <syslog.h>

#include "output/channel.h"

static void write_line(struct channel *ch, enum priority priority, struct str line)
{
	(void)ch;
	syslog((int)priority, "%.*s", STR_ARGS(line));
}

const struct channel_ops channel_syslog = {
	.write = write_line,
};
