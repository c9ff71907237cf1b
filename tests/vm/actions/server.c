/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A web server with a command injection: executes a command through a shell, as its child. It is
 * started through a link called httpd, since a process gets the name of the file it was executed by.
 */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int status;
	pid_t child;

	if (argc != 2) {
		fprintf(stderr, "usage: %s COMMAND\n", argv[0]);
		return 2;
	}
	child = fork();
	if (child < 0) {
		perror("fork");
		return 1;
	}
	if (!child) {
		execl("/bin/sh", "sh", "-c", argv[1], NULL);
		_exit(127);
	}
	if (waitpid(child, &status, 0) < 0 || !WIFEXITED(status))
		return 1;
	return WEXITSTATUS(status);
}
