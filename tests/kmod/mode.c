// SPDX-License-Identifier: Apache-2.0
/* chmod, chown, access. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "expect.h"
#include "buffers.h"
#include "paths.h"

TESTS_EVENT(chmod);
TEST_F(driver, chmod_succeeds_and_fails)
{
	new_directory();
	new_file("file");
	RECORD(__NR_chmod);
	ASSERT_EQ(0, syscall(__NR_chmod, "file", 06751));
	ASSERT_EQ(-1, syscall(__NR_chmod, "none", 0101022));
	FIND(chmod);
	EXPECT_NUM(chmod, res, 0);
	EXPECT_TEXT(chmod, filename, "file");
	EXPECT_NUM(chmod, mode, 06751);
	FIND_BY(chmod, gettid(), 1);
	EXPECT_NUM(chmod, res, -ENOENT);
	EXPECT_TEXT(chmod, filename, "none");
	EXPECT_NUM(chmod, mode, 01022); /* without the file type */
}

TEST_F(driver, chmod_each_bit)
{
	RECORD(__NR_chmod);
	for (int i = 0; i < 12; i++)
		ASSERT_EQ(-1, syscall(__NR_chmod, "/none/none", 1 << i));
	for (int i = 0; i < 12; i++) {
		FIND_BY(chmod, gettid(), i);
		EXPECT_NUM(chmod, mode, 1 << i);
	}
}

TEST_F(driver, chmod_unreadable_path)
{
	CALL_UNREADABLE(chmod, res, filename, BAD_POINTER, 0600);
	EXPECT_NUM(chmod, mode, 0600);
}

TEST_F(driver, chmod_by_ia32)
{
	char *name = low_text("none");

	new_directory();
	RECORD(__NR_chmod);
	ASSERT_EQ(-ENOENT, syscall_ia32(NR_IA32_chmod, (long)name, 04755, 0, 0, 0, 0));
	FIND(chmod);
	EXPECT_TEXT(chmod, filename, "none");
	EXPECT_NUM(chmod, mode, 04755);
}

TESTS_EVENT(fchmod);
TEST_F(driver, fchmod_succeeds_and_fails)
{
	int fd;

	new_directory();
	fd = open("file", O_CREAT | O_RDWR, 0600);
	RECORD(__NR_fchmod);
	ASSERT_EQ(0, syscall(__NR_fchmod, fd, 0777));
	ASSERT_EQ(-1, syscall(__NR_fchmod, -1, 0));
	FIND(fchmod);
	EXPECT_NUM(fchmod, res, 0);
	EXPECT_NUM(fchmod, fd, fd);
	EXPECT_NUM(fchmod, mode, 0777);
	FIND_BY(fchmod, gettid(), 1);
	EXPECT_NUM(fchmod, res, -EBADF);
	EXPECT_NUM(fchmod, fd, -1);
	EXPECT_NUM(fchmod, mode, 0);
}

TEST_F(driver, fchmod_by_ia32)
{
	RECORD(__NR_fchmod);
	ASSERT_EQ(-EBADF, syscall_ia32(NR_IA32_fchmod, -1, 01700, 0, 0, 0, 0));
	FIND(fchmod);
	EXPECT_NUM(fchmod, fd, -1);
	EXPECT_NUM(fchmod, mode, 01700);
}

TESTS_EVENT(fchmodat);
TEST_F(driver, fchmodat_succeeds_and_fails)
{
	int dir = new_directory();

	new_file("file");
	RECORD(__NR_fchmodat);
	ASSERT_EQ(0, syscall(__NR_fchmodat, dir, "file", 0421));
	ASSERT_EQ(-1, syscall(__NR_fchmodat, AT_FDCWD, "", 0421));
	FIND(fchmodat);
	EXPECT_NUM(fchmodat, res, 0);
	EXPECT_NUM(fchmodat, dirfd, dir);
	EXPECT_TEXT(fchmodat, filename, "file");
	EXPECT_NUM(fchmodat, mode, 0421);
	FIND_BY(fchmodat, gettid(), 1);
	EXPECT_NUM(fchmodat, res, -ENOENT);
	EXPECT_NUM(fchmodat, dirfd, AT_FDCWD);
	EXPECT_TEXT(fchmodat, filename, "");
}

TEST_F(driver, fchmodat_unreadable_path)
{
	CALL_UNREADABLE(fchmodat, res, filename, AT_FDCWD, BAD_POINTER, 0600);
}

TEST_F(driver, fchmodat_by_ia32)
{
	char *name = low_text("none");

	new_directory();
	RECORD(__NR_fchmodat);
	ASSERT_EQ(-ENOENT, syscall_ia32(NR_IA32_fchmodat, AT_FDCWD, (long)name, 0640, 0, 0, 0));
	FIND(fchmodat);
	EXPECT_NUM(fchmodat, dirfd, AT_FDCWD);
	EXPECT_TEXT(fchmodat, filename, "none");
	EXPECT_NUM(fchmodat, mode, 0640);
}

/* ---- chown ---- */

TESTS_EVENT(chown);
TEST_F(driver, chown_succeeds_and_fails)
{
	new_directory();
	new_file("file");
	RECORD(__NR_chown);
	ASSERT_EQ(0, syscall(__NR_chown, "file", 1234, -1));
	ASSERT_EQ(-1, syscall(__NR_chown, "none", 0x12345678, 0));
	FIND(chown);
	EXPECT_NUM(chown, res, 0);
	EXPECT_TEXT(chown, path, "file");
	EXPECT_NUM(chown, uid, 1234);
	EXPECT_NUM(chown, gid, 0xffffffff);
	FIND_BY(chown, gettid(), 1);
	EXPECT_NUM(chown, res, -ENOENT);
	EXPECT_NUM(chown, uid, 0x12345678);
	EXPECT_NUM(chown, gid, 0);
}

TEST_F(driver, chown_unreadable_path)
{
	CALL_UNREADABLE(chown, res, path, BAD_POINTER, 1, 2);
	EXPECT_NUM(chown, uid, 1);
	EXPECT_NUM(chown, gid, 2);
}

TEST_F(driver, chown_by_ia32)
{
	char *name = low_text("none");

	new_directory();
	RECORD(__NR_chown);
	ASSERT_EQ(-ENOENT, syscall_ia32(NR_IA32_chown32, (long)name, 100000, -1, 0, 0, 0));
	ASSERT_EQ(-ENOENT, syscall_ia32(NR_IA32_chown, (long)name, 1000, 1001, 0, 0, 0));
	FIND(chown);
	EXPECT_TEXT(chown, path, "none");
	EXPECT_NUM(chown, uid, 100000);
	EXPECT_NUM(chown, gid, 0xffffffff);
	FIND_BY(chown, gettid(), 1);
	EXPECT_TEXT(chown, path, "none");
	EXPECT_NUM(chown, uid, 1000);
	EXPECT_NUM(chown, gid, 1001);
}

/* The original 32-bit calls have 16-bit ids; 0xffff is recorded as -1. */
TEST_F(driver, chown_16_bit_ids_by_ia32)
{
	char *name = low_text("none");

	new_directory();
	RECORD(__NR_chown);
	RECORD(__NR_fchown);
	ASSERT_EQ(-ENOENT, syscall_ia32(NR_IA32_chown, (long)name, 0xffff, 0x2000a, 0, 0, 0));
	ASSERT_EQ(-ENOENT, syscall_ia32(NR_IA32_chown32, (long)name, 0xffff, 0x2000a, 0, 0, 0));
	ASSERT_EQ(-EBADF, syscall_ia32(NR_IA32_fchown, -1, -1, 0xffff, 0, 0, 0));
	FIND(chown);
	EXPECT_NUM(chown, uid, 0xffffffff);
	EXPECT_NUM(chown, gid, 10);
	FIND_BY(chown, gettid(), 1);
	EXPECT_NUM(chown, uid, 0xffff);
	EXPECT_NUM(chown, gid, 0x2000a);
	FIND(fchown);
	EXPECT_NUM(fchown, uid, 0xffffffff);
	EXPECT_NUM(fchown, gid, 0xffffffff);
}

TESTS_EVENT(lchown);
TEST_F(driver, lchown_succeeds_and_fails)
{
	new_directory();
	symlink("/target", "link");
	RECORD(__NR_lchown);
	ASSERT_EQ(0, syscall(__NR_lchown, "link", 1234, 4321));
	ASSERT_EQ(-1, syscall(__NR_lchown, "none", -1, -1));
	FIND(lchown);
	EXPECT_NUM(lchown, res, 0);
	EXPECT_TEXT(lchown, path, "link");
	EXPECT_NUM(lchown, uid, 1234);
	EXPECT_NUM(lchown, gid, 4321);
	FIND_BY(lchown, gettid(), 1);
	EXPECT_NUM(lchown, res, -ENOENT);
	EXPECT_NUM(lchown, uid, 0xffffffff);
}

TEST_F(driver, lchown_unreadable_path)
{
	CALL_UNREADABLE(lchown, res, path, BAD_POINTER, 1, 2);
}

TEST_F(driver, lchown_by_ia32)
{
	char *name = low_text("none");

	new_directory();
	RECORD(__NR_lchown);
	ASSERT_EQ(-ENOENT, syscall_ia32(NR_IA32_lchown32, (long)name, 100000, 7, 0, 0, 0));
	ASSERT_EQ(-ENOENT, syscall_ia32(NR_IA32_lchown, (long)name, 1000, 8, 0, 0, 0));
	FIND(lchown);
	EXPECT_TEXT(lchown, path, "none");
	EXPECT_NUM(lchown, uid, 100000);
	EXPECT_NUM(lchown, gid, 7);
	FIND_BY(lchown, gettid(), 1);
	EXPECT_NUM(lchown, uid, 1000);
	EXPECT_NUM(lchown, gid, 8);
}

TESTS_EVENT(fchown);
TEST_F(driver, fchown_succeeds_and_fails)
{
	int fd;

	new_directory();
	fd = open("file", O_CREAT | O_RDWR, 0600);
	RECORD(__NR_fchown);
	ASSERT_EQ(0, syscall(__NR_fchown, fd, 1234, 4321));
	ASSERT_EQ(-1, syscall(__NR_fchown, -1, 1, -1));
	FIND(fchown);
	EXPECT_NUM(fchown, res, 0);
	EXPECT_NUM(fchown, fd, fd);
	EXPECT_NUM(fchown, uid, 1234);
	EXPECT_NUM(fchown, gid, 4321);
	FIND_BY(fchown, gettid(), 1);
	EXPECT_NUM(fchown, res, -EBADF);
	EXPECT_NUM(fchown, fd, -1);
	EXPECT_NUM(fchown, gid, 0xffffffff);
}

TEST_F(driver, fchown_by_ia32)
{
	RECORD(__NR_fchown);
	ASSERT_EQ(-EBADF, syscall_ia32(NR_IA32_fchown32, -1, 100000, 7, 0, 0, 0));
	ASSERT_EQ(-EBADF, syscall_ia32(NR_IA32_fchown, -1, 1000, 8, 0, 0, 0));
	FIND(fchown);
	EXPECT_NUM(fchown, fd, -1);
	EXPECT_NUM(fchown, uid, 100000);
	EXPECT_NUM(fchown, gid, 7);
	FIND_BY(fchown, gettid(), 1);
	EXPECT_NUM(fchown, uid, 1000);
	EXPECT_NUM(fchown, gid, 8);
}

TESTS_EVENT(fchownat);
TEST_F(driver, fchownat_empty_path)
{
	int fd;

	new_directory();
	fd = open("file", O_CREAT | O_RDWR, 0600);
	RECORD(__NR_fchownat);
	ASSERT_EQ(0, syscall(__NR_fchownat, fd, "", 1234, 4321, AT_EMPTY_PATH));
	FIND(fchownat);
	EXPECT_NUM(fchownat, res, 0);
	EXPECT_NUM(fchownat, dirfd, fd);
	EXPECT_TEXT(fchownat, pathname, "");
	EXPECT_NUM(fchownat, uid, 1234);
	EXPECT_NUM(fchownat, gid, 4321);
	EXPECT_NUM(fchownat, flags, fchownat_flags_AT_EMPTY_PATH);
}

/*
 * quirk: the flag called AT_SYMLINK_NOFOLLOW in records is set for AT_SYMLINK_FOLLOW, which
 * fchownat rejects.
 */
TEST_F(driver, fchownat_flags)
{
	new_directory();
	symlink("/target", "link");
	RECORD(__NR_fchownat);
	ASSERT_EQ(0, syscall(__NR_fchownat, AT_FDCWD, "link", -1, -1, AT_SYMLINK_NOFOLLOW));
	ASSERT_EQ(-1, syscall(__NR_fchownat, AT_FDCWD, "link", -1, -1, AT_SYMLINK_FOLLOW));
	FIND(fchownat);
	EXPECT_NUM(fchownat, res, 0);
	EXPECT_NUM(fchownat, dirfd, AT_FDCWD);
	EXPECT_TEXT(fchownat, pathname, "link");
	EXPECT_NUM(fchownat, flags, 0);
	FIND_BY(fchownat, gettid(), 1);
	EXPECT_NUM(fchownat, res, -errno);
	EXPECT_NUM(fchownat, flags, fchownat_flags_AT_SYMLINK_NOFOLLOW);
}

TEST_F(driver, fchownat_unreadable_path)
{
	CALL_UNREADABLE(fchownat, res, pathname, AT_FDCWD, BAD_POINTER, 1, 2, 0);
}

TEST_F(driver, fchownat_by_ia32)
{
	char *name = low_text("none");

	new_directory();
	RECORD(__NR_fchownat);
	ASSERT_EQ(-ENOENT, syscall_ia32(NR_IA32_fchownat, AT_FDCWD, (long)name, 100000, -1,
					AT_EMPTY_PATH, 0));
	FIND(fchownat);
	EXPECT_NUM(fchownat, dirfd, AT_FDCWD);
	EXPECT_TEXT(fchownat, pathname, "none");
	EXPECT_NUM(fchownat, uid, 100000);
	EXPECT_NUM(fchownat, gid, 0xffffffff);
	EXPECT_NUM(fchownat, flags, fchownat_flags_AT_EMPTY_PATH);
}

/* ---- access ---- */

TESTS_EVENT(access);
TEST_F(driver, access_all_modes)
{
	static const struct {
		int native, wire;
	} modes[] = {
		{ F_OK, 0 },
		{ R_OK, access_flags_R_OK },
		{ W_OK, access_flags_W_OK },
		{ X_OK, access_flags_X_OK },
		{ R_OK | W_OK | X_OK, access_flags_R_OK | access_flags_W_OK | access_flags_X_OK },
		{ 0x100, 0 },
	};

	RECORD(__NR_access);
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++)
		EXPECT_EQ(i < 5 ? 0 : -1, syscall(__NR_access, "/tmp", modes[i].native));
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		FIND_BY(access, gettid(), i);
		EXPECT_NUM(access, res, i < 5 ? 0 : -EINVAL);
		EXPECT_TEXT(access, name, "/tmp");
		EXPECT_NUM(access, mode, modes[i].wire);
	}
}

TEST_F(driver, access_unreadable_path)
{
	CALL_UNREADABLE(access, res, name, BAD_POINTER, R_OK);
	EXPECT_NUM(access, mode, access_flags_R_OK);
}

TEST_F(driver, access_by_ia32)
{
	char *name = low_text("none");

	new_directory();
	RECORD(__NR_access);
	ASSERT_EQ(-ENOENT, syscall_ia32(NR_IA32_access, (long)name, W_OK, 0, 0, 0, 0));
	FIND(access);
	EXPECT_NUM(access, res, -ENOENT);
	EXPECT_TEXT(access, name, "none");
	EXPECT_NUM(access, mode, access_flags_W_OK);
}
