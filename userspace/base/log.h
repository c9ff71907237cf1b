/* SPDX-License-Identifier: Apache-2.0 */
/* Log messages, to stderr and syslog.  Levels are those of syslog(3). */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>
#include <syslog.h>

struct log_options {
	int level; /* LOG_EMERG .. LOG_DEBUG: messages above it are dropped */
	bool to_stderr, to_syslog;
	bool iso_8601; /* date as 2026-01-31T12:00:00+0100 instead of in the format of ctime(3) */
};

/* Sets the options of the process.  Default: LOG_INFO, stderr only. */
void log_setup(const struct log_options *opt);
/* Logs one message; a missing newline is added.  Any thread may call it. */
void log_printf(int level, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Logs each line of text as one message.  Any thread may call it. */
void log_lines(int level, const char *text);
/*
 * The level of "emergency" ... "debug" or "info", in any letter case; -1 if the word is not a
 * level.
 */
int log_level(const char *word);

#endif
