/* SPDX-License-Identifier: Apache-2.0 */
/* Children, and what /proc says of a process. */
#ifndef KMOD_PROC_H
#define KMOD_PROC_H

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Reading it takes no memory, so that memory may be asked about. */
static inline const char *proc_text(pid_t pid, const char *name)
{
	static char text[16384];
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid ? pid : getpid(), name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);
	if (fd >= 0)
		close(fd);
	text[n < 0 ? 0 : n] = 0;
	return text;
}

/* A number of /proc/PID/status; pid 0 is the caller. */
static inline uint64_t proc_status(pid_t pid, const char *key, int base)
{
	const char *at = strstr(proc_text(pid, "status"), key);

	return at ? strtoull(at + strlen(key) + 1, NULL, base) : 0;
}

/* When it started, in ns since boot, to the clock tick. */
static inline uint64_t proc_start(pid_t pid)
{
	const char *at = strrchr(proc_text(pid, "stat"), ')');
	uint64_t ticks = 0;

	for (int field = 2; at && field < 22; field++)
		at = strchr(at + 1, ' ');
	if (at)
		ticks = strtoull(at, NULL, 10);
	return ticks * (1000000000 / (uint64_t)sysconf(_SC_CLK_TCK));
}

static inline int proc_wait(pid_t pid)
{
	int status = -1;

	while (waitpid(pid, &status, __WALL) < 0 && errno == EINTR)
		;
	return status;
}

/* IN_CHILD(pid) { ... }: a child does it and exits with 0, and has been waited for. */
#define IN_CHILD(pid) for (int child_ = !((pid) = fork()) || (proc_wait(pid), 0); child_; _exit(0))

#endif
