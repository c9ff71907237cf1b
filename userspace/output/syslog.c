// SPDX-License-Identifier: Apache-2.0
/* syslog_output: alerts to syslog, with the rule's priority as level (both count 0..7). */
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
