// SPDX-License-Identifier: Apache-2.0
/* Scheduler switches, page faults, sampling, CPU hotplug. */
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>

#include "expect.h"
#include "processes.h"

/* ---- sampling ---- */

/* Makes calls of each sampling class for ms milliseconds. */
static void make_calls(int ms)
{
	struct timespec from, now;

	clock_gettime(CLOCK_MONOTONIC, &from);
	do {
		syscall(__NR_getuid);
		syscall(__NR_sched_yield);
		syscall(__NR_prlimit64, 0, RLIMIT_CPU, NULL, NULL);
		syscall(__NR_close, -1);
		usleep(500);
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while ((now.tv_sec - from.tv_sec) * 1000 + (now.tv_nsec - from.tv_nsec) / 1000000 < ms);
}

static void record_classes(struct driver *d)
{
	driver_record(d, __NR_getuid);	    /* sampled */
	driver_record(d, __NR_sched_yield); /* always dropped */
	driver_record(d, __NR_prlimit64);   /* never dropped */
	driver_record(d, __NR_close);	    /* dropped if it failed */
}

/*
 * While sampling is on, calls of the class SAMPLED are recorded in the first 1/ratio of each second:
 * drop_enter is sent when that part ends, drop when the next second begins.
 */
TESTS_EVENT(drop_enter);
TESTS_EVENT(drop);
TEST_F(driver, drop_marks_sampled_interval)
{
	unsigned n;

	record_classes(&self->d);
	ASSERT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_ENABLE_DROPPING_MODE, 8));
	make_calls(2300);
	FIND_BY(drop_enter, 0, 0);
	EXPECT_NUM(drop_enter, ratio, 8);
	EXPECT_LE(NSEC_PER_SEC / 8, self->ev->ts % NSEC_PER_SEC);
	FIND_BY(drop, 0, 0);
	EXPECT_NUM(drop, ratio, 8);
	EXPECT_GT(NSEC_PER_SEC / 8, self->ev->ts % NSEC_PER_SEC);
	for (n = 0; (self->ev = driver_find(&self->d, EV_getuid, getpid(), n)); n++)
		EXPECT_GT(NSEC_PER_SEC / 8, self->ev->ts % NSEC_PER_SEC);
	EXPECT_LT(0, n);
	EXPECT_LT(2 * n, driver_count(&self->d, EV_prlimit, getpid()));
	EXPECT_EQ(0, driver_count(&self->d, EV_generic, getpid()));
	EXPECT_EQ(0, driver_count(&self->d, EV_close, getpid()));
	/* intervals do not overlap */
	EXPECT_GE(1, abs((int)driver_count(&self->d, EV_drop_enter, 0) -
			 (int)driver_count(&self->d, EV_drop, 0)));
}

/* Process events are never sampled. */
TEST_F(driver, drop_keeps_process_events)
{
	pid_t pids[5];

	driver_trace(&self->d, FALCO_TP_SCHED_PROC_EXIT);
	ASSERT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_ENABLE_DROPPING_MODE, 128));
	for (int i = 0; i < 5; i++) {
		IN_CHILD(pids[i]);
		usleep(50000);
	}
	for (int i = 0; i < 5; i++)
		EXPECT_EQ(1, driver_count(&self->d, EV_procexit, pids[i]));
}

/* A sampling ratio of 1 drops only the calls that are always dropped. */
TEST_F(driver, drop_ratio_of_one)
{
	record_classes(&self->d);
	ASSERT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_ENABLE_DROPPING_MODE, 1));
	make_calls(50);
	EXPECT_LT(0, driver_count(&self->d, EV_getuid, getpid()));
	EXPECT_EQ(0, driver_count(&self->d, EV_generic, getpid()));
	EXPECT_EQ(0, driver_count(&self->d, EV_close, getpid()));
	EXPECT_EQ(0, driver_count(&self->d, EV_drop_enter, 0));
}

TEST_F(driver, drop_mode_disabled)
{
	record_classes(&self->d);
	ASSERT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_ENABLE_DROPPING_MODE, 128));
	ASSERT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_DISABLE_DROPPING_MODE, 0));
	make_calls(50);
	EXPECT_LT(0, driver_count(&self->d, EV_generic, getpid()));
	EXPECT_LT(0, driver_count(&self->d, EV_close, getpid()));
}

/* ---- scheduler and faults ---- */

/* Several times: on a slow machine a timer may expire before the process sleeps. */
static void sleep_repeatedly(void)
{
	for (int i = 0; i < 5; i++)
		usleep(10000);
}

TESTS_EVENT(switch);
TEST_F(driver, switch_to_other_task)
{
	driver_trace(&self->d, FALCO_TP_SCHED_SWITCH);
	sleep_repeatedly();
	FIND(switch);
	EXPECT_NE(getpid(), record_num(self->ev, IX(switch, next)));
	EXPECT_LE(0, record_num(self->ev, IX(switch, pgft_maj)));
	EXPECT_LT(0, record_num(self->ev, IX(switch, pgft_min)));
	EXPECT_LT(0, record_num(self->ev, IX(switch, vm_size)));
	EXPECT_LT(0, record_num(self->ev, IX(switch, vm_rss)));
	EXPECT_NUM(switch, vm_swap, 0);
}

TEST_F(driver, switch_back)
{
	unsigned n, back = 0;

	driver_trace(&self->d, FALCO_TP_SCHED_SWITCH);
	sleep_repeatedly();
	for (n = 0; (self->ev = driver_find(&self->d, EV_switch, 0, n)); n++)
		back += record_num(self->ev, IX(switch, next)) == getpid();
	EXPECT_LT(0, back);
}

static const struct record *fault_at(struct driver *d, uint64_t address)
{
	const struct record *r;

	for (unsigned n = 0; (r = driver_find(d, EV_page_fault, getpid(), n)); n++)
		if ((uint64_t)record_num(r, IX(page_fault, addr)) == address)
			return r;
	return NULL;
}

extern char __executable_start, etext; /* defined by the linker */

TESTS_EVENT(page_fault);
TEST_F(driver, page_fault_user)
{
	volatile char *p =
		mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char c;

	driver_trace(&self->d, FALCO_TP_PAGE_FAULT_USER);
	p[17] = 1;
	c = p[4096 + 5];
	self->ev = fault_at(&self->d, (uintptr_t)p + 17);
	ASSERT_NE(NULL, self->ev);
	ASSERT_EQ(NPARAMS(page_fault), self->ev->n_params);
	EXPECT_EQ(0, c);
	EXPECT_NUM(page_fault, error,
		   pf_flags_PAGE_NOT_PRESENT | pf_flags_WRITE_ACCESS | pf_flags_USER_FAULT);
	EXPECT_LE((int64_t)(uintptr_t)&__executable_start, record_num(self->ev, IX(page_fault, ip)));
	EXPECT_GT((int64_t)(uintptr_t)&etext, record_num(self->ev, IX(page_fault, ip)));
	self->ev = fault_at(&self->d, (uintptr_t)p + 4096 + 5);
	ASSERT_NE(NULL, self->ev);
	EXPECT_NUM(page_fault, error,
		   pf_flags_PAGE_NOT_PRESENT | pf_flags_READ_ACCESS | pf_flags_USER_FAULT);
}

TEST_F(driver, page_fault_kernel)
{
	char *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int pipes[2];

	ASSERT_EQ(0, pipe(pipes));
	ASSERT_EQ(8, write(pipes[1], "12345678", 8));
	driver_trace(&self->d, FALCO_TP_PAGE_FAULT_KERNEL);
	ASSERT_EQ(8, read(pipes[0], p + 32, 8));
	self->ev = fault_at(&self->d, (uintptr_t)p + 32);
	ASSERT_NE(NULL, self->ev);
	EXPECT_NUM(page_fault, error,
		   pf_flags_PAGE_NOT_PRESENT | pf_flags_WRITE_ACCESS | pf_flags_SUPERVISOR_FAULT);
	EXPECT_GT(0, record_num(self->ev, IX(page_fault, ip)));
}

/* ---- CPU hotplug ---- */

static const char cpu1_online[] = "/sys/devices/system/cpu/cpu1/online";

static int set_cpu1_online(const char *value)
{
	int fd = open(cpu1_online, O_WRONLY | O_CLOEXEC), ok = fd >= 0 && write(fd, value, 1) == 1;

	close(fd);
	return ok ? 0 : -1;
}

TESTS_EVENT(cpu_hotplug);
TEST_F(driver, cpu_hotplug_offline_at_open)
{
	int fd;

	driver_close(&self->d);
	if (set_cpu1_online("0"))
		SKIP(return, "CPU 1 cannot be set offline");
	ASSERT_EQ(-1, open("/dev/falco1", O_RDWR | O_CLOEXEC));
	EXPECT_EQ(ENODEV, errno);
	ASSERT_EQ(0, driver_open(&self->d, 0));
	EXPECT_EQ(1, self->d.n_rings);
	ASSERT_EQ(0, set_cpu1_online("1"));
	usleep(500000);
	fd = open("/dev/falco1", O_RDWR | O_CLOEXEC);
	EXPECT_LE(0, fd);
	FIND_BY(cpu_hotplug, 0, 0);
	EXPECT_NUM(cpu_hotplug, cpu, 1);
	EXPECT_NUM(cpu_hotplug, action, 0);
	EXPECT_EQ(1, driver_count(&self->d, EV_cpu_hotplug, 0));
	close(fd);
}

/* A CPU that goes offline and online again keeps its ring: there is no event. */
TEST_F(driver, cpu_hotplug_back_online)
{
	if (set_cpu1_online("0"))
		SKIP(return, "CPU 1 cannot be set offline");
	RECORD(__NR_getuid);
	syscall(__NR_getuid);
	ASSERT_EQ(0, set_cpu1_online("1"));
	usleep(100000);
	syscall(__NR_getuid);
	EXPECT_EQ(0, driver_count(&self->d, EV_cpu_hotplug, 0));
	EXPECT_EQ(2, driver_count(&self->d, EV_getuid, getpid()));
}
