// SPDX-License-Identifier: Apache-2.0
/* openat2, open_by_handle_at, and files of overlayfs. */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "expect.h"
#include "buffers.h"
#include "paths.h"

TESTS_EVENT(openat2);
TEST_F(driver, openat2_creates_file)
{
	struct open_how how = { .flags = O_CREAT | O_RDWR | O_CLOEXEC,
				.mode = 0640,
				.resolve = RESOLVE_BENEATH };
	int dir = new_directory(), fd;

	RECORD(__NR_openat2);
	fd = syscall(__NR_openat2, dir, "new", &how, sizeof(how));
	FIND(openat2);
	ASSERT_LE(0, fd);
	EXPECT_NUM(openat2, fd, fd);
	EXPECT_NUM(openat2, dirfd, dir);
	EXPECT_TEXT(openat2, name, "new");
	EXPECT_NUM(openat2, flags,
		   file_flags_O_CREAT | file_flags_O_RDWR | file_flags_O_CLOEXEC |
			   file_flags_O_F_CREATED);
	EXPECT_NUM(openat2, mode, 0640);
	EXPECT_NUM(openat2, resolve, openat2_flags_RESOLVE_BENEATH);
	EXPECT_INODE_OF(openat2, fd);
}

TEST_F(driver, openat2_fails)
{
	struct open_how how = { .flags = O_DIRECTORY | O_PATH,
				.mode = 0600,
				.resolve = RESOLVE_NO_XDEV };

	RECORD(__NR_openat2);
	ASSERT_EQ(-1, syscall(__NR_openat2, AT_FDCWD, "none", &how, sizeof(how)));
	how = (struct open_how){ .flags = O_WRONLY, .mode = 0600 };
	ASSERT_EQ(-1, syscall(__NR_openat2, AT_FDCWD, "none", &how, sizeof(how)));
	FIND(openat2);
	EXPECT_NUM(openat2, fd, -EINVAL);
	EXPECT_NUM(openat2, dirfd, AT_FDCWD);
	EXPECT_TEXT(openat2, name, "none");
	EXPECT_NUM(openat2, flags,
		   file_flags_O_DIRECTORY | file_flags_O_TMPFILE | file_flags_O_RDONLY);
	EXPECT_NUM(openat2, mode, 0600); /* quirk: see openat_o_directory */
	EXPECT_NUM(openat2, resolve, openat2_flags_RESOLVE_NO_XDEV);
	EXPECT_NO_INODE(openat2);
	FIND_BY(openat2, gettid(), 1);
	EXPECT_NUM(openat2, flags, file_flags_O_WRONLY);
	EXPECT_NUM(openat2, mode, 0);
	EXPECT_NUM(openat2, resolve, 0);
}

TEST_F(driver, openat2_each_resolve_flag)
{
	static const struct {
		unsigned native, wire;
	} flags[] = {
		{ RESOLVE_NO_XDEV, openat2_flags_RESOLVE_NO_XDEV },
		{ RESOLVE_NO_MAGICLINKS, openat2_flags_RESOLVE_NO_MAGICLINKS },
		{ RESOLVE_NO_SYMLINKS, openat2_flags_RESOLVE_NO_SYMLINKS },
		{ RESOLVE_BENEATH, openat2_flags_RESOLVE_BENEATH },
		{ RESOLVE_IN_ROOT, openat2_flags_RESOLVE_IN_ROOT },
		{ RESOLVE_CACHED, openat2_flags_RESOLVE_CACHED }, /* since v5.12 */
	};
	long result[6];
	unsigned i;

	RECORD(__NR_openat2);
	for (i = 0; i < 6; i++) {
		struct open_how how = { .resolve = flags[i].native };

		result[i] = syscall(__NR_openat2, AT_FDCWD, ".", &how, sizeof(how));
	}
	for (i = 0; i < 6; i++) {
		FIND_BY(openat2, gettid(), i);
		EXPECT_NUM(openat2, resolve, i == 5 && result[i] < 0 ? 0 : flags[i].wire);
	}
}

/* The struct open_how of a caller built for a newer kernel may be longer. */
TEST_F(driver, openat2_larger_how)
{
	struct {
		struct open_how how;
		uint64_t more;
	} newer = { .how.flags = O_RDWR };
	int fd;

	RECORD(__NR_openat2);
	fd = syscall(__NR_openat2, AT_FDCWD, "/dev/null", &newer, sizeof(newer));
	FIND(openat2);
	ASSERT_LE(0, fd);
	EXPECT_NUM(openat2, flags, file_flags_O_RDWR);
	EXPECT_INODE_OF(openat2, fd);
}

TEST_F(driver, openat2_unreadable_path)
{
	struct open_how how = { .flags = O_RDWR };

	CALL_UNREADABLE(openat2, fd, name, AT_FDCWD, BAD_POINTER, &how, sizeof(how));
	EXPECT_NUM(openat2, flags, file_flags_O_RDWR);
	EXPECT_NO_INODE(openat2);
}

/* The call fails, and is recorded with the arguments that could be read. */
TEST_F(driver, openat2_unreadable_how)
{
	RECORD(__NR_openat2);
	for (int i = 0; i < BAD_POINTERS; i++)
		ASSERT_EQ(-1, syscall(__NR_openat2, AT_FDCWD, "/dev/null", bad_pointer(i),
				      sizeof(struct open_how)));
	for (int i = 0; i < BAD_POINTERS; i++) {
		FIND_BY(openat2, gettid(), i);
		EXPECT_NUM(openat2, fd, -EFAULT);
		EXPECT_NUM(openat2, dirfd, AT_FDCWD);
		EXPECT_TEXT(openat2, name, "/dev/null");
		EXPECT_NUM(openat2, flags, 0);
		EXPECT_NUM(openat2, mode, 0);
		EXPECT_NUM(openat2, resolve, 0);
		EXPECT_NO_INODE(openat2);
	}
}

TEST_F(driver, openat2_by_ia32)
{
	struct open_how *how = low_memory(4096);
	char *name = low_text("new");
	int fd;

	*how = (struct open_how){ .flags = O_CREAT | O_RDWR,
				  .mode = 0640,
				  .resolve = RESOLVE_NO_SYMLINKS };
	new_directory();
	RECORD(__NR_openat2);
	fd = syscall_ia32(NR_IA32_openat2, AT_FDCWD, (long)name, (long)how, sizeof(*how), 0, 0);
	FIND(openat2);
	ASSERT_LE(0, fd);
	EXPECT_NUM(openat2, dirfd, AT_FDCWD);
	EXPECT_TEXT(openat2, name, "new");
	EXPECT_NUM(openat2, flags, file_flags_O_CREAT | file_flags_O_RDWR | file_flags_O_F_CREATED);
	EXPECT_NUM(openat2, mode, 0640);
	EXPECT_NUM(openat2, resolve, openat2_flags_RESOLVE_NO_SYMLINKS);
	EXPECT_INODE_OF(openat2, fd);
}

TESTS_EVENT(openat2_enter);
TEST_F(driver, openat2_enter)
{
	struct open_how how = { .flags = O_CREAT | O_RDWR, .mode = 0640, .resolve = RESOLVE_IN_ROOT };
	int dir = new_directory();

	RECORD_ENTER(__NR_openat2);
	ASSERT_LE(0, syscall(__NR_openat2, dir, "new", &how, sizeof(how)));
	ASSERT_EQ(-1, syscall(__NR_openat2, AT_FDCWD, "new", inaccessible(), sizeof(how)));
	FIND(openat2_enter);
	EXPECT_NUM(openat2_enter, dirfd, dir);
	EXPECT_TEXT(openat2_enter, name, "new");
	EXPECT_NUM(openat2_enter, flags, file_flags_O_CREAT | file_flags_O_RDWR);
	EXPECT_NUM(openat2_enter, mode, 0640);
	EXPECT_NUM(openat2_enter, resolve, openat2_flags_RESOLVE_IN_ROOT);
	FIND_BY(openat2_enter, gettid(), 1);
	EXPECT_NUM(openat2_enter, dirfd, AT_FDCWD);
	EXPECT_TEXT(openat2_enter, name, "new");
	EXPECT_NUM(openat2_enter, mode, 0);
	EXPECT_NUM(openat2_enter, resolve, 0);
}

/* ---- open_by_handle_at ---- */

/* Mounts a tmpfs, which supports file handles, on a new directory; returns its root. */
static int mount_tmpfs_here(void)
{
	char path[64];

	close(new_directory());
	if (!getcwd(path, sizeof(path)) || unshare(CLONE_NEWNS) ||
	    mount("none", path, "tmpfs", 0, NULL) || chdir(path))
		abort();
	return open(".", O_RDONLY | O_DIRECTORY);
}

static struct file_handle *new_handle(const char *name)
{
	struct file_handle *handle = low_memory(4096);
	int mount_id;

	handle->handle_bytes = MAX_HANDLE_SZ;
	return name_to_handle_at(AT_FDCWD, name, handle, &mount_id, 0) ? NULL : handle;
}

/*
 * PREEMPT_RT: the path is looked up before the record is begun, and a path longer than a page is
 * not recorded.
 */
static bool is_realtime(void)
{
	struct utsname u;

	return !uname(&u) && strstr(u.version, "PREEMPT_RT");
}

TESTS_EVENT(open_by_handle_at);
TEST_F(driver, open_by_handle_at_succeeds)
{
	int dir = mount_tmpfs_here(), fd;
	struct file_handle *handle;

	mkdir("sub", 0755);
	new_file("sub/file");
	handle = new_handle("sub/file");
	ASSERT_NE(NULL, handle);
	RECORD(__NR_open_by_handle_at);
	fd = syscall(__NR_open_by_handle_at, dir, handle, O_RDWR | O_APPEND);
	FIND(open_by_handle_at);
	ASSERT_LE(0, fd);
	EXPECT_NUM(open_by_handle_at, fd, fd);
	EXPECT_NUM(open_by_handle_at, mountfd, dir);
	EXPECT_NUM(open_by_handle_at, flags, file_flags_O_RDWR | file_flags_O_APPEND);
	EXPECT_TEXT(open_by_handle_at, path, realpath("sub/file", NULL));
	EXPECT_INODE_OF(open_by_handle_at, fd);
}

TEST_F(driver, open_by_handle_at_fdcwd)
{
	struct file_handle *handle;
	int fd;

	mount_tmpfs_here();
	new_file("file");
	handle = new_handle("file");
	ASSERT_NE(NULL, handle);
	close(0);
	RECORD(__NR_open_by_handle_at);
	fd = syscall(__NR_open_by_handle_at, AT_FDCWD, handle, O_PATH);
	FIND(open_by_handle_at);
	ASSERT_EQ(0, fd);
	EXPECT_NUM(open_by_handle_at, mountfd, AT_FDCWD);
	EXPECT_NUM(open_by_handle_at, flags, file_flags_O_RDONLY);
	EXPECT_TEXT(open_by_handle_at, path, realpath("file", NULL));
	EXPECT_INODE_OF(open_by_handle_at, fd);
}

TEST_F(driver, open_by_handle_at_fails)
{
	RECORD(__NR_open_by_handle_at);
	ASSERT_EQ(-1, syscall(__NR_open_by_handle_at, -1, NULL, O_WRONLY));
	FIND(open_by_handle_at);
	EXPECT_NUM(open_by_handle_at, fd, -errno);
	EXPECT_NUM(open_by_handle_at, mountfd, -1);
	EXPECT_NUM(open_by_handle_at, flags, file_flags_O_WRONLY);
	EXPECT_EMPTY(open_by_handle_at, path);
	EXPECT_NO_INODE(open_by_handle_at);
}

TEST_F(driver, open_by_handle_at_by_ia32)
{
	struct file_handle *handle;
	int fd;

	mount_tmpfs_here();
	new_file("file");
	handle = new_handle("file");
	ASSERT_NE(NULL, handle);
	RECORD(__NR_open_by_handle_at);
	fd = syscall_ia32(NR_IA32_open_by_handle_at, AT_FDCWD, (long)handle, O_RDWR, 0, 0, 0);
	FIND(open_by_handle_at);
	ASSERT_LE(0, fd);
	EXPECT_NUM(open_by_handle_at, fd, fd);
	EXPECT_NUM(open_by_handle_at, mountfd, AT_FDCWD);
	EXPECT_NUM(open_by_handle_at, flags, file_flags_O_RDWR);
	EXPECT_TEXT(open_by_handle_at, path, realpath("file", NULL));
	EXPECT_INODE_OF(open_by_handle_at, fd);
}

/* A path longer than a page, which is reached by changing to one directory after another. */
TEST_F(driver, open_by_handle_at_long_path)
{
	char name[101] = { 0 }, *path = calloc(1, 1 << 16);
	int dir = mount_tmpfs_here(), fd;
	struct file_handle *handle;

	memset(name, 'd', 100);
	getcwd(path, 4096);
	for (int i = 0; i < 60; i++) {
		ASSERT_EQ(0, mkdir(name, 0755));
		ASSERT_EQ(0, chdir(name));
		strcat(strcat(path, "/"), name);
	}
	new_file("file");
	strcat(path, "/file");
	handle = new_handle("file");
	ASSERT_NE(NULL, handle);
	RECORD(__NR_open_by_handle_at);
	fd = syscall(__NR_open_by_handle_at, dir, handle, O_RDWR);
	FIND(open_by_handle_at);
	ASSERT_LE(0, fd);
	ASSERT_LT(6000, strlen(path));
	if (is_realtime()) {
		EXPECT_EMPTY(open_by_handle_at, path);
	} else {
		EXPECT_TEXT(open_by_handle_at, path, path);
	}
}

/* ---- overlayfs ---- */

/* Mounts an overlay at ./merged, with a file "existing" in its lower layer. */
static bool mount_overlay(void)
{
	int root = mount_tmpfs_here();

	close(root);
	if (system("mkdir lower upper work merged && echo x >lower/existing && (modprobe overlay || :)"))
		abort();
	return !mount("none", "merged", "overlay", 0, "lowerdir=lower,upperdir=upper,workdir=work");
}

#define OVERLAY_OR_SKIP()                             \
	do {                                          \
		if (!mount_overlay())                 \
			SKIP(return, "no overlayfs"); \
	} while (0)

TEST_F(driver, open_overlay_lower_layer)
{
	OVERLAY_OR_SKIP();
	RECORD(__NR_open);
	ASSERT_LE(0, syscall(__NR_open, "merged/existing", O_RDONLY));
	FIND(open);
	EXPECT_NUM(open, flags, file_flags_O_RDONLY | file_flags_FD_LOWER_LAYER);
}

TEST_F(driver, openat_overlay_lower_layer)
{
	struct open_how how = { .flags = O_RDONLY };

	OVERLAY_OR_SKIP();
	RECORD(__NR_openat);
	RECORD(__NR_openat2);
	ASSERT_LE(0, syscall(__NR_openat, AT_FDCWD, "merged/existing", O_RDONLY));
	ASSERT_LE(0, syscall(__NR_openat2, AT_FDCWD, "merged/existing", &how, sizeof(how)));
	FIND(openat);
	EXPECT_NUM(openat, flags, file_flags_O_RDONLY | file_flags_FD_LOWER_LAYER);
	FIND(openat2);
	EXPECT_NUM(openat2, flags, file_flags_O_RDONLY | file_flags_FD_LOWER_LAYER);
}

/* Opening a file for writing copies it from the lower to the upper layer. */
TEST_F(driver, openat_overlay_upper_layer)
{
	OVERLAY_OR_SKIP();
	RECORD(__NR_openat);
	ASSERT_LE(0, syscall(__NR_openat, AT_FDCWD, "merged/new", O_CREAT | O_RDWR, 0600));
	ASSERT_LE(0, syscall(__NR_openat, AT_FDCWD, "merged/existing", O_WRONLY));
	ASSERT_LE(0, syscall(__NR_openat, AT_FDCWD, "merged/existing", O_RDONLY));
	FIND(openat);
	EXPECT_NUM(openat, flags,
		   file_flags_O_CREAT | file_flags_O_RDWR | file_flags_O_F_CREATED |
			   file_flags_FD_UPPER_LAYER);
	FIND_BY(openat, gettid(), 1);
	EXPECT_NUM(openat, flags, file_flags_O_WRONLY | file_flags_FD_UPPER_LAYER);
	FIND_BY(openat, gettid(), 2);
	EXPECT_NUM(openat, flags, file_flags_O_RDONLY | file_flags_FD_UPPER_LAYER);
}

TEST_F(driver, openat_outside_overlay)
{
	OVERLAY_OR_SKIP();
	RECORD(__NR_openat);
	ASSERT_LE(0, syscall(__NR_openat, AT_FDCWD, "merged", O_RDONLY));
	ASSERT_LE(0, syscall(__NR_openat, AT_FDCWD, "lower/existing", O_RDONLY));
	ASSERT_EQ(-1, syscall(__NR_openat, AT_FDCWD, "merged/none", O_RDONLY));
	for (int i = 0; i < 3; i++) {
		FIND_BY(openat, gettid(), i);
		EXPECT_NUM(openat, flags, file_flags_O_RDONLY);
	}
}

TEST_F(driver, creat_overlay_upper_layer)
{
	OVERLAY_OR_SKIP();
	RECORD(__NR_creat);
	ASSERT_LE(0, syscall(__NR_creat, "merged/new", 0600));
	ASSERT_LE(0, syscall(__NR_creat, "lower/new", 0600));
	FIND(creat);
	EXPECT_NUM(creat, creat_flags, creat_flags_FD_UPPER_LAYER_CREAT);
	FIND_BY(creat, gettid(), 1);
	EXPECT_NUM(creat, creat_flags, 0);
}
