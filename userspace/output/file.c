// SPDX-License-Identifier: Apache-2.0
/*
 * file_output: alerts to a file, opened per alert, or with keep_alive kept open until SIGUSR1 (log
 * rotation).
 */
#include <errno.h>
#include <stdio.h>

#include "base/log.h"
#include "output/channel.h"

static FILE *file_of(struct channel *ch)
{
	if (!ch->priv)
		ch->priv = fopen(ch->config->file_name.p, "ae");
	return ch->priv;
}

static void close_file(struct channel *ch)
{
	if (ch->priv)
		fclose(ch->priv);
	ch->priv = NULL;
}

static void write_line(struct channel *ch, enum priority priority, struct str line)
{
	FILE *f = file_of(ch);

	(void)priority;
	if (!f) {
		if (!ch->failing)
			log_printf(LOG_ERR, "file output: cannot open %s: %m",
				   ch->config->file_name.p);
		ch->failing = true;
		return;
	}
	ch->failing = false;
	fwrite(line.p, 1, line.n, f);
	putc('\n', f);
	if (!ch->config->file_keep_alive)
		close_file(ch);
	else if (!ch->config->buffered_outputs)
		fflush(f);
}

const struct channel_ops channel_file = {
	.write = write_line,
	.reopen = close_file,
	.close = close_file,
};
