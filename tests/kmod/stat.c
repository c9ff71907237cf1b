// SPDX-License-Identifier: Apache-2.0
/* stat, directories, flock, quotactl. */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/quota.h>
#include <sys/stat.h>

#include "expect.h"
#include "buffers.h"
#include "paths.h"

TESTS_EVENT(stat);
TEST_F(driver, stat_succeeds_and_fails)
{
	struct stat st;

	RECORD(__NR_stat);
	ASSERT_EQ(0, syscall(__NR_stat, "/dev/null", &st));
	ASSERT_EQ(-1, syscall(__NR_stat, "", &st));
	FIND(stat);
	EXPECT_NUM(stat, res, 0);
	EXPECT_TEXT(stat, path, "/dev/null");
	FIND_BY(stat, gettid(), 1);
	EXPECT_NUM(stat, res, -ENOENT);
	EXPECT_TEXT(stat, path, "");
}

TEST_F(driver, stat_unreadable_path)
{
	struct stat st;

	CALL_UNREADABLE(stat, res, path, BAD_POINTER, &st);
}

TEST_F(driver, stat_by_ia32)
{
	char *name = low_text("/dev/null"), *st = low_memory(4096);

	RECORD(__NR_stat);
	ASSERT_EQ(0, syscall_ia32(NR_IA32_stat, (long)name, (long)st, 0, 0, 0, 0));
	FIND(stat);
	EXPECT_NUM(stat, res, 0);
	EXPECT_TEXT(stat, path, "/dev/null");
}

TESTS_EVENT(lstat);
TEST_F(driver, lstat_succeeds_and_fails)
{
	struct stat st;

	RECORD(__NR_lstat);
	ASSERT_EQ(0, syscall(__NR_lstat, "/proc/self", &st));
	ASSERT_EQ(-1, syscall(__NR_lstat, "/none", &st));
	FIND(lstat);
	EXPECT_NUM(lstat, res, 0);
	EXPECT_TEXT(lstat, path, "/proc/self");
	FIND_BY(lstat, gettid(), 1);
	EXPECT_NUM(lstat, res, -ENOENT);
}

TEST_F(driver, lstat_unreadable_path)
{
	struct stat st;

	CALL_UNREADABLE(lstat, res, path, BAD_POINTER, &st);
}

TEST_F(driver, lstat_by_ia32)
{
	char *name = low_text("/none");

	RECORD(__NR_lstat);
	ASSERT_EQ(-ENOENT, syscall_ia32(NR_IA32_lstat, (long)name, 0, 0, 0, 0, 0));
	FIND(lstat);
	EXPECT_TEXT(lstat, path, "/none");
}

TESTS_EVENT(fstat);
TEST_F(driver, fstat_succeeds_and_fails)
{
	int fd = open("/dev/null", O_RDONLY);
	struct stat st;

	RECORD(__NR_fstat);
	ASSERT_EQ(0, syscall(__NR_fstat, fd, &st));
	ASSERT_EQ(-1, syscall(__NR_fstat, -1, &st));
	FIND(fstat);
	EXPECT_NUM(fstat, res, 0);
	EXPECT_NUM(fstat, fd, fd);
	FIND_BY(fstat, gettid(), 1);
	EXPECT_NUM(fstat, res, -EBADF);
	EXPECT_NUM(fstat, fd, -1);
}

TEST_F(driver, fstat_by_ia32)
{
	RECORD(__NR_fstat);
	ASSERT_EQ(-EBADF, syscall_ia32(NR_IA32_fstat, -2, 0, 0, 0, 0, 0));
	FIND(fstat);
	EXPECT_NUM(fstat, res, -EBADF);
	EXPECT_NUM(fstat, fd, -2);
}

TESTS_EVENT(stat64);
TEST_F(driver, stat64_by_ia32)
{
	char *name = low_text("/dev/null"), *st = low_memory(4096);

	RECORD(__NR_stat);
	ASSERT_EQ(0, syscall_ia32(NR_IA32_stat64, (long)name, (long)st, 0, 0, 0, 0));
	ASSERT_EQ(-EFAULT, syscall_ia32(NR_IA32_stat64, 8, (long)st, 0, 0, 0, 0));
	FIND(stat64);
	EXPECT_NUM(stat64, res, 0);
	EXPECT_TEXT(stat64, path, "/dev/null");
	FIND_BY(stat64, gettid(), 1);
	EXPECT_NUM(stat64, res, -EFAULT);
	EXPECT_EMPTY(stat64, path);
}

TESTS_EVENT(lstat64);
TEST_F(driver, lstat64_by_ia32)
{
	char *name = low_text("/none"), *st = low_memory(4096);

	RECORD(__NR_lstat);
	ASSERT_EQ(-ENOENT, syscall_ia32(NR_IA32_lstat64, (long)name, (long)st, 0, 0, 0, 0));
	ASSERT_EQ(-EFAULT, syscall_ia32(NR_IA32_lstat64, 0, (long)st, 0, 0, 0, 0));
	FIND(lstat64);
	EXPECT_NUM(lstat64, res, -ENOENT);
	EXPECT_TEXT(lstat64, path, "/none");
	FIND_BY(lstat64, gettid(), 1);
	EXPECT_NUM(lstat64, res, -EFAULT);
	EXPECT_EMPTY(lstat64, path);
}

TESTS_EVENT(fstat64);
TEST_F(driver, fstat64_by_ia32)
{
	char *st = low_memory(4096);

	RECORD(__NR_fstat);
	ASSERT_EQ(0,
		  syscall_ia32(NR_IA32_fstat64, open("/dev/null", O_RDONLY), (long)st, 0, 0, 0, 0));
	ASSERT_EQ(-EBADF, syscall_ia32(NR_IA32_fstat64, -1, (long)st, 0, 0, 0, 0));
	FIND(fstat64);
	EXPECT_NUM(fstat64, res, 0);
	FIND_BY(fstat64, gettid(), 1);
	EXPECT_NUM(fstat64, res, -EBADF);
}

TESTS_EVENT(newfstatat);
TEST_F(driver, newfstatat_succeeds_and_fails)
{
	int dir = new_directory();
	struct stat st;

	new_file("file");
	RECORD(__NR_newfstatat);
	ASSERT_EQ(0,
		  syscall(__NR_newfstatat, dir, "file", &st, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT));
	ASSERT_EQ(0, syscall(__NR_newfstatat, dir, "", &st, AT_EMPTY_PATH));
	ASSERT_EQ(-1, syscall(__NR_newfstatat, AT_FDCWD, "none", &st, 0));
	FIND(newfstatat);
	EXPECT_NUM(newfstatat, res, 0);
	EXPECT_NUM(newfstatat, dirfd, dir);
	EXPECT_TEXT(newfstatat, path, "file");
	EXPECT_NUM(newfstatat, flags,
		   newfstatat_flags_AT_SYMLINK_NOFOLLOW | newfstatat_flags_AT_NO_AUTOMOUNT);
	FIND_BY(newfstatat, gettid(), 1);
	EXPECT_TEXT(newfstatat, path, "");
	EXPECT_NUM(newfstatat, flags, newfstatat_flags_AT_EMPTY_PATH);
	FIND_BY(newfstatat, gettid(), 2);
	EXPECT_NUM(newfstatat, res, -ENOENT);
	EXPECT_NUM(newfstatat, dirfd, AT_FDCWD);
	EXPECT_NUM(newfstatat, flags, 0);
}

TEST_F(driver, newfstatat_unreadable_path)
{
	struct stat st;

	CALL_UNREADABLE(newfstatat, res, path, AT_FDCWD, BAD_POINTER, &st, 0);
}

/* ---- directories ---- */

TESTS_EVENT(getcwd);
TEST_F(driver, getcwd_succeeds_and_fails)
{
	char path[256], too_small[2];
	long n;

	new_directory();
	RECORD(__NR_getcwd);
	n = syscall(__NR_getcwd, path, sizeof(path));
	ASSERT_LT(0, n);
	ASSERT_EQ(-1, syscall(__NR_getcwd, too_small, sizeof(too_small)));
	ASSERT_EQ(-1, syscall(__NR_getcwd, inaccessible(), sizeof(path)));
	FIND(getcwd);
	EXPECT_NUM(getcwd, res, n);
	EXPECT_TEXT(getcwd, path, path);
	FIND_BY(getcwd, gettid(), 1);
	EXPECT_NUM(getcwd, res, -ERANGE);
	EXPECT_EMPTY(getcwd, path);
	FIND_BY(getcwd, gettid(), 2);
	EXPECT_NUM(getcwd, res, -EFAULT);
	EXPECT_EMPTY(getcwd, path);
}

TEST_F(driver, getcwd_by_ia32)
{
	char *path = low_memory(4096);

	chdir("/tmp");
	RECORD(__NR_getcwd);
	ASSERT_EQ(5, syscall_ia32(NR_IA32_getcwd, (long)path, 4096, 0, 0, 0, 0));
	FIND(getcwd);
	EXPECT_NUM(getcwd, res, 5);
	EXPECT_TEXT(getcwd, path, "/tmp");
}

TESTS_EVENT(chdir);
TEST_F(driver, chdir_succeeds_and_fails)
{
	RECORD(__NR_chdir);
	ASSERT_EQ(0, syscall(__NR_chdir, "/tmp"));
	ASSERT_EQ(-1, syscall(__NR_chdir, "/dev/null"));
	FIND(chdir);
	EXPECT_NUM(chdir, res, 0);
	EXPECT_TEXT(chdir, path, "/tmp");
	FIND_BY(chdir, gettid(), 1);
	EXPECT_NUM(chdir, res, -ENOTDIR);
	EXPECT_TEXT(chdir, path, "/dev/null");
}

TEST_F(driver, chdir_unreadable_path)
{
	CALL_UNREADABLE(chdir, res, path, BAD_POINTER);
}

TEST_F(driver, chdir_by_ia32)
{
	char *name = low_text("/tmp");

	RECORD(__NR_chdir);
	ASSERT_EQ(0, syscall_ia32(NR_IA32_chdir, (long)name, 0, 0, 0, 0, 0));
	FIND(chdir);
	EXPECT_TEXT(chdir, path, "/tmp");
}

TESTS_EVENT(fchdir);
TEST_F(driver, fchdir_succeeds_and_fails)
{
	int fd = open("/tmp", O_RDONLY);

	RECORD(__NR_fchdir);
	ASSERT_EQ(0, syscall(__NR_fchdir, fd));
	ASSERT_EQ(-1, syscall(__NR_fchdir, -1));
	FIND(fchdir);
	EXPECT_NUM(fchdir, res, 0);
	EXPECT_NUM(fchdir, fd, fd);
	FIND_BY(fchdir, gettid(), 1);
	EXPECT_NUM(fchdir, res, -EBADF);
	EXPECT_NUM(fchdir, fd, -1);
}

TEST_F(driver, fchdir_by_ia32)
{
	RECORD(__NR_fchdir);
	ASSERT_EQ(-EBADF, syscall_ia32(NR_IA32_fchdir, -2, 0, 0, 0, 0, 0));
	FIND(fchdir);
	EXPECT_NUM(fchdir, res, -EBADF);
	EXPECT_NUM(fchdir, fd, -2);
}

TESTS_EVENT(getdents);
TEST_F(driver, getdents_succeeds_and_fails)
{
	int fd = open("/", O_RDONLY | O_DIRECTORY);
	char entries[4096];
	long n;

	RECORD(__NR_getdents);
	n = syscall(__NR_getdents, fd, entries, sizeof(entries));
	ASSERT_LT(0, n);
	ASSERT_EQ(-1, syscall(__NR_getdents, -1, entries, sizeof(entries)));
	FIND(getdents);
	EXPECT_NUM(getdents, res, n);
	EXPECT_NUM(getdents, fd, fd);
	FIND_BY(getdents, gettid(), 1);
	EXPECT_NUM(getdents, res, -EBADF);
	EXPECT_NUM(getdents, fd, -1);
}

TEST_F(driver, getdents_by_ia32)
{
	RECORD(__NR_getdents);
	ASSERT_EQ(-EBADF, syscall_ia32(NR_IA32_getdents, -2, 0, 0, 0, 0, 0));
	FIND(getdents);
	EXPECT_NUM(getdents, res, -EBADF);
	EXPECT_NUM(getdents, fd, -2);
}

TESTS_EVENT(getdents64);
TEST_F(driver, getdents64_succeeds_and_fails)
{
	int fd = open("/", O_RDONLY | O_DIRECTORY);
	char entries[4096];
	long n;

	RECORD(__NR_getdents64);
	n = syscall(__NR_getdents64, fd, entries, sizeof(entries));
	ASSERT_LT(0, n);
	ASSERT_EQ(-1, syscall(__NR_getdents64, -1, entries, sizeof(entries)));
	FIND(getdents64);
	EXPECT_NUM(getdents64, res, n);
	EXPECT_NUM(getdents64, fd, fd);
	FIND_BY(getdents64, gettid(), 1);
	EXPECT_NUM(getdents64, res, -EBADF);
	EXPECT_NUM(getdents64, fd, -1);
}

TEST_F(driver, getdents64_by_ia32)
{
	RECORD(__NR_getdents64);
	ASSERT_EQ(-EBADF, syscall_ia32(NR_IA32_getdents64, -2, 0, 0, 0, 0, 0));
	FIND(getdents64);
	EXPECT_NUM(getdents64, res, -EBADF);
	EXPECT_NUM(getdents64, fd, -2);
}

/* ---- locks ---- */

TESTS_EVENT(flock);
TEST_F(driver, flock_all_operations)
{
	static const struct {
		int native, wire;
	} operations[] = {
		{ LOCK_SH, flock_flags_LOCK_SH },
		{ LOCK_EX, flock_flags_LOCK_EX },
		{ LOCK_UN, flock_flags_LOCK_UN },
		{ LOCK_EX | LOCK_NB, flock_flags_LOCK_EX | flock_flags_LOCK_NB },
		{ 0, 0 },
		{ 0x1000, 0 },
	};
	int fd = open("/tmp", O_RDONLY);

	RECORD(__NR_flock);
	for (size_t i = 0; i < ARRAY_SIZE(operations); i++)
		EXPECT_EQ(i < 4 ? 0 : -1, syscall(__NR_flock, fd, operations[i].native));
	for (size_t i = 0; i < ARRAY_SIZE(operations); i++) {
		FIND_BY(flock, gettid(), i);
		EXPECT_NUM(flock, res, i < 4 ? 0 : -EINVAL);
		EXPECT_NUM(flock, fd, fd);
		EXPECT_NUM(flock, operation, operations[i].wire);
	}
}

TEST_F(driver, flock_by_ia32)
{
	RECORD(__NR_flock);
	ASSERT_EQ(-EBADF, syscall_ia32(NR_IA32_flock, -1, LOCK_SH, 0, 0, 0, 0));
	FIND(flock);
	EXPECT_NUM(flock, res, -EBADF);
	EXPECT_NUM(flock, fd, -1);
	EXPECT_NUM(flock, operation, flock_flags_LOCK_SH);
}

/* ---- quotactl: the file system has no quotas, so all calls fail; arguments are recorded ---- */

#define EXPECT_NO_LIMITS()                               \
	do {                                             \
		EXPECT_NUM(quotactl, dqb_bhardlimit, 0); \
		EXPECT_NUM(quotactl, dqb_bsoftlimit, 0); \
		EXPECT_NUM(quotactl, dqb_curspace, 0);   \
		EXPECT_NUM(quotactl, dqb_ihardlimit, 0); \
		EXPECT_NUM(quotactl, dqb_isoftlimit, 0); \
		EXPECT_NUM(quotactl, dqb_btime, 0);      \
		EXPECT_NUM(quotactl, dqb_itime, 0);      \
	} while (0)
#define EXPECT_NO_INFO()                             \
	do {                                         \
		EXPECT_NUM(quotactl, dqi_bgrace, 0); \
		EXPECT_NUM(quotactl, dqi_igrace, 0); \
		EXPECT_NUM(quotactl, dqi_flags, 0);  \
	} while (0)

TESTS_EVENT(quotactl);
TEST_F(driver, quotactl_quotaon)
{
	RECORD(__NR_quotactl);
	ASSERT_EQ(-1,
		  syscall(__NR_quotactl, QCMD(Q_QUOTAON, GRPQUOTA), "/dev/none", 2, "/quota.file"));
	FIND(quotactl);
	EXPECT_NUM(quotactl, res, -errno);
	EXPECT_TEXT(quotactl, special, "/dev/none");
	EXPECT_TEXT(quotactl, quotafilepath, "/quota.file");
	EXPECT_NUM(quotactl, quota_fmt_out, quotactl_quota_fmts_QFMT_NOT_USED);
	EXPECT_NUM(quotactl, cmd, quotactl_cmds_Q_QUOTAON);
	EXPECT_NUM(quotactl, type, quotactl_types_GRPQUOTA);
	EXPECT_NUM(quotactl, id, 0);
	EXPECT_NUM(quotactl, quota_fmt, quotactl_quota_fmts_QFMT_VFS_V0);
	EXPECT_NO_LIMITS();
	EXPECT_NO_INFO();
}

static const struct dqblk some_limits = { 1, 2, 3, 4, 5, 6, 7, 8, QIF_ALL };

TEST_F(driver, quotactl_setquota)
{
	struct dqblk some = some_limits;

	some.dqb_valid = QIF_ILIMITS | QIF_BTIME;
	RECORD(__NR_quotactl);
	ASSERT_EQ(-1, syscall(__NR_quotactl, QCMD(Q_SETQUOTA, USRQUOTA), "/dev/none", 1000,
			      &some_limits));
	ASSERT_EQ(-1, syscall(__NR_quotactl, QCMD(Q_SETQUOTA, USRQUOTA), NULL, -1, &some));
	FIND(quotactl);
	EXPECT_EMPTY(quotactl, quotafilepath);
	EXPECT_NUM(quotactl, dqb_bhardlimit, 1);
	EXPECT_NUM(quotactl, dqb_bsoftlimit, 2);
	EXPECT_NUM(quotactl, dqb_curspace, 3);
	EXPECT_NUM(quotactl, dqb_ihardlimit, 4);
	EXPECT_NUM(quotactl, dqb_isoftlimit, 5);
	EXPECT_NUM(quotactl, dqb_btime, 7);
	EXPECT_NUM(quotactl, dqb_itime, 8);
	EXPECT_NO_INFO();
	EXPECT_NUM(quotactl, cmd, quotactl_cmds_Q_SETQUOTA);
	EXPECT_NUM(quotactl, type, quotactl_types_USRQUOTA);
	EXPECT_NUM(quotactl, id, 1000);
	EXPECT_NUM(quotactl, quota_fmt, quotactl_quota_fmts_QFMT_NOT_USED);
	FIND_BY(quotactl, gettid(), 1); /* only the limits marked valid */
	EXPECT_EMPTY(quotactl, special);
	EXPECT_NUM(quotactl, dqb_bhardlimit, 0);
	EXPECT_NUM(quotactl, dqb_curspace, 0);
	EXPECT_NUM(quotactl, dqb_ihardlimit, 4);
	EXPECT_NUM(quotactl, dqb_isoftlimit, 5);
	EXPECT_NUM(quotactl, dqb_btime, 7);
	EXPECT_NUM(quotactl, dqb_itime, 0);
	EXPECT_NUM(quotactl, id, 0xffffffff);
}

TEST_F(driver, quotactl_setinfo)
{
	struct dqinfo info = {
		.dqi_bgrace = 5, .dqi_igrace = 6, .dqi_flags = 2, .dqi_valid = IIF_ALL
	};

	RECORD(__NR_quotactl);
	ASSERT_EQ(-1, syscall(__NR_quotactl, QCMD(Q_SETINFO, USRQUOTA), "/dev/none", 1000, &info));
	FIND(quotactl);
	EXPECT_NUM(quotactl, dqi_bgrace, 5);
	EXPECT_NUM(quotactl, dqi_igrace, 6);
	EXPECT_NUM(quotactl, dqi_flags, quotactl_dqi_flags_V1_DQF_RSQUASH);
	EXPECT_NUM(quotactl, cmd, quotactl_cmds_Q_SETINFO);
	EXPECT_NUM(quotactl, id, 0);
	EXPECT_NO_LIMITS();
}

TEST_F(driver, quotactl_unreadable_structures)
{
	RECORD(__NR_quotactl);
	ASSERT_EQ(-1, syscall(__NR_quotactl, QCMD(Q_SETQUOTA, USRQUOTA), "/dev/none", 0,
			      inaccessible()));
	ASSERT_EQ(-1, syscall(__NR_quotactl, QCMD(Q_SETINFO, USRQUOTA), inaccessible(), 0, NULL));
	ASSERT_EQ(-1, syscall(__NR_quotactl, QCMD(0x123456, 77), "/dev/none", 0, &some_limits));
	for (int i = 0; i < 3; i++) {
		FIND_BY(quotactl, gettid(), i);
		EXPECT_NO_LIMITS();
		EXPECT_NO_INFO();
	}
	EXPECT_NUM(quotactl, cmd, 0);
	EXPECT_NUM(quotactl, type, 0);
}

/* A failed call has not written to its buffer, so the buffer is not recorded. */
TEST_F(driver, quotactl_failed_get)
{
	struct dqinfo info = {
		.dqi_bgrace = 5, .dqi_igrace = 6, .dqi_flags = 2, .dqi_valid = IIF_ALL
	};
	uint32_t format = QFMT_VFS_V1;

	RECORD(__NR_quotactl);
	ASSERT_EQ(-1,
		  syscall(__NR_quotactl, QCMD(Q_GETQUOTA, USRQUOTA), "/dev/none", 0, &some_limits));
	ASSERT_EQ(-1, syscall(__NR_quotactl, QCMD(Q_GETINFO, USRQUOTA), "/dev/none", 0, &info));
	ASSERT_EQ(-1, syscall(__NR_quotactl, QCMD(Q_GETFMT, USRQUOTA), "/dev/none", 0, &format));
	for (int i = 0; i < 3; i++) {
		FIND_BY(quotactl, gettid(), i);
		EXPECT_NO_LIMITS();
		EXPECT_NO_INFO();
		EXPECT_NUM(quotactl, quota_fmt_out, quotactl_quota_fmts_QFMT_NOT_USED);
	}
}

/* The 32-bit structure is four bytes shorter, here at the end of a mapping. */
TEST_F(driver, quotactl_by_ia32)
{
	char *name = low_text("/dev/none"), *p = low_memory(8192);
	enum { DQBLK_SIZE_32 = 68 };

	ASSERT_EQ(0, munmap(p + 4096, 4096));
	memcpy(p + 4096 - DQBLK_SIZE_32, &some_limits, DQBLK_SIZE_32);
	RECORD(__NR_quotactl);
	syscall_ia32(NR_IA32_quotactl, QCMD(Q_SETQUOTA, GRPQUOTA), (long)name, 1000,
		     (long)p + 4096 - DQBLK_SIZE_32, 0, 0);
	FIND(quotactl);
	EXPECT_TEXT(quotactl, special, "/dev/none");
	EXPECT_NUM(quotactl, dqb_bhardlimit, 1);
	EXPECT_NUM(quotactl, dqb_itime, 8);
	EXPECT_NUM(quotactl, cmd, quotactl_cmds_Q_SETQUOTA);
	EXPECT_NUM(quotactl, type, quotactl_types_GRPQUOTA);
	EXPECT_NUM(quotactl, id, 1000);
}
