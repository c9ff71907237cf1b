// SPDX-License-Identifier: Apache-2.0
/*
 * program_output: alerts to the standard input of a shell command; one process per alert, or with
 * keep_alive one until SIGUSR1.
 */
#include <stdio.h>

#include "base/log.h"
#include "output/channel.h"

static void close_program(struct channel *ch)
{
	if (ch->priv)
		pclose(ch->priv);
	ch->priv = NULL;
}

static void write_line(struct channel *ch, enum priority priority, struct str line)
{
	FILE *f = ch->priv ? ch->priv : popen(ch->config->program.p, "we");

	(void)priority;
	ch->priv = f;
	if (!f) {
		if (!ch->failing)
			log_printf(LOG_ERR, "program output: cannot start %s: %m",
				   ch->config->program.p);
		ch->failing = true;
		return;
	}
	ch->failing = false;
	fwrite(line.p, 1, line.n, f);
	putc('\n', f);
	/* If the program has ended fflush() fails, and the next alert starts it again. */
	if (!ch->config->program_keep_alive || fflush(f))
		close_program(ch);
}

const struct channel_ops channel_program = {
	.write = write_line,
	.reopen = close_program,
	.close = close_program,
};
