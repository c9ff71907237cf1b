// SPDX-License-Identifier: Apache-2.0
/* Log messages. */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include "base/buf.h"
#include "base/priority.h"

/* Global, because every part of the program logs. */
static struct log_options options = { .level = LOG_INFO, .to_stderr = true };

void log_setup(const struct log_options *opt)
{
	options = *opt;
}

static void put_date(struct buf *b)
{
	time_t now = time(NULL);
	struct tm tm;
	char text[64];

	localtime_r(&now, &tm);
	if (!strftime(text, sizeof(text),
		      options.iso_8601 ? "%Y-%m-%dT%H:%M:%S%z" : "%a %b %e %H:%M:%S %Y", &tm))
		text[0] = 0;
	buf_printf(b, "%s: ", text);
}

void log_printf(int level, const char *format, ...)
{
	struct buf b = { 0 };
	size_t date;
	va_list ap;

	if (level > options.level || (!options.to_stderr && !options.to_syslog))
		return;
	put_date(&b);
	date = b.n;
	va_start(ap, format);
	buf_vprintf(&b, format, ap);
	va_end(ap);
	if (b.p[b.n - 1] != '\n')
		buf_char(&b, '\n');
	if (options.to_stderr)
		fwrite(b.p, 1, b.n, stderr);
	if (options.to_syslog)
		syslog(level, "%s", b.p + date);
	buf_free(&b);
}

void log_lines(int level, const char *text)
{
	while (*text) {
		int n = (int)strcspn(text, "\n");

		log_printf(level, "%.*s", n, text);
		text += n + (text[n] == '\n');
	}
}

int log_level(const char *word)
{
	enum priority p;

	return priority_parse(str_of(word), &p) ? (int)p : -1;
}
