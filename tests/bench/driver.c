// SPDX-License-Identifier: Apache-2.0
/*
 * What capturing costs: nanoseconds added per operation, or instructions in a guest whose clock counts them.
 *
 *   make bench-driver                        in a guest, in instructions
 *   build/tests/bench/driver [-d scap]       here, in nanoseconds; -d for another module of the same ABI
 *
 * Every operation is timed without a tracepoint, with sys_exit attached but the call not wanted, with sys_enter attached
 * as well, and recorded.  Nobody reads meanwhile and the ring has room, so it is the producer alone that is measured.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <linux/futex.h>

#include "uapi/ioctl.h"
#include "uapi/ring.h"

enum { PASSES = 8 };

static int zero, null, ends[2];
static char buffer[4096];
static struct falco_ring_page *page;
static int control;

static void op_getppid(void) { syscall(SYS_getppid); }
static void op_read(void) { syscall(SYS_read, zero, buffer, 1); }
static void op_read_4k(void) { syscall(SYS_read, zero, buffer, 4096); }
static void op_write(void) { syscall(SYS_write, null, buffer, 1); }
static void op_open(void) { close(open("/etc/passwd", O_RDONLY)); }
static void op_open_missing(void) { open("/etc/no-such-file", O_RDONLY); }
static void op_fstat(void) { struct stat st; syscall(SYS_fstat, zero, &st); }
static void op_futex(void) { static int word; syscall(SYS_futex, &word, FUTEX_WAKE, 1, NULL, NULL, 0); }

static void op_stat(void)
{
	struct stat st;

	syscall(SYS_newfstatat, AT_FDCWD, "/etc/passwd", &st, 0);
}

static void op_writev(void)
{
	struct iovec v[2] = { { buffer, 10 }, { buffer, 20 } };

	writev(null, v, 2);
}

static void op_pipe(void)
{
	if (write(ends[1], buffer, 1) != 1 || read(ends[0], buffer, 1) != 1)
		err(1, "pipe");
}

static void op_mmap(void)
{
	munmap(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 4096);
}

static void op_udp(void)
{
	static struct sockaddr_in to = { .sin_family = AF_INET };
	static int a = -1, b;
	socklen_t len = sizeof(to);

	if (a < 0) {
		a = socket(AF_INET, SOCK_DGRAM, 0);
		b = socket(AF_INET, SOCK_DGRAM, 0);
		to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		bind(b, (void *)&to, sizeof(to));
		getsockname(b, (void *)&to, &len);
	}
	connect(a, (void *)&to, sizeof(to));
	sendto(a, buffer, 10, 0, NULL, 0);
	recvfrom(b, buffer, sizeof(buffer), MSG_DONTWAIT, NULL, NULL);
}

static void op_fork(void)
{
	pid_t child = fork();

	if (!child)
		_exit(0);
	waitpid(child, NULL, 0);
}

static void op_exec(void)
{
	pid_t child = vfork();

	if (!child) {
		execl("/bin/true", "true", NULL);
		_exit(0);
	}
	waitpid(child, NULL, 0);
}

static const struct op {
	const char *name;
	void (*run)(void);
	int times;
	int wanted[6];
} ops[] = {
	{ "getppid", op_getppid, 20000, { SYS_getppid } },
	{ "read 1", op_read, 20000, { SYS_read } },
	{ "read 4k", op_read_4k, 20000, { SYS_read } },
	{ "write 1", op_write, 20000, { SYS_write } },
	{ "writev", op_writev, 20000, { SYS_writev } },
	{ "openat+close", op_open, 4000, { SYS_openat, SYS_close } },
	{ "openat missing", op_open_missing, 4000, { SYS_openat } },
	{ "fstat", op_fstat, 20000, { SYS_fstat } },
	{ "newfstatat", op_stat, 4000, { SYS_newfstatat } },
	{ "futex wake", op_futex, 20000, { SYS_futex } },
	{ "pipe w+r", op_pipe, 10000, { SYS_write, SYS_read } },
	{ "mmap+munmap", op_mmap, 4000, { SYS_mmap, SYS_munmap } },
	{ "udp c+s+r", op_udp, 4000, { SYS_connect, SYS_sendto, SYS_recvfrom } },
	{ "fork+exit", op_fork, 200, { SYS_clone, SYS_wait4, SYS_exit_group } },
	{ "vfork+exec", op_exec, 100, { SYS_clone, SYS_vfork, SYS_wait4, SYS_exit_group, SYS_execve } },
};

static double pass(const struct op *op, int times)
{
	struct timespec a, b;
	int i;

	clock_gettime(CLOCK_MONOTONIC, &a);
	for (i = 0; i < times; i++)
		op->run();
	clock_gettime(CLOCK_MONOTONIC, &b);
	return ((b.tv_sec - a.tv_sec) * 1e9 + (b.tv_nsec - a.tv_nsec)) / times;
}

/* The best of several: what is above it is the rest of the machine. */
static double time_of(const struct op *op)
{
	double best = pass(op, op->times / PASSES);
	int i;

	for (i = 1; i < PASSES; i++) {
		double t = pass(op, op->times / PASSES);

		best = t < best ? t : best;
	}
	return best;
}

static void tell(unsigned long cmd, unsigned long arg)
{
	if (ioctl(control, cmd, arg) < 0)
		err(1, "ioctl %lu %lu", cmd & 0xff, arg);
}

static void want(const int *calls, int on)
{
	int i;

	for (i = 0; i < 6 && (calls[i] || i == 0); i++)
		tell(on ? FALCO_IOCTL_ENABLE_SYSCALL : FALCO_IOCTL_DISABLE_SYSCALL, calls[i]);
}

static double recorded(const struct op *op, int process)
{
	double t;

	want(op->wanted, 1);
	if (process) {
		tell(FALCO_IOCTL_ENABLE_TP, FALCO_TP_SCHED_PROC_EXIT);
		tell(FALCO_IOCTL_ENABLE_TP, FALCO_TP_SCHED_PROC_EXEC);
	}
	page->tail = page->head;
	t = time_of(op);
	if (process) {
		tell(FALCO_IOCTL_DISABLE_TP, FALCO_TP_SCHED_PROC_EXIT);
		tell(FALCO_IOCTL_DISABLE_TP, FALCO_TP_SCHED_PROC_EXEC);
	}
	want(op->wanted, 0);
	return t;
}

static void measure(const struct op *op)
{
	unsigned long long events, drops;
	double base = time_of(op), exit_only, both, full;

	tell(FALCO_IOCTL_ENABLE_TP, FALCO_TP_SYS_EXIT);
	exit_only = time_of(op);
	tell(FALCO_IOCTL_ENABLE_TP, FALCO_TP_SYS_ENTER);
	both = time_of(op);
	tell(FALCO_IOCTL_DISABLE_TP, FALCO_TP_SYS_ENTER);
	events = page->n_evts;
	drops = page->n_drops_buffer + page->n_drops_pf;
	full = recorded(op, op->run == op_fork || op->run == op_exec);
	printf("%-16s %8.0f %+8.0f %+8.0f %+8.0f   %.2f events, %llu lost\n", op->name, base, exit_only - base,
	       both - base, full - base, (double)(page->n_evts - events) / op->times,
	       (unsigned long long)(page->n_drops_buffer + page->n_drops_pf - drops));
	tell(FALCO_IOCTL_DISABLE_TP, FALCO_TP_SYS_EXIT);
}

int main(int argc, char **argv)
{
	const char *name = argc > 2 && !strcmp(argv[1], "-d") ? argv[2] : "falco";
	char path[64];
	size_t i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	snprintf(path, sizeof(path), "/dev/%s0", name);
	control = open(path, O_RDWR | O_CLOEXEC);
	if (control < 0)
		err(1, "%s", path);
	page = mmap(NULL, sysconf(_SC_PAGESIZE), PROT_READ | PROT_WRITE, MAP_SHARED, control, 0);
	if (page == MAP_FAILED)
		err(1, "ring page");
	zero = open("/dev/zero", O_RDONLY);
	null = open("/dev/null", O_WRONLY);
	if (zero < 0 || null < 0 || pipe(ends))
		err(1, "files");
	printf("%-16s %8s %8s %8s %8s\n", "", "base", "exit", "+enter", "recorded");
	for (i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		measure(&ops[i]);
	return 0;
}
