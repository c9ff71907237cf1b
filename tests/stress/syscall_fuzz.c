// SPDX-License-Identifier: Apache-2.0
/*
 * Fuzzes system calls while a reader records all of them.
 *
 * Workers run in their own namespaces, so that they cannot damage the rest of the machine. A worker
 * makes some thousand calls, with arguments of the kinds that the schema names, as a 64-bit, 32-bit
 * or x32 caller, while a second thread modifies the memory that the arguments point to. Then the
 * supervisor, which is init of the namespaces, starts another worker. It kills a worker that hangs.
 *
 * ring_full: one worker per CPU, which keeps the ring of that CPU nearly full and sometimes
 * executes a program.
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
	CALLS_PER_WORKER = 3000,
	MIN_CALLS = 20, /* per worker on average, else the supervisor is restarted */
	RING = 1 << 20,
	MIN_EVENTS = 100,   /* different events that must be recorded */
	RESTART_STATUS = 4, /* exit status of a supervisor that must be restarted */
};
enum { SMALL_RING = 1 << 15, CALLS_PER_FORK = 60 };

/* Shared by all processes. */
struct shared_state {
	volatile uint64_t calls[WORKERS];
	volatile uint64_t workers_started, supervisors_started;
	volatile int stop;
	unsigned workers;
	bool keep_full; /* ring_full: workers read the ring of their CPU */
	struct ring_full ring[WORKERS];
};

static struct shared_state *shared;
static struct reader reader;

/* ---- one call ---- */

#ifdef __x86_64__
/*
 * A child of clone may share this memory or have no stack: without using the stack, it calls exit
 * directly after the system call.
 */
static long call_native(long nr, const unsigned long a[6])
{
	register unsigned long r10 asm("r10") = a[3], r8 asm("r8") = a[4], r9 asm("r9") = a[5];
	long forks = nr == __NR_clone || nr == __NR_clone3, result;

	asm volatile("syscall\n\ttest %%rax, %%rax\n\tjnz 1f\n\ttest %%rbx, %%rbx\n\tjz 1f\n\t"
		     "xor %%edi, %%edi\n\tmov $60, %%eax\n\tsyscall\n1:"
		     : "=a"(result)
		     : "a"(nr), "b"(forks), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8),
		       "r"(r9)
		     : "rcx", "r11", "memory");
	return result;
}

enum { IA32_CLONE = 120, IA32_CLONE3 = 435, X32_BIT = 0x40000000 };

static long call_ia32(long nr, const unsigned long a[6])
{
	register unsigned long r13 asm("r13") = a[5],
				   r12 asm("r12") = nr == IA32_CLONE || nr == IA32_CLONE3;
	long result;

	asm volatile("push %%rbp\n\tmov %%r13, %%rbp\n\tint $0x80\n\ttest %%eax, %%eax\n\tjnz 1f\n\ttest %%r12, %%r12\n\t"
		     "jz 1f\n\txor %%ebx, %%ebx\n\tmov $1, %%eax\n\tint $0x80\n1:\tpop %%rbp"
		     : "=a"(result)
		     : "a"(nr), "b"(a[0]), "c"(a[1]), "d"(a[2]), "S"(a[3]), "D"(a[4]), "r"(r13),
		       "r"(r12)
		     : "r8", "r9", "r10", "r11", "memory");
	return result;
}

/* The calls that arg_table.c excludes, by their numbers in the 32-bit table. */
static bool ia32_excluded(long nr)
{
	static const short numbers[] = {
		2,   25,  51,  72,  79,	 87,  88,  86,	101, 110, 111, 115, 119, 124,
		128, 129, 154, 156, 173, 190, 241, 264, 283, 336, 343, 350, 351,
	};

	for (unsigned i = 0; i < ARRAY_SIZE(numbers); i++)
		if (numbers[i] == nr)
			return true;
	return false;
}

static void make_call(const struct call *c, struct rng *rng, const unsigned long a[6])
{
	long nr = (long)rng_below(rng, 470);

	switch (rng_below(rng, 8)) {
	case 0:
		if (!ia32_excluded(nr))
			call_ia32(nr, a);
		return;
	case 1:
		if (rng_below(rng, 4) == 0 && c->nr != __NR_clone && c->nr != __NR_clone3) {
			call_native(X32_BIT | c->nr, a);
			return;
		}
	}
	call_native(c->nr, a);
}
#else
static void make_call(const struct call *c, struct rng *rng, const unsigned long a[6])
{
	(void)rng;
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

/*
 * A call has unmapped or protected memory of this process: the main thread continues with the next
 * call, another thread exits.
 */
static void on_fault(int signal)
{
	if (!pthread_equal(pthread_self(), caller))
		syscall(SYS_exit, signal);
	siglongjmp(next_call, 1);
}

/*
 * A timer interrupts calls that sleep. Called again and again, because fuzzed calls change signal
 * handlers and timers.
 */
static void set_up_signals(void)
{
	static const int faults[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS };
	struct itimerval every_30_ms = { { 0, 30000 }, { 0, 30000 } };
	sigset_t none;

	sigemptyset(&none);
	sigaction(SIGALRM, &(struct sigaction){ .sa_handler = on_alarm }, NULL);
	for (unsigned i = 0; i < ARRAY_SIZE(faults); i++)
		sigaction(faults[i],
			  &(struct sigaction){ .sa_handler = on_fault, .sa_flags = SA_NODEFER },
			  NULL);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setitimer(ITIMER_REAL, &every_30_ms, NULL);
}

/* Opens descriptors of many kinds, from 3 on, in the same order in each worker. */
static void open_descriptors(void)
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

static void limit(int resource, rlim_t maximum)
{
	setrlimit(resource, &(struct rlimit){ maximum, maximum });
}

static void *modify_memory(void *arg)
{
	struct fuzz_memory *m = arg;
	struct rng rng = { (uint64_t)getpid() * 7919 };

	for (;;) {
		for (int i = 0; i < (shared->keep_full ? 100 : 1000); i++)
			fuzz_memory_modify(m, &rng);
		/* both threads share one CPU: leave it to the thread that makes the calls */
		if (shared->keep_full)
			usleep(5000);
		else
			sched_yield();
	}
	return NULL;
}

/* Whether the call may end or block the worker; such calls are made rarely. */
static bool may_end_worker(const struct call *c)
{
	return !strcmp(c->name, "exit") || !strcmp(c->name, "exit_group") ||
	       !strcmp(c->name, "munmap") || !strncmp(c->name, "kill", 4) ||
	       !strncmp(c->name, "exec", 4) || !strcmp(c->name, "seccomp") ||
	       !strcmp(c->name, "mremap") || !strcmp(c->name, "close_range") ||
	       !strcmp(c->name, "pause");
}

static const struct call *choose_call(const struct call *calls, unsigned n, struct rng *rng)
{
	const struct call *c;

	do
		c = &calls[rng_below(rng, n)];
	while (may_end_worker(c) && rng_below(rng, 20));
	return c;
}

/*
 * Forks a child that executes a program with arguments and environment of random length. The ring
 * is nearly full for the fork and for the execve.
 */
static void fork_and_exec(struct rng *rng)
{
	static char text[3000];
	char *arguments[] = { "true", text, NULL },
	     *environment[] = { text + sizeof(text) - 1, text, NULL };
	pid_t parent = getpid(), pid;

	memset(text, 'x', sizeof(text) - 1);
	text[rng_below(rng, sizeof(text))] = 0;
	environment[0] -= rng_below(rng, 200);
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		ring_full_take_over();
		if (getppid() == parent && ring_full_next("execve", EV_execve))
			syscall(SYS_execve, "/bin/true", rng_below(rng, 4) ? arguments : NULL,
				environment);
		_exit(0);
	}
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	ring_full_take_over();
}

static void call_with_full_ring(const struct call *c, struct rng *rng, const unsigned long a[6])
{
	bool forks = rng_below(rng, CALLS_PER_FORK) == 0;

	if (!(forks ? ring_full_next("fork", EV_clone) : ring_full_next(c->name, c->event))) {
		shared->stop = 1;
		_exit(1);
	}
	if (forks)
		fork_and_exec(rng);
	else
		make_call(c, rng, a);
}

static void run_worker(unsigned number, uint64_t seed)
{
	struct rng rng = { seed };
	struct fuzz_memory memory;
	const struct call *calls;
	unsigned n = arg_table_calls(&calls);
	unsigned long a[6];
	pthread_t modifier;
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
	open_descriptors();
	if (!fuzz_memory_create(&memory, &rng) ||
	    pthread_create(&modifier, NULL, modify_memory, &memory))
		_exit(1);
	if (shared->keep_full)
		ring_full_start(&shared->ring[number], &reader, number, &rng);
	sigsetjmp(next_call, 1);
	while (i++ < CALLS_PER_WORKER) {
		const struct call *c = choose_call(calls, n, &rng);

		if (i % 16 == 1)
			set_up_signals();
		for (int arg = 0; arg < 6; arg++)
			a[arg] = fuzz_argument(&memory, c->kind[arg]);
		shared->calls[number]++;
		if (shared->keep_full)
			call_with_full_ring(c, &rng, a);
		else
			make_call(c, &rng, a);
	}
	_exit(0);
}

/* ---- the supervisor: starts the workers, and is init of their pid namespace ---- */

static pid_t start_worker(unsigned number, uint64_t seed)
{
	pid_t pid = fork();

	if (!pid) {
		setpgid(0, 0);
		run_worker(number, seed);
	}
	shared->workers_started++;
	return pid;
}

static uint64_t all_calls(void)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < WORKERS; i++)
		n += shared->calls[i];
	return n;
}

static int supervise(uint64_t seed)
{
	const uint64_t workers_started = shared->workers_started, calls = all_calls();
	struct rng rng = { seed };
	uint64_t before[WORKERS] = { 0 };
	pid_t worker[WORKERS] = { 0 }, ended;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
	if (mount("none", "/mnt", "tmpfs", 0, "size=16m") || chdir("/mnt"))
		return 1;
	for (unsigned turn = 1; !shared->stop; turn++) {
		while ((ended = waitpid(-1, NULL, WNOHANG)) > 0)
			for (unsigned i = 0; i < shared->workers; i++)
				if (worker[i] == ended)
					worker[i] = 0;
		for (unsigned i = 0; i < shared->workers; i++)
			if (!worker[i])
				worker[i] = start_worker(i, rng_next(&rng));
		/*
		 * A worker may have changed this process so that new workers end early: restart
		 * the supervisor.
		 */
		if ((shared->workers_started - workers_started) * MIN_CALLS >
		    all_calls() - calls + 20 * MIN_CALLS)
			return RESTART_STATUS;
		usleep(20000);
		/* every 3 s: a worker that has made no call hangs */
		for (unsigned i = 0; turn % 150 == 0 && i < shared->workers; i++) {
			if (worker[i] && shared->calls[i] == before[i])
				kill(worker[i], SIGKILL);
			before[i] = shared->calls[i];
		}
	}
	return 0;
}

/*
 * Starts a supervisor in new namespaces, as the child of a process that waits for it and exits with
 * its status. The mode of "/" is restored, which a worker may have changed.
 */
static pid_t start_supervisor(uint64_t seed)
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
		_exit(supervise(seed));
	waitpid(pid, &status, 0);
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : RESTART_STATUS);
}

/* ---- the reader ---- */

/*
 * Starts another supervisor if this one has ended: a worker may kill it, by limits or by memory
 * use.
 */
static pid_t restart_supervisor(pid_t pid, uint64_t seed, bool *ok)
{
	int status;

	if (waitpid(pid, &status, WNOHANG) != pid)
		return pid;
	if (!WIFEXITED(status) || (WEXITSTATUS(status) && WEXITSTATUS(status) != RESTART_STATUS))
		*ok = failure("the supervisor of the workers ended with status %#x", status);
	shared->stop = 0;
	return start_supervisor(seed + ++shared->supervisors_started);
}

/* Changes the settings that determine how long records are. */
static void vary_settings(struct reader *r, struct rng *rng)
{
	static const unsigned lengths[] = { 0, 80, 80, 300, 1000, 65000 };

	reader_ioctl(r, FALCO_IOCTL_SET_SNAPLEN, lengths[rng_below(rng, ARRAY_SIZE(lengths))]);
	reader_ioctl(r,
		     rng_below(rng, 2) ? FALCO_IOCTL_ENABLE_DYNAMIC_SNAPLEN
				       : FALCO_IOCTL_DISABLE_DYNAMIC_SNAPLEN,
		     0);
	reader_ioctl(r, FALCO_IOCTL_SET_FULLCAPTURE_PORT_RANGE, rng_below(rng, 4) ? 0 : 0xffff0000);
	reader_ioctl(r,
		     rng_below(rng, 8) ? FALCO_IOCTL_DISABLE_DROPFAILED
				       : FALCO_IOCTL_ENABLE_DROPFAILED,
		     0);
}

/* Reads the rings that no worker reads. */
static bool read_rings(struct reader *r, struct rng *rng)
{
	bool ok = true;

	if (!shared->keep_full)
		return reader_drain(r);
	vary_settings(r, rng);
	for (unsigned cpu = 0; cpu < r->n_cpus; cpu++)
		if (cpu < shared->workers)
			ok &= !shared->ring[cpu].error;
		else if (r->fd[cpu] >= 0)
			ok &= reader_drain_cpu(r, cpu);
	return ok;
}

static bool finish_rings(struct reader *r)
{
	bool ok = true;

	if (!shared->keep_full)
		return reader_drain(r);
	for (unsigned cpu = 0; cpu < r->n_cpus; cpu++)
		if (cpu < shared->workers)
			ok &= ring_full_finish(&shared->ring[cpu], r, cpu);
		else if (r->fd[cpu] >= 0)
			ok &= reader_drain_cpu(r, cpu);
	return ok;
}

static bool read_while_workers_run(struct reader *r, const struct options *o)
{
	struct rng rng = { o->seed };
	double until = now() + o->seconds;
	pid_t pid = start_supervisor(o->seed);
	bool ok = true;

	while (ok && now() < until) {
		ok = read_rings(r, &rng);
		pid = restart_supervisor(pid, o->seed, &ok);
		usleep(5000);
	}
	shared->stop = 1;
	while (waitpid(pid, NULL, WNOHANG) == 0) {
		ok &= read_rings(r, &rng);
		usleep(5000);
	}
	return ok;
}

/* Number of events of which some records were read and some lost. */
static unsigned events_read_and_lost(struct reader *r)
{
	unsigned n = 0;

	for (unsigned i = 1; i < EVENT_NUMBERS; i++)
		n += r->n[i] && reader_lost(r, i);
	return n;
}

/* Prints the counts, and checks that enough was recorded. */
static bool report(struct reader *r, const struct options *o)
{
	uint64_t calls = all_calls();
	unsigned events = 0, read_and_lost = events_read_and_lost(r);

	for (unsigned i = 0; i < EVENT_NUMBERS; i++)
		events += r->n[i] > 0;
	printf("# %s: %llu calls by %llu workers of %llu supervisors; %llu records of %u events read, %llu lost; %u events both read and lost\n",
	       shared->keep_full ? "ring_full" : "syscall_fuzz", (unsigned long long)calls,
	       (unsigned long long)shared->workers_started,
	       (unsigned long long)shared->supervisors_started + 1, (unsigned long long)r->n_read,
	       events, (unsigned long long)reader_lost(r, 0), read_and_lost);
	if (calls < (shared->keep_full ? 2 : 10) * o->seconds ||
	    r->n_read < calls / (shared->keep_full ? 10 : 2))
		return failure("too few calls or records");
	if (shared->keep_full && read_and_lost < MIN_EVENTS / 10)
		return failure("only %u events were both read and lost", read_and_lost);
	return events >= MIN_EVENTS / (shared->keep_full ? 4 : 1) ||
	       failure("only %u events were read", events);
}

static bool fuzz(const struct options *o, bool keep_full)
{
	struct reader *r = &reader;
	bool ok;

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (shared == MAP_FAILED || !reader_open(r, keep_full ? SMALL_RING : RING))
		return false;
	shared->keep_full = keep_full;
	for (shared->workers = 0;
	     shared->workers < WORKERS && (!keep_full || r->fd[shared->workers] >= 0);)
		shared->workers++;
	if (!reader_record_all(r, (1 << FALCO_TP_COUNT) - 1))
		return false;
	ok = read_while_workers_run(r, o);
	ok = reader_stop(r) && finish_rings(r) && ok;
	ok = ok && report(r, o) && reader_counts_match(r);
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
