// SPDX-License-Identifier: Apache-2.0
/* Processes: sleep, limits, sessions, capabilities, prctl, seccomp. */
#include <linux/capability.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>

#include "expect.h"
#include "buffers.h"
#include "processes.h"

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

TEST_F(driver, nanosleep_by_ia32)
{
	int32_t *t = low_memory(4096);

	t[0] = 0;
	t[1] = 2345678;
	RECORD(__NR_nanosleep);
	ASSERT_EQ(0, syscall_ia32(NR_IA32_nanosleep, (long)t, 0, 0, 0, 0, 0));
	FIND(nanosleep);
	EXPECT_NUM(nanosleep, res, 0);
	EXPECT_NUM(nanosleep, interval, 2345678);
}

/* ---- limits ---- */

TESTS_EVENT(getrlimit);
TEST_F(driver, getrlimit_variants)
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

/* The 32-bit getrlimit reduces limits to 31 bits; ugetrlimit keeps RLIM_INFINITY. */
TEST_F(driver, getrlimit_by_ia32)
{
	struct rlimit l = { 1000, RLIM_INFINITY };
	void *low = low_memory(4096);

	ASSERT_EQ(0, setrlimit(RLIMIT_SIGPENDING, &l));
	RECORD(__NR_getrlimit);
	ASSERT_EQ(0, syscall_ia32(NR_IA32_ugetrlimit, RLIMIT_SIGPENDING, (long)low, 0, 0, 0, 0));
	ASSERT_EQ(0, syscall_ia32(NR_IA32_getrlimit, RLIMIT_SIGPENDING, (long)low, 0, 0, 0, 0));
	FIND(getrlimit);
	EXPECT_NUM(getrlimit, cur, 1000);
	EXPECT_NUM(getrlimit, max, -1);
	FIND_BY(getrlimit, getpid(), 1);
	EXPECT_NUM(getrlimit, cur, 1000);
	EXPECT_NUM(getrlimit, max, 0x7fffffff);
}

TESTS_EVENT(setrlimit);
TEST_F(driver, setrlimit_variants)
{
	struct rlimit l = { 900, 901 }, wrong = { 3, 2 };

	RECORD(__NR_setrlimit);
	ASSERT_EQ(0, syscall(__NR_setrlimit, RLIMIT_SIGPENDING, &l));
	ASSERT_EQ(-1, syscall(__NR_setrlimit, RLIMIT_NOFILE, &wrong));
	ASSERT_EQ(-1, syscall(__NR_setrlimit, RLIMIT_CORE, UNMAPPED));
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

TEST_F(driver, setrlimit_by_ia32)
{
	uint32_t *l = low_memory(4096);

	l[0] = 500;
	l[1] = UINT32_MAX;
	RECORD(__NR_setrlimit);
	ASSERT_EQ(0, syscall_ia32(NR_IA32_setrlimit, RLIMIT_SIGPENDING, (long)l, 0, 0, 0, 0));
	FIND(setrlimit);
	EXPECT_NUM(setrlimit, cur, 500);
	EXPECT_NUM(setrlimit, max, -1);
}

TESTS_EVENT(prlimit);
TEST_F(driver, prlimit_variants)
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

/* The limits of prlimit64 have 64 bits for 32-bit callers too. */
TEST_F(driver, prlimit_by_ia32)
{
	uint64_t *l = low_memory(4096);

	l[0] = 400;
	l[1] = 450;
	RECORD(__NR_prlimit64);
	ASSERT_EQ(0, syscall_ia32(NR_IA32_prlimit64, 0, RLIMIT_SIGPENDING, (long)l, 0, 0, 0));
	ASSERT_EQ(0, syscall_ia32(NR_IA32_prlimit64, 0, RLIMIT_SIGPENDING, 0, (long)l, 0, 0));
	FIND(prlimit);
	EXPECT_NUM(prlimit, newcur, 400);
	EXPECT_NUM(prlimit, newmax, 450);
	FIND_BY(prlimit, getpid(), 1);
	EXPECT_NUM(prlimit, oldcur, 400);
	EXPECT_NUM(prlimit, oldmax, 450);
}

/* ---- sessions and capabilities ---- */

TESTS_EVENT(setsid);
TEST_F(driver, setsid_succeeds_and_fails)
{
	pid_t pid;

	RECORD(__NR_setsid);
	IN_CHILD(pid)
	{
		syscall(__NR_setsid);
		syscall(__NR_setsid);
	}
	FIND_BY(setsid, pid, 0);
	EXPECT_NUM(setsid, res, pid);
	FIND_BY(setsid, pid, 1);
	EXPECT_NUM(setsid, res, -EPERM);
}

TESTS_EVENT(setpgid);
TEST_F(driver, setpgid_succeeds_and_fails)
{
	pid_t pid;

	RECORD(__NR_setpgid);
	IN_CHILD(pid)
	{
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
TEST_F(driver, capset_succeeds_and_fails)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3, 0 }, wrong = { 1, 0 };
	struct __user_cap_data_struct caps[2];
	uint64_t permitted = proc_status(0, "CapPrm:", 16),
		 effective = permitted & ~(1ull << CAP_SYS_TIME);
	pid_t pid;

	RECORD(__NR_capset);
	IN_CHILD(pid)
	{
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
TEST_F(driver, prctl_variants)
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

TEST_F(driver, prctl_by_ia32)
{
	char *low = low_memory(4096);

	strcpy(low, "compat");
	RECORD(__NR_prctl);
	ASSERT_EQ(0, syscall_ia32(NR_IA32_prctl, PR_SET_NAME, (long)low, 0, 0, 0, 0));
	FIND(prctl);
	EXPECT_TEXT(prctl, arg2_str, "compat");
}

TESTS_EVENT(seccomp);
TEST_F(driver, seccomp_succeeds_and_fails)
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
