// SPDX-License-Identifier: Apache-2.0
/* Mounts and namespaces. */
#include <linux/mount.h>
#include <sched.h>
#include <sys/stat.h>

#include "expect.h"
#include "buffers.h"

/* From <sys/mount.h>, which conflicts with <linux/mount.h> on some systems. */
enum { NS_MNT_FORCE = 1, NS_MNT_DETACH = 2, NS_MNT_EXPIRE = 4, NS_UMOUNT_NOFOLLOW = 8 };

static const char mount_point[] = "/tmp/falco-mount";

TESTS_EVENT(setns);
TEST_F(driver, setns_succeeds_and_fails)
{
	int fd = open("/proc/self/ns/uts", O_RDONLY);

	RECORD(__NR_setns);
	ASSERT_EQ(0, syscall(__NR_setns, fd, CLONE_NEWUTS));
	ASSERT_EQ(-1, syscall(__NR_setns, fd, CLONE_NEWNET));
	ASSERT_EQ(-1, syscall(__NR_setns, -1, 0));
	FIND(setns);
	EXPECT_NUM(setns, res, 0);
	EXPECT_NUM(setns, fd, fd);
	EXPECT_NUM(setns, nstype, clone_flags_CLONE_NEWUTS);
	FIND_BY(setns, getpid(), 1);
	EXPECT_NUM(setns, res, -EINVAL);
	EXPECT_NUM(setns, nstype, clone_flags_CLONE_NEWNET);
	FIND_BY(setns, getpid(), 2);
	EXPECT_NUM(setns, res, -EBADF);
	EXPECT_NUM(setns, fd, -1);
	EXPECT_NUM(setns, nstype, 0);
}

TESTS_EVENT(unshare);
TEST_F(driver, unshare_flags)
{
	RECORD(__NR_unshare);
	ASSERT_EQ(0,
		  syscall(__NR_unshare, CLONE_NEWUTS | CLONE_FS | CLONE_NEWIPC | CLONE_NEWCGROUP));
	ASSERT_EQ(-1, syscall(__NR_unshare, CLONE_PTRACE));
	FIND(unshare);
	EXPECT_NUM(unshare, res, 0);
	EXPECT_NUM(unshare, flags,
		   clone_flags_CLONE_NEWUTS | clone_flags_CLONE_FS | clone_flags_CLONE_NEWIPC |
			   clone_flags_CLONE_NEWCGROUP);
	FIND_BY(unshare, getpid(), 1);
	EXPECT_NUM(unshare, res, -EINVAL);
	EXPECT_NUM(unshare, flags, clone_flags_CLONE_PTRACE);
}

TESTS_EVENT(mount);
TEST_F(driver, mount_tmpfs)
{
	mkdir(mount_point, 0700);
	ASSERT_EQ(0, unshare(CLONE_NEWNS));
	RECORD(__NR_mount);
	ASSERT_EQ(0, syscall(__NR_mount, "none", mount_point, "tmpfs",
			     MS_MGC_VAL | MS_NOSUID | MS_NODEV, "size=1m"));
	FIND(mount);
	EXPECT_NUM(mount, res, 0);
	EXPECT_TEXT(mount, dev, "none");
	EXPECT_TEXT(mount, dir, mount_point);
	EXPECT_TEXT(mount, type, "tmpfs");
	EXPECT_NUM(mount, flags, mount_flags_NOSUID | mount_flags_NODEV);
}

TEST_F(driver, mount_fails)
{
	RECORD(__NR_mount);
	ASSERT_EQ(-1, syscall(__NR_mount, NULL, "/none", NULL, MS_BIND | MS_REC, NULL));
	ASSERT_EQ(-1, syscall(__NR_mount, UNMAPPED, NULL, "", MS_MOVE, NULL));
	FIND(mount);
	EXPECT_NUM(mount, res, -ENOENT);
	EXPECT_EMPTY(mount, dev);
	EXPECT_TEXT(mount, dir, "/none");
	EXPECT_EMPTY(mount, type);
	EXPECT_NUM(mount, flags, mount_flags_BIND | mount_flags_REC);
	FIND_BY(mount, getpid(), 1);
	EXPECT_NUM(mount, res, -EFAULT);
	EXPECT_EMPTY(mount, dev);
	EXPECT_EMPTY(mount, dir);
	EXPECT_TEXT(mount, type, "");
	EXPECT_NUM(mount, flags, mount_flags_MOVE);
}

TEST_F(driver, mount_by_ia32)
{
	char *low = low_memory(4096);

	strcpy(low, "/none");
	strcpy(low + 64, "nosuchfs");
	RECORD(__NR_mount);
	ASSERT_EQ(-ENOENT,
		  syscall_ia32(NR_IA32_mount, 0, (long)low, (long)low + 64, MS_RDONLY, 0, 0));
	FIND(mount);
	EXPECT_NUM(mount, res, -ENOENT);
	EXPECT_EMPTY(mount, dev);
	EXPECT_TEXT(mount, dir, "/none");
	EXPECT_TEXT(mount, type, "nosuchfs");
	EXPECT_NUM(mount, flags, mount_flags_RDONLY);
}

TESTS_EVENT(umount2);
TEST_F(driver, umount2_detaches)
{
	mkdir(mount_point, 0700);
	ASSERT_EQ(0, unshare(CLONE_NEWNS));
	ASSERT_EQ(0, syscall(__NR_mount, "none", mount_point, "tmpfs", 0, NULL));
	RECORD(__NR_umount2);
	ASSERT_EQ(0, syscall(__NR_umount2, mount_point, NS_MNT_DETACH | NS_UMOUNT_NOFOLLOW));
	FIND(umount2);
	EXPECT_NUM(umount2, res, 0);
	EXPECT_TEXT(umount2, name, mount_point);
	EXPECT_NUM(umount2, flags, umount_flags_DETACH | umount_flags_NOFOLLOW);
}

TEST_F(driver, umount2_fails)
{
	RECORD(__NR_umount2);
	ASSERT_EQ(-1, syscall(__NR_umount2, "", NS_MNT_FORCE | NS_MNT_EXPIRE));
	ASSERT_EQ(-1, syscall(__NR_umount2, NULL, 0));
	FIND(umount2);
	EXPECT_EQ(true, record_num(self->ev, IX(umount2, res)) < 0);
	EXPECT_TEXT(umount2, name, "");
	EXPECT_NUM(umount2, flags, umount_flags_FORCE | umount_flags_EXPIRE);
	FIND_BY(umount2, getpid(), 1);
	EXPECT_NUM(umount2, res, -EFAULT);
	EXPECT_EMPTY(umount2, name);
	EXPECT_NUM(umount2, flags, 0);
}

/* umount exists only for 32-bit callers; it is selected by the mask bit of umount2. */
TESTS_EVENT(umount);
TEST_F(driver, umount_by_ia32)
{
	char *low = low_memory(4096);

	strcpy(low, mount_point);
	mkdir(mount_point, 0700);
	ASSERT_EQ(0, unshare(CLONE_NEWNS));
	ASSERT_EQ(0, syscall(__NR_mount, "none", mount_point, "tmpfs", 0, NULL));
	RECORD(__NR_umount2);
	ASSERT_EQ(0, syscall_ia32(NR_IA32_umount, (long)low, 0, 0, 0, 0, 0));
	ASSERT_EQ(-EFAULT, syscall_ia32(NR_IA32_umount, 8, 0, 0, 0, 0, 0));
	FIND(umount);
	EXPECT_NUM(umount, res, 0);
	EXPECT_TEXT(umount, name, mount_point);
	FIND_BY(umount, getpid(), 1);
	EXPECT_NUM(umount, res, -EFAULT);
	EXPECT_EMPTY(umount, name);
}

TEST_F(driver, umount2_by_ia32)
{
	char *low = low_memory(4096);

	strcpy(low, "/none");
	RECORD(__NR_umount2);
	ASSERT_EQ(-ENOENT, syscall_ia32(NR_IA32_umount2, (long)low, NS_MNT_FORCE, 0, 0, 0, 0));
	FIND(umount2);
	EXPECT_NUM(umount2, res, -ENOENT);
	EXPECT_TEXT(umount2, name, "/none");
	EXPECT_NUM(umount2, flags, umount_flags_FORCE);
}

TESTS_EVENT(chroot);
TEST_F(driver, chroot_succeeds_and_fails)
{
	RECORD(__NR_chroot);
	ASSERT_EQ(0, syscall(__NR_chroot, "/"));
	ASSERT_EQ(-1, syscall(__NR_chroot, "/none"));
	ASSERT_EQ(-1, syscall(__NR_chroot, UNMAPPED));
	FIND(chroot);
	EXPECT_NUM(chroot, res, 0);
	EXPECT_TEXT(chroot, path, "/");
	FIND_BY(chroot, getpid(), 1);
	EXPECT_NUM(chroot, res, -ENOENT);
	EXPECT_TEXT(chroot, path, "/none");
	FIND_BY(chroot, getpid(), 2);
	EXPECT_NUM(chroot, res, -EFAULT);
	EXPECT_EMPTY(chroot, path);
}

TEST_F(driver, chroot_by_ia32)
{
	char *low = strcpy(low_memory(4096), "/none/32");

	RECORD(__NR_chroot);
	ASSERT_EQ(-ENOENT, syscall_ia32(NR_IA32_chroot, (long)low, 0, 0, 0, 0, 0));
	FIND(chroot);
	EXPECT_TEXT(chroot, path, "/none/32");
}

TESTS_EVENT(fsconfig);
TEST_F(driver, fsconfig_variants)
{
	int fd = syscall(__NR_fsopen, "tmpfs", 0);

	if (fd < 0 && errno == ENOSYS)
		SKIP(return, "no fsopen");
	RECORD(__NR_fsconfig);
	ASSERT_EQ(0, syscall(__NR_fsconfig, fd, FSCONFIG_SET_STRING, "size", "1m", 0));
	ASSERT_EQ(-1, syscall(__NR_fsconfig, fd, FSCONFIG_SET_BINARY, "blob", "abc", 3));
	ASSERT_EQ(0, syscall(__NR_fsconfig, fd, FSCONFIG_SET_FLAG, "ro", NULL, 0));
	ASSERT_EQ(-1, syscall(__NR_fsconfig, -1, FSCONFIG_SET_PATH, UNMAPPED, "/path", AT_FDCWD));
	FIND(fsconfig);
	EXPECT_NUM(fsconfig, res, 0);
	EXPECT_NUM(fsconfig, fd, fd);
	EXPECT_NUM(fsconfig, cmd, fsconfig_cmds_FSCONFIG_SET_STRING);
	EXPECT_TEXT(fsconfig, key, "size");
	EXPECT_EMPTY(fsconfig, value_bytebuf);
	EXPECT_TEXT(fsconfig, value_charbuf, "1m");
	EXPECT_NUM(fsconfig, aux, 0);
	FIND_BY(fsconfig, getpid(), 1);
	EXPECT_NUM(fsconfig, cmd, fsconfig_cmds_FSCONFIG_SET_BINARY);
	EXPECT_TEXT(fsconfig, key, "blob");
	EXPECT_EMPTY(fsconfig, value_bytebuf);
	EXPECT_EMPTY(fsconfig, value_charbuf);
	EXPECT_NUM(fsconfig, aux, 3);
	FIND_BY(fsconfig, getpid(), 2);
	EXPECT_NUM(fsconfig, res, 0);
	EXPECT_NUM(fsconfig, cmd, fsconfig_cmds_FSCONFIG_SET_FLAG);
	EXPECT_TEXT(fsconfig, key, "ro");
	EXPECT_EMPTY(fsconfig, value_charbuf);
	FIND_BY(fsconfig, getpid(), 3);
	EXPECT_EQ(true, record_num(self->ev, IX(fsconfig, res)) < 0);
	EXPECT_NUM(fsconfig, fd, -1);
	EXPECT_NUM(fsconfig, cmd, fsconfig_cmds_FSCONFIG_SET_PATH);
	EXPECT_EMPTY(fsconfig, key);
	EXPECT_EMPTY(fsconfig, value_charbuf);
	EXPECT_NUM(fsconfig, aux, AT_FDCWD);
}
