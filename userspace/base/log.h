/* SPDX-License-Identifier: Apache-2.0 */
/* Log messages, to stderr and syslog.  Levels are those of syslog(3). */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>
#include <syslog.h>

struct log_options {
	int level; /* LOG_EMERG .. LOG_DEBUG: less important lines are dropped */
	bool to_stderr, to_syslog;
	bool iso_8601; /* date with zone instead of the local ctime(3) form */
};

/* Before the first call: LOG_INFO, stderr only. */
void log_setup(const struct log_options *opt);
/* One line; a missing newline is added.  Any thread. */
void log_printf(int level, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* One message for each line of text; none for an empty text.  Any thread. */
void log_lines(int level, const char *text);
/* "emergency" ... "debug", also "info", any letter case.  -1 if unknown. */
int log_level(const char *word);

#endif
