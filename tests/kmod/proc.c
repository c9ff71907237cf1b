// SPDX-License-Identifier: Apache-2.0
/* Processes: identity, limits, death.  Included by main.c. */
#include <linux/capability.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>

#include "proc.h"

enum {
	NR_IA32_GETRLIMIT = 76, NR_IA32_UGETRLIMIT = 191, NR_IA32_SETRLIMIT = 75, NR_IA32_PRLIMIT64 = 340,
	NR_IA32_NANOSLEEP = 162, NR_IA32_SETUID = 23, NR_IA32_SETUID32 = 213, NR_IA32_SETGID32 = 214,
	NR_IA32_SETREUID32 = 203, NR_IA32_SETREGID32 = 204, NR_IA32_SETRESUID32 = 208, NR_IA32_SETRESGID32 = 210,
	NR_IA32_GETUID = 24, NR_IA32_GETUID32 = 199, NR_IA32_GETGID32 = 200, NR_IA32_GETEUID32 = 201,
	NR_IA32_GETEGID32 = 202, NR_IA32_GETRESUID = 165, NR_IA32_GETRESUID32 = 209, NR_IA32_GETRESGID = 171,
	NR_IA32_GETRESGID32 = 211, NR_IA32_PRCTL = 172,
};

/* ---- sleep ---- */

TESTS_EVENT(nanosleep);
TEST_F(driver, nanosleep_interval)
{
	struct timespec t = { 0, 1234567 }, wrong = { 3, 2000000000 };

	RECORD(__NR_nanosleep);
	ASSERT_EQ(0, syscall(__NR_nanosleep, &t, NULL));
	ASSERT_EQ(-1, syscall(__NR_nanosleep, &wrong, NULL));
	ASSERT_EQ(-1, syscall(__NR_nanosleep, NULL, NULL));
	FIND(nanosleep);
	EXPECT_NUM(nanosleep, res, 0);
	EXPECT_NUM(nanosleep, interval, 1234567);
	FIND_BY(nanosleep, getpid(), 1);
	EXPECT_NUM(nanosleep, res, -EINVAL);
	EXPECT_NUM(nanosleep, interval, 5000000000);
	FIND_BY(nanosleep, getpid(), 2);
	EXPECT_NUM(nanosleep, res, -EFAULT);
	EXPECT_NUM(nanosleep, interval, 0);
}

TEST_F(driver, nanosleep_of_a_32_bit_caller)
{
	int32_t *t = low_memory(4096);

	t[0] = 0;
	t[1] = 2345678;
	RECORD(__NR_nanosleep);
	ASSERT_EQ(0, syscall_ia32(NR_IA32_NANOSLEEP, (long)t, 0, 0, 0, 0, 0));
	FIND(nanosleep);
	EXPECT_NUM(nanosleep, res, 0);
	EXPECT_NUM(nanosleep, interval, 2345678);
}

/* ---- limits ---- */

TESTS_EVENT(getrlimit);
TEST_F(driver, getrlimit_forms)
{
	struct rlimit l = { 1000, RLIM_INFINITY };

	ASSERT_EQ(0, setrlimit(RLIMIT_SIGPENDING, &l));
	RECORD(__NR_getrlimit);
	ASSERT_EQ(0, syscall(__NR_getrlimit, RLIMIT_SIGPENDING, &l));
	ASSERT_EQ(-1, syscall(__NR_getrlimit, 99, &l));
	ASSERT_EQ(-1, syscall(__NR_getrlimit, RLIMIT_CPU, NULL));
	FIND(getrlimit);
	EXPECT_NUM(getrlimit, res, 0);
	EXPECT_NUM(getrlimit, cur, 1000);
	EXPECT_NUM(getrlimit, max, -1);
	EXPECT_NUM(getrlimit, resource, rlimit_resources_RLIMIT_SIGPENDING);
	FIND_BY(getrlimit, getpid(), 1);
	EXPECT_NUM(getrlimit, res, -EINVAL);
	EXPECT_NUM(getrlimit, cur, -1);
	EXPECT_NUM(getrlimit, max, -1);
	EXPECT_NUM(getrlimit, resource, rlimit_resources_RLIMIT_UNKNOWN);
	FIND_BY(getrlimit, getpid(), 2);
	EXPECT_NUM(getrlimit, res, -EFAULT);
	EXPECT_NUM(getrlimit, cur, -1);
	EXPECT_NUM(getrlimit, resource, rlimit_resources_RLIMIT_CPU);
}

/* The oldest call cuts what it answers; infinity is not cut by the newer one. */
TEST_F(driver, getrlimit_of_a_32_bit_caller)
{
	struct rlimit l = { 1000, RLIM_INFINITY };
	void *low = low_memory(4096);

	ASSERT_EQ(0, setrlimit(RLIMIT_SIGPENDING, &l));
	RECORD(__NR_getrlimit);
	ASSERT_EQ(0, syscall_ia32(NR_IA32_UGETRLIMIT, RLIMIT_SIGPENDING, (long)low, 0, 0, 0, 0));
	ASSERT_EQ(0, syscall_ia32(NR_IA32_GETRLIMIT, RLIMIT_SIGPENDING, (long)low, 0, 0, 0, 0));
	FIND(getrlimit);
	EXPECT_NUM(getrlimit, cur, 1000);
	EXPECT_NUM(getrlimit, max, -1);
	FIND_BY(getrlimit, getpid(), 1);
	EXPECT_NUM(getrlimit, cur, 1000);
	EXPECT_NUM(getrlimit, max, 0x7fffffff);
}

TESTS_EVENT(setrlimit);
TEST_F(driver, setrlimit_forms)
{
	struct rlimit l = { 900, 901 }, wrong = { 3, 2 };

	RECORD(__NR_setrlimit);
	ASSERT_EQ(0, syscall(__NR_setrlimit, RLIMIT_SIGPENDING, &l));
	ASSERT_EQ(-1, syscall(__NR_setrlimit, RLIMIT_NOFILE, &wrong));
	ASSERT_EQ(-1, syscall(__NR_setrlimit, RLIMIT_CORE, (void *)8));
	FIND(setrlimit);
	EXPECT_NUM(setrlimit, res, 0);
	EXPECT_NUM(setrlimit, cur, 900);
	EXPECT_NUM(setrlimit, max, 901);
	EXPECT_NUM(setrlimit, resource, rlimit_resources_RLIMIT_SIGPENDING);
	FIND_BY(setrlimit, getpid(), 1);
	EXPECT_NUM(setrlimit, res, -EINVAL);
	EXPECT_NUM(setrlimit, cur, 3);
	EXPECT_NUM(setrlimit, max, 2);
	EXPECT_NUM(setrlimit, resource, rlimit_resources_RLIMIT_NOFILE);
	FIND_BY(setrlimit, getpid(), 2);
	EXPECT_NUM(setrlimit, res, -EFAULT);
	EXPECT_NUM(setrlimit, cur, 0);
	EXPECT_NUM(setrlimit, max, 0);
}

TEST_F(driver, setrlimit_of_a_32_bit_caller)
{
	uint32_t *l = low_memory(4096);

	l[0] = 500;
	l[1] = UINT32_MAX;
	RECORD(__NR_setrlimit);
	ASSERT_EQ(0, syscall_ia32(NR_IA32_SETRLIMIT, RLIMIT_SIGPENDING, (long)l, 0, 0, 0, 0));
	FIND(setrlimit);
	EXPECT_NUM(setrlimit, cur, 500);
	EXPECT_NUM(setrlimit, max, -1);
}

TESTS_EVENT(prlimit);
TEST_F(driver, prlimit_forms)
{
	struct rlimit first = { 700, 800 }, second = { 600, 800 }, old;

	ASSERT_EQ(0, setrlimit(RLIMIT_SIGPENDING, &first));
	RECORD(__NR_prlimit64);
	ASSERT_EQ(0, syscall(__NR_prlimit64, 0, RLIMIT_SIGPENDING, &second, &old));
	ASSERT_EQ(0, syscall(__NR_prlimit64, getpid(), RLIMIT_SIGPENDING, NULL, &old));
	ASSERT_EQ(-1, syscall(__NR_prlimit64, -7, RLIMIT_NPROC, &second, &old));
	ASSERT_EQ(0, syscall(__NR_prlimit64, 0, RLIMIT_SIGPENDING, &second, NULL));
	FIND(prlimit);
	EXPECT_NUM(prlimit, res, 0);
	EXPECT_NUM(prlimit, newcur, 600);
	EXPECT_NUM(prlimit, newmax, 800);
	EXPECT_NUM(prlimit, oldcur, 700);
	EXPECT_NUM(prlimit, oldmax, 800);
	EXPECT_NUM(prlimit, pid, 0);
	EXPECT_NUM(prlimit, resource, rlimit_resources_RLIMIT_SIGPENDING);
	FIND_BY(prlimit, getpid(), 1);
	EXPECT_NUM(prlimit, newcur, 0);
	EXPECT_NUM(prlimit, newmax, 0);
	EXPECT_NUM(prlimit, oldcur, 600);
	EXPECT_NUM(prlimit, pid, getpid());
	FIND_BY(prlimit, getpid(), 2);
	EXPECT_NUM(prlimit, res, -ESRCH);
	EXPECT_NUM(prlimit, newcur, 600);
	EXPECT_NUM(prlimit, oldcur, -1);
	EXPECT_NUM(prlimit, oldmax, -1);
	EXPECT_NUM(prlimit, pid, -7);
	EXPECT_NUM(prlimit, resource, rlimit_resources_RLIMIT_NPROC);
	FIND_BY(prlimit, getpid(), 3);
	EXPECT_NUM(prlimit, oldcur, 0);
	EXPECT_NUM(prlimit, oldmax, 0);
}

/* The structure is that of 64-bit callers. */
TEST_F(driver, prlimit_of_a_32_bit_caller)
{
	uint64_t *l = low_memory(4096);

	l[0] = 400;
	l[1] = 450;
	RECORD(__NR_prlimit64);
	ASSERT_EQ(0, syscall_ia32(NR_IA32_PRLIMIT64, 0, RLIMIT_SIGPENDING, (long)l, 0, 0, 0));
	ASSERT_EQ(0, syscall_ia32(NR_IA32_PRLIMIT64, 0, RLIMIT_SIGPENDING, 0, (long)l, 0, 0));
	FIND(prlimit);
	EXPECT_NUM(prlimit, newcur, 400);
	EXPECT_NUM(prlimit, newmax, 450);
	FIND_BY(prlimit, getpid(), 1);
	EXPECT_NUM(prlimit, oldcur, 400);
	EXPECT_NUM(prlimit, oldmax, 450);
}

/* ---- who ---- */

TESTS_EVENT(setresuid);
TEST_F(driver, setresuid_ok_refused_and_32_bit)
{
	pid_t pid;

	RECORD(__NR_setresuid);
	IN_CHILD(pid) {
		syscall_ia32(NR_IA32_SETRESUID32, -1, 70000, -1, 0, 0, 0);
		syscall(__NR_setresuid, -1, 0, -1);
		syscall(__NR_setresuid, 1001, 1002, 1003);
		syscall(__NR_setresuid, 0, -1, 7);
	}
	FIND_BY(setresuid, pid, 0);
	EXPECT_NUM(setresuid, res, 0);
	EXPECT_NUM(setresuid, ruid, UINT32_MAX);
	EXPECT_NUM(setresuid, euid, 70000);
	FIND_BY(setresuid, pid, 2);
	EXPECT_NUM(setresuid, res, 0);
	EXPECT_NUM(setresuid, ruid, 1001);
	EXPECT_NUM(setresuid, euid, 1002);
	EXPECT_NUM(setresuid, suid, 1003);
	FIND_BY(setresuid, pid, 3);
	EXPECT_NUM(setresuid, res, -EPERM);
	EXPECT_NUM(setresuid, ruid, 0);
	EXPECT_NUM(setresuid, euid, UINT32_MAX);
	EXPECT_NUM(setresuid, suid, 7);
}

TESTS_EVENT(setresgid);
TEST_F(driver, setresgid_ok_refused_and_32_bit)
{
	pid_t pid;

	RECORD(__NR_setresgid);
	IN_CHILD(pid) {
		syscall_ia32(NR_IA32_SETRESGID32, 70001, -1, -1, 0, 0, 0);
		syscall(__NR_setresgid, 1001, 1002, 1003);
		syscall(__NR_setuid, 1000);
		syscall(__NR_setresgid, -1, 9, -1);
	}
	FIND_BY(setresgid, pid, 0);
	EXPECT_NUM(setresgid, res, 0);
	EXPECT_NUM(setresgid, rgid, 70001);
	EXPECT_NUM(setresgid, egid, UINT32_MAX);
	FIND_BY(setresgid, pid, 1);
	EXPECT_NUM(setresgid, rgid, 1001);
	EXPECT_NUM(setresgid, egid, 1002);
	EXPECT_NUM(setresgid, sgid, 1003);
	FIND_BY(setresgid, pid, 2);
	EXPECT_NUM(setresgid, res, -EPERM);
	EXPECT_NUM(setresgid, rgid, UINT32_MAX);
	EXPECT_NUM(setresgid, egid, 9);
}

TESTS_EVENT(setreuid);
TEST_F(driver, setreuid_ok_refused_and_32_bit)
{
	pid_t pid;

	RECORD(__NR_setreuid);
	IN_CHILD(pid) {
		syscall_ia32(NR_IA32_SETREUID32, 0, 0, 0, 0, 0, 0);
		syscall(__NR_setreuid, 1001, 1002);
		syscall(__NR_setreuid, 0, -1);
	}
	FIND_BY(setreuid, pid, 0);
	EXPECT_NUM(setreuid, res, 0);
	EXPECT_NUM(setreuid, ruid, 0);
	FIND_BY(setreuid, pid, 1);
	EXPECT_NUM(setreuid, ruid, 1001);
	EXPECT_NUM(setreuid, euid, 1002);
	FIND_BY(setreuid, pid, 2);
	EXPECT_NUM(setreuid, res, -EPERM);
	EXPECT_NUM(setreuid, ruid, 0);
	EXPECT_NUM(setreuid, euid, UINT32_MAX);
}

TESTS_EVENT(setregid);
TEST_F(driver, setregid_ok_refused_and_32_bit)
{
	pid_t pid;

	RECORD(__NR_setregid);
	IN_CHILD(pid) {
		syscall_ia32(NR_IA32_SETREGID32, 5, 5, 0, 0, 0, 0);
		syscall(__NR_setregid, 1001, 1002);
		syscall(__NR_setuid, 1000);
		syscall(__NR_setregid, -1, 9);
	}
	FIND_BY(setregid, pid, 0);
	EXPECT_NUM(setregid, res, 0);
	EXPECT_NUM(setregid, rgid, 5);
	FIND_BY(setregid, pid, 1);
	EXPECT_NUM(setregid, rgid, 1001);
	EXPECT_NUM(setregid, egid, 1002);
	FIND_BY(setregid, pid, 2);
	EXPECT_NUM(setregid, res, -EPERM);
	EXPECT_NUM(setregid, rgid, UINT32_MAX);
	EXPECT_NUM(setregid, egid, 9);
}

TESTS_EVENT(setuid);
TEST_F(driver, setuid_ok_refused_and_32_bit)
{
	pid_t pid;

	RECORD(__NR_setuid);
	IN_CHILD(pid) {
		syscall_ia32(NR_IA32_SETUID, 0, 0, 0, 0, 0, 0);
		syscall_ia32(NR_IA32_SETUID32, 70000, 0, 0, 0, 0, 0);
		syscall(__NR_setuid, 0);
	}
	FIND_BY(setuid, pid, 0);
	EXPECT_NUM(setuid, res, 0);
	EXPECT_NUM(setuid, uid, 0);
	FIND_BY(setuid, pid, 1);
	EXPECT_NUM(setuid, res, 0);
	EXPECT_NUM(setuid, uid, 70000);
	FIND_BY(setuid, pid, 2);
	EXPECT_NUM(setuid, res, -EPERM);
	EXPECT_NUM(setuid, uid, 0);
}

TESTS_EVENT(setgid);
TEST_F(driver, setgid_ok_refused_and_32_bit)
{
	pid_t pid;

	RECORD(__NR_setgid);
	IN_CHILD(pid) {
		syscall_ia32(NR_IA32_SETGID32, 70000, 0, 0, 0, 0, 0);
		syscall(__NR_setgid, 1000);
		syscall(__NR_setuid, 1000);
		syscall(__NR_setgid, 0);
	}
	FIND_BY(setgid, pid, 0);
	EXPECT_NUM(setgid, res, 0);
	EXPECT_NUM(setgid, gid, 70000);
	FIND_BY(setgid, pid, 1);
	EXPECT_NUM(setgid, gid, 1000);
	FIND_BY(setgid, pid, 2);
	EXPECT_NUM(setgid, res, -EPERM);
	EXPECT_NUM(setgid, gid, 0);
}

static void become(int id)
{
	syscall(__NR_setresgid, id + 10, id + 11, id + 12);
	syscall(__NR_setresuid, id, id + 1, id + 2);
}

/* The oldest 32-bit calls have ids of 16 bits; one that does not fit reads as 65534. */
TESTS_EVENT(getuid);
TEST_F(driver, getuid_of_any_caller)
{
	pid_t pid;

	RECORD(__NR_getuid);
	IN_CHILD(pid) {
		become(70000);
		syscall(__NR_getuid);
		syscall_ia32(NR_IA32_GETUID32, 0, 0, 0, 0, 0, 0);
		syscall_ia32(NR_IA32_GETUID, 0, 0, 0, 0, 0, 0);
	}
	FIND_BY(getuid, pid, 0);
	EXPECT_NUM(getuid, uid, 70000);
	FIND_BY(getuid, pid, 1);
	EXPECT_NUM(getuid, uid, 70000);
	FIND_BY(getuid, pid, 2);
	EXPECT_NUM(getuid, uid, 65534);
}

TESTS_EVENT(geteuid);
TESTS_EVENT(getgid);
TESTS_EVENT(getegid);
TEST_F(driver, geteuid_getgid_getegid)
{
	pid_t pid;

	RECORD(__NR_geteuid);
	RECORD(__NR_getgid);
	RECORD(__NR_getegid);
	IN_CHILD(pid) {
		become(70000);
		syscall(__NR_geteuid);
		syscall(__NR_getgid);
		syscall(__NR_getegid);
		syscall_ia32(NR_IA32_GETEUID32, 0, 0, 0, 0, 0, 0);
		syscall_ia32(NR_IA32_GETGID32, 0, 0, 0, 0, 0, 0);
		syscall_ia32(NR_IA32_GETEGID32, 0, 0, 0, 0, 0, 0);
	}
	for (int n = 0; n < 2; n++) {
		FIND_BY(geteuid, pid, n);
		EXPECT_NUM(geteuid, euid, 70001);
		FIND_BY(getgid, pid, n);
		EXPECT_NUM(getgid, gid, 70010);
		FIND_BY(getegid, pid, n);
		EXPECT_NUM(getegid, egid, 70011);
	}
}

/* A failed call has told nobody's id, and is recorded all the same. */
TESTS_EVENT(getresuid);
TEST_F(driver, getresuid_forms)
{
	char *low = low_memory(4096);
	uint32_t id[3];
	pid_t pid;

	RECORD(__NR_getresuid);
	IN_CHILD(pid) {
		become(1000);
		syscall(__NR_getresuid, &id[0], &id[1], &id[2]);
		syscall(__NR_getresuid, &id[0], 8, &id[2]);
		syscall_ia32(NR_IA32_GETRESUID32, (long)low, (long)low + 4, (long)low + 8, 0, 0, 0);
		syscall_ia32(NR_IA32_GETRESUID, (long)low, (long)low + 2, (long)low + 4, 0, 0, 0);
	}
	for (int n = 0; n < 4; n++) {
		FIND_BY(getresuid, pid, n);
		EXPECT_NUM(getresuid, res, n == 1 ? -EFAULT : 0);
		EXPECT_NUM(getresuid, ruid, n == 1 ? UINT32_MAX : 1000);
		EXPECT_NUM(getresuid, euid, n == 1 ? UINT32_MAX : 1001);
		EXPECT_NUM(getresuid, suid, n == 1 ? UINT32_MAX : 1002);
	}
}

TESTS_EVENT(getresgid);
TEST_F(driver, getresgid_forms)
{
	char *low = low_memory(4096);
	uint32_t id[3];
	pid_t pid;

	RECORD(__NR_getresgid);
	IN_CHILD(pid) {
		become(1000);
		syscall(__NR_getresgid, &id[0], &id[1], &id[2]);
		syscall(__NR_getresgid, NULL, &id[1], &id[2]);
		syscall_ia32(NR_IA32_GETRESGID32, (long)low, (long)low + 4, (long)low + 8, 0, 0, 0);
		syscall_ia32(NR_IA32_GETRESGID, (long)low, (long)low + 2, (long)low + 4, 0, 0, 0);
	}
	for (int n = 0; n < 4; n++) {
		FIND_BY(getresgid, pid, n);
		EXPECT_NUM(getresgid, res, n == 1 ? -EFAULT : 0);
		EXPECT_NUM(getresgid, rgid, n == 1 ? UINT32_MAX : 1010);
		EXPECT_NUM(getresgid, egid, n == 1 ? UINT32_MAX : 1011);
		EXPECT_NUM(getresgid, sgid, n == 1 ? UINT32_MAX : 1012);
	}
}

TESTS_EVENT(setsid);
TEST_F(driver, setsid_once)
{
	pid_t pid;

	RECORD(__NR_setsid);
	IN_CHILD(pid) {
		syscall(__NR_setsid);
		syscall(__NR_setsid);
	}
	FIND_BY(setsid, pid, 0);
	EXPECT_NUM(setsid, res, pid);
	FIND_BY(setsid, pid, 1);
	EXPECT_NUM(setsid, res, -EPERM);
}

TESTS_EVENT(setpgid);
TEST_F(driver, setpgid_of_oneself_and_nobody)
{
	pid_t pid;

	RECORD(__NR_setpgid);
	IN_CHILD(pid) {
		syscall(__NR_setpgid, 0, getpid());
		syscall(__NR_setpgid, 1, 1);
		syscall(__NR_setpgid, 0, -3);
	}
	FIND_BY(setpgid, pid, 0);
	EXPECT_NUM(setpgid, res, 0);
	EXPECT_NUM(setpgid, pid, 0);
	EXPECT_NUM(setpgid, pgid, pid);
	FIND_BY(setpgid, pid, 1);
	EXPECT_NUM(setpgid, res, -ESRCH);
	EXPECT_NUM(setpgid, pid, 1);
	EXPECT_NUM(setpgid, pgid, 1);
	FIND_BY(setpgid, pid, 2);
	EXPECT_NUM(setpgid, res, -EINVAL);
	EXPECT_NUM(setpgid, pgid, -3);
}

TESTS_EVENT(capset);
TEST_F(driver, capset_gives_up_and_is_refused)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3, 0 }, wrong = { 1, 0 };
	struct __user_cap_data_struct caps[2];
	uint64_t permitted = proc_status(0, "CapPrm:", 16), effective = permitted & ~(1ull << CAP_SYS_TIME);
	pid_t pid;

	RECORD(__NR_capset);
	IN_CHILD(pid) {
		syscall(__NR_capget, &head, caps);
		caps[0].effective &= ~(1u << CAP_SYS_TIME);
		caps[0].inheritable = 1 << CAP_CHOWN;
		syscall(__NR_capset, &head, caps);
		syscall(__NR_capset, &wrong, caps);
		syscall(__NR_capset, NULL, NULL);
	}
	ASSERT_NE(0, permitted);
	for (int n = 0; n < 3; n++) {
		FIND_BY(capset, pid, n);
		EXPECT_NUM(capset, res, n == 0 ? 0 : n == 1 ? -EINVAL : -EFAULT);
		EXPECT_NUM(capset, cap_inheritable, 1 << CAP_CHOWN);
		EXPECT_NUM(capset, cap_permitted, permitted);
		EXPECT_NUM(capset, cap_effective, effective);
	}
}

TESTS_EVENT(prctl);
TEST_F(driver, prctl_forms)
{
	char name[16] = "no";
	int subreaper = 5;

	RECORD(__NR_prctl);
	ASSERT_EQ(0, syscall(__NR_prctl, PR_SET_NAME, "falco-test", 0, 0, 0));
	ASSERT_EQ(0, syscall(__NR_prctl, PR_GET_NAME, name, 0, 0, 0));
	ASSERT_EQ(0, syscall(__NR_prctl, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0));
	ASSERT_EQ(0, syscall(__NR_prctl, PR_GET_CHILD_SUBREAPER, &subreaper, 0, 0, 0));
	ASSERT_EQ(-1, syscall(__NR_prctl, 123456, -2L, 0, 0, 0));
	ASSERT_EQ(-1, syscall(__NR_prctl, PR_SET_NAME, NULL, 0, 0, 0));
	ASSERT_EQ(-1, syscall(__NR_prctl, PR_GET_CHILD_SUBREAPER, NULL, 0, 0, 0));
	FIND(prctl);
	EXPECT_NUM(prctl, res, 0);
	EXPECT_NUM(prctl, option, prctl_options_PR_SET_NAME);
	EXPECT_TEXT(prctl, arg2_str, "falco-test");
	EXPECT_NUM(prctl, arg2_int, 0);
	FIND_BY(prctl, getpid(), 1);
	EXPECT_NUM(prctl, option, prctl_options_PR_GET_NAME);
	EXPECT_TEXT(prctl, arg2_str, "falco-test");
	FIND_BY(prctl, getpid(), 2);
	EXPECT_NUM(prctl, option, prctl_options_PR_SET_CHILD_SUBREAPER);
	EXPECT_EMPTY(prctl, arg2_str);
	EXPECT_NUM(prctl, arg2_int, 1);
	FIND_BY(prctl, getpid(), 3);
	EXPECT_NUM(prctl, option, prctl_options_PR_GET_CHILD_SUBREAPER);
	EXPECT_EMPTY(prctl, arg2_str);
	EXPECT_NUM(prctl, arg2_int, 1);
	FIND_BY(prctl, getpid(), 4);
	EXPECT_NUM(prctl, res, -EINVAL);
	EXPECT_NUM(prctl, option, 123456);
	EXPECT_NUM(prctl, arg2_int, -2);
	FIND_BY(prctl, getpid(), 5);
	EXPECT_NUM(prctl, res, -EFAULT);
	EXPECT_EMPTY(prctl, arg2_str);
	FIND_BY(prctl, getpid(), 6);
	EXPECT_NUM(prctl, res, -EFAULT);
	EXPECT_NUM(prctl, arg2_int, 0);
}

TEST_F(driver, prctl_of_a_32_bit_caller)
{
	char *low = low_memory(4096);

	strcpy(low, "narrow");
	RECORD(__NR_prctl);
	ASSERT_EQ(0, syscall_ia32(NR_IA32_PRCTL, PR_SET_NAME, (long)low, 0, 0, 0, 0));
	FIND(prctl);
	EXPECT_TEXT(prctl, arg2_str, "narrow");
}

TESTS_EVENT(seccomp);
TEST_F(driver, seccomp_asks_and_fails)
{
	uint32_t action = SECCOMP_RET_KILL_PROCESS;

	RECORD(__NR_seccomp);
	ASSERT_EQ(0, syscall(__NR_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action));
	ASSERT_EQ(-1, syscall(__NR_seccomp, 77, 0xf00, NULL));
	FIND(seccomp);
	EXPECT_NUM(seccomp, res, 0);
	EXPECT_NUM(seccomp, op, SECCOMP_GET_ACTION_AVAIL);
	EXPECT_NUM(seccomp, flags, 0);
	FIND_BY(seccomp, getpid(), 1);
	EXPECT_NUM(seccomp, res, -EINVAL);
	EXPECT_NUM(seccomp, op, 77);
	EXPECT_NUM(seccomp, flags, 0xf00);
}
