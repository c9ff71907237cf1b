// SPDX-License-Identifier: Apache-2.0
/* Calls that set or get user and group ids. */
#include "expect.h"
#include "processes.h"

TESTS_EVENT(setresuid);
TEST_F(driver, setresuid_succeeds_and_fails)
{
	pid_t pid;

	RECORD(__NR_setresuid);
	IN_CHILD(pid)
	{
		syscall(__NR_setresuid, 1001, 1002, 1003);
		syscall(__NR_setresuid, 0, -1, 7);
	}
	FIND_BY(setresuid, pid, 0);
	EXPECT_NUM(setresuid, res, 0);
	EXPECT_NUM(setresuid, ruid, 1001);
	EXPECT_NUM(setresuid, euid, 1002);
	EXPECT_NUM(setresuid, suid, 1003);
	FIND_BY(setresuid, pid, 1);
	EXPECT_NUM(setresuid, res, -EPERM);
	EXPECT_NUM(setresuid, ruid, 0);
	EXPECT_NUM(setresuid, euid, UINT32_MAX);
	EXPECT_NUM(setresuid, suid, 7);
}

TEST_F(driver, setresuid_by_ia32)
{
	pid_t pid;

	RECORD(__NR_setresuid);
	IN_CHILD(pid)
	syscall_ia32(NR_IA32_setresuid32, -1, 70000, -1, 0, 0, 0);
	FIND_BY(setresuid, pid, 0);
	EXPECT_NUM(setresuid, res, 0);
	EXPECT_NUM(setresuid, ruid, UINT32_MAX);
	EXPECT_NUM(setresuid, euid, 70000);
}

TESTS_EVENT(setresgid);
TEST_F(driver, setresgid_succeeds_and_fails)
{
	pid_t pid;

	RECORD(__NR_setresgid);
	IN_CHILD(pid)
	{
		syscall(__NR_setresgid, 1001, 1002, 1003);
		syscall(__NR_setuid, 1000);
		syscall(__NR_setresgid, -1, 9, -1);
	}
	FIND_BY(setresgid, pid, 0);
	EXPECT_NUM(setresgid, res, 0);
	EXPECT_NUM(setresgid, rgid, 1001);
	EXPECT_NUM(setresgid, egid, 1002);
	EXPECT_NUM(setresgid, sgid, 1003);
	FIND_BY(setresgid, pid, 1);
	EXPECT_NUM(setresgid, res, -EPERM);
	EXPECT_NUM(setresgid, rgid, UINT32_MAX);
	EXPECT_NUM(setresgid, egid, 9);
}

TEST_F(driver, setresgid_by_ia32)
{
	pid_t pid;

	RECORD(__NR_setresgid);
	IN_CHILD(pid)
	syscall_ia32(NR_IA32_setresgid32, 70001, -1, -1, 0, 0, 0);
	FIND_BY(setresgid, pid, 0);
	EXPECT_NUM(setresgid, res, 0);
	EXPECT_NUM(setresgid, rgid, 70001);
	EXPECT_NUM(setresgid, egid, UINT32_MAX);
}

TESTS_EVENT(setreuid);
TEST_F(driver, setreuid_succeeds_and_fails)
{
	pid_t pid;

	RECORD(__NR_setreuid);
	IN_CHILD(pid)
	{
		syscall(__NR_setreuid, 1001, 1002);
		syscall(__NR_setreuid, 0, -1);
	}
	FIND_BY(setreuid, pid, 0);
	EXPECT_NUM(setreuid, res, 0);
	EXPECT_NUM(setreuid, ruid, 1001);
	EXPECT_NUM(setreuid, euid, 1002);
	FIND_BY(setreuid, pid, 1);
	EXPECT_NUM(setreuid, res, -EPERM);
	EXPECT_NUM(setreuid, ruid, 0);
	EXPECT_NUM(setreuid, euid, UINT32_MAX);
}

TEST_F(driver, setreuid_by_ia32)
{
	pid_t pid;

	RECORD(__NR_setreuid);
	IN_CHILD(pid)
	syscall_ia32(NR_IA32_setreuid32, 0, -1, 0, 0, 0, 0);
	FIND_BY(setreuid, pid, 0);
	EXPECT_NUM(setreuid, res, 0);
	EXPECT_NUM(setreuid, ruid, 0);
	EXPECT_NUM(setreuid, euid, UINT32_MAX);
}

TESTS_EVENT(setregid);
TEST_F(driver, setregid_succeeds_and_fails)
{
	pid_t pid;

	RECORD(__NR_setregid);
	IN_CHILD(pid)
	{
		syscall(__NR_setregid, 1001, 1002);
		syscall(__NR_setuid, 1000);
		syscall(__NR_setregid, -1, 9);
	}
	FIND_BY(setregid, pid, 0);
	EXPECT_NUM(setregid, res, 0);
	EXPECT_NUM(setregid, rgid, 1001);
	EXPECT_NUM(setregid, egid, 1002);
	FIND_BY(setregid, pid, 1);
	EXPECT_NUM(setregid, res, -EPERM);
	EXPECT_NUM(setregid, rgid, UINT32_MAX);
	EXPECT_NUM(setregid, egid, 9);
}

TEST_F(driver, setregid_by_ia32)
{
	pid_t pid;

	RECORD(__NR_setregid);
	IN_CHILD(pid)
	syscall_ia32(NR_IA32_setregid32, 5, -1, 0, 0, 0, 0);
	FIND_BY(setregid, pid, 0);
	EXPECT_NUM(setregid, res, 0);
	EXPECT_NUM(setregid, rgid, 5);
	EXPECT_NUM(setregid, egid, UINT32_MAX);
}

TESTS_EVENT(setuid);
TEST_F(driver, setuid_succeeds_and_fails)
{
	pid_t pid;

	RECORD(__NR_setuid);
	IN_CHILD(pid)
	{
		syscall(__NR_setuid, 70000);
		syscall(__NR_setuid, 0);
	}
	FIND_BY(setuid, pid, 0);
	EXPECT_NUM(setuid, res, 0);
	EXPECT_NUM(setuid, uid, 70000);
	FIND_BY(setuid, pid, 1);
	EXPECT_NUM(setuid, res, -EPERM);
	EXPECT_NUM(setuid, uid, 0);
}

/* The original 32-bit calls have 16-bit ids. */
TEST_F(driver, setuid_by_ia32)
{
	pid_t pid;

	RECORD(__NR_setuid);
	IN_CHILD(pid)
	{
		syscall_ia32(NR_IA32_setuid, 0, 0, 0, 0, 0, 0);
		syscall_ia32(NR_IA32_setuid32, 70000, 0, 0, 0, 0, 0);
	}
	FIND_BY(setuid, pid, 0);
	EXPECT_NUM(setuid, res, 0);
	EXPECT_NUM(setuid, uid, 0);
	FIND_BY(setuid, pid, 1);
	EXPECT_NUM(setuid, res, 0);
	EXPECT_NUM(setuid, uid, 70000);
}

TESTS_EVENT(setgid);
TEST_F(driver, setgid_succeeds_and_fails)
{
	pid_t pid;

	RECORD(__NR_setgid);
	IN_CHILD(pid)
	{
		syscall(__NR_setgid, 1000);
		syscall(__NR_setuid, 1000);
		syscall(__NR_setgid, 0);
	}
	FIND_BY(setgid, pid, 0);
	EXPECT_NUM(setgid, res, 0);
	EXPECT_NUM(setgid, gid, 1000);
	FIND_BY(setgid, pid, 1);
	EXPECT_NUM(setgid, res, -EPERM);
	EXPECT_NUM(setgid, gid, 0);
}

TEST_F(driver, setgid_by_ia32)
{
	pid_t pid;

	RECORD(__NR_setgid);
	IN_CHILD(pid)
	syscall_ia32(NR_IA32_setgid32, 70000, 0, 0, 0, 0, 0);
	FIND_BY(setgid, pid, 0);
	EXPECT_NUM(setgid, res, 0);
	EXPECT_NUM(setgid, gid, 70000);
}

static void set_ids(int id)
{
	syscall(__NR_setresgid, id + 10, id + 11, id + 12);
	syscall(__NR_setresuid, id, id + 1, id + 2);
}

TESTS_EVENT(getuid);
TESTS_EVENT(geteuid);
TESTS_EVENT(getgid);
TESTS_EVENT(getegid);
TEST_F(driver, getuid_geteuid_getgid_getegid)
{
	pid_t pid;

	RECORD(__NR_getuid);
	RECORD(__NR_geteuid);
	RECORD(__NR_getgid);
	RECORD(__NR_getegid);
	IN_CHILD(pid)
	{
		set_ids(70000);
		syscall(__NR_getuid);
		syscall(__NR_geteuid);
		syscall(__NR_getgid);
		syscall(__NR_getegid);
	}
	FIND_BY(getuid, pid, 0);
	EXPECT_NUM(getuid, uid, 70000);
	FIND_BY(geteuid, pid, 0);
	EXPECT_NUM(geteuid, euid, 70001);
	FIND_BY(getgid, pid, 0);
	EXPECT_NUM(getgid, gid, 70010);
	FIND_BY(getegid, pid, 0);
	EXPECT_NUM(getegid, egid, 70011);
}

/* getuid with 16-bit ids returns 65534 for an id that does not fit (overflowuid). */
TEST_F(driver, getuid_by_ia32)
{
	pid_t pid;

	RECORD(__NR_getuid);
	IN_CHILD(pid)
	{
		set_ids(70000);
		syscall_ia32(NR_IA32_getuid32, 0, 0, 0, 0, 0, 0);
		syscall_ia32(NR_IA32_getuid, 0, 0, 0, 0, 0, 0);
	}
	FIND_BY(getuid, pid, 0);
	EXPECT_NUM(getuid, uid, 70000);
	FIND_BY(getuid, pid, 1);
	EXPECT_NUM(getuid, uid, 65534);
}

TEST_F(driver, geteuid_getgid_getegid_by_ia32)
{
	pid_t pid;

	RECORD(__NR_geteuid);
	RECORD(__NR_getgid);
	RECORD(__NR_getegid);
	IN_CHILD(pid)
	{
		set_ids(70000);
		syscall_ia32(NR_IA32_geteuid32, 0, 0, 0, 0, 0, 0);
		syscall_ia32(NR_IA32_getgid32, 0, 0, 0, 0, 0, 0);
		syscall_ia32(NR_IA32_getegid32, 0, 0, 0, 0, 0, 0);
	}
	FIND_BY(geteuid, pid, 0);
	EXPECT_NUM(geteuid, euid, 70001);
	FIND_BY(getgid, pid, 0);
	EXPECT_NUM(getgid, gid, 70010);
	FIND_BY(getegid, pid, 0);
	EXPECT_NUM(getegid, egid, 70011);
}

/* A failed call is recorded with ids of -1. */
TESTS_EVENT(getresuid);
TEST_F(driver, getresuid_variants)
{
	uint32_t id[3];
	pid_t pid;

	RECORD(__NR_getresuid);
	IN_CHILD(pid)
	{
		set_ids(1000);
		syscall(__NR_getresuid, &id[0], &id[1], &id[2]);
		syscall(__NR_getresuid, &id[0], 8, &id[2]);
	}
	for (int n = 0; n < 2; n++) {
		FIND_BY(getresuid, pid, n);
		EXPECT_NUM(getresuid, res, n == 1 ? -EFAULT : 0);
		EXPECT_NUM(getresuid, ruid, n == 1 ? UINT32_MAX : 1000);
		EXPECT_NUM(getresuid, euid, n == 1 ? UINT32_MAX : 1001);
		EXPECT_NUM(getresuid, suid, n == 1 ? UINT32_MAX : 1002);
	}
}

TEST_F(driver, getresuid_by_ia32)
{
	char *low = low_memory(4096);
	pid_t pid;

	RECORD(__NR_getresuid);
	IN_CHILD(pid)
	{
		set_ids(1000);
		syscall_ia32(NR_IA32_getresuid32, (long)low, (long)low + 4, (long)low + 8, 0, 0, 0);
		syscall_ia32(NR_IA32_getresuid, (long)low, (long)low + 2, (long)low + 4, 0, 0, 0);
	}
	for (int n = 0; n < 2; n++) {
		FIND_BY(getresuid, pid, n);
		EXPECT_NUM(getresuid, res, 0);
		EXPECT_NUM(getresuid, ruid, 1000);
		EXPECT_NUM(getresuid, euid, 1001);
		EXPECT_NUM(getresuid, suid, 1002);
	}
}

TESTS_EVENT(getresgid);
TEST_F(driver, getresgid_variants)
{
	uint32_t id[3];
	pid_t pid;

	RECORD(__NR_getresgid);
	IN_CHILD(pid)
	{
		set_ids(1000);
		syscall(__NR_getresgid, &id[0], &id[1], &id[2]);
		syscall(__NR_getresgid, NULL, &id[1], &id[2]);
	}
	for (int n = 0; n < 2; n++) {
		FIND_BY(getresgid, pid, n);
		EXPECT_NUM(getresgid, res, n == 1 ? -EFAULT : 0);
		EXPECT_NUM(getresgid, rgid, n == 1 ? UINT32_MAX : 1010);
		EXPECT_NUM(getresgid, egid, n == 1 ? UINT32_MAX : 1011);
		EXPECT_NUM(getresgid, sgid, n == 1 ? UINT32_MAX : 1012);
	}
}

TEST_F(driver, getresgid_by_ia32)
{
	char *low = low_memory(4096);
	pid_t pid;

	RECORD(__NR_getresgid);
	IN_CHILD(pid)
	{
		set_ids(1000);
		syscall_ia32(NR_IA32_getresgid32, (long)low, (long)low + 4, (long)low + 8, 0, 0, 0);
		syscall_ia32(NR_IA32_getresgid, (long)low, (long)low + 2, (long)low + 4, 0, 0, 0);
	}
	for (int n = 0; n < 2; n++) {
		FIND_BY(getresgid, pid, n);
		EXPECT_NUM(getresgid, res, 0);
		EXPECT_NUM(getresgid, rgid, 1010);
		EXPECT_NUM(getresgid, egid, 1011);
		EXPECT_NUM(getresgid, sgid, 1012);
	}
}
