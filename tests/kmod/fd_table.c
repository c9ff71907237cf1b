// SPDX-License-Identifier: Apache-2.0
/* Descriptors at the end of the descriptor table, and descriptors that are closed concurrently. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "expect.h"
#include "processes.h"

enum { WRITE_SIZE = 1000, DEFAULT_SNAPLEN = 80 };

/* The current size of the descriptor table. */
static int fd_table_size(void)
{
	return (int)proc_status(0, "FDSize:", 10);
}

/* Writes WRITE_SIZE bytes that look like HTTP; returns the result or -errno. */
static int write_http(int fd)
{
	static char data[WRITE_SIZE] = "GET / HTTP/1.1";

	return syscall(__NR_write, fd, data, WRITE_SIZE) < 0 ? -errno : WRITE_SIZE;
}

/*
 * The driver looks up the descriptor of a write to decide how many bytes to record. The last entry
 * of the table is a socket with a payload that the driver recognises as HTTP: all bytes are
 * recorded. Descriptors beyond the table, and unused ones, have no file.
 */
TEST_F(driver, write_fd_at_end_of_table)
{
	int pair[2], size, fds[10], results[10], n = 0;

	ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &(struct rlimit){ 4096, 4096 }));
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	/* descriptor 300 makes the table grow; then its last entry is used */
	ASSERT_EQ(300, dup2(pair[0], 300));
	size = fd_table_size();
	ASSERT_LT(300, size);
	ASSERT_EQ(size - 1, dup2(pair[0], size - 1));
	ASSERT_EQ(size, fd_table_size());
	fds[n++] = size - 1;
	fds[n++] = size;
	fds[n++] = size + 1;
	fds[n++] = size + 63;
	fds[n++] = 2 * size - 1;
	fds[n++] = 2 * size;
	fds[n++] = INT_MAX;
	fds[n++] = INT_MIN;
	fds[n++] = -1;
	fds[n++] = size - 2;
	ASSERT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_ENABLE_DYNAMIC_SNAPLEN, 0));
	RECORD(__NR_write);
	for (int i = 0; i < n; i++)
		results[i] = write_http(fds[i]);
	ASSERT_EQ(size, fd_table_size());
	for (int i = 0; i < n; i++) {
		FIND_BY(write, gettid(), i);
		EXPECT_EQ(i ? -EBADF : WRITE_SIZE, results[i]);
		EXPECT_NUM(write, res, results[i]);
		EXPECT_NUM(write, fd, fds[i]);
		EXPECT_NUM(write, size, WRITE_SIZE);
		EXPECT_LENGTH(write, data, i ? DEFAULT_SNAPLEN : WRITE_SIZE);
		EXPECT_EQ(0, memcmp(self->ev->param[IX(write, data)], "GET / HTTP/1.1", 14));
	}
}

/* ---- a socket pair that another thread closes ---- */

enum { PAIRS = 500, PAIR_ROUNDS = 40 };

/* Closes fd and fd + 1 until stop. */
struct closer {
	int fd;
	int stop;
};

static void *close_repeatedly(void *arg)
{
	struct closer *c = arg;

	while (!__atomic_load_n(&c->stop, __ATOMIC_RELAXED)) {
		close(c->fd);
		close(c->fd + 1);
	}
	return NULL;
}

/*
 * Makes PAIRS calls of socketpair(). Each is one event, even if the other thread has closed its
 * descriptors before the driver looks them up. Returns the number of events with closed
 * descriptors.
 */
static unsigned record_socketpairs(struct __test_metadata *_metadata, FIXTURE_DATA(driver) * self)
{
	unsigned made = 0, seen = 0, closed_early = 0;
	int s[2];

	driver_record(&self->d, __NR_socketpair);
	for (int i = 0; i < PAIRS; i++) {
		made += !syscall(__NR_socketpair, AF_UNIX, SOCK_STREAM, 0, s);
		close(s[0]);
		close(s[1]);
	}
	for (; (self->ev = driver_find(&self->d, EV_socketpair, gettid(), seen)); seen++) {
		bool socket_found = record_num(self->ev, IX(socketpair, source));

		EXPECT_EQ(NPARAMS(socketpair), self->ev->n_params);
		EXPECT_NUM(socketpair, domain, AF_UNIX);
		EXPECT_NUM(socketpair, type, SOCK_STREAM);
		if (!record_num(self->ev, IX(socketpair, res)))
			EXPECT_LE(0, record_num(self->ev, IX(socketpair, fd1)));
		closed_early += !socket_found && !record_num(self->ev, IX(socketpair, res));
	}
	EXPECT_EQ(PAIRS, made);
	EXPECT_EQ(made, seen);
	return closed_early;
}

TEST_F(driver, socketpair_closed_concurrently)
{
	struct closer closer = { .fd = dup(0) };
	pthread_t thread;
	unsigned closed_early = 0, rounds;

	/* the next pair will get closer.fd and closer.fd + 1 */
	close(closer.fd);
	ASSERT_EQ(0, pthread_create(&thread, NULL, close_repeatedly, &closer));
	for (rounds = 0; rounds < PAIR_ROUNDS && !closed_early; rounds++) {
		driver_close(&self->d);
		ASSERT_EQ(0, driver_open(&self->d, 0));
		closed_early = record_socketpairs(_metadata, self);
	}
	__atomic_store_n(&closer.stop, 1, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	TH_LOG("%u of %u pairs were closed before they were recorded", closed_early, rounds * PAIRS);
	if (sysconf(_SC_NPROCESSORS_ONLN) > 1)
		EXPECT_LT(0u, closed_early);
}
