// SPDX-License-Identifier: Apache-2.0
/*
 * System calls that a seccomp user notification completes: the kernel does not execute them, and
 * the result is any number.
 */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "expect.h"
#include "processes.h"
#include "uapi/ring.h"

struct notify_listener {
	atomic_int listener; /* 0: not installed yet */
	long answer;
};

static void *answer_notification(void *arg)
{
	struct notify_listener *s = arg;
	struct seccomp_notif asked = { 0 };
	struct seccomp_notif_resp answer = { .val = s->answer };

	while (!atomic_load(&s->listener))
		usleep(1000);
	if (!ioctl(atomic_load(&s->listener), SECCOMP_IOCTL_NOTIF_RECV, &asked)) {
		answer.id = asked.id;
		ioctl(atomic_load(&s->listener), SECCOMP_IOCTL_NOTIF_SEND, &answer);
	}
	return NULL;
}

/*
 * Starts a child that makes the call and receives this result; it exits with 0 if it does. Returns
 * its pid.
 */
static pid_t call_with_notify_result(long answer, int nr, long a, long b, long c, long d)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)nr, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { 4, code };
	struct notify_listener s = { .answer = answer };
	pthread_t thread;
	pid_t pid = fork();
	int fd;

	if (pid)
		return pid;
	if (pthread_create(&thread, NULL, answer_notification, &s) ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		_exit(2);
	fd = (int)syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
			  &program);
	if (fd < 0)
		_exit(3);
	atomic_store(&s.listener, fd);
	_exit(syscall(nr, a, b, c, d) != answer);
}

/* No program was executed, so filename is the argument and not the kernel's copy. */
TEST_F(driver, execve_result_from_seccomp_notify)
{
	char name[] = "/no/such/program"; /* a copy that is resident in the child */
	pid_t pid;

	RECORD(__NR_execve);
	pid = call_with_notify_result(5, __NR_execve, (long)name, 0, 0, 0);
	ASSERT_EQ(0, proc_wait(pid));
	FIND_BY(execve, pid, 0);
	EXPECT_NUM(execve, res, 5);
	EXPECT_TEXT(execve, filename, name);
}

/* The result exceeds UIO_MAXIOV, the limit of the call itself: no more records than that. */
TEST_F(driver, sendmmsg_result_from_seccomp_notify)
{
	static struct mmsghdr many[2];
	uint64_t made = 0;
	pid_t pid;

	RECORD(__NR_sendmmsg);
	pid = call_with_notify_result(1l << 40, __NR_sendmmsg, -1, (long)many, 2, 0);
	ASSERT_EQ(0, proc_wait(pid));
	driver_stop(&self->d);
	for (unsigned i = 0; i < self->d.n_rings; i++)
		if (self->d.pages[i])
			made += ((const struct falco_ring_page *)self->d.pages[i])->n_evts;
	EXPECT_EQ(1024, made);
}
