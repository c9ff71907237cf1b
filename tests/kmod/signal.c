// SPDX-License-Identifier: Apache-2.0
/* Signals: kill, tkill, tgkill, and signal delivery. */
#include <signal.h>

#include "expect.h"
#include "processes.h"

enum { UNUSED_PID = 0x3fffff }; /* above any pid_max */

TESTS_EVENT(kill);
TEST_F(driver, kill_succeeds_and_fails)
{
	RECORD(__NR_kill);
	ASSERT_EQ(0, syscall(__NR_kill, getpid(), 0));
	ASSERT_EQ(-1, syscall(__NR_kill, UNUSED_PID, SIGTERM));
	ASSERT_EQ(-1, syscall(__NR_kill, -UNUSED_PID, SIGHUP));
	FIND(kill);
	EXPECT_NUM(kill, res, 0);
	EXPECT_NUM(kill, pid, getpid());
	EXPECT_NUM(kill, sig, 0);
	FIND_BY(kill, getpid(), 1);
	EXPECT_NUM(kill, res, -ESRCH);
	EXPECT_NUM(kill, pid, UNUSED_PID);
	EXPECT_NUM(kill, sig, SIGTERM);
	FIND_BY(kill, getpid(), 2);
	EXPECT_NUM(kill, res, -ESRCH);
	EXPECT_NUM(kill, pid, -UNUSED_PID);
	EXPECT_NUM(kill, sig, SIGHUP);
}

TEST_F(driver, kill_invalid_signal)
{
	RECORD(__NR_kill);
	ASSERT_EQ(-1, syscall(__NR_kill, getpid(), 0x1ff));
	FIND(kill);
	EXPECT_NUM(kill, res, -EINVAL);
	EXPECT_NUM(kill, sig, 0xff);
}

TEST_F(driver, kill_by_ia32)
{
	RECORD(__NR_kill);
	ASSERT_EQ(-ESRCH, syscall_ia32(NR_IA32_kill, -UNUSED_PID, SIGINT, 0, 0, 0, 0));
	FIND(kill);
	EXPECT_NUM(kill, res, -ESRCH);
	EXPECT_NUM(kill, pid, -UNUSED_PID);
	EXPECT_NUM(kill, sig, SIGINT);
}

TESTS_EVENT(tkill);
TEST_F(driver, tkill_succeeds_and_fails)
{
	RECORD(__NR_tkill);
	ASSERT_EQ(0, syscall(__NR_tkill, getpid(), 0));
	ASSERT_EQ(-1, syscall(__NR_tkill, -1, SIGUSR1));
	FIND(tkill);
	EXPECT_NUM(tkill, res, 0);
	EXPECT_NUM(tkill, tid, getpid());
	EXPECT_NUM(tkill, sig, 0);
	FIND_BY(tkill, getpid(), 1);
	EXPECT_NUM(tkill, res, -EINVAL);
	EXPECT_NUM(tkill, tid, -1);
	EXPECT_NUM(tkill, sig, SIGUSR1);
}

TEST_F(driver, tkill_by_ia32)
{
	RECORD(__NR_tkill);
	ASSERT_EQ(-ESRCH, syscall_ia32(NR_IA32_tkill, UNUSED_PID, SIGUSR2, 0, 0, 0, 0));
	FIND(tkill);
	EXPECT_NUM(tkill, res, -ESRCH);
	EXPECT_NUM(tkill, tid, UNUSED_PID);
	EXPECT_NUM(tkill, sig, SIGUSR2);
}

TESTS_EVENT(tgkill);
TEST_F(driver, tgkill_succeeds_and_fails)
{
	RECORD(__NR_tgkill);
	ASSERT_EQ(0, syscall(__NR_tgkill, getpid(), getpid(), 0));
	ASSERT_EQ(-1, syscall(__NR_tgkill, getpid(), UNUSED_PID, SIGUSR1));
	FIND(tgkill);
	EXPECT_NUM(tgkill, res, 0);
	EXPECT_NUM(tgkill, pid, getpid());
	EXPECT_NUM(tgkill, tid, getpid());
	EXPECT_NUM(tgkill, sig, 0);
	FIND_BY(tgkill, getpid(), 1);
	EXPECT_NUM(tgkill, res, -ESRCH);
	EXPECT_NUM(tgkill, pid, getpid());
	EXPECT_NUM(tgkill, tid, UNUSED_PID);
	EXPECT_NUM(tgkill, sig, SIGUSR1);
}

TEST_F(driver, tgkill_by_ia32)
{
	RECORD(__NR_tgkill);
	ASSERT_EQ(-EINVAL, syscall_ia32(NR_IA32_tgkill, -2, -3, 64, 0, 0, 0));
	FIND(tgkill);
	EXPECT_NUM(tgkill, res, -EINVAL);
	EXPECT_NUM(tgkill, pid, -2);
	EXPECT_NUM(tgkill, tid, -3);
	EXPECT_NUM(tgkill, sig, 64);
}

/* ---- delivery ---- */

static volatile sig_atomic_t delivered;

static void on_signal(int sig)
{
	delivered = sig;
}

static void catch_signal(int sig)
{
	struct sigaction action = { .sa_handler = on_signal };

	delivered = 0;
	sigaction(sig, &action, NULL);
}

static const struct record *delivery(struct driver *d, uint64_t tid, int sig)
{
	const struct record *r;

	for (unsigned n = 0; (r = driver_find(d, EV_signaldeliver, tid, n)); n++)
		if (record_num(r, IX(signaldeliver, sig)) == sig)
			return r;
	return NULL;
}

#define EXPECT_DELIVERY(tid, signal, sender)                \
	do {                                                \
		self->ev = delivery(&self->d, tid, signal); \
		ASSERT_NE(NULL, self->ev);                  \
		EXPECT_NUM(signaldeliver, dpid, tid);       \
		EXPECT_NUM(signaldeliver, spid, sender);    \
	} while (0)

TESTS_EVENT(signaldeliver);
TEST_F(driver, signaldeliver_sigterm_sender)
{
	static const int signals[] = { SIGTERM, SIGHUP, SIGINT, SIGQUIT };
	pid_t senders[4];

	for (int i = 0; i < 4; i++) {
		catch_signal(signals[i]);
		driver_trace(&self->d, FALCO_TP_SIGNAL_DELIVER);
		IN_CHILD(senders[i])
		kill(getppid(), signals[i]);
		ASSERT_EQ(signals[i], delivered);
	}
	for (int i = 0; i < 4; i++)
		EXPECT_DELIVERY(getpid(), signals[i], senders[i]);
}

TEST_F(driver, signaldeliver_real_time_signal)
{
	pid_t sender;

	catch_signal(SIGRTMIN + 3);
	driver_trace(&self->d, FALCO_TP_SIGNAL_DELIVER);
	IN_CHILD(sender)
	sigqueue(getppid(), SIGRTMIN + 3, (union sigval){ .sival_int = 5 });
	ASSERT_EQ(SIGRTMIN + 3, delivered);
	EXPECT_DELIVERY(getpid(), SIGRTMIN + 3, sender);
}

TEST_F(driver, signaldeliver_sigchld)
{
	pid_t child;

	catch_signal(SIGCHLD);
	driver_trace(&self->d, FALCO_TP_SIGNAL_DELIVER);
	IN_CHILD(child);
	ASSERT_EQ(SIGCHLD, delivered);
	EXPECT_DELIVERY(getpid(), SIGCHLD, child);
}

/* Only some signals are recorded with their sender. */
TEST_F(driver, signaldeliver_no_sender)
{
	pid_t killed;

	catch_signal(SIGUSR1);
	driver_trace(&self->d, FALCO_TP_SIGNAL_DELIVER);
	raise(SIGUSR1);
	IN_CHILD(killed)
	*(volatile char *)8 = 1;
	EXPECT_DELIVERY(getpid(), SIGUSR1, 0);
	EXPECT_DELIVERY(killed, SIGSEGV, 0);
}

/* SIGKILL is delivered without siginfo: its sender is unknown. */
TEST_F(driver, signaldeliver_sigkill)
{
	pid_t child;

	driver_trace(&self->d, FALCO_TP_SIGNAL_DELIVER);
	child = fork();
	if (!child)
		for (;;)
			pause();
	kill(child, SIGKILL);
	proc_wait(child);
	EXPECT_DELIVERY(child, SIGKILL, 0);
}

/* An ignored signal is not delivered. */
TEST_F(driver, signaldeliver_ignored_signal)
{
	signal(SIGUSR2, SIG_IGN);
	driver_trace(&self->d, FALCO_TP_SIGNAL_DELIVER);
	raise(SIGUSR2);
	EXPECT_EQ(NULL, delivery(&self->d, getpid(), SIGUSR2));
}
