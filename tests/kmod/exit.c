// SPDX-License-Identifier: Apache-2.0
/* procexit: the exit of threads and processes. */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "expect.h"
#include "processes.h"

#define RECORD_EXITS() driver_trace(&self->d, FALCO_TP_SCHED_PROC_EXIT)
#define EXPECT_EXIT(tid, raw, code, signal, dumped, reaper) \
	do {                                                \
		FIND_BY(procexit, tid, 0);                  \
		EXPECT_NUM(procexit, status, raw);          \
		EXPECT_NUM(procexit, ret, code);            \
		EXPECT_NUM(procexit, sig, signal);          \
		EXPECT_NUM(procexit, core, dumped);         \
		EXPECT_NUM(procexit, reaper_tid, reaper);   \
	} while (0)

TESTS_EVENT(procexit);
TEST_F(driver, procexit_status)
{
	pid_t exited, killed;

	RECORD_EXITS();
	IN_CHILD(exited)
	_exit(0x1203);
	IN_CHILD(killed)
	kill(getpid(), SIGTERM);
	EXPECT_EXIT(exited, 0x300, 3, 0, 0, 0);
	EXPECT_EXIT(killed, SIGTERM, 0, SIGTERM, 0, 0);
}

TEST_F(driver, procexit_core_dump)
{
	pid_t pid;
	int status;

	write_file("/proc/sys/kernel/core_pattern", "/tmp/falco-core");
	RECORD_EXITS();
	pid = fork();
	if (!pid) {
		setrlimit(RLIMIT_CORE, &(struct rlimit){ 1 << 20, 1 << 20 });
		*(volatile char *)8 = 1;
	}
	status = proc_wait(pid);
	unlink("/tmp/falco-core");
	if (!WCOREDUMP(status))
		SKIP(return, "no core dumps");
	EXPECT_EXIT(pid, 0x80 | SIGSEGV, 0, SIGSEGV, 1, 0);
}

/* Each thread has a procexit event; only that of the last one has the exit code of the process. */
TEST_F(driver, procexit_thread)
{
	pid_t tid;

	RECORD_EXITS();
	tid = run_brief_thread();
	EXPECT_EXIT(tid, 0, 0, 0, 0, 0);
}

static pid_t fork_sleeping_child(void)
{
	pid_t pid = fork();

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		sleep(5);
		_exit(0);
	}
	return pid;
}

/* Forks a child that outlives the caller, and writes its pid to fd; returns 0 on success. */
static int fork_orphan(int fd)
{
	pid_t orphan = fork();

	if (!orphan) {
		usleep(200000);
		_exit(0);
	}
	return write(fd, &orphan, sizeof(orphan)) != sizeof(orphan);
}

TEST_F(driver, procexit_reaper_is_init)
{
	int out[2];
	pid_t pid;

	ASSERT_EQ(0, pipe(out));
	RECORD_EXITS();
	IN_CHILD(pid)
	fork_orphan(out[1]);
	EXPECT_EXIT(pid, 0, 0, 0, 0, 1);
}

TEST_F(driver, procexit_reaper_is_subreaper)
{
	int out[2];
	pid_t pid, orphan;

	ASSERT_EQ(0, pipe(out));
	ASSERT_EQ(0, prctl(PR_SET_CHILD_SUBREAPER, 1));
	RECORD_EXITS();
	IN_CHILD(pid)
	fork_orphan(out[1]);
	ASSERT_EQ(sizeof(orphan), read(out[0], &orphan, sizeof(orphan)));
	proc_wait(orphan);
	EXPECT_EXIT(pid, 0, 0, 0, 0, getpid());
	EXPECT_EXIT(orphan, 0, 0, 0, 0, 0);
}

static void *fork_in_thread(void *tid)
{
	*(pid_t *)tid = syscall(__NR_gettid);
	fork_sleeping_child();
	return NULL;
}

TEST_F(driver, procexit_reaper_is_other_thread)
{
	pthread_t thread;
	pid_t tid = 0;

	RECORD_EXITS();
	ASSERT_EQ(0, pthread_create(&thread, NULL, fork_in_thread, &tid));
	pthread_join(thread, NULL);
	usleep(50000); /* pthread_join() may return before the thread has exited */
	EXPECT_EXIT(tid, 0, 0, 0, 0, getpid());
}

TEST_F(driver, procexit_in_pid_namespace)
{
	const struct record *record = NULL;
	int out[2];
	pid_t init, pid;

	ASSERT_EQ(0, pipe(out));
	ASSERT_EQ(0, unshare(CLONE_NEWPID));
	RECORD_EXITS();
	IN_CHILD(init)
	{
		IN_CHILD(pid)
		fork_orphan(out[1]);
		_exit(7);
	}
	/* the children of an exiting init are killed, so init has no reaper */
	EXPECT_EXIT(init, 0x700, 7, 0, 0, 0);
	for (unsigned n = 0; (record = driver_find(&self->d, EV_procexit, 0, n)); n++)
		if (record_num(record, IX(procexit, reaper_tid)) == init)
			break;
	EXPECT_NE(NULL, record);
}
