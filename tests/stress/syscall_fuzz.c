// SPDX-License-Identifier: Apache-2.0
/*
 * Hostile system calls, with a reader attached that wants them all.
 *
 * Workers live in namespaces of their own: what they destroy is theirs. Each makes some thousand calls as the schema
 * suggests, by all ways into the kernel, while a thread of it changes the memory the arguments point to; then it goes
 * and another one comes. One that hangs is killed.
 *
 * Or (ring_full): one worker for each CPU, which keeps that CPU's ring nearly full, and now and then runs a program.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ring_full.h"
#include "fuzz_args.h"
#include "reader.h"
#include "stress.h"
#include "arg_table.h"
#include "uapi/ioctl.h"

enum {
	WORKERS = 3,
	LIFE = 3000,
	SHORT_LIFE = 20,
	RING = 1 << 20,
	LEAST_EVENTS = 100,
	DETHRONED = 4
};
enum { SMALL_RING = 1 << 15, FORK_ONE_IN = 60 };

/* Seen by all processes. */
struct ledger {
	volatile uint64_t calls[WORKERS];
	volatile uint64_t lives, reigns;
	volatile int stop;
	unsigned workers;
	bool keep_full; /* workers are the readers of their CPU's ring */
	struct ring_full ring[WORKERS];
};

static struct ledger *ledger;
static struct reader reader;

/* ---- one call ---- */

#ifdef __x86_64__
/* A child that shares our memory, and may have no stack, is gone before it does anything. */
static long call_native(long nr, const unsigned long a[6])
{
	register unsigned long r10 asm("r10") = a[3], r8 asm("r8") = a[4], r9 asm("r9") = a[5];
	long birth = nr == __NR_clone || nr == __NR_clone3, result;

	asm volatile("syscall\n\ttest %%rax, %%rax\n\tjnz 1f\n\ttest %%rbx, %%rbx\n\tjz 1f\n\t"
		     "xor %%edi, %%edi\n\tmov $60, %%eax\n\tsyscall\n1:"
		     : "=a"(result)
		     : "a"(nr), "b"(birth), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8),
		       "r"(r9)
		     : "rcx", "r11", "memory");
	return result;
}

static long call_ia32(long nr, const unsigned long a[6])
{
	register unsigned long r13 asm("r13") = a[5], r12 asm("r12") = nr == 120 || nr == 435;
	long result;

	asm volatile("push %%rbp\n\tmov %%r13, %%rbp\n\tint $0x80\n\ttest %%eax, %%eax\n\tjnz 1f\n\ttest %%r12, %%r12\n\t"
		     "jz 1f\n\txor %%ebx, %%ebx\n\tmov $1, %%eax\n\tint $0x80\n1:\tpop %%rbp"
		     : "=a"(result)
		     : "a"(nr), "b"(a[0]), "c"(a[1]), "d"(a[2]), "S"(a[3]), "D"(a[4]), "r"(r13),
		       "r"(r12)
		     : "r8", "r9", "r10", "r11", "memory");
	return result;
}

/* As in arg_table.c, by the numbers of 32-bit callers. */
static bool ia32_left_alone(long nr)
{
	static const short numbers[] = {
		2,   25,  51,  72,  79,	 87,  88,  86,	101, 110, 111, 115, 119, 124,
		128, 129, 154, 156, 173, 190, 241, 264, 283, 336, 343, 350, 351,
	};

	for (unsigned i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		if (numbers[i] == nr)
			return true;
	return false;
}

static void call(const struct call *c, struct dice *d, const unsigned long a[6])
{
	long nr = (long)dice_below(d, 470);

	switch (dice_below(d, 8)) {
	case 0:
		if (!ia32_left_alone(nr))
			call_ia32(nr, a);
		return;
	case 1:
		if (dice_below(d, 4) == 0 && c->nr != __NR_clone && c->nr != __NR_clone3) {
			call_native(0x40000000 | c->nr, a);
			return;
		}
	}
	call_native(c->nr, a);
}
#else
static void call(const struct call *c, struct dice *d, const unsigned long a[6])
{
	(void)d;
	if (c->nr != __NR_clone && c->nr != __NR_clone3)
		syscall(c->nr, a[0], a[1], a[2], a[3], a[4], a[5]);
}
#endif

/* ---- a worker ---- */

static sigjmp_buf next_call;
static pthread_t caller;

static void on_alarm(int signal)
{
	(void)signal;
}

/* Memory that a call has taken away from under us. */
static void on_fault(int signal)
{
	if (!pthread_equal(pthread_self(), caller))
		syscall(SYS_exit, signal);
	siglongjmp(next_call, 1);
}

/* What sleeps is woken; what a call has done to signals is undone. */
static void wake_often(void)
{
	static const int faults[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS };
	struct itimerval often = { { 0, 30000 }, { 0, 30000 } };
	sigset_t none;

	sigemptyset(&none);
	sigaction(SIGALRM, &(struct sigaction){ .sa_handler = on_alarm }, NULL);
	for (unsigned i = 0; i < sizeof(faults) / sizeof(*faults); i++)
		sigaction(faults[i],
			  &(struct sigaction){ .sa_handler = on_fault, .sa_flags = SA_NODEFER },
			  NULL);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
}

/* Descriptors 3 and up are of many kinds, always the same. */
static void open_many(void)
{
	static const int types[] = { SOCK_STREAM, SOCK_DGRAM };
	int pair[2];

	open("file", O_RDWR | O_CREAT, 0600);
	open(".", O_RDONLY | O_DIRECTORY);
	open("/proc/self/maps", O_RDONLY);
	open("/dev/zero", O_RDWR);
	if (pipe(pair))
		_exit(1);
	for (int i = 0; i < 2; i++) {
		if (socketpair(AF_UNIX, types[i], 0, pair))
			_exit(1);
		socket(AF_INET, types[i], 0);
		socket(AF_INET6, types[i], 0);
		socket(AF_UNIX, types[i], 0);
	}
	socket(AF_NETLINK, SOCK_RAW, 0);
	epoll_create1(0);
	eventfd(0, EFD_NONBLOCK);
	inotify_init1(IN_NONBLOCK);
	memfd_create("memory", 0);
}

static void limit(int what, rlim_t most)
{
	setrlimit(what, &(struct rlimit){ most, most });
}

static void *meddle(void *arg)
{
	struct fuzz_memory *h = arg;
	struct dice d = { (uint64_t)getpid() * 7919 };

	for (;;) {
		for (int i = 0; i < (ledger->keep_full ? 100 : 1000); i++)
			fuzz_memory_modify(h, &d);
		/* on the one CPU that both have, the rest is the caller's */
		if (ledger->keep_full)
			usleep(5000);
		else
			sched_yield();
	}
	return NULL;
}

/* Calls that end a worker are rare enough for it to get somewhere. */
static bool ends_life(const struct call *c)
{
	return !strcmp(c->name, "exit") || !strcmp(c->name, "exit_group") ||
	       !strcmp(c->name, "munmap") || !strncmp(c->name, "kill", 4) ||
	       !strncmp(c->name, "exec", 4) || !strcmp(c->name, "seccomp") ||
	       !strcmp(c->name, "mremap") || !strcmp(c->name, "close_range") ||
	       !strcmp(c->name, "pause");
}

static const struct call *choose(const struct call *calls, unsigned n, struct dice *d)
{
	const struct call *c;

	do
		c = &calls[dice_below(d, n)];
	while (ends_life(c) && dice_below(d, 20));
	return c;
}

/* A child, and a program with arguments and an environment of any length, each with a room of its own. */
static void give_birth(struct dice *d)
{
	static char text[3000];
	char *arguments[] = { "true", text, NULL },
	     *environment[] = { text + sizeof(text) - 1, text, NULL };
	pid_t parent = getpid(), pid;

	memset(text, 'x', sizeof(text) - 1);
	text[dice_below(d, sizeof(text))] = 0;
	environment[0] -= dice_below(d, 200);
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		ring_full_take_over();
		if (getppid() == parent && ring_full_next("execve", EV_execve))
			syscall(SYS_execve, "/bin/true", dice_below(d, 4) ? arguments : NULL,
				environment);
		_exit(0);
	}
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	ring_full_take_over();
}

static void call_with_full_ring(const struct call *c, struct dice *d, const unsigned long a[6])
{
	bool birth = dice_below(d, FORK_ONE_IN) == 0;

	if (!(birth ? ring_full_next("fork", EV_clone) : ring_full_next(c->name, c->event))) {
		ledger->stop = 1;
		_exit(1);
	}
	if (birth)
		give_birth(d);
	else
		call(c, d, a);
}

static void work(unsigned me, uint64_t seed)
{
	struct dice d = { seed };
	struct fuzz_memory h;
	const struct call *calls;
	unsigned n = arg_table_calls(&calls);
	unsigned long a[6];
	pthread_t other;
	volatile unsigned i = 0;

	caller = pthread_self();
	limit(RLIMIT_AS, 192 << 20);
	limit(RLIMIT_FSIZE, 1 << 20);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_MEMLOCK, 1 << 20);
	limit(RLIMIT_NPROC, 64);
	for (int fd = 0; fd < 3; fd++)
		dup2(open("/dev/null", O_RDWR), fd);
	close_range(3, ~0u, 0);
	open_many();
	if (!fuzz_memory_create(&h, &d) || pthread_create(&other, NULL, meddle, &h))
		_exit(1);
	if (ledger->keep_full)
		ring_full_start(&ledger->ring[me], &reader, me, &d);
	sigsetjmp(next_call, 1);
	while (i++ < LIFE) {
		const struct call *c = choose(calls, n, &d);

		if (i % 16 == 1)
			wake_often();
		for (int arg = 0; arg < 6; arg++)
			a[arg] = fuzz_argument(&h, c->kind[arg]);
		ledger->calls[me]++;
		if (ledger->keep_full)
			call_with_full_ring(c, &d, a);
		else
			call(c, &d, a);
	}
	_exit(0);
}

/* ---- whoever looks after workers: the first process of its namespace ---- */

static pid_t start(unsigned me, uint64_t seed)
{
	pid_t pid = fork();

	if (!pid) {
		setpgid(0, 0);
		work(me, seed);
	}
	ledger->lives++;
	return pid;
}

static uint64_t all_calls(void)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < WORKERS; i++)
		n += ledger->calls[i];
	return n;
}

static int reign(uint64_t seed)
{
	const uint64_t lives = ledger->lives, calls = all_calls();
	struct dice d = { seed };
	uint64_t before[WORKERS] = { 0 };
	pid_t worker[WORKERS] = { 0 }, gone;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
	if (mount("none", "/mnt", "tmpfs", 0, "size=16m") || chdir("/mnt"))
		return 1;
	for (unsigned turn = 1; !ledger->stop; turn++) {
		while ((gone = waitpid(-1, NULL, WNOHANG)) > 0)
			for (unsigned i = 0; i < ledger->workers; i++)
				if (worker[i] == gone)
					worker[i] = 0;
		for (unsigned i = 0; i < ledger->workers; i++)
			if (!worker[i])
				worker[i] = start(i, dice_roll(&d));
		/* what workers have done to their ruler may be such that none gets far below it any more */
		if ((ledger->lives - lives) * SHORT_LIFE > all_calls() - calls + 20 * SHORT_LIFE)
			return DETHRONED;
		usleep(20000);
		for (unsigned i = 0; turn % 150 == 0 && i < ledger->workers; i++) {
			if (worker[i] && ledger->calls[i] == before[i])
				kill(worker[i], SIGKILL);
			before[i] = ledger->calls[i];
		}
	}
	return 0;
}

/*
 * In namespaces of its own, below a process that can be waited for. Its root is still the owner of "/", to which a worker
 * of before may have removed access.
 */
static pid_t start_reign(uint64_t seed)
{
	pid_t pid;
	int status;

	chmod("/", 0755);
	pid = fork();
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (unshare(CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC |
		    CLONE_NEWUTS))
		_exit(2);
	if (!write_text("/proc/self/setgroups", "deny") ||
	    !write_text("/proc/self/uid_map", "0 0 1") || !write_text("/proc/self/gid_map", "0 0 1"))
		_exit(3);
	pid = fork();
	if (!pid)
		_exit(reign(seed));
	waitpid(pid, &status, 0);
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : DETHRONED);
}

/* ---- the reader ---- */

/* A worker may end even the first process of its namespace: by its limits, or by its memory. Then there is another. */
static pid_t succeed(pid_t pid, uint64_t seed, bool *ok)
{
	int status;

	if (waitpid(pid, &status, WNOHANG) != pid)
		return pid;
	if (!WIFEXITED(status) || (WEXITSTATUS(status) && WEXITSTATUS(status) != DETHRONED))
		*ok = wrong("the workers' namespaces ended with %#x", status);
	ledger->stop = 0;
	return start_reign(seed + ++ledger->reigns);
}

/* What a record may hold changes while it is written. */
static void vary(struct reader *r, struct dice *d)
{
	static const unsigned lengths[] = { 0, 80, 80, 300, 1000, 65000 };

	reader_ioctl(r, FALCO_IOCTL_SET_SNAPLEN,
		     lengths[dice_below(d, sizeof(lengths) / sizeof(*lengths))]);
	reader_ioctl(r,
		     dice_below(d, 2) ? FALCO_IOCTL_ENABLE_DYNAMIC_SNAPLEN
				      : FALCO_IOCTL_DISABLE_DYNAMIC_SNAPLEN,
		     0);
	reader_ioctl(r, FALCO_IOCTL_SET_FULLCAPTURE_PORT_RANGE, dice_below(d, 4) ? 0 : 0xffff0000);
	reader_ioctl(r,
		     dice_below(d, 8) ? FALCO_IOCTL_DISABLE_DROPFAILED
				      : FALCO_IOCTL_ENABLE_DROPFAILED,
		     0);
}

static bool attend(struct reader *r, struct dice *d)
{
	bool ok = true;

	if (!ledger->keep_full)
		return reader_drain(r);
	vary(r, d);
	for (unsigned cpu = 0; cpu < r->n_cpus; cpu++)
		if (cpu < ledger->workers)
			ok &= !ledger->ring[cpu].broken;
		else if (r->fd[cpu] >= 0)
			ok &= reader_drain_cpu(r, cpu);
	return ok;
}

static bool settle(struct reader *r)
{
	bool ok = true;

	if (!ledger->keep_full)
		return reader_drain(r);
	for (unsigned cpu = 0; cpu < r->n_cpus; cpu++)
		if (cpu < ledger->workers)
			ok &= ring_full_finish(&ledger->ring[cpu], r, cpu);
		else if (r->fd[cpu] >= 0)
			ok &= reader_drain_cpu(r, cpu);
	return ok;
}

static bool read_while_they_work(struct reader *r, const struct options *o)
{
	struct dice d = { o->seed };
	double until = now() + o->seconds;
	pid_t pid = start_reign(o->seed);
	bool ok = true;

	while (ok && now() < until) {
		ok = attend(r, &d);
		pid = succeed(pid, o->seed, &ok);
		usleep(5000);
	}
	ledger->stop = 1;
	while (waitpid(pid, NULL, WNOHANG) == 0) {
		ok &= attend(r, &d);
		usleep(5000);
	}
	return ok;
}

/* How many events were both recorded and lost. */
static unsigned events_cut(struct reader *r)
{
	unsigned n = 0;

	for (unsigned i = 1; i < EVENT_NUMBERS; i++)
		n += r->n[i] && reader_lost(r, i);
	return n;
}

static bool report(struct reader *r, const struct options *o)
{
	uint64_t calls = all_calls();
	unsigned events = 0, cut = events_cut(r);

	for (unsigned i = 0; i < EVENT_NUMBERS; i++)
		events += r->n[i] > 0;
	printf("# %s: %llu calls in %llu lives and %llu reigns; %llu records of %u events read, %llu lost; %u events both\n",
	       ledger->keep_full ? "ring_full" : "syscall_fuzz", (unsigned long long)calls,
	       (unsigned long long)ledger->lives, (unsigned long long)ledger->reigns + 1,
	       (unsigned long long)r->n_read, events, (unsigned long long)reader_lost(r, 0), cut);
	if (calls < (ledger->keep_full ? 2 : 10) * o->seconds ||
	    r->n_read < calls / (ledger->keep_full ? 10 : 2))
		return wrong("that is not what a fuzzer does");
	if (ledger->keep_full && cut < LEAST_EVENTS / 10)
		return wrong("only %u events had both too little room and enough", cut);
	return events >= LEAST_EVENTS / (ledger->keep_full ? 4 : 1) ||
	       wrong("only %u events were seen", events);
}

static bool fuzz(const struct options *o, bool keep_full)
{
	struct reader *r = &reader;
	bool ok;

	ledger = mmap(NULL, sizeof(*ledger), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (ledger == MAP_FAILED || !reader_open(r, keep_full ? SMALL_RING : RING))
		return false;
	ledger->keep_full = keep_full;
	for (ledger->workers = 0;
	     ledger->workers < WORKERS && (!keep_full || r->fd[ledger->workers] >= 0);)
		ledger->workers++;
	if (!reader_want_all(r, (1 << FALCO_TP_COUNT) - 1))
		return false;
	ok = read_while_they_work(r, o);
	ok = reader_stop(r) && settle(r) && ok;
	ok = ok && report(r, o) && reader_adds_up(r);
	reader_close(r);
	return ok;
}

bool stress_syscall_fuzz(const struct options *o)
{
	return fuzz(o, false);
}

bool stress_ring_full(const struct options *o)
{
	return fuzz(o, true);
}
