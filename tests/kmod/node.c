// SPDX-License-Identifier: Apache-2.0
/* mkdir and mknod. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "expect.h"
#include "buffers.h"
#include "paths.h"

TESTS_EVENT(mkdir);
TEST_F(driver, mkdir_succeeds_and_fails)
{
	new_directory();
	umask(0777);
	RECORD(__NR_mkdir);
	ASSERT_EQ(0, syscall(__NR_mkdir, "new", 01755));
	ASSERT_EQ(-1, syscall(__NR_mkdir, "new", -1L));
	FIND(mkdir);
	EXPECT_NUM(mkdir, res, 0);
	EXPECT_TEXT(mkdir, path, "new");
	EXPECT_NUM(mkdir, mode, 01755);
	FIND_BY(mkdir, gettid(), 1);
	EXPECT_NUM(mkdir, res, -EEXIST);
	EXPECT_NUM(mkdir, mode, 0xffffffff); /* as passed by the caller */
}

TEST_F(driver, mkdir_unreadable_path)
{
	CALL_UNREADABLE(mkdir, res, path, BAD_POINTER, 0755);
	EXPECT_NUM(mkdir, mode, 0755);
}

TEST_F(driver, mkdir_by_ia32)
{
	char *name = low_text("new");

	new_directory();
	RECORD(__NR_mkdir);
	ASSERT_EQ(0, syscall_ia32(NR_IA32_mkdir, (long)name, 0700, 0, 0, 0, 0));
	FIND(mkdir);
	EXPECT_TEXT(mkdir, path, "new");
	EXPECT_NUM(mkdir, mode, 0700);
}

TESTS_EVENT(mkdirat);
TEST_F(driver, mkdirat_succeeds_and_fails)
{
	int dir = new_directory();

	RECORD(__NR_mkdirat);
	ASSERT_EQ(0, syscall(__NR_mkdirat, dir, "new", 0711));
	ASSERT_EQ(-1, syscall(__NR_mkdirat, AT_FDCWD, "", 0711));
	FIND(mkdirat);
	EXPECT_NUM(mkdirat, res, 0);
	EXPECT_NUM(mkdirat, dirfd, dir);
	EXPECT_TEXT(mkdirat, path, "new");
	EXPECT_NUM(mkdirat, mode, 0711);
	FIND_BY(mkdirat, gettid(), 1);
	EXPECT_NUM(mkdirat, res, -ENOENT);
	EXPECT_NUM(mkdirat, dirfd, AT_FDCWD);
	EXPECT_TEXT(mkdirat, path, "");
}

TEST_F(driver, mkdirat_unreadable_path)
{
	CALL_UNREADABLE(mkdirat, res, path, AT_FDCWD, BAD_POINTER, 0755);
}

TEST_F(driver, mkdirat_by_ia32)
{
	char *name = low_text("new");

	new_directory();
	RECORD(__NR_mkdirat);
	ASSERT_EQ(0, syscall_ia32(NR_IA32_mkdirat, AT_FDCWD, (long)name, 0700, 0, 0, 0));
	FIND(mkdirat);
	EXPECT_NUM(mkdirat, dirfd, AT_FDCWD);
	EXPECT_TEXT(mkdirat, path, "new");
	EXPECT_NUM(mkdirat, mode, 0700);
}

TESTS_EVENT(mknod);
TEST_F(driver, mknod_device)
{
	new_directory();
	RECORD(__NR_mknod);
	ASSERT_EQ(0, syscall(__NR_mknod, "null", S_IFCHR | 0640, makedev(1, 3)));
	ASSERT_EQ(-1, syscall(__NR_mknod, "null", S_IFBLK | 0600, makedev(0xabc, 0x12345)));
	FIND(mknod);
	EXPECT_NUM(mknod, res, 0);
	EXPECT_TEXT(mknod, path, "null");
	EXPECT_NUM(mknod, mode, mknod_mode_S_IFCHR | 0640);
	EXPECT_NUM(mknod, dev, 1 << 8 | 3);
	FIND_BY(mknod, gettid(), 1);
	EXPECT_NUM(mknod, res, -EEXIST);
	EXPECT_NUM(mknod, mode, mknod_mode_S_IFBLK | 0600);
	EXPECT_NUM(mknod, dev, encoded_dev(makedev(0xabc, 0x12345)));
}

/*
 * Type 0 is recorded as a regular file; of a type that mknod() rejects only the permissions are
 * recorded.
 */
TEST_F(driver, mknod_all_types)
{
	static const struct {
		unsigned mode, wire;
	} types[] = {
		{ 0, mknod_mode_S_IFREG },
		{ S_IFREG | 07777, mknod_mode_S_IFREG | 07777 },
		{ S_IFIFO | 1, mknod_mode_S_IFIFO | 1 },
		{ S_IFSOCK, mknod_mode_S_IFSOCK },
		{ S_IFDIR | 0755, 0755 },
		{ S_IFLNK, 0 },
	};
	enum { N = ARRAY_SIZE(types) };
	char name[2] = "0";

	new_directory();
	RECORD(__NR_mknod);
	for (unsigned i = 0; i < N; i++, name[0]++)
		EXPECT_EQ(i < 4 ? 0 : -1, syscall(__NR_mknod, name, types[i].mode, 0));
	for (unsigned i = 0; i < N; i++) {
		FIND_BY(mknod, gettid(), i);
		EXPECT_NUM(mknod, mode, types[i].wire);
	}
}

TEST_F(driver, mknod_unreadable_path)
{
	CALL_UNREADABLE(mknod, res, path, BAD_POINTER, S_IFIFO | 0600, 0);
	EXPECT_NUM(mknod, mode, mknod_mode_S_IFIFO | 0600);
}

TEST_F(driver, mknod_by_ia32)
{
	char *name = low_text("new");

	new_directory();
	RECORD(__NR_mknod);
	ASSERT_EQ(0,
		  syscall_ia32(NR_IA32_mknod, (long)name, S_IFCHR | 0600, makedev(1, 5), 0, 0, 0));
	FIND(mknod);
	EXPECT_TEXT(mknod, path, "new");
	EXPECT_NUM(mknod, mode, mknod_mode_S_IFCHR | 0600);
	EXPECT_NUM(mknod, dev, 1 << 8 | 5);
}

TESTS_EVENT(mknodat);
TEST_F(driver, mknodat_fifo)
{
	int dir = new_directory();

	RECORD(__NR_mknodat);
	ASSERT_EQ(0, syscall(__NR_mknodat, dir, "fifo", S_IFIFO | 0640, 0));
	ASSERT_EQ(-1, syscall(__NR_mknodat, AT_FDCWD, "fifo", S_IFBLK | 0640, makedev(8, 1)));
	FIND(mknodat);
	EXPECT_NUM(mknodat, res, 0);
	EXPECT_NUM(mknodat, dirfd, dir);
	EXPECT_TEXT(mknodat, path, "fifo");
	EXPECT_NUM(mknodat, mode, mknod_mode_S_IFIFO | 0640);
	EXPECT_NUM(mknodat, dev, 0);
	FIND_BY(mknodat, gettid(), 1);
	EXPECT_NUM(mknodat, res, -EEXIST);
	EXPECT_NUM(mknodat, dirfd, AT_FDCWD);
	EXPECT_NUM(mknodat, mode, mknod_mode_S_IFBLK | 0640);
	EXPECT_NUM(mknodat, dev, 8 << 8 | 1);
}

TEST_F(driver, mknodat_unreadable_path)
{
	CALL_UNREADABLE(mknodat, res, path, AT_FDCWD, BAD_POINTER, S_IFIFO | 0600, 0);
}

TEST_F(driver, mknodat_by_ia32)
{
	char *name = low_text("new");

	new_directory();
	RECORD(__NR_mknodat);
	ASSERT_EQ(0, syscall_ia32(NR_IA32_mknodat, AT_FDCWD, (long)name, S_IFIFO | 0600, 0, 0, 0));
	FIND(mknodat);
	EXPECT_NUM(mknodat, dirfd, AT_FDCWD);
	EXPECT_TEXT(mknodat, path, "new");
	EXPECT_NUM(mknodat, mode, mknod_mode_S_IFIFO | 0600);
}
