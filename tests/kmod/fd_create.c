// SPDX-License-Identifier: Apache-2.0
/* Calls that create descriptors other than files and sockets: eventfd, signalfd, timerfd, ... */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>

#include "expect.h"
#include "buffers.h"

enum { CLOSED_FD = 55 };

TESTS_EVENT(eventfd);
TEST_F(driver, eventfd_succeeds)
{
	int fd;

	RECORD(__NR_eventfd);
	fd = syscall(__NR_eventfd, 3);
	FIND(eventfd);
	ASSERT_LE(0, fd);
	EXPECT_NUM(eventfd, res, fd);
	EXPECT_NUM(eventfd, initval, 3);
	EXPECT_NUM(eventfd, flags, 0);
}

TESTS_EVENT(eventfd2);
/* quirk: the wire format has no bit for EFD_SEMAPHORE. */
TEST_F(driver, eventfd2_succeeds)
{
	int fd;

	RECORD(__NR_eventfd2);
	fd = syscall(__NR_eventfd2, 3, EFD_CLOEXEC | EFD_NONBLOCK | EFD_SEMAPHORE);
	FIND(eventfd2);
	ASSERT_LE(0, fd);
	EXPECT_NUM(eventfd2, res, fd);
	EXPECT_NUM(eventfd2, flags, file_flags_O_CLOEXEC | file_flags_O_NONBLOCK);
	EXPECT_NUM(eventfd2, initval, 3);
}

TEST_F(driver, eventfd2_fails)
{
	RECORD(__NR_eventfd2);
	ASSERT_EQ(-1, syscall(__NR_eventfd2, 3, O_TRUNC));
	FIND(eventfd2);
	EXPECT_NUM(eventfd2, res, -EINVAL);
	EXPECT_NUM(eventfd2, flags, 0);
}

TESTS_EVENT(signalfd);
TEST_F(driver, signalfd_succeeds_and_fails)
{
	uint64_t mask = 1 << (SIGUSR1 - 1);
	int fd;

	RECORD(__NR_signalfd);
	fd = syscall(__NR_signalfd, -1, &mask, 8);
	ASSERT_EQ(-1, syscall(__NR_signalfd, CLOSED_FD, &mask, 8));
	FIND(signalfd);
	ASSERT_LE(0, fd);
	EXPECT_NUM(signalfd, res, fd);
	EXPECT_NUM(signalfd, fd, -1);
	EXPECT_NUM(signalfd, mask, 0);
	EXPECT_NUM(signalfd, flags, 0);
	FIND_BY(signalfd, gettid(), 1);
	EXPECT_NUM(signalfd, res, -EBADF);
	EXPECT_NUM(signalfd, fd, CLOSED_FD);
}

TESTS_EVENT(signalfd4);
TEST_F(driver, signalfd4_succeeds_and_fails)
{
	uint64_t mask = 1 << (SIGUSR1 - 1);
	int fd;

	RECORD(__NR_signalfd4);
	fd = syscall(__NR_signalfd4, -1, &mask, 8, SFD_CLOEXEC | SFD_NONBLOCK);
	ASSERT_EQ(-1, syscall(__NR_signalfd4, CLOSED_FD, &mask, 8, O_TRUNC));
	FIND(signalfd4);
	ASSERT_LE(0, fd);
	EXPECT_NUM(signalfd4, res, fd);
	EXPECT_NUM(signalfd4, flags, file_flags_O_CLOEXEC | file_flags_O_NONBLOCK);
	EXPECT_NUM(signalfd4, fd, -1);
	EXPECT_NUM(signalfd4, mask, 0);
	FIND_BY(signalfd4, gettid(), 1);
	EXPECT_NUM(signalfd4, res, -EINVAL);
	EXPECT_NUM(signalfd4, flags, 0);
	EXPECT_NUM(signalfd4, fd, CLOSED_FD);
}

TESTS_EVENT(timerfd_create);
/* quirk: only the lowest eight bits of the flags are recorded, which do not include O_CLOEXEC. */
TEST_F(driver, timerfd_create_succeeds_and_fails)
{
	int fd;

	RECORD(__NR_timerfd_create);
	fd = syscall(__NR_timerfd_create, CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	ASSERT_EQ(-1, syscall(__NR_timerfd_create, 99, 0));
	FIND(timerfd_create);
	ASSERT_LE(0, fd);
	EXPECT_NUM(timerfd_create, res, fd);
	EXPECT_NUM(timerfd_create, clockid, CLOCK_MONOTONIC);
	EXPECT_NUM(timerfd_create, flags, (uint8_t)file_flags_O_NONBLOCK);
	FIND_BY(timerfd_create, gettid(), 1);
	EXPECT_NUM(timerfd_create, res, -EINVAL);
	EXPECT_NUM(timerfd_create, clockid, 99);
	EXPECT_NUM(timerfd_create, flags, 0);
}

TESTS_EVENT(inotify_init);
TEST_F(driver, inotify_init_succeeds)
{
	int fd;

	RECORD(__NR_inotify_init);
	fd = syscall(__NR_inotify_init);
	FIND(inotify_init);
	ASSERT_LE(0, fd);
	EXPECT_NUM(inotify_init, res, fd);
	EXPECT_NUM(inotify_init, flags, 0);
}

TESTS_EVENT(inotify_init1);
TEST_F(driver, inotify_init1_succeeds_and_fails)
{
	int fd;

	RECORD(__NR_inotify_init1);
	fd = syscall(__NR_inotify_init1, IN_CLOEXEC | IN_NONBLOCK);
	ASSERT_EQ(-1, syscall(__NR_inotify_init1, O_TRUNC));
	FIND(inotify_init1);
	ASSERT_LE(0, fd);
	EXPECT_NUM(inotify_init1, res, fd);
	EXPECT_NUM(inotify_init1, flags, file_flags_O_CLOEXEC | file_flags_O_NONBLOCK);
	FIND_BY(inotify_init1, gettid(), 1);
	EXPECT_NUM(inotify_init1, res, -EINVAL);
	EXPECT_NUM(inotify_init1, flags, 0);
}

TESTS_EVENT(userfaultfd);
/* quirk: the flags have their native values. */
TEST_F(driver, userfaultfd_succeeds_and_fails)
{
	int fd;

	RECORD(__NR_userfaultfd);
	fd = syscall(__NR_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	SKIP_IF_ENOSYS(fd);
	ASSERT_EQ(-1, syscall(__NR_userfaultfd, 1 << 30));
	FIND(userfaultfd);
	ASSERT_LE(0, fd);
	EXPECT_NUM(userfaultfd, res, fd);
	EXPECT_NUM(userfaultfd, flags, O_CLOEXEC | O_NONBLOCK);
	FIND_BY(userfaultfd, gettid(), 1);
	EXPECT_NUM(userfaultfd, res, -EINVAL);
	EXPECT_NUM(userfaultfd, flags, 1 << 30);
}

TESTS_EVENT(memfd_create);
TEST_F(driver, memfd_create_succeeds)
{
	int fd;

	RECORD(__NR_memfd_create);
	fd = syscall(__NR_memfd_create, "a name", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	SKIP_IF_ENOSYS(fd);
	FIND(memfd_create);
	ASSERT_LE(0, fd);
	EXPECT_NUM(memfd_create, fd, fd);
	EXPECT_TEXT(memfd_create, name, "a name");
	EXPECT_NUM(memfd_create, flags,
		   memfd_create_flags_MFD_CLOEXEC | memfd_create_flags_MFD_ALLOW_SEALING);
}

TEST_F(driver, memfd_create_fails)
{
	RECORD(__NR_memfd_create);
	ASSERT_EQ(-1, syscall(__NR_memfd_create, NULL, MFD_HUGETLB));
	ASSERT_EQ(-1, syscall(__NR_memfd_create, long_text(5000), 0));
	ASSERT_LE(0, syscall(__NR_memfd_create, "", 0));
	FIND(memfd_create);
	EXPECT_NUM(memfd_create, fd, -EFAULT);
	EXPECT_EMPTY(memfd_create, name);
	EXPECT_NUM(memfd_create, flags, memfd_create_flags_MFD_HUGETLB);
	FIND_BY(memfd_create, gettid(), 1);
	EXPECT_NUM(memfd_create, fd, -EINVAL);
	EXPECT_TEXT(memfd_create, name, long_text(5000));
	FIND_BY(memfd_create, gettid(), 2);
	EXPECT_TEXT(memfd_create, name, "");
}

TESTS_EVENT(pidfd_open);
TEST_F(driver, pidfd_open_own_process)
{
	int fd;

	RECORD(__NR_pidfd_open);
	fd = syscall(__NR_pidfd_open, getpid(), O_NONBLOCK);
	if (fd < 0) /* v5.10 added O_NONBLOCK */
		fd = -errno;
	ASSERT_EQ(-1, syscall(__NR_pidfd_open, -1, 0));
	FIND(pidfd_open);
	EXPECT_NUM(pidfd_open, fd, fd);
	EXPECT_NUM(pidfd_open, pid, getpid());
	EXPECT_NUM(pidfd_open, flags, pidfd_open_flags_PIDFD_NONBLOCK);
	FIND_BY(pidfd_open, gettid(), 1);
	EXPECT_NUM(pidfd_open, fd, -EINVAL);
	EXPECT_NUM(pidfd_open, pid, -1);
	EXPECT_NUM(pidfd_open, flags, 0);
}

TESTS_EVENT(pidfd_getfd);
TEST_F(driver, pidfd_getfd_own_process)
{
	int pidfd = syscall(__NR_pidfd_open, getpid(), 0), fd;

	RECORD(__NR_pidfd_getfd);
	fd = syscall(__NR_pidfd_getfd, pidfd, 1, 0);
	SKIP_IF_ENOSYS(fd);
	ASSERT_EQ(-1, syscall(__NR_pidfd_getfd, -1, -2, 3));
	FIND(pidfd_getfd);
	ASSERT_LE(0, fd);
	EXPECT_NUM(pidfd_getfd, fd, fd);
	EXPECT_NUM(pidfd_getfd, pid_fd, pidfd);
	EXPECT_NUM(pidfd_getfd, target_fd, 1);
	EXPECT_NUM(pidfd_getfd, flags, 0);
	FIND_BY(pidfd_getfd, gettid(), 1);
	EXPECT_NUM(pidfd_getfd, fd, -EINVAL);
	EXPECT_NUM(pidfd_getfd, pid_fd, -1);
	EXPECT_NUM(pidfd_getfd, target_fd, -2);
	EXPECT_NUM(pidfd_getfd, flags, 3);
}
