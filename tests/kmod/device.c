// SPDX-License-Identifier: Apache-2.0
/* The device: open, mmap, ioctl and poll; masks and filters of a consumer; the ring protocol. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "expect.h"
#include "processes.h"
#include "uapi/ring.h"
#include "uapi/version.h"

enum { GENERIC_RECORD = 34 }; /* bytes of the record of a getppid() */

static double monotonic_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static uint32_t unread_bytes(struct driver *d, unsigned ring)
{
	struct falco_ring_page *page = d->pages[ring];

	return (__atomic_load_n(&page->head, __ATOMIC_ACQUIRE) - page->tail) & (d->ring_size - 1);
}

/* The number of unread records; -1 if they are malformed or do not end at head. */
static long count_unread_records(struct driver *d, unsigned ring)
{
	const struct falco_ring_page *page = d->pages[ring];
	const uint8_t *at = d->data[ring] + page->tail, *end = at + unread_bytes(d, ring);
	struct falco_event_header h;
	long n = 0;

	for (; at < end; at += h.len, n++) {
		memcpy(&h, at, sizeof(h));
		if (h.len < sizeof(h) + 2 * h.nparams || h.len > end - at || h.type >= EVENT_NUMBERS)
			return -1;
	}
	return n;
}

TEST_F(driver, device_mode_is_0400)
{
	struct stat st;

	ASSERT_EQ(0, stat("/dev/falco0", &st));
	EXPECT_EQ(0400u, st.st_mode & 0777);
}

TEST_F(driver, device_second_open_is_ebusy)
{
	EXPECT_EQ(-1, open("/dev/falco0", O_RDWR));
	EXPECT_EQ(EBUSY, errno);
}

TEST_F(driver, device_allows_five_consumers)
{
	int busy = 0, status;
	pid_t child[5];

	for (int i = 0; i < 5; i++) {
		child[i] = fork();
		if (!child[i]) {
			int fd = open("/dev/falco0", O_RDWR);

			if (fd < 0)
				_exit(errno == EBUSY ? 1 : 2);
			sleep(3);
			_exit(0);
		}
	}
	for (int i = 0; i < 5; i++) {
		waitpid(child[i], &status, 0);
		EXPECT_GT(2, WEXITSTATUS(status));
		busy += WEXITSTATUS(status) == 1;
	}
	EXPECT_EQ(1, busy); /* this test is a consumer too */
}

TEST_F(driver, device_mmap_rejects_other_sizes)
{
	size_t ring = self->d.ring_size;
	int fd = self->d.fds[0];

	EXPECT_EQ(MAP_FAILED, mmap(NULL, 2 * ring, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
	EXPECT_EQ(EIO, errno);
	EXPECT_EQ(MAP_FAILED, mmap(NULL, ring, PROT_READ, MAP_SHARED, fd, 0));
	EXPECT_EQ(EIO, errno);
	EXPECT_EQ(MAP_FAILED, mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 4096));
	EXPECT_EQ(EIO, errno);
	EXPECT_EQ(-1, mprotect(self->d.data[0], 4096, PROT_READ | PROT_WRITE));
	EXPECT_EQ(EACCES, errno);
}

TEST_F(driver, ioctl_versions_and_handshake)
{
	struct falco_handshake h = { .size = sizeof(h) };
	unsigned long long version;
	char name[64];

	EXPECT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_GET_API_VERSION, (unsigned long)&version));
	EXPECT_EQ(10ull << 44 | 1 << 24, version); /* 10.1.0 */
	EXPECT_EQ(0,
		  driver_ioctl(&self->d, FALCO_IOCTL_GET_SCHEMA_VERSION, (unsigned long)&version));
	EXPECT_EQ(4ull << 44 | 5 << 24 | 1, version); /* 4.5.1 */
	EXPECT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_GET_DRIVER_VERSION, (unsigned long)name));
	EXPECT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_HANDSHAKE, (unsigned long)&h));
	EXPECT_EQ((uint32_t)FALCO_HANDSHAKE_MAGIC, h.magic);
	EXPECT_EQ(sizeof(h), h.size);
	EXPECT_EQ(self->d.ring_size, h.ring_size);
	EXPECT_EQ((uint32_t)EVENT_NUMBERS, h.n_events);
	h.size = 4;
	EXPECT_EQ(-EINVAL, driver_ioctl(&self->d, FALCO_IOCTL_HANDSHAKE, (unsigned long)&h));
	EXPECT_EQ(-EINVAL, driver_ioctl(&self->d, FALCO_IOCTL_GET_API_VERSION, 8));
}

TEST_F(driver, ioctl_rejects_invalid_arguments)
{
	EXPECT_EQ(-ENOTTY, driver_ioctl(&self->d, FALCO_IOCTL(5), 0));
	EXPECT_EQ(-ENOTTY, driver_ioctl(&self->d, FALCO_IOCTL(255), 0));
	EXPECT_EQ(-EINVAL, driver_ioctl(&self->d, FALCO_IOCTL_SET_SNAPLEN, 65001));
	EXPECT_EQ(-EINVAL, driver_ioctl(&self->d, FALCO_IOCTL_ENABLE_TP, FALCO_TP_COUNT));
	EXPECT_EQ(-EINVAL, driver_ioctl(&self->d, FALCO_IOCTL_DISABLE_TP, -1ul));
	EXPECT_EQ(-EINVAL, driver_ioctl(&self->d, FALCO_IOCTL_ENABLE_SYSCALL, FALCO_SYSCALL_SLOTS));
	EXPECT_EQ(-EINVAL, driver_ioctl(&self->d, FALCO_IOCTL_ENABLE_DROPPING_MODE, 0));
	EXPECT_EQ(-EINVAL, driver_ioctl(&self->d, FALCO_IOCTL_ENABLE_DROPPING_MODE, 3));
	EXPECT_EQ(-EINVAL, driver_ioctl(&self->d, FALCO_IOCTL_ENABLE_DROPPING_MODE, 256));
	EXPECT_EQ(-EFAULT, driver_ioctl(&self->d, FALCO_IOCTL_SET_WATERMARK, 8));
}

TEST_F(driver, ioctl_disable_is_idempotent)
{
	for (int i = 0; i < FALCO_SYSCALL_SLOTS; i++)
		EXPECT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_DISABLE_SYSCALL, i));
	for (int i = 0; i < FALCO_TP_COUNT; i++)
		EXPECT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_DISABLE_TP, i));
}

TEST_F(driver, ioctl_process_ids)
{
	static union {
		struct falco_proclist list;
		uint8_t bytes[1 << 18];
	} u;
	unsigned long arg = (unsigned long)&u.list;
	long threads;

	EXPECT_EQ(getpid(), driver_ioctl(&self->d, FALCO_IOCTL_GET_CURRENT_PID, 0));
	EXPECT_EQ(syscall(__NR_gettid), driver_ioctl(&self->d, FALCO_IOCTL_GET_CURRENT_TID, 0));
	EXPECT_EQ(getpid(), driver_ioctl(&self->d, FALCO_IOCTL_GET_VPID, getpid()));
	EXPECT_EQ(-EINVAL, driver_ioctl(&self->d, FALCO_IOCTL_GET_VTID, 1 << 30));
	u.list.max_entries = 1;
	EXPECT_EQ(-ENOSPC, driver_ioctl(&self->d, FALCO_IOCTL_GET_PROCLIST, arg));
	threads = u.list.n_entries;
	EXPECT_LT(1, threads);
	u.list.max_entries = threads + 256;
	EXPECT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_GET_PROCLIST, arg));
	EXPECT_EQ(1u, u.list.entries[0].pid);
	u.list.max_entries = -1;
	EXPECT_EQ(-EINVAL, driver_ioctl(&self->d, FALCO_IOCTL_GET_PROCLIST, arg));
}

TEST_F(driver, mask_selects_recorded_calls)
{
	RECORD(__NR_getppid);
	call_getppid(100);
	syscall(__NR_getpgid, 0);
	driver_stop(&self->d);
	EXPECT_EQ(100u, driver_count(&self->d, EV_generic, syscall(__NR_gettid)));
}

TEST_F(driver, filter_excludes_consumer_itself)
{
	EXPECT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_SET_EXCLUDE_SELF, 1));
	RECORD(__NR_getppid);
	call_getppid(10);
	driver_stop(&self->d);
	EXPECT_EQ(0u, driver_count(&self->d, EV_generic, syscall(__NR_gettid)));
}

TEST_F(driver, filter_drops_failed_calls)
{
	EXPECT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_ENABLE_DROPFAILED, 0));
	RECORD(__NR_close);
	close(-1);
	close(dup(0));
	driver_stop(&self->d);
	EXPECT_EQ(1u, driver_count(&self->d, EV_close, syscall(__NR_gettid)));
}

TEST_F(driver, ring_wraps_contiguously)
{
	long n = 0;

	stay_on_cpu0();
	RECORD(__NR_getppid);
	driver_discard(&self->d);
	for (int i = 0; i < 200; i++) {
		long part;

		call_getppid(777); /* the record size does not divide the ring size: records wrap */
		part = count_unread_records(&self->d, 0);
		ASSERT_LE(777, part);
		n += part;
		driver_discard(&self->d);
	}
	EXPECT_LT(4l * self->d.ring_size, n * GENERIC_RECORD);
}

TEST_F(driver, ring_ignores_writes_to_page)
{
	struct falco_ring_page *page = self->d.pages[0];

	stay_on_cpu0();
	RECORD(__NR_getppid);
	driver_discard(&self->d);
	call_getppid(10);
	memset(page, 0xff, 4096);
	call_getppid(10);
	EXPECT_GT(self->d.ring_size, page->head);
	page->tail = self->d.ring_size - 1;
	page->head = 12345;
	call_getppid(10);
	EXPECT_GT(self->d.ring_size, page->head);
	EXPECT_GT(1000u, page->n_evts);
	driver_discard(&self->d);
	call_getppid(10);
	EXPECT_EQ(10, count_unread_records(&self->d, 0));
}

TEST_F(driver, ring_reserve_for_process_events)
{
	struct falco_ring_page *page = self->d.pages[0];
	struct {
		struct falco_lost head;
		uint64_t counts[EVENT_NUMBERS];
	} lost = {
		.head = { .cpu = FALCO_LOST_ALL_CPUS, .n = EVENT_NUMBERS },
	};
	pid_t child;

	stay_on_cpu0();
	RECORD(__NR_getppid);
	RECORD(__NR_clone);
	driver_trace(&self->d, FALCO_TP_SCHED_PROC_EXIT);
	driver_trace(&self->d, FALCO_TP_SCHED_PROC_FORK);
	call_getppid(self->d.ring_size / GENERIC_RECORD + 1000);
	child = fork();
	if (!child)
		_exit(0);
	waitpid(child, NULL, 0);
	EXPECT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_GET_LOST, (unsigned long)&lost));
	EXPECT_LT(1000u, lost.counts[EV_generic]);
	EXPECT_EQ(0u, lost.counts[EV_clone]);
	EXPECT_EQ(0u, lost.counts[EV_procexit]);
	EXPECT_EQ(page->n_drops_buffer, lost.counts[EV_generic]);
	EXPECT_EQ(0u, page->n_drops_buffer_clone_fork_exit);
	driver_stop(&self->d);
	EXPECT_EQ(1u, driver_count(&self->d, EV_clone, child));
	EXPECT_EQ(1u, driver_count(&self->d, EV_procexit, child));
}

/* Forks a child that sleeps for after_ms, then calls getppid() and waits to be killed. */
static pid_t call_later(int after_ms, int times)
{
	pid_t child = fork();

	if (!child) {
		usleep(after_ms * 1000);
		call_getppid(times);
		pause();
	}
	return child;
}

TEST_F(driver, poll_blocks_on_empty_ring)
{
	struct pollfd p = { .fd = self->d.fds[0], .events = POLLIN };

	RECORD(__NR_getppid);
	driver_discard(&self->d);
	EXPECT_EQ(0, poll(&p, 1, 300));
}

TEST_F(driver, poll_wakes_on_watermark_or_timeout)
{
	struct falco_watermark w = { .bytes = 20000, .timeout_ms = 1500 };
	struct pollfd p = { .fd = self->d.fds[0], .events = POLLIN };
	double start;
	pid_t child;

	EXPECT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_SET_WATERMARK, (unsigned long)&w));
	RECORD(__NR_getppid);
	driver_discard(&self->d);
	child = call_later(100, 1);
	start = monotonic_seconds();
	EXPECT_EQ(1, poll(&p, 1, 10000));
	EXPECT_LT(0.5, monotonic_seconds() - start);
	EXPECT_GT(3, monotonic_seconds() - start);
	kill_and_wait(child);
	driver_discard(&self->d);
	child = call_later(100, 5000);
	start = monotonic_seconds();
	EXPECT_EQ(1, poll(&p, 1, 10000));
	EXPECT_GT(1.2, monotonic_seconds() - start);
	kill_and_wait(child);
}

/* ---- settings ---- */

TEST_F(driver, mask_can_be_cleared)
{
	RECORD(__NR_getppid);
	EXPECT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_DISABLE_SYSCALL, __NR_getppid));
	call_getppid(5);
	EXPECT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_ENABLE_SYSCALL, __NR_getppid));
	EXPECT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_DISABLE_TP, FALCO_TP_SYS_EXIT));
	call_getppid(5);
	EXPECT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_ENABLE_TP, FALCO_TP_SYS_EXIT));
	call_getppid(3);
	EXPECT_EQ(3u, driver_count(&self->d, EV_generic, syscall(__NR_gettid)));
}

/* An open resets the consumer's settings and empties its ring. */
TEST_F(driver, device_open_resets_settings)
{
	char path[] = "/dev/falco0";

	RECORD(__NR_getppid);
	stay_on_cpu0();
	call_getppid(5);
	close(self->d.fds[0]);
	munmap(self->d.pages[0], 4096);
	munmap(self->d.data[0], 2 * (size_t)self->d.ring_size);
	self->d.fds[0] = open(path, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->d.fds[0]);
	self->d.pages[0] = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, self->d.fds[0], 0);
	self->d.data[0] =
		mmap(NULL, 2 * (size_t)self->d.ring_size, PROT_READ, MAP_SHARED, self->d.fds[0], 0);
	ASSERT_NE(MAP_FAILED, self->d.pages[0]);
	ASSERT_NE(MAP_FAILED, self->d.data[0]);
	call_getppid(5);
	EXPECT_EQ(0u, driver_count(&self->d, EV_generic, syscall(__NR_gettid)));
	EXPECT_EQ(0u, ((struct falco_ring_page *)self->d.pages[0])->n_evts);
}

/* A mapping keeps the ring in use after its descriptor is closed. */
TEST_F(driver, mapping_keeps_ring_alive)
{
	struct falco_ring_page *page = self->d.pages[0];

	RECORD(__NR_getppid);
	stay_on_cpu0();
	close(self->d.fds[0]);
	call_getppid(5);
	EXPECT_LE(5u, page->n_evts);
	EXPECT_EQ(-1, open("/dev/falco0", O_RDWR));
	EXPECT_EQ(EBUSY, errno);
	self->d.fds[0] = dup(self->d.fds[1]); /* for driver_close() */
}

TEST_F(driver, ring_page_rest_is_zero)
{
	const uint8_t *page = self->d.pages[0];

	RECORD(__NR_getppid);
	call_getppid(100);
	for (size_t i = sizeof(struct falco_ring_page); i < 4096; i++)
		ASSERT_EQ(0, page[i]);
}

/* With any value of tail, a record is written completely or not at all. */
TEST_F(driver, ring_tolerates_invalid_tail)
{
	struct falco_ring_page *page = self->d.pages[0];
	uint32_t tails[] = {
		0,	  1,  33, self->d.ring_size - 1, self->d.ring_size, self->d.ring_size + 1,
		1u << 31, ~0u
	};

	stay_on_cpu0();
	RECORD(__NR_getppid);
	for (size_t i = 0; i < 200 * ARRAY_SIZE(tails); i++) {
		page->tail = tails[i % (ARRAY_SIZE(tails))];
		page->head = (uint32_t)i * 2654435761u;
		call_getppid(300);
	}
	/* with one of these tails there is space for a record, and writing it sets head */
	for (uint32_t tail = 0; tail < self->d.ring_size; tail += self->d.ring_size / 2) {
		page->tail = tail;
		call_getppid(1);
	}
	EXPECT_GT(self->d.ring_size, page->head);
	driver_discard(&self->d);
	call_getppid(10);
	EXPECT_EQ(10, count_unread_records(&self->d, 0));
}

TEST_F(driver, ioctl_counts_tracepoint_hits)
{
	long hits[256] = { 0 }, sum = 0;

	RECORD(__NR_getppid);
	call_getppid(1000);
	ASSERT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_GET_N_TRACEPOINT_HIT, (unsigned long)hits));
	for (int i = 0; i < 256; i++)
		sum += hits[i];
	EXPECT_LT(1000, sum);
	EXPECT_EQ(-EINVAL, driver_ioctl(&self->d, FALCO_IOCTL_GET_N_TRACEPOINT_HIT, 8));
}

TEST_F(driver, ioctl_event_parameter_counts)
{
	uint8_t n[EVENT_NUMBERS];

	ASSERT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_GET_EVENT_PARAMS, (unsigned long)n));
	EXPECT_EQ(NPARAMS(execve), n[EV_execve]);
	EXPECT_EQ(NPARAMS(clone), n[EV_clone]);
	EXPECT_EQ(NPARAMS(openat_enter), n[EV_openat_enter]);
	EXPECT_EQ(0, n[EV_container]);
	EXPECT_EQ(0, n[0]);
	EXPECT_EQ(-EFAULT, driver_ioctl(&self->d, FALCO_IOCTL_GET_EVENT_PARAMS, 8));
}

TEST_F(driver, ioctl_rejects_invalid_lost_and_watermark)
{
	struct falco_lost lost = { .cpu = 100000, .n = 0 };
	struct falco_watermark w[] = { { 0, 10 }, { 1, 0 }, { 1, 60001 } };

	EXPECT_EQ(-EINVAL, driver_ioctl(&self->d, FALCO_IOCTL_GET_LOST, (unsigned long)&lost));
	EXPECT_EQ(-EFAULT, driver_ioctl(&self->d, FALCO_IOCTL_GET_LOST, 8));
	for (int i = 0; i < 3; i++)
		EXPECT_EQ(-EINVAL,
			  driver_ioctl(&self->d, FALCO_IOCTL_SET_WATERMARK, (unsigned long)&w[i]));
	EXPECT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_SET_SNAPLEN, 0));
	EXPECT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_SET_SNAPLEN, 65000));
	for (int ratio = 1; ratio <= 128; ratio *= 2)
		EXPECT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_ENABLE_DROPPING_MODE, ratio));
	EXPECT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_DISABLE_DROPPING_MODE, 0));
}

/* The ioctls return ids of the pid namespace of the process that the argument names. */
TEST_F(driver, ioctl_vpid_in_other_namespace)
{
	pid_t pid;

	ASSERT_EQ(0, unshare(CLONE_NEWPID));
	pid = fork();
	if (!pid) {
		pause();
		_exit(0);
	}
	EXPECT_EQ(1, driver_ioctl(&self->d, FALCO_IOCTL_GET_VTID, pid));
	EXPECT_EQ(1, driver_ioctl(&self->d, FALCO_IOCTL_GET_VPID, pid));
	kill_and_wait(pid);
}

/* g_buffer_bytes_dim applies to the next consumer, and invalid sizes are rejected. */
TEST_F(driver, ring_size_module_parameter)
{
	static const char *const invalid_sizes[] = { "0",  "8192",     "1000000",
						     "-1", "0x100000", "many" };
	int fd = open("/sys/module/falco/parameters/g_buffer_bytes_dim", O_WRONLY | O_CLOEXEC);
	struct falco_handshake h = { .size = sizeof(h) };

	ASSERT_LE(0, fd);
	for (size_t i = 0; i < ARRAY_SIZE(invalid_sizes); i++)
		EXPECT_EQ(-1, pwrite(fd, invalid_sizes[i], strlen(invalid_sizes[i]), 0));
	driver_close(&self->d);
	ASSERT_EQ(0, driver_open(&self->d, 16384));
	ASSERT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_HANDSHAKE, (unsigned long)&h));
	EXPECT_EQ(16384u, h.ring_size);
	RECORD(__NR_getppid);
	call_getppid(100);
	EXPECT_EQ(100u, driver_count(&self->d, EV_generic, syscall(__NR_gettid)));
}
