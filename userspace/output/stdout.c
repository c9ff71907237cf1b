// SPDX-License-Identifier: Apache-2.0
/* stdout_output: alerts to standard output. */
#include <stdio.h>

#include "output/channel.h"

static void write_line(struct channel *ch, enum priority priority, struct str line)
{
	(void)priority;
	fwrite(line.p, 1, line.n, stdout);
	putchar('\n');
	if (!ch->config->buffered_outputs)
		fflush(stdout);
}

static void flush(struct channel *ch)
{
	(void)ch;
	fflush(stdout);
}

const struct channel_ops channel_stdout = {
	.write = write_line,
	.reopen = flush,
	.close = flush,
};
