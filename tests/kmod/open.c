// SPDX-License-Identifier: Apache-2.0
/* open, openat, creat, and their enter events. */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "expect.h"
#include "buffers.h"
#include "paths.h"

/* The kernel's O_LARGEFILE; that of the C library is 0 in 64-bit programs, where it is implied. */
#ifdef __aarch64__
enum { KERNEL_O_LARGEFILE = 0400000 };
#else
enum { KERNEL_O_LARGEFILE = 0100000 };
#endif

/* ---- open ---- */

TESTS_EVENT(open);
TEST_F(driver, open_existing_file)
{
	int fd;

	new_directory();
	new_file("there");
	RECORD(__NR_open);
	fd = syscall(__NR_open, "there", O_RDONLY, 0777);
	FIND(open);
	ASSERT_LE(0, fd);
	EXPECT_NUM(open, fd, fd);
	EXPECT_TEXT(open, name, "there");
	EXPECT_NUM(open, flags, file_flags_O_RDONLY);
	EXPECT_NUM(open, mode, 0);
	EXPECT_INODE_OF(open, fd);
}

TEST_F(driver, open_creates_file)
{
	int fd;

	new_directory();
	umask(0777);
	RECORD(__NR_open);
	fd = syscall(__NR_open, "new", O_CREAT | O_WRONLY | O_EXCL | O_NONBLOCK | O_APPEND, 0107654);
	FIND(open);
	ASSERT_LE(0, fd);
	EXPECT_NUM(open, fd, fd);
	EXPECT_TEXT(open, name, "new");
	EXPECT_NUM(open, flags,
		   file_flags_O_CREAT | file_flags_O_WRONLY | file_flags_O_EXCL |
			   file_flags_O_NONBLOCK | file_flags_O_APPEND | file_flags_O_F_CREATED);
	EXPECT_NUM(open, mode, 07654); /* the argument's permission bits, without umask and type */
	EXPECT_INODE_OF(open, fd);
}

TEST_F(driver, open_o_creat_existing_file)
{
	int fd;

	new_directory();
	new_file("there");
	RECORD(__NR_open);
	fd = syscall(__NR_open, "there", O_CREAT | O_RDWR | O_TRUNC, 0600);
	FIND(open);
	ASSERT_LE(0, fd);
	EXPECT_NUM(open, flags, file_flags_O_CREAT | file_flags_O_RDWR | file_flags_O_TRUNC);
	EXPECT_NUM(open, mode, 0600);
}

/* Descriptor 0 is valid. */
TEST_F(driver, open_returns_fd_0)
{
	new_directory();
	new_file("there");
	close(0);
	RECORD(__NR_open);
	ASSERT_EQ(0, syscall(__NR_open, "there", O_RDONLY));
	FIND(open);
	EXPECT_NUM(open, fd, 0);
	EXPECT_INODE_OF(open, 0);
}

TEST_F(driver, open_o_path)
{
	int fd;

	new_directory();
	new_file("there");
	RECORD(__NR_open);
	fd = syscall(__NR_open, "there", O_PATH);
	FIND(open);
	ASSERT_LE(0, fd);
	EXPECT_NUM(open, flags, file_flags_O_RDONLY);
	EXPECT_INODE_OF(open, fd);
}

TEST_F(driver, open_device)
{
	int fd;

	RECORD(__NR_open);
	fd = syscall(__NR_open, "/dev/null", O_RDWR);
	FIND(open);
	ASSERT_LE(0, fd);
	EXPECT_INODE_OF(open, fd); /* the inode of the device node, not that of the device */
}

TEST_F(driver, open_fails)
{
	new_directory();
	RECORD(__NR_open);
	ASSERT_EQ(-1, syscall(__NR_open, "none", O_RDWR));
	ASSERT_EQ(-1, syscall(__NR_open, "no/directory", O_CREAT | O_RDWR, 0640));
	FIND(open);
	EXPECT_NUM(open, fd, -ENOENT);
	EXPECT_TEXT(open, name, "none");
	EXPECT_NUM(open, flags, file_flags_O_RDWR);
	EXPECT_NUM(open, mode, 0);
	EXPECT_NO_INODE(open);
	FIND_BY(open, gettid(), 1);
	EXPECT_TEXT(open, name, "no/directory");
	EXPECT_NUM(open, flags, file_flags_O_CREAT | file_flags_O_RDWR);
	EXPECT_NUM(open, mode, 0640);
	EXPECT_NO_INODE(open);
}

TEST_F(driver, open_unreadable_path)
{
	CALL_UNREADABLE(open, fd, name, BAD_POINTER, O_CREAT | O_RDWR, 0640);
	EXPECT_NUM(open, flags, file_flags_O_CREAT | file_flags_O_RDWR);
	EXPECT_NUM(open, mode, 0640);
	EXPECT_NO_INODE(open);
}

TEST_F(driver, open_path_lengths)
{
	const char *names[] = {
		"", "a", "1234567", "12345678", "123456789", long_text(255), long_text(4095)
	};

	new_directory();
	RECORD(__NR_open);
	for (unsigned i = 0; i < 7; i++)
		ASSERT_EQ(-1, syscall(__NR_open, names[i], O_RDONLY));
	for (unsigned i = 0; i < 7; i++) {
		FIND_BY(open, gettid(), i);
		EXPECT_TEXT(open, name, names[i]);
	}
}

TEST_F(driver, open_path_truncated)
{
	const char *name = long_text(NAME_TOO_LONG);

	RECORD(__NR_open);
	ASSERT_EQ(-1, syscall(__NR_open, name, O_RDONLY));
	FIND(open);
	EXPECT_NUM(open, fd, -ENAMETOOLONG);
	EXPECT_LENGTH(open, name, NAME_RECORDED);
	EXPECT_EQ(0, memcmp(self->ev->param[IX(open, name)], name, NAME_RECORDED - 1));
	EXPECT_EQ(0, self->ev->param[IX(open, name)][NAME_RECORDED - 1]);
}

TEST_F(driver, open_path_at_page_end)
{
	static const char text[] = "/tmp/falco-no-such-file-name";

	RECORD(__NR_open);
	for (unsigned i = 0; i < 16; i++)
		ASSERT_EQ(-1, syscall(__NR_open, text_at_page_end(text + i, true), O_RDONLY));
	for (unsigned i = 0; i < 16; i++) {
		FIND_BY(open, gettid(), i);
		EXPECT_NUM(open, fd, -ENOENT);
		EXPECT_TEXT(open, name, text + i);
	}
}

TEST_F(driver, open_path_beyond_page_end)
{
	RECORD(__NR_open);
	ASSERT_EQ(-1, syscall(__NR_open, text_at_page_end("/tmp/unterminated", false), O_RDONLY));
	FIND(open);
	EXPECT_NUM(open, fd, -EFAULT);
	EXPECT_EMPTY(open, name);
}

TEST_F(driver, open_by_ia32)
{
	char *name = low_text("new");
	int fd;

	new_directory();
	RECORD(__NR_open);
	fd = syscall_ia32(NR_IA32_open, (long)name, O_CREAT | O_RDWR | KERNEL_O_LARGEFILE, 0640, 0,
			  0, 0);
	FIND(open);
	ASSERT_LE(0, fd);
	EXPECT_NUM(open, fd, fd);
	EXPECT_TEXT(open, name, "new");
	EXPECT_NUM(open, flags,
		   file_flags_O_CREAT | file_flags_O_RDWR | file_flags_O_LARGEFILE |
			   file_flags_O_F_CREATED);
	EXPECT_NUM(open, mode, 0640);
	EXPECT_INODE_OF(open, fd);
}

TESTS_EVENT(open_enter);
TEST_F(driver, open_enter)
{
	new_directory();
	RECORD_ENTER(__NR_open);
	ASSERT_LE(0, syscall(__NR_open, "new", O_CREAT | O_RDWR, 0640));
	FIND(open_enter);
	EXPECT_TEXT(open_enter, name, "new");
	EXPECT_NUM(open_enter, flags, file_flags_O_CREAT | file_flags_O_RDWR);
	EXPECT_NUM(open_enter, mode, 0640);
	FIND(open);
	EXPECT_NUM(open, flags, file_flags_O_CREAT | file_flags_O_RDWR | file_flags_O_F_CREATED);
}

TEST_F(driver, open_enter_unreadable_path)
{
	RECORD_ENTER(__NR_open);
	for (int i = 0; i < BAD_POINTERS; i++)
		ASSERT_EQ(-1, syscall(__NR_open, bad_pointer(i), O_WRONLY, 0640));
	for (int i = 0; i < BAD_POINTERS; i++) {
		FIND_BY(open_enter, gettid(), i);
		EXPECT_EMPTY(open_enter, name);
		EXPECT_NUM(open_enter, flags, file_flags_O_WRONLY);
		EXPECT_NUM(open_enter, mode, 0);
	}
}

/*
 * At enter a path that is not resident must be faulted in; at exit it is resident, as the call has
 * read it.
 */
TEST_F(driver, open_enter_path_not_resident)
{
	int file = memfd_create("name", 0);
	char *name;

	ASSERT_EQ(6, write(file, "/none", 6));
	name = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, file, 0);
	ASSERT_NE(MAP_FAILED, name);
	RECORD_ENTER(__NR_open);
	ASSERT_EQ(-1, syscall(__NR_open, name, O_RDONLY));
	FIND(open_enter);
	EXPECT_BYTES(open_enter, name, "/none", probes_can_fault() ? 6 : 0);
	FIND(open);
	EXPECT_NUM(open, fd, -ENOENT);
	EXPECT_TEXT(open, name, "/none");
}

TEST_F(driver, open_enter_by_ia32)
{
	char *name = low_text("none");

	new_directory();
	RECORD_ENTER(__NR_open);
	ASSERT_EQ(-ENOENT, syscall_ia32(NR_IA32_open, (long)name, O_RDWR, 0, 0, 0, 0));
	FIND(open_enter);
	EXPECT_TEXT(open_enter, name, "none");
	EXPECT_NUM(open_enter, flags, file_flags_O_RDWR);
}

/* ---- flags ---- */

static int64_t flags_recorded(struct driver *d, unsigned nth)
{
	const struct record *r = driver_find(d, EV_openat, gettid(), nth);

	return r ? record_num(r, IX(openat, flags)) : -1;
}

TEST_F(driver, openat_each_flag)
{
	static const struct {
		int native;
		uint32_t wire;
	} flags[] = {
		{ O_RDONLY, file_flags_O_RDONLY },
		{ O_WRONLY, file_flags_O_WRONLY },
		{ O_RDWR, file_flags_O_RDWR },
		{ O_ACCMODE, file_flags_O_RDONLY },
		{ O_APPEND, file_flags_O_RDONLY | file_flags_O_APPEND },
		{ O_EXCL, file_flags_O_RDONLY | file_flags_O_EXCL },
		{ O_NONBLOCK, file_flags_O_RDONLY | file_flags_O_NONBLOCK },
		{ O_TRUNC, file_flags_O_RDONLY | file_flags_O_TRUNC },
		{ O_DIRECT, file_flags_O_RDONLY | file_flags_O_DIRECT },
		{ KERNEL_O_LARGEFILE, file_flags_O_RDONLY | file_flags_O_LARGEFILE },
		{ O_CLOEXEC, file_flags_O_RDONLY | file_flags_O_CLOEXEC },
		{ O_CREAT, file_flags_O_RDONLY | file_flags_O_CREAT },
		{ O_NOCTTY | O_NOFOLLOW | O_NOATIME | O_ASYNC, file_flags_O_RDONLY },
		/*
		 * quirk: any bit of O_SYNC or O_TMPFILE sets the flag, so O_DSYNC also
		 * sets that of O_SYNC, and O_DIRECTORY that of O_TMPFILE
		 */
		{ O_DSYNC, file_flags_O_RDONLY | file_flags_O_DSYNC | file_flags_O_SYNC },
		{ O_SYNC, file_flags_O_RDONLY | file_flags_O_DSYNC | file_flags_O_SYNC },
		{ O_DIRECTORY, file_flags_O_RDONLY | file_flags_O_DIRECTORY | file_flags_O_TMPFILE },
		{ O_TMPFILE | O_RDWR,
		  file_flags_O_RDWR | file_flags_O_DIRECTORY | file_flags_O_TMPFILE },
	};
	enum { N = ARRAY_SIZE(flags) };
	unsigned i;

	RECORD(__NR_openat);
	for (i = 0; i < N; i++)
		ASSERT_EQ(-1, syscall(__NR_openat, AT_FDCWD, "/none/none", flags[i].native, 0));
	for (i = 0; i < N; i++)
		EXPECT_EQ(flags[i].wire, flags_recorded(&self->d, i))
		{
			TH_LOG("flags %#o", flags[i].native);
		}
}

/* A temporary file has no name: F_CREATED is not set. */
TEST_F(driver, openat_o_tmpfile)
{
	int fd;

	new_directory();
	RECORD(__NR_openat);
	fd = syscall(__NR_openat, AT_FDCWD, ".", O_TMPFILE | O_RDWR, 0640);
	FIND(openat);
	if (fd < 0)
		SKIP(return, "no O_TMPFILE");
	EXPECT_TEXT(openat, name, ".");
	EXPECT_NUM(openat, flags, file_flags_O_TMPFILE | file_flags_O_DIRECTORY | file_flags_O_RDWR);
	EXPECT_NUM(openat, mode, 0640);
	EXPECT_INODE_OF(openat, fd);
}

/* quirk: O_DIRECTORY is a bit of O_TMPFILE, so a mode is recorded. */
TEST_F(driver, openat_o_directory)
{
	int fd;

	new_directory();
	RECORD(__NR_openat);
	fd = syscall(__NR_openat, AT_FDCWD, ".", O_DIRECTORY, 0640);
	FIND(openat);
	ASSERT_LE(0, fd);
	EXPECT_NUM(openat, flags,
		   file_flags_O_TMPFILE | file_flags_O_DIRECTORY | file_flags_O_RDONLY);
	EXPECT_NUM(openat, mode, 0640);
	EXPECT_INODE_OF(openat, fd);
}

/* ---- openat ---- */

TESTS_EVENT(openat);
TEST_F(driver, openat_creates_file)
{
	int dir = new_directory(), fd;

	RECORD(__NR_openat);
	fd = syscall(__NR_openat, dir, "new", O_CREAT | O_RDWR | O_CLOEXEC, 0640);
	FIND(openat);
	ASSERT_LE(0, fd);
	EXPECT_NUM(openat, fd, fd);
	EXPECT_NUM(openat, dirfd, dir);
	EXPECT_TEXT(openat, name, "new");
	EXPECT_NUM(openat, flags,
		   file_flags_O_RDWR | file_flags_O_CREAT | file_flags_O_CLOEXEC |
			   file_flags_O_F_CREATED);
	EXPECT_NUM(openat, mode, 0640);
	EXPECT_INODE_OF(openat, fd);
}

TEST_F(driver, openat_at_fdcwd)
{
	int fd;

	RECORD(__NR_openat);
	fd = syscall(__NR_openat, (1L << 32) + (uint32_t)AT_FDCWD, "/dev/null", O_WRONLY, 0640);
	FIND(openat);
	ASSERT_LE(0, fd);
	EXPECT_NUM(openat, fd, fd);
	EXPECT_NUM(openat, dirfd, AT_FDCWD);
	EXPECT_TEXT(openat, name, "/dev/null");
	EXPECT_NUM(openat, flags, file_flags_O_WRONLY);
	EXPECT_NUM(openat, mode, 0);
	EXPECT_INODE_OF(openat, fd);
}

TEST_F(driver, openat_fails)
{
	RECORD(__NR_openat);
	ASSERT_EQ(-1, syscall(__NR_openat, -7, "none", O_RDONLY, 0));
	FIND(openat);
	EXPECT_NUM(openat, fd, -EBADF);
	EXPECT_NUM(openat, dirfd, -7);
	EXPECT_TEXT(openat, name, "none");
	EXPECT_NO_INODE(openat);
}

TEST_F(driver, openat_unreadable_path)
{
	CALL_UNREADABLE(openat, fd, name, AT_FDCWD, BAD_POINTER, O_RDONLY, 0);
	EXPECT_NUM(openat, dirfd, AT_FDCWD);
	EXPECT_NUM(openat, flags, file_flags_O_RDONLY);
	EXPECT_NUM(openat, mode, 0);
	EXPECT_NO_INODE(openat);
}

TEST_F(driver, openat_by_ia32)
{
	char *name = low_text("new");
	int dir = new_directory(), fd;

	RECORD(__NR_openat);
	fd = syscall_ia32(NR_IA32_openat, AT_FDCWD, (long)name, O_CREAT | O_RDWR, 0640, 0, 0);
	ASSERT_LE(0, fd);
	ASSERT_LE(0, syscall_ia32(NR_IA32_openat, dir, (long)name, O_RDONLY, 0, 0, 0));
	FIND(openat);
	EXPECT_NUM(openat, fd, fd);
	EXPECT_NUM(openat, dirfd, AT_FDCWD);
	EXPECT_TEXT(openat, name, "new");
	EXPECT_NUM(openat, flags, file_flags_O_CREAT | file_flags_O_RDWR | file_flags_O_F_CREATED);
	EXPECT_NUM(openat, mode, 0640);
	EXPECT_INODE_OF(openat, fd);
	FIND_BY(openat, gettid(), 1);
	EXPECT_NUM(openat, dirfd, dir);
}

TESTS_EVENT(openat_enter);
TEST_F(driver, openat_enter)
{
	int dir = new_directory();

	RECORD_ENTER(__NR_openat);
	ASSERT_LE(0, syscall(__NR_openat, dir, "new", O_CREAT | O_RDWR, 0640));
	ASSERT_EQ(-1, syscall(__NR_openat, AT_FDCWD, NULL, O_DIRECTORY, 0640));
	FIND(openat_enter);
	EXPECT_NUM(openat_enter, dirfd, dir);
	EXPECT_TEXT(openat_enter, name, "new");
	EXPECT_NUM(openat_enter, flags, file_flags_O_CREAT | file_flags_O_RDWR);
	EXPECT_NUM(openat_enter, mode, 0640);
	FIND_BY(openat_enter, gettid(), 1);
	EXPECT_NUM(openat_enter, dirfd, AT_FDCWD);
	EXPECT_EMPTY(openat_enter, name);
	EXPECT_NUM(openat_enter, flags,
		   file_flags_O_DIRECTORY | file_flags_O_TMPFILE | file_flags_O_RDONLY);
}

/* ---- creat ---- */

TESTS_EVENT(creat);
TEST_F(driver, creat_succeeds)
{
	int fd;

	new_directory();
	RECORD(__NR_creat);
	fd = syscall(__NR_creat, "new", 0100640);
	FIND(creat);
	ASSERT_LE(0, fd);
	EXPECT_NUM(creat, fd, fd);
	EXPECT_TEXT(creat, name, "new");
	EXPECT_NUM(creat, mode, 0640);
	EXPECT_INODE_OF(creat, fd);
	EXPECT_NUM(creat, creat_flags, 0);
}

TEST_F(driver, creat_fails)
{
	RECORD(__NR_creat);
	ASSERT_EQ(-1, syscall(__NR_creat, "/none/none", 0640));
	FIND(creat);
	EXPECT_NUM(creat, fd, -ENOENT);
	EXPECT_TEXT(creat, name, "/none/none");
	EXPECT_NUM(creat, mode, 0640);
	EXPECT_NO_INODE(creat);
	EXPECT_NUM(creat, creat_flags, 0);
}

TEST_F(driver, creat_unreadable_path)
{
	CALL_UNREADABLE(creat, fd, name, BAD_POINTER, 0640);
	EXPECT_NO_INODE(creat);
}

TEST_F(driver, creat_by_ia32)
{
	char *name = low_text("new");
	int fd;

	new_directory();
	RECORD(__NR_creat);
	fd = syscall_ia32(NR_IA32_creat, (long)name, 0640, 0, 0, 0, 0);
	FIND(creat);
	ASSERT_LE(0, fd);
	EXPECT_NUM(creat, fd, fd);
	EXPECT_TEXT(creat, name, "new");
	EXPECT_NUM(creat, mode, 0640);
	EXPECT_INODE_OF(creat, fd);
}

TESTS_EVENT(creat_enter);
TEST_F(driver, creat_enter)
{
	new_directory();
	RECORD_ENTER(__NR_creat);
	ASSERT_LE(0, syscall(__NR_creat, "new", 0640));
	ASSERT_EQ(-1, syscall(__NR_creat, NULL, 0600));
	FIND(creat_enter);
	EXPECT_TEXT(creat_enter, name, "new");
	EXPECT_NUM(creat_enter, mode, 0640);
	FIND_BY(creat_enter, gettid(), 1);
	EXPECT_EMPTY(creat_enter, name);
	EXPECT_NUM(creat_enter, mode, 0600);
}
