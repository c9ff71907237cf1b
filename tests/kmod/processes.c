// SPDX-License-Identifier: Apache-2.0
/* Children, threads and the programs they execute. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver.h"
#include "processes.h"

const char true_program[] = "/bin/true";

const char *proc_text(pid_t pid, const char *name)
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

uint64_t proc_status(pid_t pid, const char *key, int base)
{
	const char *p = strstr(proc_text(pid, "status"), key);

	return p ? strtoull(p + strlen(key) + 1, NULL, base) : 0;
}

uint64_t proc_start(pid_t pid)
{
	const char *p = strrchr(proc_text(pid, "stat"), ')');
	uint64_t ticks = 0;

	for (int field = 2; p && field < 22; field++)
		p = strchr(p + 1, ' ');
	if (p)
		ticks = strtoull(p, NULL, 10);
	return ticks * (NSEC_PER_SEC / (uint64_t)sysconf(_SC_CLK_TCK));
}

int proc_wait(pid_t pid)
{
	int status = -1;

	while (waitpid(pid, &status, __WALL) < 0 && errno == EINTR)
		;
	return status;
}

void stay_on_cpu0(void)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	sched_setaffinity(0, sizeof(one), &one);
}

void call_getppid(int times)
{
	while (times--)
		syscall(__NR_getppid);
}

void kill_and_wait(pid_t child)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

const char *resolved(const char *path)
{
	static char real[PATH_MAX];

	return realpath(path, real) ? real : path;
}

pid_t run_program(const char *path, char *const argv[], char *const envp[])
{
	pid_t pid;

	IN_CHILD(pid)
	syscall(__NR_execve, path, argv, envp);
	return pid;
}

int copy_program(int to)
{
	int from = open(true_program, O_RDONLY);

	while (sendfile(to, from, NULL, 1 << 20) > 0)
		;
	close(from);
	return to;
}

void copy_program_to(const char *path, int mode)
{
	int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0700);

	copy_program(fd);
	fchmod(fd, mode);
	close(fd);
}

uint32_t *compat_exec_args(const char *path)
{
	uint32_t *low = low_memory(4096);
	char *text = (char *)(low + 64);

	strcpy(text, "compat");
	strcpy(text + 32, "words");
	strcpy(text + 64, "N=32");
	strcpy(text + 96, path);
	low[0] = (uintptr_t)text;
	low[1] = (uintptr_t)text + 32;
	low[4] = (uintptr_t)text + 64;
	return low;
}

enum {
	THREAD_FLAGS = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
		       CLONE_SYSVSEM | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID,
};

static int exit_thread(void *unused)
{
	syscall(__NR_exit, 0);
	return 0;
}

pid_t run_brief_thread(void)
{
	static char stack[65536] __attribute__((aligned(16)));
	volatile pid_t tid = 0, cleared = 1;
	pid_t id;

	clone(exit_thread, stack + sizeof(stack), THREAD_FLAGS, NULL, &tid, NULL, &cleared);
	id = tid;
	while (cleared || !syscall(__NR_tgkill, getpid(), id, 0))
		usleep(1000);
	return id;
}

void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	dprintf(fd, "%s", text);
	close(fd);
}
