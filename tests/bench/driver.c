// SPDX-License-Identifier: Apache-2.0
/*
 * Cost of recording events: nanoseconds added per operation, or instructions in a guest whose clock
 * counts instructions.
 *
 *   make bench-driver                in guests, in instructions, all drivers
 *   build/tests/bench/driver falco   on this machine, in nanoseconds; the module must be loaded
 *
 *   driver WHAT...
 *     falco[=MODULE], scap[=MODULE]  a driver with Falco's interface, loaded from the file MODULE,
 *                                    or already loaded
 *     empty=MODULE                   a module whose probes do nothing
 *     lttng=COMMAND                  a tracer; "COMMAND on" starts it, "COMMAND off" stops it
 *
 * Every operation is timed without a driver, and then in each setting of each WHAT: idle (loaded,
 * no consumer); not wanted (a consumer whose mask does not have the call); recorded.  exit: only
 * the tracepoint sys_exit is enabled, as falco does; both: sys_enter as well.  No event is read
 * meanwhile and the ring does not fill, so that only the producer is measured.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/personality.h>
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

static int zero, null, ends[2];
static char buffer[4096] = { 1 };

/* The operations. */

static void op_getppid(void)
{
	syscall(SYS_getppid);
}
static void op_read(void)
{
	syscall(SYS_read, zero, buffer, 1);
}
static void op_read_4k(void)
{
	syscall(SYS_read, zero, buffer, 4096);
}
static void op_write(void)
{
	syscall(SYS_write, null, buffer, 1);
}
static void op_open(void)
{
	close(open("/etc/passwd", O_RDONLY));
}
static void op_open_missing(void)
{
	open("/etc/no-such-file", O_RDONLY);
}
static void op_fstat(void)
{
	struct stat st;
	syscall(SYS_fstat, zero, &st);
}

static void op_stat(void)
{
	struct stat st;

	syscall(SYS_newfstatat, AT_FDCWD, "/etc/passwd", &st, 0);
}

static void op_writev(void)
{
	struct iovec v[3] = { { buffer, 10 }, { buffer, 20 }, { buffer, 30 } };

	writev(null, v, 3);
}

static void op_futex(void)
{
	static int word;

	syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
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

/* A socket bound to a free port of the loopback address, and its address. */
static int bound(int type, struct sockaddr_in *at)
{
	int fd = socket(AF_INET, type, 0);
	socklen_t len = sizeof(*at);

	*at = (struct sockaddr_in){ .sin_family = AF_INET,
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	if (fd < 0 || bind(fd, (void *)at, len) || getsockname(fd, (void *)at, &len))
		err(1, "socket");
	return fd;
}

static void op_udp(void)
{
	static struct sockaddr_in to;
	static int from = -1, at;

	if (from < 0) {
		from = socket(AF_INET, SOCK_DGRAM, 0);
		at = bound(SOCK_DGRAM, &to);
	}
	if (connect(from, (void *)&to, sizeof(to)) || sendto(from, buffer, 10, 0, NULL, 0) != 10 ||
	    recvfrom(at, buffer, sizeof(buffer), MSG_DONTWAIT, NULL, NULL) != 10)
		err(1, "udp");
}

/* Reset at the end, so that no connection stays in TIME_WAIT. */
static void op_tcp(void)
{
	static const struct linger reset = { 1, 0 };
	static struct sockaddr_in to;
	static int listener = -1;
	int from, at;

	if (listener < 0) {
		listener = bound(SOCK_STREAM, &to);
		listen(listener, 8);
	}
	from = socket(AF_INET, SOCK_STREAM, 0);
	if (setsockopt(from, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)) ||
	    connect(from, (void *)&to, sizeof(to)))
		err(1, "connect");
	at = accept(listener, NULL, NULL);
	if (at < 0)
		err(1, "accept");
	close(from);
	close(at);
}

static void op_fork(void)
{
	pid_t child = fork();

	if (!child)
		_exit(0);
	waitpid(child, NULL, 0);
}

static void op_vfork(void)
{
	pid_t child = vfork();

	if (!child)
		_exit(0);
	waitpid(child, NULL, 0);
}

/* Executes this program again, which then exits. */
static void op_exec(void)
{
	pid_t child = vfork();

	if (!child) {
		execl("/proc/self/exe", "driver", NULL);
		_exit(1);
	}
	waitpid(child, NULL, 0);
}

enum { OPS = 17, WANTED = 6, FEW = 4, MANY = 12 };

/*
 * times: runs per measurement, together shorter than one tick of a guest's clock; passes:
 * measurements, more for operations whose cost varies because they access much memory
 */
static const struct op {
	const char *name;
	void (*run)(void);
	int times, passes;
	bool process;	    /* clone and exit events are recorded as well */
	int wanted[WANTED]; /* ends with -1 */
} ops[OPS] = {
	{ "getppid", op_getppid, 1000, FEW, false, { SYS_getppid, -1 } },
	{ "read 1 byte", op_read, 1000, FEW, false, { SYS_read, -1 } },
	{ "read 4 KiB", op_read_4k, 200, FEW, false, { SYS_read, -1 } },
	{ "write 1 byte", op_write, 1000, FEW, false, { SYS_write, -1 } },
	{ "writev of 3", op_writev, 500, FEW, false, { SYS_writev, -1 } },
	{ "openat + close", op_open, 100, MANY, false, { SYS_openat, SYS_close, -1 } },
	{ "openat, no such file", op_open_missing, 100, MANY, false, { SYS_openat, -1 } },
	{ "fstat", op_fstat, 1000, FEW, false, { SYS_fstat, -1 } },
	{ "newfstatat", op_stat, 100, FEW, false, { SYS_newfstatat, -1 } },
	{ "futex wake", op_futex, 1000, FEW, false, { SYS_futex, -1 } },
	{ "pipe write + read", op_pipe, 400, FEW, false, { SYS_write, SYS_read, -1 } },
	{ "mmap + munmap", op_mmap, 60, MANY, false, { SYS_mmap, SYS_munmap, -1 } },
	{ "UDP connect + sendto + recvfrom",
	  op_udp,
	  80,
	  MANY,
	  false,
	  { SYS_connect, SYS_sendto, SYS_recvfrom, -1 } },
	{ "TCP connect + accept + close",
	  op_tcp,
	  15,
	  MANY,
	  false,
	  { SYS_socket, SYS_setsockopt, SYS_connect, SYS_accept, SYS_close, -1 } },
	{ "fork + exit + wait", op_fork, 5, MANY, true, { SYS_clone, SYS_wait4, SYS_exit_group, -1 } },
	{ "vfork + exit + wait", op_vfork, 15, MANY, true, { SYS_vfork, SYS_wait4, SYS_exit_group, -1 } },
	{ "vfork + exec + exit + wait",
	  op_exec,
	  3,
	  MANY,
	  true,
	  { SYS_vfork, SYS_wait4, SYS_exit_group, SYS_execve, -1 } },
};

/* A driver, with or without a consumer. */

struct driver {
	int fd;
};

/*
 * Empties the ring and returns its counters.  The ring is mapped only here, because a mapping would
 * make mmap and fork more expensive.
 */
static struct falco_ring_page drain(const struct driver *d)
{
	struct falco_ring_page *page, copy;

	page = mmap(NULL, sysconf(_SC_PAGESIZE), PROT_READ | PROT_WRITE, MAP_SHARED, d->fd, 0);
	if (page == MAP_FAILED)
		err(1, "ring page");
	page->tail = page->head;
	copy = *page;
	munmap(page, sysconf(_SC_PAGESIZE));
	return copy;
}

static void driver_ioctl(const struct driver *d, unsigned long cmd, unsigned long arg)
{
	if (ioctl(d->fd, cmd, arg) < 0)
		err(1, "ioctl %lu %lu", cmd & 0xff, arg);
}

static void attach(struct driver *d, const char *name, bool enter)
{
	char path[64];

	snprintf(path, sizeof(path), "/dev/%s0", name);
	d->fd = open(path, O_RDWR | O_CLOEXEC);
	if (d->fd < 0)
		err(1, "%s", path);
	driver_ioctl(d, FALCO_IOCTL_ENABLE_TP, FALCO_TP_SYS_EXIT);
	if (enter)
		driver_ioctl(d, FALCO_IOCTL_ENABLE_TP, FALCO_TP_SYS_ENTER);
}

static void want(const struct driver *d, const struct op *op, bool on)
{
	unsigned long tp = on ? FALCO_IOCTL_ENABLE_TP : FALCO_IOCTL_DISABLE_TP;
	const int *nr;

	for (nr = op->wanted; *nr >= 0; nr++)
		driver_ioctl(d, on ? FALCO_IOCTL_ENABLE_SYSCALL : FALCO_IOCTL_DISABLE_SYSCALL, *nr);
	if (op->process) {
		driver_ioctl(d, tp, FALCO_TP_SCHED_PROC_EXIT);
		driver_ioctl(d, tp, FALCO_TP_SCHED_PROC_EXEC);
	}
}

/* Time. */

static double pass(const struct op *op, const struct driver *d)
{
	struct timespec a, b;
	int i;

	if (d)
		drain(d);
	clock_gettime(CLOCK_MONOTONIC, &a);
	for (i = 0; i < op->times; i++)
		op->run();
	clock_gettime(CLOCK_MONOTONIC, &b);
	return ((b.tv_sec - a.tv_sec) * 1e9 + (b.tv_nsec - a.tv_nsec)) / op->times;
}

/* The minimum of all passes: higher values are noise of the machine. */
static double time_of(const struct op *op, const struct driver *d)
{
	double best = pass(op, d);
	int i;

	for (i = 1; i < op->passes; i++) {
		double t = pass(op, d);

		best = t < best ? t : best;
	}
	return best;
}

static unsigned long long lost(const struct falco_ring_page *page)
{
	return page->n_drops_buffer + page->n_drops_pf + page->n_preemptions;
}

/* Other programs cause events as well, so up to 1 % lost events are accepted. */
static double recorded(const struct op *op, const struct driver *d, double *events)
{
	struct falco_ring_page before, after;
	unsigned long long n, missing;
	double t;

	want(d, op, true);
	before = drain(d);
	t = time_of(op, d);
	after = drain(d);
	n = after.n_evts - before.n_evts;
	missing = lost(&after) - lost(&before);
	if (missing * 100 > n)
		errx(1, "%s: %llu of %llu events were lost", op->name, missing, n);
	*events = (double)n / op->times / op->passes;
	want(d, op, false);
	return t;
}

/* The table: a column for each setting. */

enum { COLUMNS = 24 };

static struct column {
	char title[32];
	double time[OPS], events[OPS]; /* events of one operation, if it is recorded */
} columns[COLUMNS];
static int n_columns;

static struct column *column(const char *what, const char *setting)
{
	struct column *c = &columns[n_columns++];

	if (n_columns > COLUMNS)
		errx(1, "too many settings to compare");
	snprintf(c->title, sizeof(c->title), "%s%s%s", what, *setting ? " " : "", setting);
	return c;
}

static void measure(const char *what, const char *setting, const struct driver *d)
{
	struct column *c = column(what, setting);
	int i;

	for (i = 0; i < OPS; i++)
		c->time[i] = time_of(&ops[i], d);
}

static void measure_recorded(const char *what, const char *setting, const struct driver *d)
{
	struct column *c = column(what, setting);
	int i;

	for (i = 0; i < OPS; i++)
		c->time[i] = recorded(&ops[i], d, &c->events[i]);
}

static void measure_driver(const char *name)
{
	struct driver d;

	attach(&d, name, false);
	measure(name, "not wanted, exit", &d);
	measure_recorded(name, "recorded, exit", &d);
	close(d.fd);
	attach(&d, name, true);
	measure(name, "not wanted, both", &d);
	measure_recorded(name, "recorded, both", &d);
	close(d.fd);
}

static void load(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || syscall(SYS_finit_module, fd, "", 0))
		err(1, "%s", path);
	close(fd);
}

static void control(const char *command, const char *how)
{
	char line[256];

	snprintf(line, sizeof(line), "%s %s", command, how);
	if (system(line))
		errx(1, "%s failed", line);
}

static void compare(const char *what)
{
	const char *file = strchr(what, '=');
	char name[32];

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(what, "="), what);
	if (!strcmp(name, "lttng") && file) {
		control(file + 1, "on");
		measure(name, "recorded", NULL);
		control(file + 1, "off");
		return;
	}
	if (file)
		load(file + 1);
	if (!strcmp(name, "empty")) {
		measure(name, "probes", NULL);
	} else {
		measure(name, "idle", NULL);
		measure_driver(name);
	}
	if (file && syscall(SYS_delete_module, name, O_NONBLOCK))
		err(1, "cannot unload %s", name);
}

/* Prints the columns as a Markdown table. */
static void print(void)
{
	int i, n;

	printf("| operation |");
	for (n = 0; n < n_columns; n++)
		printf(" %s |", columns[n].title);
	printf("\n| --- |");
	for (n = 0; n < n_columns; n++)
		printf(" --: |");
	printf("\n");
	for (i = 0; i < OPS; i++) {
		printf("| %s | %.0f |", ops[i].name, columns[0].time[i]);
		for (n = 1; n < n_columns; n++)
			printf(" %+.0f |", columns[n].time[i] - columns[0].time[i]);
		printf("\n");
	}
}

static const struct column *find(const char *what, const char *setting)
{
	char title[sizeof(columns[0].title)];
	int n;

	snprintf(title, sizeof(title), "%s %s", what, setting);
	for (n = 0; n < n_columns; n++)
		if (!strcmp(columns[n].title, title))
			return &columns[n];
	return NULL;
}

/*
 * Limits of the added cost: UNWANTED_MAX instructions per event for a call that is not wanted, half
 * of the cost that Falco's module adds for a call that is recorded.
 */
enum { UNWANTED_MAX = 120 };

static bool above(const struct op *op, const char *what, double added, double limit)
{
	if (added <= limit)
		return false;
	printf("%s: %s adds %.0f, more than %.0f\n", op->name, what, added, limit);
	return true;
}

static int check_limits(const char *hooks)
{
	const struct column *none = &columns[0], *calls = find("falco", "recorded, exit"), *ours,
			    *theirs, *unwanted;
	char recorded[32], not_wanted[32];
	int i, n = 0;

	snprintf(recorded, sizeof(recorded), "recorded, %s", hooks);
	snprintf(not_wanted, sizeof(not_wanted), "not wanted, %s", hooks);
	ours = find("falco", recorded);
	theirs = find("scap", recorded);
	unwanted = find("falco", not_wanted);
	for (i = 0; ours && i < OPS; i++) {
		if (ops[i].passes ==
		    FEW) /* operations that allocate memory vary by more than the limit */
			n += above(&ops[i], not_wanted, unwanted->time[i] - none->time[i],
				   UNWANTED_MAX * calls->events[i]);
		if (theirs)
			n += above(&ops[i], recorded, ours->time[i] - none->time[i],
				   (theirs->time[i] - none->time[i]) / 2);
	}
	return n;
}

int main(int argc, char **argv)
{
	int i;

	if (argc < 2)
		return 0; /* op_exec() */
	/*
	 * Without address randomization: the number of page tables that fork() copies depends on
	 * addresses.
	 */
	if (!(personality(0xffffffff) & ADDR_NO_RANDOMIZE)) {
		personality(personality(0xffffffff) | ADDR_NO_RANDOMIZE);
		execv("/proc/self/exe", argv);
	}
	zero = open("/dev/zero", O_RDONLY);
	null = open("/dev/null", O_WRONLY);
	if (zero < 0 || null < 0 || pipe(ends))
		err(1, "files");
	measure("nothing", "", NULL);
	for (i = 1; i < argc; i++)
		compare(argv[i]);
	measure("nothing", "again", NULL);
	print();
	printf("%d above the limit\n", i = check_limits("exit") + check_limits("both"));
	return i > 0;
}
