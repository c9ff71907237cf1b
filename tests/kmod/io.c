// SPDX-License-Identifier: Apache-2.0
/* read, write, pread, pwrite, splice, sendfile, copy_file_range. */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/uio.h>

#include "expect.h"
#include "buffers.h"

TESTS_EVENT(read);
TEST_F(driver, read_succeeds)
{
	int fd = pipe_with("hello");
	char buffer[100];

	RECORD(__NR_read);
	ASSERT_EQ(5, syscall(__NR_read, fd, buffer, sizeof(buffer)));
	FIND(read);
	EXPECT_NUM(read, res, 5);
	EXPECT_BYTES(read, data, "hello", 5);
	EXPECT_NUM(read, fd, fd);
	EXPECT_NUM(read, size, sizeof(buffer));
}

TEST_F(driver, read_at_end_of_file)
{
	int fd = pipe_with("");
	char buffer[8] = "not this";

	RECORD(__NR_read);
	ASSERT_EQ(0, syscall(__NR_read, fd, buffer, sizeof(buffer)));
	FIND(read);
	EXPECT_NUM(read, res, 0);
	EXPECT_EMPTY(read, data);
	EXPECT_NUM(read, size, 8);
}

TEST_F(driver, read_fails)
{
	char buffer[8] = "not this";

	RECORD(__NR_read);
	ASSERT_EQ(-1, syscall(__NR_read, -1, buffer, sizeof(buffer)));
	FIND(read);
	EXPECT_NUM(read, res, -EBADF);
	EXPECT_EMPTY(read, data);
	EXPECT_NUM(read, fd, -1);
}

TEST_F(driver, read_to_inaccessible_buffer)
{
	int fd = pipe_with("hello");

	RECORD(__NR_read);
	ASSERT_EQ(-1, syscall(__NR_read, fd, inaccessible(), 5));
	ASSERT_EQ(-1, syscall(__NR_read, fd, NULL, 5));
	FIND(read);
	EXPECT_NUM(read, res, -EFAULT);
	EXPECT_EMPTY(read, data);
	FIND_BY(read, gettid(), 1);
	EXPECT_EMPTY(read, data);
}

TEST_F(driver, read_truncated_to_snaplen)
{
	const char *text = long_text(200);
	int fd = pipe_with(text);
	char buffer[200];

	RECORD(__NR_read);
	ASSERT_EQ(200, syscall(__NR_read, fd, buffer, 200));
	FIND(read);
	EXPECT_NUM(read, res, 200);
	EXPECT_BYTES(read, data, text, SNAPLEN);
}

TEST_F(driver, read_maximum_snaplen)
{
	enum { SNAPLEN_MAX = FALCO_SNAPLEN_MAX, SIZE = 70000 };
	const char *text = long_text(SIZE);
	int fd = file_with(text);
	char *buffer = malloc(SIZE);

	ASSERT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_SET_SNAPLEN, SNAPLEN_MAX));
	RECORD(__NR_read);
	ASSERT_EQ(SIZE, syscall(__NR_read, fd, buffer, SIZE));
	FIND(read);
	EXPECT_NUM(read, res, SIZE);
	EXPECT_NUM(read, size, SIZE);
	EXPECT_BYTES(read, data, text, SNAPLEN_MAX);
}

TEST_F(driver, read_by_ia32)
{
	int fd = pipe_with("hello");
	char *buffer = low_memory(4096);

	RECORD(__NR_read);
	ASSERT_EQ(5, syscall_ia32(NR_IA32_read, fd, (long)buffer, 64, 0, 0, 0));
	FIND(read);
	EXPECT_NUM(read, res, 5);
	EXPECT_BYTES(read, data, "hello", 5);
	EXPECT_NUM(read, fd, fd);
	EXPECT_NUM(read, size, 64);
}

TESTS_EVENT(write);
TEST_F(driver, write_succeeds)
{
	int fd = pipe_for_writing(0);

	RECORD(__NR_write);
	ASSERT_EQ(5, syscall(__NR_write, fd, "hello", 5));
	FIND(write);
	EXPECT_NUM(write, res, 5);
	EXPECT_BYTES(write, data, "hello", 5);
	EXPECT_NUM(write, fd, fd);
	EXPECT_NUM(write, size, 5);
}

/* The data of a failed write is recorded. */
TEST_F(driver, write_fails)
{
	RECORD(__NR_write);
	ASSERT_EQ(-1, syscall(__NR_write, -1, resident_text("secret"), 6));
	FIND(write);
	EXPECT_NUM(write, res, -EBADF);
	EXPECT_BYTES(write, data, "secret", 6);
	EXPECT_NUM(write, fd, -1);
	EXPECT_NUM(write, size, 6);
}

TEST_F(driver, write_from_inaccessible_buffer)
{
	int fd = pipe_for_writing(0);

	RECORD(__NR_write);
	ASSERT_EQ(-1, syscall(__NR_write, fd, inaccessible(), 5));
	ASSERT_EQ(-1, syscall(__NR_write, fd, NULL, 5));
	FIND(write);
	EXPECT_NUM(write, res, -EFAULT);
	EXPECT_EMPTY(write, data);
	EXPECT_NUM(write, size, 5);
	FIND_BY(write, gettid(), 1);
	EXPECT_NUM(write, res, -EFAULT);
	EXPECT_EMPTY(write, data);
}

TEST_F(driver, write_zero_bytes)
{
	int fd = pipe_for_writing(0);

	RECORD(__NR_write);
	ASSERT_EQ(0, syscall(__NR_write, fd, "hello", 0));
	FIND(write);
	EXPECT_NUM(write, res, 0);
	EXPECT_EMPTY(write, data);
	EXPECT_NUM(write, size, 0);
}

/* Only the bytes that were written are recorded. */
TEST_F(driver, write_partial)
{
	enum { SIZE = 2 << 20 };
	int fd = pipe_for_writing(O_NONBLOCK);
	const char *text = long_text(SIZE);
	long written;

	ASSERT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_SET_SNAPLEN, FALCO_SNAPLEN_MAX));
	fcntl(fd, F_SETPIPE_SZ, 4096);
	RECORD(__NR_write);
	written = syscall(__NR_write, fd, text, SIZE);
	FIND(write);
	ASSERT_EQ(4096, written);
	EXPECT_NUM(write, res, 4096);
	EXPECT_BYTES(write, data, text, 4096);
	EXPECT_NUM(write, size, SIZE);
}

TEST_F(driver, write_by_ia32)
{
	int fd = pipe_for_writing(0);
	char *text = strcpy(low_memory(4096), "hello");

	RECORD(__NR_write);
	ASSERT_EQ(5, syscall_ia32(NR_IA32_write, fd, (long)text, 5, 0, 0, 0));
	FIND(write);
	EXPECT_NUM(write, res, 5);
	EXPECT_BYTES(write, data, "hello", 5);
	EXPECT_NUM(write, fd, fd);
}

TESTS_EVENT(pread);
TEST_F(driver, pread_at_offset)
{
	int fd = file_with("hello, world");
	char buffer[64];

	RECORD(__NR_pread64);
	ASSERT_EQ(5, syscall(__NR_pread64, fd, buffer, sizeof(buffer), 7));
	FIND(pread);
	EXPECT_NUM(pread, res, 5);
	EXPECT_BYTES(pread, data, "world", 5);
	EXPECT_NUM(pread, fd, fd);
	EXPECT_NUM(pread, size, sizeof(buffer));
	EXPECT_NUM(pread, pos, 7);
}

TEST_F(driver, pread_negative_offset)
{
	char buffer[8];

	RECORD(__NR_pread64);
	ASSERT_EQ(-1, syscall(__NR_pread64, file_with("hello"), buffer, sizeof(buffer), -1L));
	FIND(pread);
	EXPECT_NUM(pread, res, -EINVAL);
	EXPECT_EMPTY(pread, data);
	EXPECT_NUM(pread, pos, -1);
}

TEST_F(driver, pread_by_ia32)
{
	int fd = file_with("");
	char *buffer = low_memory(4096);

	ASSERT_EQ(5, pwrite(fd, "hello", 5, POS_ABOVE_4G));
	RECORD(__NR_pread64);
	ASSERT_EQ(5, syscall_ia32(NR_IA32_pread64, fd, (long)buffer, 64, POS_LOW, 1, 0));
	FIND(pread);
	EXPECT_NUM(pread, res, 5);
	EXPECT_BYTES(pread, data, "hello", 5);
	EXPECT_NUM(pread, pos, POS_ABOVE_4G);
}

TESTS_EVENT(pwrite);
TEST_F(driver, pwrite_at_offset)
{
	int fd = file_with("hello, world");

	RECORD(__NR_pwrite64);
	ASSERT_EQ(5, syscall(__NR_pwrite64, fd, "there", 5, 7));
	FIND(pwrite);
	EXPECT_NUM(pwrite, res, 5);
	EXPECT_BYTES(pwrite, data, "there", 5);
	EXPECT_NUM(pwrite, fd, fd);
	EXPECT_NUM(pwrite, size, 5);
	EXPECT_NUM(pwrite, pos, 7);
}

TEST_F(driver, pwrite_fails)
{
	int fd = pipe_for_writing(0);

	RECORD(__NR_pwrite64);
	ASSERT_EQ(-1, syscall(__NR_pwrite64, fd, resident_text("secret"), 6, 1));
	FIND(pwrite);
	EXPECT_NUM(pwrite, res, -ESPIPE);
	EXPECT_BYTES(pwrite, data, "secret", 6);
	EXPECT_NUM(pwrite, pos, 1);
}

TEST_F(driver, pwrite_by_ia32)
{
	int fd = file_with("");
	char *text = strcpy(low_memory(4096), "hello");

	RECORD(__NR_pwrite64);
	ASSERT_EQ(5, syscall_ia32(NR_IA32_pwrite64, fd, (long)text, 5, POS_LOW, 1, 0));
	FIND(pwrite);
	EXPECT_BYTES(pwrite, data, "hello", 5);
	EXPECT_NUM(pwrite, pos, POS_ABOVE_4G);
}

TESTS_EVENT(splice);
TEST_F(driver, splice_pipe_to_pipe)
{
	int in = pipe_with("hello"), out = pipe_for_writing(0);

	RECORD(__NR_splice);
	ASSERT_EQ(5, syscall(__NR_splice, in, NULL, out, NULL, 64L, SPLICE_F_MOVE | SPLICE_F_MORE));
	FIND(splice);
	EXPECT_NUM(splice, res, 5);
	EXPECT_NUM(splice, fd_in, in);
	EXPECT_NUM(splice, fd_out, out);
	EXPECT_NUM(splice, size, 64);
	EXPECT_NUM(splice, flags, splice_flags_SPLICE_F_MOVE | splice_flags_SPLICE_F_MORE);
}

TEST_F(driver, splice_fails)
{
	RECORD(__NR_splice);
	ASSERT_EQ(-1, syscall(__NR_splice, -1, NULL, -2, NULL, 1L << 40,
			      SPLICE_F_NONBLOCK | SPLICE_F_GIFT));
	FIND(splice);
	EXPECT_NUM(splice, res, -EBADF);
	EXPECT_NUM(splice, fd_in, -1);
	EXPECT_NUM(splice, fd_out, -2);
	EXPECT_NUM(splice, size, 1L << 40);
	EXPECT_NUM(splice, flags, splice_flags_SPLICE_F_NONBLOCK | splice_flags_SPLICE_F_GIFT);
}

TESTS_EVENT(sendfile);
/* The recorded offset is the value that the call has stored. */
TEST_F(driver, sendfile_with_offset)
{
	int in = file_with("hello, world"), out = pipe_for_writing(0);
	off_t offset = 7;

	RECORD(__NR_sendfile);
	ASSERT_EQ(5, syscall(__NR_sendfile, out, in, &offset, 64L));
	FIND(sendfile);
	EXPECT_NUM(sendfile, res, 5);
	EXPECT_NUM(sendfile, offset, 12);
	EXPECT_NUM(sendfile, out_fd, out);
	EXPECT_NUM(sendfile, in_fd, in);
	EXPECT_NUM(sendfile, size, 64);
}

TEST_F(driver, sendfile_without_offset)
{
	int in = file_with("hello, world"), out = pipe_for_writing(0);

	RECORD(__NR_sendfile);
	ASSERT_EQ(12, syscall(__NR_sendfile, out, in, NULL, 64L));
	ASSERT_EQ(-1, syscall(__NR_sendfile, out, in, inaccessible(), 64L));
	FIND(sendfile);
	EXPECT_NUM(sendfile, res, 12);
	EXPECT_NUM(sendfile, offset, 0);
	FIND_BY(sendfile, gettid(), 1);
	EXPECT_NUM(sendfile, res, -EFAULT);
	EXPECT_NUM(sendfile, offset, 0);
}

/* sendfile has a 32-bit offset, sendfile64 a 64-bit offset. */
TEST_F(driver, sendfile_by_ia32)
{
	int in = file_with("hello, world"), out = pipe_for_writing(0);
	int32_t *offset = low_memory(4096);

	RECORD(__NR_sendfile);
	offset[0] = 7;
	offset[1] = 1;
	ASSERT_EQ(5, syscall_ia32(NR_IA32_sendfile, out, in, (long)offset, 64, 0, 0));
	offset[0] = POS_LOW;
	ASSERT_EQ(0, syscall_ia32(NR_IA32_sendfile64, out, in, (long)offset, 64, 0, 0));
	FIND(sendfile);
	EXPECT_NUM(sendfile, offset, 12);
	EXPECT_NUM(sendfile, size, 64);
	FIND_BY(sendfile, gettid(), 1);
	EXPECT_NUM(sendfile, res, 0);
	EXPECT_NUM(sendfile, offset, POS_ABOVE_4G);
}

TESTS_EVENT(copy_file_range);
/* quirk: the pointers are recorded as offsets, not the values that they point to. */
TEST_F(driver, copy_file_range_with_offsets)
{
	int in = file_with("hello, world"),
	    out = open("/tmp/falco-io-out", O_CREAT | O_RDWR | O_TRUNC, 0600);
	int64_t from = 7, to = 0;

	RECORD(__NR_copy_file_range);
	ASSERT_EQ(5, syscall(__NR_copy_file_range, in, &from, out, &to, 64L, 0L));
	FIND(copy_file_range);
	EXPECT_NUM(copy_file_range, res, 5);
	EXPECT_NUM(copy_file_range, fdout, out);
	EXPECT_NUM(copy_file_range, offout, (uintptr_t)&to);
	EXPECT_NUM(copy_file_range, fdin, in);
	EXPECT_NUM(copy_file_range, offin, (uintptr_t)&from);
	EXPECT_NUM(copy_file_range, len, 64);
}

TEST_F(driver, copy_file_range_fails)
{
	RECORD(__NR_copy_file_range);
	ASSERT_EQ(-1, syscall(__NR_copy_file_range, -1, NULL, -2, NULL, 64L, 0L));
	FIND(copy_file_range);
	EXPECT_NUM(copy_file_range, res, -EBADF);
	EXPECT_NUM(copy_file_range, fdout, -2);
	EXPECT_NUM(copy_file_range, offout, 0);
	EXPECT_NUM(copy_file_range, fdin, -1);
	EXPECT_NUM(copy_file_range, offin, 0);
	EXPECT_NUM(copy_file_range, len, 64);
}
