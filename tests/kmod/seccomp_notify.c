// SPDX-License-Identifier: Apache-2.0
/*
 * System calls whose result comes from a seccomp user notification: the kernel does not execute
 * them, and the result can be any number.
 */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "expect.h"
#include "processes.h"
#include "uapi/ring.h"

struct notify_listener {
	atomic_int fd; /* 0: not installed yet */
	long result;   /* of the notified call */
};

static void *complete_notification(void *arg)
{
	struct notify_listener *listener = arg;
	struct seccomp_notif notification = { 0 };
	struct seccomp_notif_resp response = { .val = listener->result };

	while (!atomic_load(&listener->fd))
		usleep(1000);
	if (!ioctl(atomic_load(&listener->fd), SECCOMP_IOCTL_NOTIF_RECV, &notification)) {
		response.id = notification.id;
		ioctl(atomic_load(&listener->fd), SECCOMP_IOCTL_NOTIF_SEND, &response);
	}
	return NULL;
}

/*
 * Starts a child that makes the call, whose notification is completed with this result. The child
 * exits with 0 if it receives the result. Returns its pid.
 */
static pid_t call_with_notify_result(long result, int nr, long a, long b, long c, long d)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)nr, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { 4, code };
	struct notify_listener listener = { .result = result };
	pthread_t thread;
	pid_t pid = fork();
	int fd;

	if (pid)
		return pid;
	if (pthread_create(&thread, NULL, complete_notification, &listener) ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		_exit(2);
	fd = (int)syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
			  &program);
	if (fd < 0)
		_exit(3);
	atomic_store(&listener.fd, fd);
	_exit(syscall(nr, a, b, c, d) != result);
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

/* The result exceeds UIO_MAXIOV, the limit of the call itself: UIO_MAXIOV records are made. */
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
	EXPECT_EQ(UIO_MAXIOV, made);
}
