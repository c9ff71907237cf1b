// SPDX-License-Identifier: Apache-2.0
/* readv, writev, preadv, pwritev, process_vm_readv, process_vm_writev. */
#include "expect.h"
#include "buffers.h"

TESTS_EVENT(readv);
TEST_F(driver, readv_three_elements)
{
	int fd = pipe_with("hello, world");
	char a[7], b[1], c[64];
	struct iovec iov[] = { { a, sizeof(a) }, { b, 0 }, { c, sizeof(c) } };

	RECORD(__NR_readv);
	ASSERT_EQ(12, syscall(__NR_readv, fd, iov, 3));
	FIND(readv);
	EXPECT_NUM(readv, res, 12);
	EXPECT_NUM(readv, size, 12);
	EXPECT_BYTES(readv, data, "hello, world", 12);
	EXPECT_NUM(readv, fd, fd);
}

TEST_F(driver, readv_fails)
{
	char a[] = "not this";
	struct iovec iov = { a, sizeof(a) };

	RECORD(__NR_readv);
	ASSERT_EQ(-1, syscall(__NR_readv, -1, &iov, 1));
	FIND(readv);
	EXPECT_NUM(readv, res, -EBADF);
	EXPECT_NUM(readv, size, 0);
	EXPECT_EMPTY(readv, data);
	EXPECT_NUM(readv, fd, -1);
}

TEST_F(driver, readv_unreadable_array)
{
	int fd = pipe_with("hello");

	RECORD(__NR_readv);
	ASSERT_EQ(-1, syscall(__NR_readv, fd, NULL, 1));
	ASSERT_EQ(-1, syscall(__NR_readv, fd, inaccessible(), 1));
	ASSERT_EQ(0, syscall(__NR_readv, fd, inaccessible(), 0));
	for (int i = 0; i < 3; i++) {
		FIND_BY(readv, gettid(), i);
		EXPECT_NUM(readv, res, i < 2 ? -EFAULT : 0);
		EXPECT_NUM(readv, size, 0);
		EXPECT_EMPTY(readv, data);
	}
}

/* A long array is recorded completely. */
TEST_F(driver, readv_300_elements)
{
	const char *text = long_text(MANY_ELEMENTS);
	int fd = pipe_with(text);
	char bytes[MANY_ELEMENTS];

	ASSERT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_SET_SNAPLEN, 1000));
	RECORD(__NR_readv);
	ASSERT_EQ(MANY_ELEMENTS,
		  syscall(__NR_readv, fd, one_byte_iovecs(bytes, MANY_ELEMENTS), MANY_ELEMENTS));
	FIND(readv);
	EXPECT_NUM(readv, res, MANY_ELEMENTS);
	EXPECT_NUM(readv, size, MANY_ELEMENTS);
	EXPECT_BYTES(readv, data, text, MANY_ELEMENTS);
}

TEST_F(driver, readv_by_ia32)
{
	struct compat_iovec *iov = compat_hello();
	int fd = pipe_with("HELLO, WORLD");

	RECORD(__NR_readv);
	ASSERT_EQ(12, syscall_ia32(NR_IA32_readv, fd, (long)iov, 3, 0, 0, 0));
	FIND(readv);
	EXPECT_NUM(readv, res, 12);
	EXPECT_NUM(readv, size, 12);
	EXPECT_BYTES(readv, data, "HELLO, WORLD", 12);
}

TESTS_EVENT(writev);
TEST_F(driver, writev_three_elements)
{
	int fd = pipe_for_writing(0);
	struct iovec iov[] = { { "hello, ", 7 }, { NULL, 0 }, { "world", 5 } };

	RECORD(__NR_writev);
	ASSERT_EQ(12, syscall(__NR_writev, fd, iov, 3));
	FIND(writev);
	EXPECT_NUM(writev, res, 12);
	EXPECT_BYTES(writev, data, "hello, world", 12);
	EXPECT_NUM(writev, fd, fd);
	EXPECT_NUM(writev, size, 12);
}

TEST_F(driver, writev_fails)
{
	struct iovec iov = { resident_text("secret"), 6 };

	RECORD(__NR_writev);
	ASSERT_EQ(-1, syscall(__NR_writev, -1, &iov, 1));
	FIND(writev);
	EXPECT_NUM(writev, res, -EBADF);
	EXPECT_BYTES(writev, data, "secret", 6);
	EXPECT_NUM(writev, size, 6);
}

TEST_F(driver, writev_unreadable_array)
{
	int fd = pipe_for_writing(0);

	RECORD(__NR_writev);
	ASSERT_EQ(-1, syscall(__NR_writev, fd, NULL, 1));
	ASSERT_EQ(-1, syscall(__NR_writev, fd, inaccessible(), 1));
	for (int i = 0; i < 2; i++) {
		FIND_BY(writev, gettid(), i);
		EXPECT_NUM(writev, res, -EFAULT);
		EXPECT_EMPTY(writev, data);
		EXPECT_NUM(writev, size, 0);
	}
}

TEST_F(driver, writev_truncated_to_snaplen)
{
	const char *text = long_text(200);
	struct iovec iov[] = { { (char *)text, 50 }, { (char *)text + 50, 150 } };

	RECORD(__NR_writev);
	ASSERT_EQ(200, syscall(__NR_writev, pipe_for_writing(0), iov, 2));
	FIND(writev);
	EXPECT_NUM(writev, size, 200);
	EXPECT_BYTES(writev, data, text, SNAPLEN);
}

TEST_F(driver, writev_300_elements)
{
	const char *text = long_text(MANY_ELEMENTS);

	ASSERT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_SET_SNAPLEN, 1000));
	RECORD(__NR_writev);
	ASSERT_EQ(MANY_ELEMENTS,
		  syscall(__NR_writev, pipe_for_writing(0),
			  one_byte_iovecs((char *)text, MANY_ELEMENTS), MANY_ELEMENTS));
	FIND(writev);
	EXPECT_NUM(writev, size, MANY_ELEMENTS);
	EXPECT_BYTES(writev, data, text, MANY_ELEMENTS);
}

/* The kernel writes the elements before an inaccessible one: the driver must record these. */
TEST_F(driver, writev_last_element_inaccessible)
{
	int fd = file_with("");
	struct iovec iov[] = { { resident_text("secret"), 6 }, { inaccessible(), 10 } };

	RECORD(__NR_writev);
	syscall(__NR_writev, fd, iov, 2);
	FIND(writev);
	EXPECT_BYTES(writev, data, "secret", 6);
	EXPECT_NUM(writev, size, 16);
}

/* As above; the sum of the lengths exceeds the recorded 32-bit size. */
TEST_F(driver, writev_size_above_32_bits)
{
	int fd = file_with("");
	struct iovec iov[] = { { resident_text("secret"), 6 }, { inaccessible(), UINT32_MAX - 5 } };

	RECORD(__NR_writev);
	syscall(__NR_writev, fd, iov, 2);
	FIND(writev);
	EXPECT_BYTES(writev, data, "secret", 6);
	EXPECT_NUM(writev, size, UINT32_MAX);
}

TEST_F(driver, writev_by_ia32)
{
	int fd = pipe_for_writing(0);

	RECORD(__NR_writev);
	ASSERT_EQ(12, syscall_ia32(NR_IA32_writev, fd, (long)compat_hello(), 3, 0, 0, 0));
	FIND(writev);
	EXPECT_NUM(writev, res, 12);
	EXPECT_BYTES(writev, data, "hello, world", 12);
	EXPECT_NUM(writev, fd, fd);
	EXPECT_NUM(writev, size, 12);
}

TESTS_EVENT(preadv);
TEST_F(driver, preadv_at_offset)
{
	int fd = file_with("hello, world");
	char a[2], b[64];
	struct iovec iov[] = { { a, sizeof(a) }, { b, sizeof(b) } };

	RECORD(__NR_preadv);
	ASSERT_EQ(5, syscall(__NR_preadv, fd, iov, 2, 7L, 0L));
	FIND(preadv);
	EXPECT_NUM(preadv, res, 5);
	EXPECT_NUM(preadv, size, 5);
	EXPECT_BYTES(preadv, data, "world", 5);
	EXPECT_NUM(preadv, fd, fd);
	EXPECT_NUM(preadv, pos, 7);
}

TEST_F(driver, preadv_fails)
{
	char a[] = "not this";
	struct iovec iov = { a, sizeof(a) };

	RECORD(__NR_preadv);
	ASSERT_EQ(-1, syscall(__NR_preadv, pipe_with("hello"), &iov, 1, 1L, 0L));
	FIND(preadv);
	EXPECT_NUM(preadv, res, -ESPIPE);
	EXPECT_NUM(preadv, size, 0);
	EXPECT_EMPTY(preadv, data);
	EXPECT_NUM(preadv, pos, 1);
}

TEST_F(driver, preadv_by_ia32)
{
	struct compat_iovec *iov = compat_hello();
	int fd = file_with("");

	ASSERT_EQ(5, pwrite(fd, "HELLO", 5, POS_ABOVE_4G));
	RECORD(__NR_preadv);
	ASSERT_EQ(5, syscall_ia32(NR_IA32_preadv, fd, (long)iov, 3, POS_LOW, 1, 0));
	FIND(preadv);
	EXPECT_NUM(preadv, size, 5);
	EXPECT_BYTES(preadv, data, "HELLO", 5);
	EXPECT_NUM(preadv, pos, POS_ABOVE_4G);
}

TESTS_EVENT(pwritev);
TEST_F(driver, pwritev_at_offset)
{
	int fd = file_with("hello");
	struct iovec iov[] = { { "wor", 3 }, { "ld", 2 } };

	RECORD(__NR_pwritev);
	ASSERT_EQ(5, syscall(__NR_pwritev, fd, iov, 2, 7L, 0L));
	FIND(pwritev);
	EXPECT_NUM(pwritev, res, 5);
	EXPECT_BYTES(pwritev, data, "world", 5);
	EXPECT_NUM(pwritev, fd, fd);
	EXPECT_NUM(pwritev, size, 5);
	EXPECT_NUM(pwritev, pos, 7);
}

TEST_F(driver, pwritev_fails)
{
	struct iovec iov = { resident_text("secret"), 6 };

	RECORD(__NR_pwritev);
	ASSERT_EQ(-1, syscall(__NR_pwritev, file_with(""), &iov, 1, -1L, -1L));
	ASSERT_EQ(-1, syscall(__NR_pwritev, -1, inaccessible(), 1, 0L, 0L));
	FIND(pwritev);
	EXPECT_NUM(pwritev, res, -EINVAL);
	EXPECT_BYTES(pwritev, data, "secret", 6);
	EXPECT_NUM(pwritev, pos, -1);
	FIND_BY(pwritev, gettid(), 1);
	EXPECT_NUM(pwritev, res, -EBADF);
	EXPECT_EMPTY(pwritev, data);
	EXPECT_NUM(pwritev, size, 0);
}

TEST_F(driver, pwritev_by_ia32)
{
	int fd = file_with("");

	RECORD(__NR_pwritev);
	ASSERT_EQ(12, syscall_ia32(NR_IA32_pwritev, fd, (long)compat_hello(), 3, POS_LOW, 1, 0));
	FIND(pwritev);
	EXPECT_BYTES(pwritev, data, "hello, world", 12);
	EXPECT_NUM(pwritev, size, 12);
	EXPECT_NUM(pwritev, pos, POS_ABOVE_4G);
}

TESTS_EVENT(process_vm_readv);
TEST_F(driver, process_vm_readv_own_process)
{
	char remote_data[] = "hello, world", local_data[64];
	struct iovec local[] = { { local_data, 5 }, { local_data + 5, sizeof(local_data) - 5 } },
		     remote = { remote_data, 12 };

	RECORD(__NR_process_vm_readv);
	ASSERT_EQ(12, syscall(__NR_process_vm_readv, getpid(), local, 2L, &remote, 1L, 0L));
	FIND(process_vm_readv);
	EXPECT_NUM(process_vm_readv, res, 12);
	EXPECT_NUM(process_vm_readv, pid, getpid());
	EXPECT_BYTES(process_vm_readv, data, "hello, world", 12);
}

TEST_F(driver, process_vm_readv_fails)
{
	char local_data[] = "not this";
	struct iovec local = { local_data, 8 }, remote = { inaccessible(), 8 };

	RECORD(__NR_process_vm_readv);
	ASSERT_EQ(-1, syscall(__NR_process_vm_readv, -1, &local, 1L, &remote, 1L, 0L));
	ASSERT_EQ(-1, syscall(__NR_process_vm_readv, getpid(), &local, 1L, &remote, 1L, 0L));
	ASSERT_EQ(-1, syscall(__NR_process_vm_readv, getpid(), inaccessible(), 1L, &remote, 1L, 0L));
	FIND(process_vm_readv);
	EXPECT_NUM(process_vm_readv, res, -ESRCH);
	EXPECT_NUM(process_vm_readv, pid, -1);
	EXPECT_EMPTY(process_vm_readv, data);
	for (int i = 1; i < 3; i++) {
		FIND_BY(process_vm_readv, gettid(), i);
		EXPECT_NUM(process_vm_readv, res, -EFAULT);
		EXPECT_EMPTY(process_vm_readv, data);
	}
}

TEST_F(driver, process_vm_readv_300_elements)
{
	const char *text = long_text(MANY_ELEMENTS);
	struct iovec remote = { (char *)text, MANY_ELEMENTS };
	char local_data[MANY_ELEMENTS];

	ASSERT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_SET_SNAPLEN, 1000));
	RECORD(__NR_process_vm_readv);
	ASSERT_EQ(MANY_ELEMENTS, syscall(__NR_process_vm_readv, getpid(),
					 one_byte_iovecs(local_data, MANY_ELEMENTS),
					 (long)MANY_ELEMENTS, &remote, 1L, 0L));
	FIND(process_vm_readv);
	EXPECT_BYTES(process_vm_readv, data, text, MANY_ELEMENTS);
}

TEST_F(driver, process_vm_readv_by_ia32)
{
	struct compat_iovec *iov = compat_hello();

	RECORD(__NR_process_vm_readv);
	ASSERT_EQ(7,
		  syscall_ia32(NR_IA32_process_vm_readv, getpid(), (long)iov, 1, (long)iov, 1, 0));
	FIND(process_vm_readv);
	EXPECT_NUM(process_vm_readv, res, 7);
	EXPECT_BYTES(process_vm_readv, data, "hello, ", 7);
}

TESTS_EVENT(process_vm_writev);
TEST_F(driver, process_vm_writev_own_process)
{
	char remote_data[64];
	struct iovec local[] = { { "hello, ", 7 }, { "world", 5 } },
		     remote = { remote_data, sizeof(remote_data) };

	RECORD(__NR_process_vm_writev);
	ASSERT_EQ(12, syscall(__NR_process_vm_writev, getpid(), local, 2L, &remote, 1L, 0L));
	FIND(process_vm_writev);
	EXPECT_NUM(process_vm_writev, res, 12);
	EXPECT_NUM(process_vm_writev, pid, getpid());
	EXPECT_BYTES(process_vm_writev, data, "hello, world", 12);
}

TEST_F(driver, process_vm_writev_partial)
{
	char remote_data[5];
	const char *text = long_text(200);
	struct iovec local = { (char *)text, 200 }, remote = { remote_data, sizeof(remote_data) };

	RECORD(__NR_process_vm_writev);
	ASSERT_EQ(5, syscall(__NR_process_vm_writev, getpid(), &local, 1L, &remote, 1L, 0L));
	FIND(process_vm_writev);
	EXPECT_NUM(process_vm_writev, res, 5);
	EXPECT_BYTES(process_vm_writev, data, text, 5);
}

TEST_F(driver, process_vm_writev_fails)
{
	struct iovec local = { "secret", 6 }, remote = { inaccessible(), 6 };

	RECORD(__NR_process_vm_writev);
	ASSERT_EQ(-1, syscall(__NR_process_vm_writev, getpid(), &local, 1L, &remote, 1L, 0L));
	FIND(process_vm_writev);
	EXPECT_NUM(process_vm_writev, res, -EFAULT);
	EXPECT_EMPTY(process_vm_writev, data);
}

TEST_F(driver, process_vm_writev_by_ia32)
{
	struct compat_iovec *iov = compat_hello();

	RECORD(__NR_process_vm_writev);
	ASSERT_EQ(5, syscall_ia32(NR_IA32_process_vm_writev, getpid(), (long)(iov + 2), 1,
				  (long)iov, 1, 0));
	FIND(process_vm_writev);
	EXPECT_NUM(process_vm_writev, res, 5);
	EXPECT_BYTES(process_vm_writev, data, "world", 5);
}
