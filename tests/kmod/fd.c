// SPDX-License-Identifier: Apache-2.0
/* Descriptors: duplicate, close, pipe, poll, event descriptors.  Included by main.c. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <time.h>

#define NO_SUCH_CALL(result)                                          \
	do {                                                          \
		if ((result) < 0 && errno == ENOSYS)                  \
			SKIP(return, "this kernel has no such call"); \
	} while (0)

enum { A_FD = 55, POLLS = 300 };

enum ia32_fd {
	IA32_CLOSE = 6,
	IA32_LSEEK = 19,
	IA32_DUP = 41,
	IA32_IOCTL = 54,
	IA32_FCNTL = 55,
	IA32_SELECT = 82,
	IA32_LLSEEK = 140,
	IA32_POLL = 168,
	IA32_FCNTL64 = 221,
	IA32_PPOLL = 309,
	IA32_PIPE2 = 331,
	IA32_PPOLL_TIME64 = 414,
};

/* Something to read, and somebody who may write more. */
static int readable(void)
{
	int p[2];

	if (pipe(p) || write(p[1], "hello", 5) != 5)
		abort();
	return p[0];
}

static uint64_t inode_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) ? 0 : st.st_ino;
}

TESTS_EVENT(close);
TEST_F(driver, close_what_is_open)
{
	int fd = dup(0);

	RECORD(__NR_close);
	ASSERT_EQ(0, syscall(__NR_close, fd));
	FIND(close);
	EXPECT_NUM(close, res, 0);
	EXPECT_NUM(close, fd, fd);
}

TEST_F(driver, close_fails)
{
	RECORD(__NR_close);
	ASSERT_EQ(-1, syscall(__NR_close, -1));
	FIND(close);
	EXPECT_NUM(close, res, -EBADF);
	EXPECT_NUM(close, fd, -1);
}

/* Descriptors are ints: what else is in the register does not count, not for the kernel either. */
TEST_F(driver, close_by_the_lower_half)
{
	int fd = dup(0);

	RECORD(__NR_close);
	ASSERT_EQ(0, syscall(__NR_close, (1L << 32) + fd));
	FIND(close);
	EXPECT_NUM(close, fd, fd);
}

TEST_F(driver, close_by_ia32)
{
	RECORD(__NR_close);
	ASSERT_EQ(-EBADF, syscall_ia32(IA32_CLOSE, -1, 0, 0, 0, 0, 0));
	FIND(close);
	EXPECT_NUM(close, res, -EBADF);
	EXPECT_NUM(close, fd, -1);
}

TESTS_EVENT(pipe);
TEST_F(driver, pipe_makes_two)
{
	int p[2];

	RECORD(__NR_pipe);
	ASSERT_EQ(0, syscall(__NR_pipe, p));
	FIND(pipe);
	EXPECT_NUM(pipe, res, 0);
	EXPECT_NUM(pipe, fd1, p[0]);
	EXPECT_NUM(pipe, fd2, p[1]);
	EXPECT_NUM(pipe, ino, inode_of(p[0]));
	EXPECT_NE(0, inode_of(p[0]));
}

TEST_F(driver, pipe_fails)
{
	RECORD(__NR_pipe);
	ASSERT_EQ(-1, syscall(__NR_pipe, NULL));
	ASSERT_EQ(-1, syscall(__NR_pipe, nowhere()));
	for (int i = 0; i < 2; i++) {
		FIND_BY(pipe, gettid(), i);
		EXPECT_NUM(pipe, res, -EFAULT);
		EXPECT_NUM(pipe, fd1, -1);
		EXPECT_NUM(pipe, fd2, -1);
		EXPECT_NUM(pipe, ino, 0);
	}
}

TESTS_EVENT(pipe2);
TEST_F(driver, pipe2_makes_two)
{
	int p[2];

	RECORD(__NR_pipe2);
	ASSERT_EQ(0, syscall(__NR_pipe2, p, O_CLOEXEC | O_NONBLOCK | O_DIRECT));
	FIND(pipe2);
	EXPECT_NUM(pipe2, res, 0);
	EXPECT_NUM(pipe2, fd1, p[0]);
	EXPECT_NUM(pipe2, fd2, p[1]);
	EXPECT_NUM(pipe2, ino, inode_of(p[0]));
	EXPECT_NUM(pipe2, flags, file_flags_O_CLOEXEC | file_flags_O_NONBLOCK | file_flags_O_DIRECT);
}

TEST_F(driver, pipe2_fails)
{
	int p[2] = { 7, 8 };

	RECORD(__NR_pipe2);
	ASSERT_EQ(-1, syscall(__NR_pipe2, p, O_TRUNC));
	FIND(pipe2);
	EXPECT_NUM(pipe2, res, -EINVAL);
	EXPECT_NUM(pipe2, fd1, -1);
	EXPECT_NUM(pipe2, fd2, -1);
	EXPECT_NUM(pipe2, ino, 0);
	EXPECT_NUM(pipe2, flags, 0);
}

TEST_F(driver, pipe2_by_ia32)
{
	int *p = low_memory(4096);

	RECORD(__NR_pipe2);
	ASSERT_EQ(0, syscall_ia32(IA32_PIPE2, (long)p, O_CLOEXEC, 0, 0, 0, 0));
	FIND(pipe2);
	EXPECT_NUM(pipe2, fd1, p[0]);
	EXPECT_NUM(pipe2, fd2, p[1]);
	EXPECT_NUM(pipe2, ino, inode_of(p[0]));
}

TESTS_EVENT(eventfd);
TEST_F(driver, eventfd_made)
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
/* quirk: the wire has no bit for EFD_SEMAPHORE. */
TEST_F(driver, eventfd2_made)
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

TESTS_EVENT(lseek);
TEST_F(driver, lseek_every_way)
{
	static const int whence[] = { SEEK_SET, SEEK_CUR, SEEK_END };
	static const int wire[] = { lseek_whence_SEEK_SET, lseek_whence_SEEK_CUR,
				    lseek_whence_SEEK_END };
	static const long offset[] = { 4, 2, -5 }, result[] = { 4, 6, 7 };
	int fd = file_with("hello, world");

	RECORD(__NR_lseek);
	for (int i = 0; i < 3; i++)
		ASSERT_EQ(result[i], syscall(__NR_lseek, fd, offset[i], whence[i]));
	for (int i = 0; i < 3; i++) {
		FIND_BY(lseek, gettid(), i);
		EXPECT_NUM(lseek, res, result[i]);
		EXPECT_NUM(lseek, fd, fd);
		EXPECT_NUM(lseek, offset, offset[i]);
		EXPECT_NUM(lseek, whence, wire[i]);
	}
}

TEST_F(driver, lseek_fails)
{
	RECORD(__NR_lseek);
	ASSERT_EQ(-1, syscall(__NR_lseek, pipe_with(""), 1L, SEEK_CUR));
	FIND(lseek);
	EXPECT_NUM(lseek, res, -ESPIPE);
	EXPECT_NUM(lseek, offset, 1);
}

TEST_F(driver, lseek_by_ia32)
{
	int fd = file_with("hello, world");

	RECORD(__NR_lseek);
	ASSERT_EQ(7, syscall_ia32(IA32_LSEEK, fd, -5, SEEK_END, 0, 0, 0));
	FIND(lseek);
	EXPECT_NUM(lseek, res, 7);
	EXPECT_NUM(lseek, offset, -5);
	EXPECT_NUM(lseek, whence, lseek_whence_SEEK_END);
}

TESTS_EVENT(llseek);
TEST_F(driver, llseek_by_ia32)
{
	int64_t *result = low_memory(4096);
	int fd = file_with("hello, world");

	RECORD(__NR_lseek);
	ASSERT_EQ(0, syscall_ia32(IA32_LLSEEK, fd, 1, FAR, (long)result, SEEK_SET, 0));
	ASSERT_EQ(-EINVAL, syscall_ia32(IA32_LLSEEK, fd, -1, -100, (long)result, SEEK_END, 0));
	EXPECT_EQ(FAR_POS, *result);
	FIND(llseek);
	EXPECT_NUM(llseek, res, 0);
	EXPECT_NUM(llseek, fd, fd);
	EXPECT_NUM(llseek, offset, FAR_POS);
	EXPECT_NUM(llseek, whence, lseek_whence_SEEK_SET);
	FIND_BY(llseek, gettid(), 1);
	EXPECT_NUM(llseek, res, -EINVAL);
	EXPECT_NUM(llseek, offset, -100);
	EXPECT_NUM(llseek, whence, lseek_whence_SEEK_END);
}

TESTS_EVENT(signalfd);
TEST_F(driver, signalfd_made)
{
	uint64_t mask = 1 << (SIGUSR1 - 1);
	int fd;

	RECORD(__NR_signalfd);
	fd = syscall(__NR_signalfd, -1, &mask, 8);
	ASSERT_EQ(-1, syscall(__NR_signalfd, A_FD, &mask, 8));
	FIND(signalfd);
	ASSERT_LE(0, fd);
	EXPECT_NUM(signalfd, res, fd);
	EXPECT_NUM(signalfd, fd, -1);
	EXPECT_NUM(signalfd, mask, 0);
	EXPECT_NUM(signalfd, flags, 0);
	FIND_BY(signalfd, gettid(), 1);
	EXPECT_NUM(signalfd, res, -EBADF);
	EXPECT_NUM(signalfd, fd, A_FD);
}

TESTS_EVENT(signalfd4);
TEST_F(driver, signalfd4_made)
{
	uint64_t mask = 1 << (SIGUSR1 - 1);
	int fd;

	RECORD(__NR_signalfd4);
	fd = syscall(__NR_signalfd4, -1, &mask, 8, SFD_CLOEXEC | SFD_NONBLOCK);
	ASSERT_EQ(-1, syscall(__NR_signalfd4, A_FD, &mask, 8, O_TRUNC));
	FIND(signalfd4);
	ASSERT_LE(0, fd);
	EXPECT_NUM(signalfd4, res, fd);
	EXPECT_NUM(signalfd4, flags, file_flags_O_CLOEXEC | file_flags_O_NONBLOCK);
	EXPECT_NUM(signalfd4, fd, -1);
	EXPECT_NUM(signalfd4, mask, 0);
	FIND_BY(signalfd4, gettid(), 1);
	EXPECT_NUM(signalfd4, res, -EINVAL);
	EXPECT_NUM(signalfd4, flags, 0);
	EXPECT_NUM(signalfd4, fd, A_FD);
}

TESTS_EVENT(timerfd_create);
/* quirk: of the flags only the lowest eight bits are on the wire, and O_CLOEXEC is not among them. */
TEST_F(driver, timerfd_create_made)
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
TEST_F(driver, inotify_init_made)
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
TEST_F(driver, inotify_init1_made)
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

TESTS_EVENT(fcntl);
TEST_F(driver, fcntl_dupfd)
{
	int fd;

	RECORD(__NR_fcntl);
	fd = syscall(__NR_fcntl, 0, F_DUPFD_CLOEXEC, A_FD);
	FIND(fcntl);
	ASSERT_LE(A_FD, fd);
	EXPECT_NUM(fcntl, res, fd);
	EXPECT_NUM(fcntl, fd, 0);
	EXPECT_NUM(fcntl, cmd, fcntl_commands_F_DUPFD_CLOEXEC);
	EXPECT_NUM(fcntl, arg, A_FD);
}

TEST_F(driver, fcntl_fails)
{
	RECORD(__NR_fcntl);
	ASSERT_EQ(-1, syscall(__NR_fcntl, -1, F_GETFL, 0));
	ASSERT_EQ(-1, syscall(__NR_fcntl, 0, 9999, -1L));
	FIND(fcntl);
	EXPECT_NUM(fcntl, res, -EBADF);
	EXPECT_NUM(fcntl, fd, -1);
	EXPECT_NUM(fcntl, cmd, fcntl_commands_F_GETFL);
	FIND_BY(fcntl, gettid(), 1);
	EXPECT_NUM(fcntl, res, -EINVAL);
	EXPECT_NUM(fcntl, cmd, fcntl_commands_UNKNOWN);
	EXPECT_NUM(fcntl, arg, -1);
}

/* Commands that only 32-bit callers have mean the same on every kernel. */
TEST_F(driver, fcntl_by_ia32)
{
	enum { GETLK64 = 12, SETLK64 = 13, SETLKW64 = 14 };
	static const int wire[] = { fcntl_commands_F_GETLK64, fcntl_commands_F_SETLK64,
				    fcntl_commands_F_SETLKW64 };
	int fd = file_with("hello");
	char *lock = low_memory(4096);

	RECORD(__NR_fcntl);
	ASSERT_EQ(O_RDWR | 0100000, syscall_ia32(IA32_FCNTL, fd, F_GETFL, 0, 0, 0, 0) | 0100000);
	for (int i = 0; i < 3; i++)
		ASSERT_EQ(0, syscall_ia32(IA32_FCNTL64, fd, GETLK64 + i, (long)lock, 0, 0, 0));
	FIND(fcntl);
	EXPECT_NUM(fcntl, cmd, fcntl_commands_F_GETFL);
	for (int i = 0; i < 3; i++) {
		FIND_BY(fcntl, gettid(), 1 + i);
		EXPECT_NUM(fcntl, fd, fd);
		EXPECT_NUM(fcntl, cmd, wire[i]);
		EXPECT_NUM(fcntl, arg, (uintptr_t)lock);
	}
}

TESTS_EVENT(ioctl);
TEST_F(driver, ioctl_of_a_pipe)
{
	int fd = pipe_with("hello"), n;

	RECORD(__NR_ioctl);
	ASSERT_EQ(0, syscall(__NR_ioctl, fd, FIONREAD, &n));
	ASSERT_EQ(-1, syscall(__NR_ioctl, -1, 0x12345678, -1L));
	driver_stop(&self->d);
	for (unsigned i = 0; i < 2; i++) {
		unsigned nth = 0;

		/* Among the driver's own. */
		do {
			FIND_BY(ioctl, gettid(), nth++);
		} while (record_num(self->ev, IX(ioctl, request)) != (i ? 0x12345678 : FIONREAD));
		EXPECT_NUM(ioctl, res, i ? -EBADF : 0);
		EXPECT_NUM(ioctl, fd, i ? -1 : fd);
		EXPECT_NUM(ioctl, argument, i ? -1 : (intptr_t)&n);
	}
}

TESTS_EVENT(userfaultfd);
/* quirk: the flags are the kernel's own bits. */
TEST_F(driver, userfaultfd_made)
{
	int fd;

	RECORD(__NR_userfaultfd);
	fd = syscall(__NR_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	NO_SUCH_CALL(fd);
	ASSERT_EQ(-1, syscall(__NR_userfaultfd, 1 << 30));
	FIND(userfaultfd);
	ASSERT_LE(0, fd);
	EXPECT_NUM(userfaultfd, res, fd);
	EXPECT_NUM(userfaultfd, flags, O_CLOEXEC | O_NONBLOCK);
	FIND_BY(userfaultfd, gettid(), 1);
	EXPECT_NUM(userfaultfd, res, -EINVAL);
	EXPECT_NUM(userfaultfd, flags, 1 << 30);
}

TESTS_EVENT(dup);
TEST_F(driver, dup_of_one)
{
	int fd;

	RECORD(__NR_dup);
	fd = syscall(__NR_dup, 0);
	ASSERT_EQ(-1, syscall(__NR_dup, -1));
	FIND(dup);
	EXPECT_NUM(dup, res, fd);
	EXPECT_NUM(dup, oldfd, 0);
	FIND_BY(dup, gettid(), 1);
	EXPECT_NUM(dup, res, -EBADF);
	EXPECT_NUM(dup, oldfd, -1);
}

TEST_F(driver, dup_by_ia32)
{
	long fd;

	RECORD(__NR_dup);
	fd = syscall_ia32(IA32_DUP, 1, 0, 0, 0, 0, 0);
	ASSERT_LT(2, fd);
	FIND(dup);
	EXPECT_NUM(dup, res, fd);
	EXPECT_NUM(dup, oldfd, 1);
}

TESTS_EVENT(dup2);
TEST_F(driver, dup2_of_one)
{
	RECORD(__NR_dup2);
	ASSERT_EQ(A_FD, syscall(__NR_dup2, 0, A_FD));
	ASSERT_EQ(-1, syscall(__NR_dup2, 0, -2));
	FIND(dup2);
	EXPECT_NUM(dup2, res, A_FD);
	EXPECT_NUM(dup2, oldfd, 0);
	EXPECT_NUM(dup2, newfd, A_FD);
	FIND_BY(dup2, gettid(), 1);
	EXPECT_NUM(dup2, res, -EBADF);
	EXPECT_NUM(dup2, newfd, -2);
}

TESTS_EVENT(dup3);
TEST_F(driver, dup3_of_one)
{
	RECORD(__NR_dup3);
	ASSERT_EQ(A_FD, syscall(__NR_dup3, 0, A_FD, O_CLOEXEC));
	ASSERT_EQ(-1, syscall(__NR_dup3, 0, 0, O_NONBLOCK));
	FIND(dup3);
	EXPECT_NUM(dup3, res, A_FD);
	EXPECT_NUM(dup3, oldfd, 0);
	EXPECT_NUM(dup3, newfd, A_FD);
	EXPECT_NUM(dup3, flags, file_flags_O_CLOEXEC);
	FIND_BY(dup3, gettid(), 1);
	EXPECT_NUM(dup3, res, -EINVAL);
	EXPECT_NUM(dup3, flags, 0);
}

TESTS_EVENT(memfd_create);
TEST_F(driver, memfd_create_named)
{
	int fd;

	RECORD(__NR_memfd_create);
	fd = syscall(__NR_memfd_create, "a name", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	NO_SUCH_CALL(fd);
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
TEST_F(driver, pidfd_open_of_this_process)
{
	int fd;

	RECORD(__NR_pidfd_open);
	fd = syscall(__NR_pidfd_open, getpid(), O_NONBLOCK);
	if (fd < 0) /* before v5.10 there is no such flag */
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
TEST_F(driver, pidfd_getfd_of_this_process)
{
	int pidfd = syscall(__NR_pidfd_open, getpid(), 0), fd;

	RECORD(__NR_pidfd_getfd);
	fd = syscall(__NR_pidfd_getfd, pidfd, 1, 0);
	NO_SUCH_CALL(fd);
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

TESTS_EVENT(close_range);
TEST_F(driver, close_range_of_many)
{
	enum { UNSHARE = 2, CLOEXEC = 4 };
	int result;

	RECORD(__NR_close_range);
	result = syscall(__NR_close_range, 1000, ~0U, UNSHARE);
	NO_SUCH_CALL(result);
	ASSERT_EQ(-1, syscall(__NR_close_range, 10, 9, CLOEXEC));
	FIND(close_range);
	EXPECT_NUM(close_range, res, result);
	EXPECT_NUM(close_range, first, 1000);
	EXPECT_NUM(close_range, last, UINT32_MAX);
	EXPECT_NUM(close_range, flags, close_range_flags_CLOSE_RANGE_UNSHARE);
	FIND_BY(close_range, gettid(), 1);
	EXPECT_NUM(close_range, res, -EINVAL);
	EXPECT_NUM(close_range, first, 10);
	EXPECT_NUM(close_range, last, 9);
	EXPECT_NUM(close_range, flags, close_range_flags_CLOSE_RANGE_CLOEXEC);
}
