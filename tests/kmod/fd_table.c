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

enum { TABLE_DATA = 1000, TABLE_SNAPLEN = 80 };

/* The size of the descriptor table now. */
static int fd_table_size(void)
{
	return (int)proc_status(0, "FDSize:", 10);
}

static int fd_table_write(int fd)
{
	static char data[TABLE_DATA] = "GET / HTTP/1.1";

	return syscall(__NR_write, fd, data, TABLE_DATA) < 0 ? -errno : TABLE_DATA;
}

/*
 * write looks its descriptor up to decide how much data to record. The last entry of the table is a
 * socket whose payload is recognised as HTTP; any number beyond it has no file.
 */
TEST_F(driver, write_fd_at_end_of_table)
{
	int pair[2], size, fds[10], results[10], n = 0;

	ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &(struct rlimit){ 4096, 4096 }));
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	/* a table that has just grown, with its last entry in use */
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
		results[i] = fd_table_write(fds[i]);
	ASSERT_EQ(size, fd_table_size());
	for (int i = 0; i < n; i++) {
		FIND_BY(write, gettid(), i);
		EXPECT_EQ(i ? -EBADF : TABLE_DATA, results[i]);
		EXPECT_NUM(write, res, results[i]);
		EXPECT_NUM(write, fd, fds[i]);
		EXPECT_NUM(write, size, TABLE_DATA);
		EXPECT_LENGTH(write, data, i ? TABLE_SNAPLEN : TABLE_DATA);
		EXPECT_EQ(0, memcmp(self->ev->param[IX(write, data)], "GET / HTTP/1.1", 14));
	}
}

/* ---- a socket pair that another thread closes ---- */

enum { PAIRS = 500, PAIR_ROUNDS = 40 };

struct fd_table_closer {
	int fd; /* and fd + 1 */
	int stop;
};

static void *fd_table_close(void *arg)
{
	struct fd_table_closer *c = arg;

	while (!__atomic_load_n(&c->stop, __ATOMIC_RELAXED)) {
		close(c->fd);
		close(c->fd + 1);
	}
	return NULL;
}

/*
 * Each socketpair() is one event, even if its descriptors are closed by then; returns how many
 * were.
 */
static unsigned fd_table_pairs(struct __test_metadata *_metadata, FIXTURE_DATA(driver) * self)
{
	unsigned made = 0, seen = 0, gone = 0;
	int s[2];

	driver_record(&self->d, __NR_socketpair);
	for (int i = 0; i < PAIRS; i++) {
		made += !syscall(__NR_socketpair, AF_UNIX, SOCK_STREAM, 0, s);
		close(s[0]);
		close(s[1]);
	}
	for (; (self->ev = driver_find(&self->d, EV_socketpair, gettid(), seen)); seen++) {
		bool known = record_num(self->ev, IX(socketpair, source));

		EXPECT_EQ(NPARAMS(socketpair), self->ev->n_params);
		EXPECT_NUM(socketpair, domain, AF_UNIX);
		EXPECT_NUM(socketpair, type, SOCK_STREAM);
		if (!record_num(self->ev, IX(socketpair, res)))
			EXPECT_LE(0, record_num(self->ev, IX(socketpair, fd1)));
		gone += !known && !record_num(self->ev, IX(socketpair, res));
	}
	EXPECT_EQ(PAIRS, made);
	EXPECT_EQ(made, seen);
	return gone;
}

TEST_F(driver, socketpair_closed_concurrently)
{
	struct fd_table_closer closer = { .fd = dup(0) };
	pthread_t thread;
	unsigned gone = 0, rounds;

	/* the descriptors that the next pair will get */
	close(closer.fd);
	ASSERT_EQ(0, pthread_create(&thread, NULL, fd_table_close, &closer));
	for (rounds = 0; rounds < PAIR_ROUNDS && !gone; rounds++) {
		driver_close(&self->d);
		ASSERT_EQ(0, driver_open(&self->d, 0));
		gone = fd_table_pairs(_metadata, self);
	}
	__atomic_store_n(&closer.stop, 1, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	TH_LOG("%u of %u pairs were closed before they were recorded", gone, rounds * PAIRS);
	if (sysconf(_SC_NPROCESSORS_ONLN) > 1)
		EXPECT_LT(0u, gone);
}
