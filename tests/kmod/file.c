// SPDX-License-Identifier: Apache-2.0
/* Paths and open files.  Included by main.c. */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

static uint32_t encoded_dev(dev_t dev)
{
	unsigned major = major(dev), minor = minor(dev);

	return (minor & 0xff) | major << 8 | (minor & ~0xffu) << 12;
}

TESTS_EVENT(openat);
TEST_F(driver, openat_makes_a_file)
{
	const char *path = "/tmp/falco-openat";
	struct stat st;
	int fd;

	unlink(path);
	RECORD(__NR_openat);
	fd = syscall(__NR_openat, AT_FDCWD, path, O_CREAT | O_RDWR | O_CLOEXEC, 0640);
	driver_stop(&self->d);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, fstat(fd, &st));
	FIND(openat);
	EXPECT_NUM(openat, fd, fd);
	EXPECT_NUM(openat, dirfd, -100);
	EXPECT_TEXT(openat, name, path);
	EXPECT_NUM(openat, flags, file_flags_O_RDWR | file_flags_O_CREAT | file_flags_O_CLOEXEC | file_flags_O_F_CREATED);
	EXPECT_NUM(openat, mode, 0640);
	EXPECT_NUM(openat, dev, encoded_dev(st.st_dev));
	EXPECT_NUM(openat, ino, st.st_ino);
}

TEST_F(driver, openat_fails_on_a_bad_pointer)
{
	RECORD(__NR_openat);
	ASSERT_EQ(-1, syscall(__NR_openat, AT_FDCWD, (void *)8, O_RDONLY, 0));
	FIND(openat);
	EXPECT_NUM(openat, fd, -EFAULT);
	EXPECT_EMPTY(openat, name);
	EXPECT_NUM(openat, flags, file_flags_O_RDONLY);
	EXPECT_NUM(openat, mode, 0);
	EXPECT_NUM(openat, dev, 0);
	EXPECT_NUM(openat, ino, 0);
}
