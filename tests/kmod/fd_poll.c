// SPDX-License-Identifier: Apache-2.0
/* poll, ppoll, select, epoll. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>

#include "expect.h"
#include "buffers.h"

enum { POLLS = 300 };

/* The read end of a pipe with data and an open write end. */
static int readable_pipe(void)
{
	int p[2];

	if (pipe(p) || write(p[1], "hello", 5) != 5)
		abort();
	return p[0];
}

/* A T_fdlist parameter. */
struct __attribute__((packed)) poll_entry {
	int64_t fd;
	uint16_t events;
};

struct __attribute__((packed)) poll_list {
	uint16_t n;
	struct poll_entry entries[POLLS];
};

#define EXPECT_POLLS(event, name, list) \
	EXPECT_BYTES(event, name, list, 2 + (list)->n * sizeof(struct poll_entry))

TESTS_EVENT(poll);
TEST_F(driver, poll_five_fds)
{
	int readable = readable_pipe(), hung_up = pipe_with(""), p[2];
	struct poll_list want = { 5,
				  {
					  { readable, poll_flags_POLLIN | poll_flags_POLLRDNORM },
					  { -1, 0 },
					  { 0, poll_flags_POLLNVAL },
					  { hung_up, poll_flags_POLLHUP },
					  { 0, poll_flags_POLLOUT | poll_flags_POLLERR },
				  } };
	struct pollfd fds[5];

	ASSERT_EQ(0, pipe(p));
	close(p[0]);
	want.entries[2].fd = p[0];
	want.entries[4].fd = p[1];
	for (int i = 0; i < 5; i++)
		fds[i] = (struct pollfd){ (int)want.entries[i].fd, POLLIN | POLLOUT | POLLRDNORM,
					  POLLPRI };
	RECORD(__NR_poll);
	ASSERT_EQ(4, syscall(__NR_poll, fds, 5, 10));
	FIND(poll);
	EXPECT_NUM(poll, res, 4);
	EXPECT_POLLS(poll, fds, &want);
	EXPECT_NUM(poll, timeout, 10);
}

/* A long array is recorded completely. */
TEST_F(driver, poll_300_fds)
{
	int readable = readable_pipe();
	struct pollfd fds[POLLS];
	struct poll_list want = { .n = POLLS };

	for (int i = 0; i < POLLS; i++) {
		fds[i] = (struct pollfd){ i % 2 ? readable : -1, POLLIN, 0 };
		want.entries[i] = (struct poll_entry){ fds[i].fd, i % 2 ? poll_flags_POLLIN : 0 };
	}
	RECORD(__NR_poll);
	ASSERT_EQ(POLLS / 2, syscall(__NR_poll, fds, POLLS, 0));
	FIND(poll);
	EXPECT_POLLS(poll, fds, &want);
}

TEST_F(driver, poll_without_fds)
{
	struct poll_list none = { 0 };

	RECORD(__NR_poll);
	ASSERT_EQ(0, syscall(__NR_poll, NULL, 0, 0));
	ASSERT_EQ(-1, syscall(__NR_poll, NULL, 2, 0));
	ASSERT_EQ(-1, syscall(__NR_poll, inaccessible(), 2, 0));
	ASSERT_EQ(-1, syscall(__NR_poll, inaccessible(), -1, 0));
	for (int i = 0; i < 4; i++) {
		FIND_BY(poll, gettid(), i);
		EXPECT_POLLS(poll, fds, &none);
	}
}

/* The timeout is an int: the module ignores the upper half of the register. */
TEST_F(driver, poll_infinite_timeout)
{
	struct pollfd fd = { readable_pipe(), POLLIN, 0 };

	RECORD(__NR_poll);
	ASSERT_EQ(1, syscall(__NR_poll, &fd, 1, (unsigned long)UINT32_MAX));
	ASSERT_EQ(1, syscall(__NR_poll, &fd, 1, -1L));
	FIND(poll);
	EXPECT_NUM(poll, timeout, -1);
	FIND_BY(poll, gettid(), 1);
	EXPECT_NUM(poll, timeout, -1);
}

TEST_F(driver, poll_by_ia32)
{
	struct pollfd *fd = low_memory(4096);
	struct poll_list want = { 1, { { readable_pipe(), poll_flags_POLLIN } } };

	*fd = (struct pollfd){ (int)want.entries[0].fd, POLLIN, 0 };
	RECORD(__NR_poll);
	ASSERT_EQ(1, syscall_ia32(NR_IA32_poll, (long)fd, 1, -1, 0, 0, 0));
	FIND(poll);
	EXPECT_NUM(poll, res, 1);
	EXPECT_POLLS(poll, fds, &want);
	EXPECT_NUM(poll, timeout, -1);
}

TESTS_EVENT(ppoll);
TEST_F(driver, ppoll_all_arguments)
{
	struct poll_list want = { 1, { { readable_pipe(), poll_flags_POLLIN } } };
	struct pollfd fd = { (int)want.entries[0].fd, POLLIN, 0 };
	struct timespec t = { 2, 500 };
	uint64_t mask = 1UL << (SIGUSR1 - 1) | 1UL << (SIGTERM - 1) | 1UL << 40;

	RECORD(__NR_ppoll);
	ASSERT_EQ(1, syscall(__NR_ppoll, &fd, 1, &t, &mask, 8));
	FIND(ppoll);
	EXPECT_NUM(ppoll, res, 1);
	EXPECT_POLLS(ppoll, fds, &want);
	/* the kernel has replaced the timeout by the remaining time, which may be the same */
	EXPECT_GE(2000000500, t.tv_sec * NSEC_PER_SEC + t.tv_nsec);
	EXPECT_NUM(ppoll, timeout, t.tv_sec * NSEC_PER_SEC + t.tv_nsec);
	EXPECT_NUM(ppoll, sigmask, 1U << (SIGUSR1 - 1) | 1U << (SIGTERM - 1));
}

TEST_F(driver, ppoll_unreadable_arguments)
{
	struct poll_list none = { 0 };
	struct pollfd fd = { -1, 0, 0 };

	RECORD(__NR_ppoll);
	ASSERT_EQ(-1, syscall(__NR_ppoll, inaccessible(), 1, NULL, NULL, 8));
	ASSERT_EQ(-1, syscall(__NR_ppoll, &fd, 0, inaccessible(), inaccessible(), 8));
	FIND(ppoll);
	EXPECT_NUM(ppoll, res, -EFAULT);
	EXPECT_POLLS(ppoll, fds, &none);
	EXPECT_NUM(ppoll, timeout, 0);
	EXPECT_NUM(ppoll, sigmask, 0);
	FIND_BY(ppoll, gettid(), 1);
	EXPECT_NUM(ppoll, res, -EFAULT);
	EXPECT_POLLS(ppoll, fds, &none);
	EXPECT_NUM(ppoll, timeout, 0);
	EXPECT_NUM(ppoll, sigmask, 0);
}

/* ppoll has 32-bit times, ppoll_time64 has 64-bit times. */
TEST_F(driver, ppoll_by_ia32)
{
	struct {
		int32_t narrow[2];
		int64_t wide[2];
		uint64_t mask;
		struct pollfd fd;
	} *m = low_memory(4096);

	m->mask = 1UL << (SIGUSR1 - 1);
	m->narrow[1] = 500;
	m->fd = (struct pollfd){ readable_pipe(), POLLIN, 0 };
	RECORD(__NR_ppoll);
	ASSERT_EQ(0, syscall_ia32(NR_IA32_ppoll, 0, 0, (long)m->narrow, (long)&m->mask, 8, 0));
	m->wide[0] = 7;
	m->wide[1] = 500;
	ASSERT_EQ(1, syscall_ia32(NR_IA32_ppoll_time64, (long)&m->fd, 1, (long)m->wide,
				  (long)&m->mask, 8, 0));
	FIND(ppoll);
	EXPECT_NUM(ppoll, timeout, m->narrow[1]);
	EXPECT_NUM(ppoll, sigmask, 1U << (SIGUSR1 - 1));
	FIND_BY(ppoll, gettid(), 1);
	EXPECT_NUM(ppoll, timeout, m->wide[0] * NSEC_PER_SEC + m->wide[1]);
	EXPECT_NUM(ppoll, sigmask, 1U << (SIGUSR1 - 1));
}

TESTS_EVENT(select);
TEST_F(driver, select_one_fd)
{
	int fd = pipe_with("hello");
	struct timeval t = { 0 };
	fd_set set;

	FD_ZERO(&set);
	FD_SET(fd, &set);
	RECORD(__NR_select);
	ASSERT_EQ(1, syscall(__NR_select, fd + 1, &set, NULL, NULL, &t));
	ASSERT_EQ(-1, syscall(__NR_select, -1, NULL, NULL, NULL, &t));
	FIND(select);
	EXPECT_NUM(select, res, 1);
	FIND_BY(select, gettid(), 1);
	EXPECT_NUM(select, res, -EINVAL);
}

TESTS_EVENT(epoll_wait);
TEST_F(driver, epoll_wait_one_event)
{
	int epoll = epoll_create1(0), fd = eventfd(1, 0);
	struct epoll_event want = { .events = EPOLLIN }, got[4];

	ASSERT_EQ(0, epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &want));
	RECORD(__NR_epoll_wait);
	ASSERT_EQ(1, syscall(__NR_epoll_wait, epoll, got, 4, 0));
	ASSERT_EQ(-1, syscall(__NR_epoll_wait, epoll, got, -4, 0));
	FIND(epoll_wait);
	EXPECT_NUM(epoll_wait, res, 1);
	EXPECT_NUM(epoll_wait, maxevents, 4);
	FIND_BY(epoll_wait, gettid(), 1);
	EXPECT_NUM(epoll_wait, res, -EINVAL);
	EXPECT_NUM(epoll_wait, maxevents, -4);
}

TESTS_EVENT(epoll_create);
TEST_F(driver, epoll_create_succeeds_and_fails)
{
	int fd;

	RECORD(__NR_epoll_create);
	fd = syscall(__NR_epoll_create, 9);
	ASSERT_EQ(-1, syscall(__NR_epoll_create, -9));
	FIND(epoll_create);
	EXPECT_NUM(epoll_create, res, fd);
	EXPECT_NUM(epoll_create, size, 9);
	FIND_BY(epoll_create, gettid(), 1);
	EXPECT_NUM(epoll_create, res, -EINVAL);
	EXPECT_NUM(epoll_create, size, -9);
}

TESTS_EVENT(epoll_create1);
TEST_F(driver, epoll_create1_succeeds_and_fails)
{
	int fd;

	RECORD(__NR_epoll_create1);
	fd = syscall(__NR_epoll_create1, EPOLL_CLOEXEC);
	ASSERT_EQ(-1, syscall(__NR_epoll_create1, 1));
	FIND(epoll_create1);
	EXPECT_NUM(epoll_create1, res, fd);
	EXPECT_NUM(epoll_create1, flags, epoll_create1_flags_EPOLL_CLOEXEC);
	FIND_BY(epoll_create1, gettid(), 1);
	EXPECT_NUM(epoll_create1, res, -EINVAL);
	EXPECT_NUM(epoll_create1, flags, 0);
}
