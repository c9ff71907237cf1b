/* SPDX-License-Identifier: Apache-2.0 */
/* Copies a program to a memfd and executes it: fileless execution. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

static int copy(int to, int from)
{
	struct stat st;
	off_t done = 0;

	if (fstat(from, &st) < 0)
		return -1;
	while (done < st.st_size) {
		if (sendfile(to, from, &done, st.st_size - done) <= 0)
			return -1;
	}
	return 0;
}

int main(int argc, char **argv, char **environment)
{
	int memory, program;

	if (argc < 2) {
		fprintf(stderr, "usage: %s PROGRAM [ARGUMENT...]\n", argv[0]);
		return 2;
	}
	program = open(argv[1], O_RDONLY | O_CLOEXEC);
	memory = memfd_create("payload", MFD_CLOEXEC);
	if (program < 0 || memory < 0 || copy(memory, program) < 0) {
		perror(argv[1]);
		return 1;
	}
	fexecve(memory, argv + 1, environment);
	perror("fexecve");
	return 1;
}
