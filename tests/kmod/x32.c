// SPDX-License-Identifier: Apache-2.0
/*
 * x32: 64-bit callers with 32-bit pointers, on kernels that support it (guests boot with
 * syscall.x32=y). On other kernels its numbers are unassigned and make no event.
 *
 * Numbers: arch/x86/entry/syscalls/syscall_64.tbl.
 */
#include "expect.h"
#include "buffers.h"
#include "processes.h"

enum { X32 = 0x40000000, X32_WRITEV = X32 + 516, X32_EXECVE = X32 + 520 };

static bool has_x32(void)
{
	return syscall(X32 + __NR_getpid) == getpid();
}

/* Most calls have the number of the 64-bit call plus X32. */
TEST_F(driver, getuid_by_x32)
{
	bool supported = has_x32();
	long uid = getuid();

	TH_LOG("x32 is %ssupported", supported ? "" : "not ");

	RECORD(__NR_getuid);
	EXPECT_EQ(supported ? uid : -1, syscall(X32 + __NR_getuid));
	EXPECT_EQ(supported, driver_count(&self->d, EV_getuid, gettid()));
}

/* Calls whose arguments point to structures with pointers have separate numbers. */
TEST_F(driver, writev_by_x32)
{
	struct compat_iovec *iov = compat_hello();
	int fd = open("/dev/null", O_WRONLY);
	bool supported = has_x32();

	RECORD(__NR_writev);
	EXPECT_EQ(supported ? 12 : -1, syscall(X32_WRITEV, fd, iov, 3));
	ASSERT_EQ(supported, driver_count(&self->d, EV_writev, gettid()));
	if (!supported)
		return;
	FIND(writev);
	EXPECT_NUM(writev, res, 12);
	EXPECT_BYTES(writev, data, "hello, world", 12);
	EXPECT_NUM(writev, fd, fd);
	EXPECT_NUM(writev, size, 12);
}

TEST_F(driver, execve_fails_by_x32)
{
	uint32_t *low = compat_exec_args("/no/such/program");
	bool supported = has_x32();

	RECORD_EXEC();
	EXPECT_EQ(-1, syscall(X32_EXECVE, (long)(low + 64) + 96, low, low + 4));
	ASSERT_EQ(supported, driver_count(&self->d, EV_execve, gettid()));
	if (!supported)
		return;
	FIND(execve);
	EXPECT_NUM(execve, res, -ENOENT);
	EXPECT_TEXT(execve, exe, "compat");
	EXPECT_STRINGS(execve, args, "words\0");
	EXPECT_TEXT(execve, filename, "/no/such/program");
}
