// SPDX-License-Identifier: Apache-2.0
/* Runs other programs, without a shell. */
#include "loader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* In the child process. */
static void command_exec(char *const argv[], int output)
{
	dup2(output, STDOUT_FILENO);
	dup2(output, STDERR_FILENO);
	execvp(argv[0], argv);
	dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

/* Read up to the end of the file even when out is full: else the writer would block. */
static void read_output(int fd, char *out, size_t n)
{
	char discarded[4096];
	size_t used = 0;
	ssize_t got;

	do {
		bool fits = n && used + 1 < n;

		got = read(fd, fits ? out + used : discarded,
			   fits ? n - 1 - used : sizeof(discarded));
		if (fits && got > 0)
			used += (size_t)got;
	} while (got > 0 || (got < 0 && errno == EINTR));
	if (n)
		out[used] = 0;
}

int command_run(char *const argv[], char *out, size_t n)
{
	int ends[2], status;
	pid_t pid;

	if (n)
		out[0] = 0;
	if (pipe2(ends, O_CLOEXEC))
		return 127;
	pid = fork();
	if (pid == 0)
		command_exec(argv, ends[1]);
	close(ends[1]);
	if (pid > 0)
		read_output(ends[0], out, n);
	close(ends[0]);
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return 127;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool command_exists(const char *name)
{
	const char *path = getenv("PATH");
	char file[PATH_MAX];

	while (path && *path) {
		size_t n = strcspn(path, ":");

		if (snprintf(file, sizeof(file), "%.*s/%s", (int)n, path, name) < (int)sizeof(file) &&
		    !access(file, X_OK))
			return true;
		path += n + (path[n] == ':');
	}
	return false;
}
