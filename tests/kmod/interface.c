// SPDX-License-Identifier: Apache-2.0
/*
 * The interface of the driver besides its events: device nodes, ioctls, counters. interface.def
 * lists its properties, with the test of each.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

#include "expect.h"
#include "processes.h"
#include "uapi/ring.h"
#include "uapi/version.h"

/* ---- device nodes ---- */

TEST_F(driver, node_per_possible_cpu)
{
	long cpus = sysconf(_SC_NPROCESSORS_CONF);
	unsigned first = 0;
	char path[64];
	struct stat st;

	for (long cpu = 0; cpu < cpus; cpu++) {
		snprintf(path, sizeof(path), "/dev/falco%ld", cpu);
		ASSERT_EQ(0, stat(path, &st));
		EXPECT_TRUE(S_ISCHR(st.st_mode));
		EXPECT_EQ(cpu, minor(st.st_rdev));
		first = cpu ? first : major(st.st_rdev);
		EXPECT_EQ(first, major(st.st_rdev));
		snprintf(path, sizeof(path), "/sys/class/falco/falco%ld", cpu);
		EXPECT_EQ(0, access(path, F_OK));
	}
	snprintf(path, sizeof(path), "/dev/falco%ld", cpus);
	EXPECT_EQ(-1, access(path, F_OK));
}

TEST_F(driver, node_rejects_read_and_write)
{
	char byte = 0;

	EXPECT_EQ(-1, read(self->d.fds[0], &byte, 1));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, write(self->d.fds[0], &byte, 1));
	EXPECT_EQ(EINVAL, errno);
}

TEST_F(driver, node_rejects_ioctl_by_ia32)
{
	EXPECT_EQ(-ENOTTY, syscall_ia32(NR_IA32_ioctl, self->d.fds[0], FALCO_IOCTL_GET_CURRENT_PID,
					0, 0, 0, 0));
}

/* ---- consumers ---- */

struct opening_thread {
	int fd, opened;
	long result;
};

static void *open_and_set_snaplen(void *arg)
{
	struct opening_thread *t = arg;

	t->opened = open("/dev/falco0", O_RDWR | O_CLOEXEC);
	t->result = ioctl(t->fd, FALCO_IOCTL_SET_SNAPLEN, 3);
	return NULL;
}

/*
 * The thread that opens the device becomes a consumer. An ioctl by another thread on that
 * descriptor applies to the same consumer.
 */
TEST_F(driver, consumer_is_opening_thread)
{
	struct opening_thread t = { .fd = self->d.fds[0] };
	int null = open("/dev/null", O_WRONLY);
	pthread_t thread;

	ASSERT_EQ(0, pthread_create(&thread, NULL, open_and_set_snaplen, &t));
	pthread_join(thread, NULL);
	EXPECT_LE(0, t.opened);
	EXPECT_EQ(0, t.result);
	RECORD(__NR_write);
	syscall(__NR_write, null, "hello", 5);
	FIND(write);
	EXPECT_BYTES(write, data, "hel", 3);
	close(t.opened);
}

static long tracepoint_hits(struct driver *d)
{
	static long hits[1024];
	long sum = 0;

	memset(hits, 0, sizeof(hits));
	if (driver_ioctl(d, FALCO_IOCTL_GET_N_TRACEPOINT_HIT, (unsigned long)hits))
		return -1;
	for (int i = 0; i < 1024; i++)
		sum += hits[i];
	return sum;
}

/* The last close detaches the probes and resets the hit counters. */
TEST_F(driver, consumer_ends_with_last_close)
{
	RECORD(__NR_getppid);
	call_getppid(1000);
	EXPECT_LE(1000, tracepoint_hits(&self->d));
	driver_close(&self->d);
	call_getppid(1000);
	ASSERT_EQ(0, driver_open(&self->d, 0));
	EXPECT_EQ(0, tracepoint_hits(&self->d));
	RECORD(__NR_getppid);
	call_getppid(10);
	EXPECT_GT(500, tracepoint_hits(&self->d));
}

/* ---- ioctls ---- */

static const unsigned char interface_numbers[256] = {
#define FACT(...)
#define IOCTL(name, ...) [_IOC_NR(FALCO_IOCTL_##name)] = 1,
#include "interface.def"
#undef IOCTL
#undef FACT
};

TEST_F(driver, ioctl_rejects_unknown_numbers)
{
	for (int nr = 0; nr < 256; nr++) {
		long got = driver_ioctl(&self->d, FALCO_IOCTL(nr), 0);

		EXPECT_EQ(!interface_numbers[nr], got == -ENOTTY)
		{
			TH_LOG("ioctl %d: %ld", nr, got);
		}
	}
	EXPECT_EQ(-ENOTTY, driver_ioctl(&self->d, _IO('t', 2), 0));
	EXPECT_EQ(-ENOTTY, driver_ioctl(&self->d, _IOR('s', 24, long), 0));
}

TEST_F(driver, ioctl_driver_version)
{
	char name[256];

	memset(name, 'x', sizeof(name));
	ASSERT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_GET_DRIVER_VERSION, (unsigned long)name));
	EXPECT_EQ(0, memcmp(name, FALCO_DRIVER_VERSION, sizeof(FALCO_DRIVER_VERSION)));
	EXPECT_EQ('x', name[sizeof(FALCO_DRIVER_VERSION)]);
	EXPECT_EQ(-EINVAL, driver_ioctl(&self->d, FALCO_IOCTL_GET_DRIVER_VERSION, 8));
	EXPECT_EQ(-EINVAL, driver_ioctl(&self->d, FALCO_IOCTL_GET_SCHEMA_VERSION, 8));
}

static void *pause_in_thread(void *tid)
{
	*(int *)tid = (int)syscall(__NR_gettid);
	pause();
	return NULL;
}

/* In a new pid namespace the second thread of the first process has tid 2 and pid 1. */
TEST_F(driver, ioctl_vtid_in_other_namespace)
{
	enum { LAST = 199 }; /* tids after pid that are tried */
	char path[64] = "";
	long tid = 0, pid;
	pthread_t thread;
	int unused;

	ASSERT_EQ(0, unshare(CLONE_NEWPID));
	pid = fork();
	if (!pid) {
		pthread_create(&thread, NULL, pause_in_thread, &unused);
		pause();
		_exit(0);
	}
	for (int i = 1; !tid; i = i % LAST + 1) {
		snprintf(path, sizeof(path), "/proc/%ld/task/%ld", pid, pid + i);
		if (!access(path, F_OK))
			tid = pid + i;
		if (i == LAST)
			usleep(1000);
	}
	EXPECT_EQ(2, driver_ioctl(&self->d, FALCO_IOCTL_GET_VTID, tid));
	EXPECT_EQ(1, driver_ioctl(&self->d, FALCO_IOCTL_GET_VPID, tid));
	EXPECT_EQ(-EINVAL, driver_ioctl(&self->d, FALCO_IOCTL_GET_VPID, 1 << 30));
	kill_and_wait(pid);
}

/* The list has all threads, with their CPU times; ENOSPC if the buffer is too small for them. */
TEST_F(driver, ioctl_process_list)
{
	static union {
		struct falco_proclist list;
		uint8_t bytes[1 << 18];
	} u;
	unsigned long arg = (unsigned long)&u.list;
	volatile unsigned long work = 0;
	bool found = false;
	long n;

	while (clock() < CLOCKS_PER_SEC / 5)
		work++;
	u.list.max_entries = 0;
	EXPECT_EQ(-ENOSPC, driver_ioctl(&self->d, FALCO_IOCTL_GET_PROCLIST, arg));
	n = u.list.n_entries;
	u.list.max_entries = 5000;
	ASSERT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_GET_PROCLIST, arg));
	EXPECT_GT(20, labs(n - (long)u.list.n_entries));
	n = u.list.n_entries;
	for (long i = 0; i < n; i++)
		if (u.list.entries[i].pid == (uint64_t)getpid()) {
			found = true;
			EXPECT_LT(0u, u.list.entries[i].utime + u.list.entries[i].stime);
		}
	EXPECT_TRUE(found);
	u.list.max_entries = FALCO_PROCLIST_MAX + 1;
	EXPECT_EQ(-EINVAL, driver_ioctl(&self->d, FALCO_IOCTL_GET_PROCLIST, arg));
	EXPECT_EQ(-EINVAL, driver_ioctl(&self->d, FALCO_IOCTL_GET_PROCLIST, 8));
}

TEST_F(driver, ioctl_disable_dropfailed)
{
	EXPECT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_ENABLE_DROPFAILED, 0));
	RECORD(__NR_close);
	close(-1);
	EXPECT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_DISABLE_DROPFAILED, 0));
	close(-1);
	close(-1);
	EXPECT_EQ(2u, driver_count(&self->d, EV_close, syscall(__NR_gettid)));
}

TEST_F(driver, ioctl_invalid_ratio_changes_nothing)
{
	EXPECT_EQ(-EINVAL, driver_ioctl(&self->d, FALCO_IOCTL_ENABLE_DROPPING_MODE, 3));
	RECORD(__NR_getppid);
	call_getppid(100);
	EXPECT_EQ(100u, driver_count(&self->d, EV_generic, syscall(__NR_gettid)));
}

/* ---- drop counters ---- */

/* One call for each drop counter of the ring page except those of process events. */
static void make_call_of_each_kind(void)
{
	static const int calls[] = { __NR_openat,  __NR_connect, __NR_close,
				     __NR_mkdirat, __NR_ptrace,	 __NR_fchmod };

	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		syscall(calls[i], -1, NULL, -1, 0);
}

static void run_true(void)
{
	pid_t child = fork();

	if (!child) {
		execl("/bin/true", "true", NULL);
		_exit(1);
	}
	waitpid(child, NULL, 0);
}

enum { GENERIC_RECORD = 34, SETREGID_RECORD_MIN = 32 }; /* bytes */

TEST_F(driver, ring_page_counts_drops_by_kind)
{
	static const int recorded[] = {
		__NR_getppid, __NR_openat, __NR_connect, __NR_close,  __NR_mkdirat,
		__NR_ptrace,  __NR_fchmod, __NR_clone,	 __NR_execve, __NR_setregid,
	};
	struct falco_ring_page *page;
	uint64_t before;

	driver_close(&self->d);
	ASSERT_EQ(0, driver_open(&self->d, 1 << 16));
	page = self->d.pages[0];
	stay_on_cpu0();
	driver_record_enter(&self->d, __NR_openat);
	for (size_t i = 0; i < ARRAY_SIZE(recorded); i++)
		RECORD(recorded[i]);
	driver_trace(&self->d, FALCO_TP_SCHED_PROC_EXIT);
	driver_trace(&self->d, FALCO_TP_SCHED_PROC_FORK);
	driver_trace(&self->d, FALCO_TP_SCHED_PROC_EXEC);
	call_getppid(self->d.ring_size / GENERIC_RECORD);
	/* then fill the reserve; the records of other process events are larger than these */
	for (unsigned i = 0; i < self->d.ring_size / SETREGID_RECORD_MIN; i++)
		syscall(__NR_setregid, -1, -1);
	before = page->n_drops_buffer;
	EXPECT_LT(0u, before);
	EXPECT_EQ(0u, page->n_drops_buffer_clone_fork_exit);
	make_call_of_each_kind();
	EXPECT_EQ(1u, page->n_drops_buffer_open_enter);
	EXPECT_EQ(1u, page->n_drops_buffer_open_exit);
	EXPECT_EQ(1u, page->n_drops_buffer_connect_enter);
	EXPECT_EQ(1u, page->n_drops_buffer_connect_exit);
	EXPECT_EQ(1u, page->n_drops_buffer_close_exit);
	EXPECT_EQ(2u, page->n_drops_buffer_dir_file_exit);
	EXPECT_EQ(1u, page->n_drops_buffer_other_interest_exit);
	EXPECT_EQ(before + 8, page->n_drops_buffer);
	run_true();
	EXPECT_EQ(2u, page->n_drops_buffer_clone_fork_exit);
	EXPECT_EQ(1u, page->n_drops_buffer_execve_exit);
	EXPECT_EQ(1u, page->n_drops_buffer_proc_exit);
	EXPECT_LE(before + 12, page->n_drops_buffer);
	EXPECT_LE(page->n_drops_buffer, page->n_evts);
}

/* ---- interface.def ---- */

static const struct {
	const char *what, *fixture, *test;
} interface_facts[] = {
#define FACT(section, what, fixture, test) { what, #fixture, #test },
#define IOCTL(name, fixture, test) { #name, #fixture, #test },
#include "interface.def"
#undef IOCTL
#undef FACT
};

/* Each source file registers its own fixtures, so several fixtures have the same name. */
static bool interface_has_test(const char *fixture, const char *test)
{
	for (const struct __fixture_metadata *f = &_fixture_global; f; f = f->next)
		for (const struct __test_metadata *t = f->tests; t; t = t->next)
			if (!strcmp(f->name, fixture) && !strcmp(t->name, test))
				return true;
	return false;
}

TEST(interface_facts_have_tests)
{
	EXPECT_LE(70u, ARRAY_SIZE(interface_facts));
	for (size_t i = 0; i < ARRAY_SIZE(interface_facts); i++) {
		EXPECT_TRUE(interface_has_test(interface_facts[i].fixture, interface_facts[i].test))
		{
			TH_LOG("%s: no test %s.%s", interface_facts[i].what,
			       interface_facts[i].fixture, interface_facts[i].test);
		}
	}
	TH_LOG("%zu facts of the driver's interface have a test", ARRAY_SIZE(interface_facts));
}
