// SPDX-License-Identifier: Apache-2.0
/* execveat. A successful execveat is recorded as execve. */
#include "expect.h"
#include "processes.h"

TESTS_EVENT(execveat);
TEST_F(driver, execveat_fails)
{
	char *argv[] = { "at", "one", NULL }, *envp[] = { "E=at", NULL };

	RECORD_EXEC();
	ASSERT_EQ(-1, syscall(__NR_execveat, AT_FDCWD, "no/such/program", argv, envp, 0));
	ASSERT_EQ(-1, syscall(__NR_execveat, -1, "", NULL, (void *)8, AT_EMPTY_PATH));
	FIND(execveat);
	EXPECT_NUM(execveat, res, -ENOENT);
	EXPECT_TEXT(execveat, exe, "at");
	EXPECT_STRINGS(execveat, args, "one\0");
	EXPECT_STRINGS(execveat, env, "E=at\0");
	EXPECT_NUM(execveat, tid, getpid());
	EXPECT_FILE(execveat, "/proc/self/exe");
	EXPECT_NUM(execveat, uid, 0);
	FIND_BY(execveat, getpid(), 1);
	EXPECT_EQ(true, record_num(self->ev, IX(execveat, res)) < 0);
	EXPECT_TEXT(execveat, exe, "");
	EXPECT_EMPTY(execveat, args);
	EXPECT_EMPTY(execveat, env);
	EXPECT_EQ(0, driver_count(&self->d, EV_execve, getpid()));
}

TEST_F(driver, execveat_fails_by_ia32)
{
	uint32_t *low = compat_exec_args("/no/such/program");

	RECORD_EXEC();
	ASSERT_EQ(-ENOENT, syscall_ia32(NR_IA32_execveat, AT_FDCWD, (long)(low + 64) + 96,
					(long)low, (long)(low + 4), 0, 0));
	FIND(execveat);
	EXPECT_NUM(execveat, res, -ENOENT);
	EXPECT_TEXT(execveat, exe, "compat");
	EXPECT_STRINGS(execveat, args, "words\0");
	EXPECT_STRINGS(execveat, env, "N=32\0");
}

TEST_F(driver, execveat_memfd)
{
	int fd = copy_program(syscall(__NR_memfd_create, "falco", 0));
	char *argv[] = { "from memfd", NULL };
	char filename[32];
	struct stat st;
	pid_t pid;

	ASSERT_EQ(0, fstat(fd, &st));
	snprintf(filename, sizeof(filename), "/dev/fd/%d", fd);
	RECORD_EXEC();
	IN_CHILD(pid)
	syscall(__NR_execveat, fd, "", argv, NULL, AT_EMPTY_PATH);
	FIND_BY(execve, pid, 0);
	EXPECT_NUM(execve, res, 0);
	EXPECT_TEXT(execve, exe, "from memfd");
	EXPECT_NUM(execve, flags, execve_flags_EXE_WRITABLE | execve_flags_EXE_FROM_MEMFD);
	EXPECT_NUM(execve, exe_ino, st.st_ino);
	EXPECT_TEXT(execve, trusted_exepath, "/memfd:falco (deleted)");
	EXPECT_TEXT(execve, filename, filename);
	EXPECT_EQ(0, driver_count(&self->d, EV_execveat, pid));
}

TEST_F(driver, execveat_directory_fd)
{
	int fd = open("/bin", O_RDONLY | O_DIRECTORY);
	char *argv[] = { "x", NULL };
	char filename[32];
	pid_t pid;

	snprintf(filename, sizeof(filename), "/dev/fd/%d/true", fd);
	RECORD_EXEC();
	IN_CHILD(pid)
	syscall(__NR_execveat, fd, "true", argv, NULL, 0);
	FIND_BY(execve, pid, 0);
	EXPECT_TEXT(execve, comm, "true");
	EXPECT_TEXT(execve, filename, filename);
	EXPECT_FILE(execve, true_program);
}

TEST_F(driver, execve_deleted_program)
{
	const char *path = "/tmp/falco-deleted";
	char *argv[] = { "x", NULL };
	int fd;
	pid_t pid;

	copy_program_to(path, 0755);
	fd = open(path, O_RDONLY);
	unlink(path);
	RECORD_EXEC();
	IN_CHILD(pid)
	syscall(__NR_execveat, fd, "", argv, NULL, AT_EMPTY_PATH);
	FIND_BY(execve, pid, 0);
	EXPECT_TEXT(execve, trusted_exepath, "/tmp/falco-deleted (deleted)");
	EXPECT_NUM(execve, flags, execve_flags_EXE_WRITABLE);
}
