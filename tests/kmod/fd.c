// SPDX-License-Identifier: Apache-2.0
/* Descriptors: pipe, dup, close, lseek, fcntl, ioctl. */
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "expect.h"
#include "buffers.h"

enum { UNUSED_FD = 55 };

static uint64_t inode_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) ? 0 : st.st_ino;
}

TESTS_EVENT(close);
TEST_F(driver, close_open_fd)
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

/* Descriptors are ints: like the kernel, the module ignores the upper half of the register. */
TEST_F(driver, close_ignores_upper_32_bits)
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
	ASSERT_EQ(-EBADF, syscall_ia32(NR_IA32_close, -1, 0, 0, 0, 0, 0));
	FIND(close);
	EXPECT_NUM(close, res, -EBADF);
	EXPECT_NUM(close, fd, -1);
}

TESTS_EVENT(pipe);
TEST_F(driver, pipe_succeeds)
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
	ASSERT_EQ(-1, syscall(__NR_pipe, inaccessible()));
	for (int i = 0; i < 2; i++) {
		FIND_BY(pipe, gettid(), i);
		EXPECT_NUM(pipe, res, -EFAULT);
		EXPECT_NUM(pipe, fd1, -1);
		EXPECT_NUM(pipe, fd2, -1);
		EXPECT_NUM(pipe, ino, 0);
	}
}

TESTS_EVENT(pipe2);
TEST_F(driver, pipe2_succeeds)
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
	ASSERT_EQ(0, syscall_ia32(NR_IA32_pipe2, (long)p, O_CLOEXEC, 0, 0, 0, 0));
	FIND(pipe2);
	EXPECT_NUM(pipe2, fd1, p[0]);
	EXPECT_NUM(pipe2, fd2, p[1]);
	EXPECT_NUM(pipe2, ino, inode_of(p[0]));
}

TESTS_EVENT(lseek);
TEST_F(driver, lseek_all_whence)
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
	ASSERT_EQ(7, syscall_ia32(NR_IA32_lseek, fd, -5, SEEK_END, 0, 0, 0));
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
	ASSERT_EQ(0, syscall_ia32(NR_IA32__llseek, fd, 1, POS_LOW, (long)result, SEEK_SET, 0));
	ASSERT_EQ(-EINVAL, syscall_ia32(NR_IA32__llseek, fd, -1, -100, (long)result, SEEK_END, 0));
	EXPECT_EQ(POS_ABOVE_4G, *result);
	FIND(llseek);
	EXPECT_NUM(llseek, res, 0);
	EXPECT_NUM(llseek, fd, fd);
	EXPECT_NUM(llseek, offset, POS_ABOVE_4G);
	EXPECT_NUM(llseek, whence, lseek_whence_SEEK_SET);
	FIND_BY(llseek, gettid(), 1);
	EXPECT_NUM(llseek, res, -EINVAL);
	EXPECT_NUM(llseek, offset, -100);
	EXPECT_NUM(llseek, whence, lseek_whence_SEEK_END);
}

TESTS_EVENT(fcntl);
TEST_F(driver, fcntl_dupfd)
{
	int fd;

	RECORD(__NR_fcntl);
	fd = syscall(__NR_fcntl, 0, F_DUPFD_CLOEXEC, UNUSED_FD);
	FIND(fcntl);
	ASSERT_LE(UNUSED_FD, fd);
	EXPECT_NUM(fcntl, res, fd);
	EXPECT_NUM(fcntl, fd, 0);
	EXPECT_NUM(fcntl, cmd, fcntl_commands_F_DUPFD_CLOEXEC);
	EXPECT_NUM(fcntl, arg, UNUSED_FD);
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

/*
 * F_GETLK64, F_SETLK64 and F_SETLKW64, which only 32-bit callers have, are consecutive numbers.
 * F_GETFL may or may not return O_LARGEFILE.
 */
TEST_F(driver, fcntl_by_ia32)
{
	enum { GETLK64 = 12, LARGEFILE = 0100000 };
	static const int wire[] = { fcntl_commands_F_GETLK64, fcntl_commands_F_SETLK64,
				    fcntl_commands_F_SETLKW64 };
	int fd = file_with("hello");
	char *lock = low_memory(4096);

	RECORD(__NR_fcntl);
	ASSERT_EQ(O_RDWR | LARGEFILE,
		  syscall_ia32(NR_IA32_fcntl, fd, F_GETFL, 0, 0, 0, 0) | LARGEFILE);
	for (int i = 0; i < 3; i++)
		ASSERT_EQ(0, syscall_ia32(NR_IA32_fcntl64, fd, GETLK64 + i, (long)lock, 0, 0, 0));
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
TEST_F(driver, ioctl_on_pipe)
{
	int fd = pipe_with("hello"), n;

	RECORD(__NR_ioctl);
	ASSERT_EQ(0, syscall(__NR_ioctl, fd, FIONREAD, &n));
	ASSERT_EQ(-1, syscall(__NR_ioctl, -1, 0x12345678, -1L));
	driver_stop(&self->d);
	for (unsigned i = 0; i < 2; i++) {
		unsigned nth = 0;

		/* the driver_ioctl() calls are recorded as well */
		do {
			FIND_BY(ioctl, gettid(), nth++);
		} while (record_num(self->ev, IX(ioctl, request)) != (i ? 0x12345678 : FIONREAD));
		EXPECT_NUM(ioctl, res, i ? -EBADF : 0);
		EXPECT_NUM(ioctl, fd, i ? -1 : fd);
		EXPECT_NUM(ioctl, argument, i ? -1 : (intptr_t)&n);
	}
}

TESTS_EVENT(dup);
TEST_F(driver, dup_succeeds_and_fails)
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
	fd = syscall_ia32(NR_IA32_dup, 1, 0, 0, 0, 0, 0);
	ASSERT_LT(2, fd);
	FIND(dup);
	EXPECT_NUM(dup, res, fd);
	EXPECT_NUM(dup, oldfd, 1);
}

TESTS_EVENT(dup2);
TEST_F(driver, dup2_succeeds_and_fails)
{
	RECORD(__NR_dup2);
	ASSERT_EQ(UNUSED_FD, syscall(__NR_dup2, 0, UNUSED_FD));
	ASSERT_EQ(-1, syscall(__NR_dup2, 0, -2));
	FIND(dup2);
	EXPECT_NUM(dup2, res, UNUSED_FD);
	EXPECT_NUM(dup2, oldfd, 0);
	EXPECT_NUM(dup2, newfd, UNUSED_FD);
	FIND_BY(dup2, gettid(), 1);
	EXPECT_NUM(dup2, res, -EBADF);
	EXPECT_NUM(dup2, newfd, -2);
}

TESTS_EVENT(dup3);
TEST_F(driver, dup3_succeeds_and_fails)
{
	RECORD(__NR_dup3);
	ASSERT_EQ(UNUSED_FD, syscall(__NR_dup3, 0, UNUSED_FD, O_CLOEXEC));
	ASSERT_EQ(-1, syscall(__NR_dup3, 0, 0, O_NONBLOCK));
	FIND(dup3);
	EXPECT_NUM(dup3, res, UNUSED_FD);
	EXPECT_NUM(dup3, oldfd, 0);
	EXPECT_NUM(dup3, newfd, UNUSED_FD);
	EXPECT_NUM(dup3, flags, file_flags_O_CLOEXEC);
	FIND_BY(dup3, gettid(), 1);
	EXPECT_NUM(dup3, res, -EINVAL);
	EXPECT_NUM(dup3, flags, 0);
}

TESTS_EVENT(close_range);
TEST_F(driver, close_range_succeeds_and_fails)
{
	enum { UNSHARE = 2, CLOEXEC = 4 };
	int result;

	RECORD(__NR_close_range);
	result = syscall(__NR_close_range, 1000, ~0U, UNSHARE);
	SKIP_IF_ENOSYS(result);
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
