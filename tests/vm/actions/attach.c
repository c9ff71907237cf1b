/* SPDX-License-Identifier: Apache-2.0 */
/* Attaches to another process with ptrace, and detaches. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	int error = 0;
	pid_t tracee = fork();

	if (tracee < 0) {
		perror("fork");
		return 1;
	}
	if (!tracee) {
		for (;;)
			pause();
	}
	if (ptrace(PTRACE_ATTACH, tracee, NULL, NULL) < 0)
		error = errno;
	else
		waitpid(tracee, NULL, 0);
	kill(tracee, SIGKILL);
	waitpid(tracee, NULL, 0);
	if (error) {
		fprintf(stderr, "ptrace: %s\n", strerror(error));
		return 1;
	}
	return 0;
}
