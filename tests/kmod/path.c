// SPDX-License-Identifier: Apache-2.0
/* rename, link, symlink, unlink, rmdir. */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "expect.h"
#include "buffers.h"
#include "paths.h"

/* ---- rename ---- */

TESTS_EVENT(rename);
TEST_F(driver, rename_succeeds_and_fails)
{
	new_directory();
	new_file("old");
	RECORD(__NR_rename);
	ASSERT_EQ(0, syscall(__NR_rename, "old", "new"));
	ASSERT_EQ(-1, syscall(__NR_rename, "", "other"));
	FIND(rename);
	EXPECT_NUM(rename, res, 0);
	EXPECT_TEXT(rename, oldpath, "old");
	EXPECT_TEXT(rename, newpath, "new");
	FIND_BY(rename, gettid(), 1);
	EXPECT_NUM(rename, res, -ENOENT);
	EXPECT_TEXT(rename, oldpath, "");
	EXPECT_TEXT(rename, newpath, "other");
}

TEST_F(driver, rename_unreadable_old_path)
{
	CALL_UNREADABLE(rename, res, oldpath, BAD_POINTER, "new");
	EXPECT_TEXT(rename, newpath, "new");
}

TEST_F(driver, rename_unreadable_new_path)
{
	CALL_UNREADABLE(rename, res, newpath, "old", BAD_POINTER);
	EXPECT_TEXT(rename, oldpath, "old");
}

/* Two parameters of maximum length in one record. */
TEST_F(driver, rename_paths_truncated)
{
	const char *name = long_text(NAME_TOO_LONG);

	RECORD(__NR_rename);
	ASSERT_EQ(-1, syscall(__NR_rename, name, name + 1));
	FIND(rename);
	EXPECT_NUM(rename, res, -ENAMETOOLONG);
	EXPECT_LENGTH(rename, oldpath, NAME_RECORDED);
	EXPECT_LENGTH(rename, newpath, NAME_RECORDED);
	EXPECT_EQ(0, memcmp(self->ev->param[IX(rename, oldpath)], name, NAME_RECORDED - 1));
	EXPECT_EQ(0, memcmp(self->ev->param[IX(rename, newpath)], name + 1, NAME_RECORDED - 1));
	EXPECT_EQ(0, self->ev->param[IX(rename, newpath)][NAME_RECORDED - 1]);
}

TEST_F(driver, rename_by_ia32)
{
	char *old = low_text("old"), *new = low_text("new");

	new_directory();
	RECORD(__NR_rename);
	ASSERT_EQ(-ENOENT, syscall_ia32(NR_IA32_rename, (long)old, (long)new, 0, 0, 0, 0));
	FIND(rename);
	EXPECT_NUM(rename, res, -ENOENT);
	EXPECT_TEXT(rename, oldpath, "old");
	EXPECT_TEXT(rename, newpath, "new");
}

TESTS_EVENT(renameat);
TEST_F(driver, renameat_succeeds_and_fails)
{
	int dir = new_directory();

	new_file("old");
	RECORD(__NR_renameat);
	ASSERT_EQ(0, syscall(__NR_renameat, dir, "old", AT_FDCWD, "new"));
	ASSERT_EQ(-1, syscall(__NR_renameat, AT_FDCWD, "old", dir, "newer"));
	FIND(renameat);
	EXPECT_NUM(renameat, res, 0);
	EXPECT_NUM(renameat, olddirfd, dir);
	EXPECT_TEXT(renameat, oldpath, "old");
	EXPECT_NUM(renameat, newdirfd, AT_FDCWD);
	EXPECT_TEXT(renameat, newpath, "new");
	FIND_BY(renameat, gettid(), 1);
	EXPECT_NUM(renameat, res, -ENOENT);
	EXPECT_NUM(renameat, olddirfd, AT_FDCWD);
	EXPECT_NUM(renameat, newdirfd, dir);
}

TEST_F(driver, renameat_unreadable_paths)
{
	CALL_UNREADABLE(renameat, res, oldpath, AT_FDCWD, BAD_POINTER, AT_FDCWD, BAD_POINTER);
	EXPECT_EMPTY(renameat, newpath);
}

TEST_F(driver, renameat_by_ia32)
{
	char *old = low_text("old"), *new = low_text("new");

	RECORD(__NR_renameat);
	ASSERT_EQ(-EBADF, syscall_ia32(NR_IA32_renameat, -5, (long)old, AT_FDCWD, (long)new, 0, 0));
	FIND(renameat);
	EXPECT_NUM(renameat, olddirfd, -5);
	EXPECT_NUM(renameat, newdirfd, AT_FDCWD);
	EXPECT_TEXT(renameat, oldpath, "old");
	EXPECT_TEXT(renameat, newpath, "new");
}

TESTS_EVENT(renameat2);
TEST_F(driver, renameat2_exchange)
{
	int dir = new_directory();

	new_file("one");
	new_file("other");
	RECORD(__NR_renameat2);
	ASSERT_EQ(0, syscall(__NR_renameat2, dir, "one", AT_FDCWD, "other", RENAME_EXCHANGE));
	FIND(renameat2);
	EXPECT_NUM(renameat2, res, 0);
	EXPECT_NUM(renameat2, olddirfd, dir);
	EXPECT_TEXT(renameat2, oldpath, "one");
	EXPECT_NUM(renameat2, newdirfd, AT_FDCWD);
	EXPECT_TEXT(renameat2, newpath, "other");
	EXPECT_NUM(renameat2, flags, renameat2_flags_RENAME_EXCHANGE);
}

TEST_F(driver, renameat2_fails)
{
	new_directory();
	new_file("one");
	new_file("other");
	RECORD(__NR_renameat2);
	ASSERT_EQ(-1, syscall(__NR_renameat2, AT_FDCWD, "one", AT_FDCWD, "other", RENAME_NOREPLACE));
	ASSERT_EQ(-1, syscall(__NR_renameat2, AT_FDCWD, "one", AT_FDCWD, "other", 0x80000004));
	FIND(renameat2);
	EXPECT_NUM(renameat2, res, -EEXIST);
	EXPECT_NUM(renameat2, flags, renameat2_flags_RENAME_NOREPLACE);
	FIND_BY(renameat2, gettid(), 1);
	EXPECT_NUM(renameat2, res, -EINVAL);
	EXPECT_NUM(renameat2, flags, 0x80000004); /* as passed by the caller */
}

TEST_F(driver, renameat2_unreadable_paths)
{
	CALL_UNREADABLE(renameat2, res, newpath, AT_FDCWD, BAD_POINTER, AT_FDCWD, BAD_POINTER, 0);
	EXPECT_EMPTY(renameat2, oldpath);
}

TEST_F(driver, renameat2_by_ia32)
{
	char *old = low_text("old"), *new = low_text("new");

	new_directory();
	RECORD(__NR_renameat2);
	ASSERT_EQ(-ENOENT, syscall_ia32(NR_IA32_renameat2, AT_FDCWD, (long)old, AT_FDCWD, (long)new,
					RENAME_NOREPLACE, 0));
	FIND(renameat2);
	EXPECT_NUM(renameat2, olddirfd, AT_FDCWD);
	EXPECT_TEXT(renameat2, oldpath, "old");
	EXPECT_TEXT(renameat2, newpath, "new");
	EXPECT_NUM(renameat2, flags, renameat2_flags_RENAME_NOREPLACE);
}

/* ---- links ---- */

TESTS_EVENT(link);
TEST_F(driver, link_succeeds_and_fails)
{
	new_directory();
	new_file("old");
	RECORD(__NR_link);
	ASSERT_EQ(0, syscall(__NR_link, "old", "new"));
	ASSERT_EQ(-1, syscall(__NR_link, "old", "new"));
	FIND(link);
	EXPECT_NUM(link, res, 0);
	EXPECT_TEXT(link, oldpath, "old");
	EXPECT_TEXT(link, newpath, "new");
	FIND_BY(link, gettid(), 1);
	EXPECT_NUM(link, res, -EEXIST);
}

TEST_F(driver, link_unreadable_paths)
{
	CALL_UNREADABLE(link, res, oldpath, BAD_POINTER, BAD_POINTER);
	EXPECT_EMPTY(link, newpath);
}

TEST_F(driver, link_by_ia32)
{
	char *old = low_text("old"), *new = low_text("new");

	new_directory();
	RECORD(__NR_link);
	ASSERT_EQ(-ENOENT, syscall_ia32(NR_IA32_link, (long)old, (long)new, 0, 0, 0, 0));
	FIND(link);
	EXPECT_TEXT(link, oldpath, "old");
	EXPECT_TEXT(link, newpath, "new");
}

TESTS_EVENT(linkat);
TEST_F(driver, linkat_succeeds)
{
	int dir = new_directory();

	new_file("old");
	RECORD(__NR_linkat);
	ASSERT_EQ(0, syscall(__NR_linkat, dir, "old", AT_FDCWD, "new", AT_SYMLINK_FOLLOW));
	FIND(linkat);
	EXPECT_NUM(linkat, res, 0);
	EXPECT_NUM(linkat, olddir, dir);
	EXPECT_TEXT(linkat, oldpath, "old");
	EXPECT_NUM(linkat, newdir, AT_FDCWD);
	EXPECT_TEXT(linkat, newpath, "new");
	EXPECT_NUM(linkat, flags, linkat_flags_AT_SYMLINK_FOLLOW);
}

TEST_F(driver, linkat_empty_path)
{
	int dir = new_directory(), fd;

	new_file("old");
	fd = open("old", O_RDONLY);
	RECORD(__NR_linkat);
	ASSERT_EQ(0, syscall(__NR_linkat, fd, "", dir, "new", AT_EMPTY_PATH));
	FIND(linkat);
	EXPECT_NUM(linkat, olddir, fd);
	EXPECT_TEXT(linkat, oldpath, "");
	EXPECT_NUM(linkat, newdir, dir);
	EXPECT_NUM(linkat, flags, linkat_flags_AT_EMPTY_PATH);
}

TEST_F(driver, linkat_fails)
{
	RECORD(__NR_linkat);
	ASSERT_EQ(-1, syscall(__NR_linkat, -1, "old", -2, "new", AT_REMOVEDIR));
	FIND(linkat);
	EXPECT_NUM(linkat, res, -EINVAL);
	EXPECT_NUM(linkat, olddir, -1);
	EXPECT_NUM(linkat, newdir, -2);
	EXPECT_NUM(linkat, flags, 0);
}

TEST_F(driver, linkat_unreadable_paths)
{
	CALL_UNREADABLE(linkat, res, oldpath, AT_FDCWD, BAD_POINTER, AT_FDCWD, BAD_POINTER, 0);
	EXPECT_EMPTY(linkat, newpath);
}

TEST_F(driver, linkat_by_ia32)
{
	char *old = low_text("old"), *new = low_text("new");

	new_directory();
	RECORD(__NR_linkat);
	ASSERT_EQ(-ENOENT, syscall_ia32(NR_IA32_linkat, AT_FDCWD, (long)old, AT_FDCWD, (long)new,
					AT_SYMLINK_FOLLOW, 0));
	FIND(linkat);
	EXPECT_NUM(linkat, olddir, AT_FDCWD);
	EXPECT_TEXT(linkat, oldpath, "old");
	EXPECT_TEXT(linkat, newpath, "new");
	EXPECT_NUM(linkat, flags, linkat_flags_AT_SYMLINK_FOLLOW);
}

TESTS_EVENT(symlink);
TEST_F(driver, symlink_succeeds_and_fails)
{
	new_directory();
	RECORD(__NR_symlink);
	ASSERT_EQ(0, syscall(__NR_symlink, "/target", "new"));
	ASSERT_EQ(-1, syscall(__NR_symlink, "", "newer"));
	FIND(symlink);
	EXPECT_NUM(symlink, res, 0);
	EXPECT_TEXT(symlink, target, "/target");
	EXPECT_TEXT(symlink, linkpath, "new");
	FIND_BY(symlink, gettid(), 1);
	EXPECT_NUM(symlink, res, -ENOENT);
	EXPECT_TEXT(symlink, target, "");
	EXPECT_TEXT(symlink, linkpath, "newer");
}

TEST_F(driver, symlink_unreadable_paths)
{
	CALL_UNREADABLE(symlink, res, target, BAD_POINTER, BAD_POINTER);
	EXPECT_EMPTY(symlink, linkpath);
}

TEST_F(driver, symlink_by_ia32)
{
	char *target = low_text("/target"), *new = low_text("new");

	new_directory();
	RECORD(__NR_symlink);
	ASSERT_EQ(0, syscall_ia32(NR_IA32_symlink, (long)target, (long)new, 0, 0, 0, 0));
	FIND(symlink);
	EXPECT_NUM(symlink, res, 0);
	EXPECT_TEXT(symlink, target, "/target");
	EXPECT_TEXT(symlink, linkpath, "new");
}

TESTS_EVENT(symlinkat);
TEST_F(driver, symlinkat_succeeds_and_fails)
{
	int dir = new_directory();

	RECORD(__NR_symlinkat);
	ASSERT_EQ(0, syscall(__NR_symlinkat, "/target", dir, "new"));
	ASSERT_EQ(-1, syscall(__NR_symlinkat, "/target", AT_FDCWD, "new"));
	FIND(symlinkat);
	EXPECT_NUM(symlinkat, res, 0);
	EXPECT_TEXT(symlinkat, target, "/target");
	EXPECT_NUM(symlinkat, linkdirfd, dir);
	EXPECT_TEXT(symlinkat, linkpath, "new");
	FIND_BY(symlinkat, gettid(), 1);
	EXPECT_NUM(symlinkat, res, -EEXIST);
	EXPECT_NUM(symlinkat, linkdirfd, AT_FDCWD);
}

TEST_F(driver, symlinkat_unreadable_paths)
{
	CALL_UNREADABLE(symlinkat, res, linkpath, BAD_POINTER, AT_FDCWD, BAD_POINTER);
	EXPECT_EMPTY(symlinkat, target);
}

TEST_F(driver, symlinkat_by_ia32)
{
	char *target = low_text("/target"), *new = low_text("new");

	new_directory();
	RECORD(__NR_symlinkat);
	ASSERT_EQ(0, syscall_ia32(NR_IA32_symlinkat, (long)target, AT_FDCWD, (long)new, 0, 0, 0));
	FIND(symlinkat);
	EXPECT_TEXT(symlinkat, target, "/target");
	EXPECT_NUM(symlinkat, linkdirfd, AT_FDCWD);
	EXPECT_TEXT(symlinkat, linkpath, "new");
}

/* ---- unlink ---- */

TESTS_EVENT(unlink);
TEST_F(driver, unlink_succeeds_and_fails)
{
	new_directory();
	new_file("old");
	RECORD(__NR_unlink);
	ASSERT_EQ(0, syscall(__NR_unlink, "old"));
	ASSERT_EQ(-1, syscall(__NR_unlink, "old"));
	FIND(unlink);
	EXPECT_NUM(unlink, res, 0);
	EXPECT_TEXT(unlink, path, "old");
	FIND_BY(unlink, gettid(), 1);
	EXPECT_NUM(unlink, res, -ENOENT);
	EXPECT_TEXT(unlink, path, "old");
}

TEST_F(driver, unlink_unreadable_path)
{
	CALL_UNREADABLE(unlink, res, path, BAD_POINTER);
}

TEST_F(driver, unlink_by_ia32)
{
	char *name = low_text("none");

	new_directory();
	RECORD(__NR_unlink);
	ASSERT_EQ(-ENOENT, syscall_ia32(NR_IA32_unlink, (long)name, 0, 0, 0, 0, 0));
	FIND(unlink);
	EXPECT_NUM(unlink, res, -ENOENT);
	EXPECT_TEXT(unlink, path, "none");
}

TESTS_EVENT(unlinkat);
TEST_F(driver, unlinkat_removedir)
{
	int dir = new_directory();

	mkdir("old", 0755);
	RECORD(__NR_unlinkat);
	ASSERT_EQ(0, syscall(__NR_unlinkat, dir, "old", AT_REMOVEDIR));
	FIND(unlinkat);
	EXPECT_NUM(unlinkat, res, 0);
	EXPECT_NUM(unlinkat, dirfd, dir);
	EXPECT_TEXT(unlinkat, name, "old");
	EXPECT_NUM(unlinkat, flags, unlinkat_flags_AT_REMOVEDIR);
}

TEST_F(driver, unlinkat_fails)
{
	new_directory();
	RECORD(__NR_unlinkat);
	ASSERT_EQ(-1, syscall(__NR_unlinkat, AT_FDCWD, "none", AT_EMPTY_PATH));
	FIND(unlinkat);
	EXPECT_NUM(unlinkat, res, -EINVAL);
	EXPECT_NUM(unlinkat, dirfd, AT_FDCWD);
	EXPECT_TEXT(unlinkat, name, "none");
	EXPECT_NUM(unlinkat, flags, 0);
}

TEST_F(driver, unlinkat_unreadable_path)
{
	CALL_UNREADABLE(unlinkat, res, name, AT_FDCWD, BAD_POINTER, 0);
}

TEST_F(driver, unlinkat_by_ia32)
{
	char *name = low_text("none");

	new_directory();
	RECORD(__NR_unlinkat);
	ASSERT_EQ(-ENOENT,
		  syscall_ia32(NR_IA32_unlinkat, AT_FDCWD, (long)name, AT_REMOVEDIR, 0, 0, 0));
	FIND(unlinkat);
	EXPECT_NUM(unlinkat, dirfd, AT_FDCWD);
	EXPECT_TEXT(unlinkat, name, "none");
	EXPECT_NUM(unlinkat, flags, unlinkat_flags_AT_REMOVEDIR);
}

TESTS_EVENT(rmdir);
TEST_F(driver, rmdir_succeeds_and_fails)
{
	new_directory();
	mkdir("old", 0755);
	RECORD(__NR_rmdir);
	ASSERT_EQ(0, syscall(__NR_rmdir, "old"));
	ASSERT_EQ(-1, syscall(__NR_rmdir, "."));
	FIND(rmdir);
	EXPECT_NUM(rmdir, res, 0);
	EXPECT_TEXT(rmdir, path, "old");
	FIND_BY(rmdir, gettid(), 1);
	EXPECT_NUM(rmdir, res, -EINVAL);
	EXPECT_TEXT(rmdir, path, ".");
}

TEST_F(driver, rmdir_unreadable_path)
{
	CALL_UNREADABLE(rmdir, res, path, BAD_POINTER);
}

TEST_F(driver, rmdir_by_ia32)
{
	char *name = low_text("none");

	new_directory();
	RECORD(__NR_rmdir);
	ASSERT_EQ(-ENOENT, syscall_ia32(NR_IA32_rmdir, (long)name, 0, 0, 0, 0, 0));
	FIND(rmdir);
	EXPECT_TEXT(rmdir, path, "none");
}
