// SPDX-License-Identifier: Apache-2.0
/* io_uring requests that are not recorded, and the consumers that receive those that are. */
#include <linux/io_uring.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/socket.h>

#include "expect.h"
#include "paths.h"
#include "sockets.h"
#include "uring.h"

#define EXPECT_NONE(event) EXPECT_EQ(0u, driver_count(&self->d, EV_##event, 0))

TEST_F(driver, uring_not_recorded_by_default)
{
	struct uring r = uring_new(0);

	URING_OR_SKIP();
	RECORD(__NR_openat);
	ASSERT_LE(0, uring_one(&r, sqe_openat(AT_FDCWD, "/dev/null", O_RDONLY)));
	ASSERT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_SET_URING, 1));
	ASSERT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_SET_URING, 0));
	ASSERT_LE(0, uring_one(&r, sqe_openat(AT_FDCWD, "/dev/null", O_RDONLY)));
	EXPECT_NONE(openat);
}

TEST_F(driver, uring_not_recorded_outside_mask)
{
	struct uring r = uring_new(0);
	int fd;

	RECORD_URING(__NR_socket);
	fd = uring_one(&r, sqe_socket(AF_INET, SOCK_STREAM, 0));
	ASSERT_LE(0, fd);
	ASSERT_LE(0, uring_one(&r, sqe_openat(AT_FDCWD, "/dev/null", O_RDONLY)));
	EXPECT_NONE(openat);
	EXPECT_EQ(1u, driver_count(&self->d, EV_socket, gettid()));
}

TEST_F(driver, uring_not_recorded_on_failure)
{
	struct uring r = uring_new(0);
	union any_address a;
	socklen_t len;
	int fd;

	close(bound_socket(AF_INET, SOCK_STREAM, &a, &len));
	fd = socket(AF_INET, SOCK_STREAM, 0);
	RECORD_URING(__NR_openat);
	RECORD(__NR_socket);
	RECORD(__NR_connect);
	ASSERT_EQ(-ENOENT, uring_one(&r, sqe_openat(AT_FDCWD, "/none", O_RDONLY)));
	ASSERT_EQ(-EFAULT, uring_one(&r, sqe_openat(AT_FDCWD, NULL, O_RDONLY)));
	ASSERT_GT(0, uring_one(&r, sqe_socket(9999, SOCK_STREAM, 0)));
	ASSERT_EQ(-ECONNREFUSED, uring_one(&r, sqe_connect(fd, &a, len)));
	EXPECT_NONE(openat);
	EXPECT_NONE(socket);
	EXPECT_NONE(connect);
}

/* Fixed files have no descriptor and are not recorded; other files of the same ring are. */
TEST_F(driver, uring_not_recorded_for_fixed_file)
{
	struct io_uring_sqe file = sqe_openat(AT_FDCWD, "/dev/null", O_RDONLY),
			    sock = sqe_socket(AF_INET, SOCK_STREAM, 0);
	struct uring r = uring_new(0);
	int fd;

	RECORD_URING(__NR_openat);
	RECORD(__NR_socket);
	while (dup(0) < 8) /* higher than the slots' indices */
		;
	ASSERT_EQ(0, uring_slots(&r, 4));
	file.file_index = 2;
	ASSERT_EQ(0, uring_one(&r, file));
	file.file_index = URING_SLOT_ANY;
	ASSERT_LE(0, uring_one(&r, file));
	sock.file_index = URING_SLOT_ANY;
	ASSERT_LE(0, uring_one(&r, sock));
	fd = uring_one(&r, sqe_openat(AT_FDCWD, "/dev/zero", O_RDONLY));
	ASSERT_LT(8, fd);
	FIND(openat);
	EXPECT_NUM(openat, fd, fd);
	EXPECT_TEXT(openat, name, "/dev/zero");
	EXPECT_EQ(1u, driver_count(&self->d, EV_openat, 0));
	EXPECT_NONE(socket);
}

TEST_F(driver, uring_not_recorded_for_fixed_socket)
{
	struct uring r = uring_new(0);
	union any_address peer;
	struct io_uring_sqe sqe;
	socklen_t len;
	int fd;

	listening_socket(AF_INET, 5, &peer, &len);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	ASSERT_EQ(0, syscall(__NR_io_uring_register, r.fd, IORING_REGISTER_FILES, &fd, 1));
	RECORD_URING(__NR_connect);
	sqe = sqe_connect(0, &peer, len);
	sqe.flags = IOSQE_FIXED_FILE;
	ASSERT_EQ(0, uring_one(&r, sqe));
	EXPECT_NONE(connect);
}

/* The tracepoint of a multishot completion has no pointer to the request. */
TEST_F(driver, uring_not_recorded_for_multishot)
{
	struct uring r = uring_new(0);
	union any_address a;
	struct io_uring_sqe sqe;
	socklen_t len;
	int listener = listening_socket(AF_INET, 5, &a, &len);

	sqe = sqe_accept(listener, 0);
	sqe.ioprio = URING_ACCEPT_MULTISHOT;
	RECORD_URING(__NR_accept4);
	uring_put(&r, &sqe);
	uring_submit(&r, 0);
	for (int i = 0; i < 2; i++) {
		connected_socket(&a, len, NULL);
		uring_submit(&r, 1);
		ASSERT_LE(0, uring_result(&r));
	}
	EXPECT_NONE(accept4);
}

/* IOSQE_CQE_SKIP_SUCCESS suppresses the completion event. */
TEST_F(driver, uring_not_recorded_with_skip_success)
{
	struct io_uring_sqe sqe = sqe_openat(AT_FDCWD, "/dev/null", O_RDONLY),
			    nop = { .opcode = IORING_OP_NOP };
	struct uring r = uring_new(0);
	int next = dup(0);

	close(next);
	sqe.flags = URING_SKIP_SUCCESS;
	RECORD_URING(__NR_openat);
	uring_put(&r, &sqe);
	ASSERT_EQ(0, uring_one(&r, nop));
	ASSERT_LE(0, fcntl(next, F_GETFD));
	EXPECT_NONE(openat);
}

/*
 * Completions are recorded when a batch of requests ends. Of a file that was closed before that
 * only the descriptor number is known.
 */
TEST_F(driver, uring_openat_closed_before_completion)
{
	struct io_uring_sqe sqe = sqe_openat(AT_FDCWD, "/dev/null", O_RDONLY);
	struct uring r = uring_new(0);
	int next = dup(0);

	close(next);
	sqe.flags = IOSQE_IO_LINK;
	RECORD_URING(__NR_openat);
	uring_put(&r, &sqe);
	sqe = (struct io_uring_sqe){ .opcode = IORING_OP_CLOSE, .fd = next };
	uring_put(&r, &sqe);
	uring_submit(&r, 2);
	ASSERT_EQ(next, uring_result(&r));
	ASSERT_EQ(0, uring_result(&r));
	FIND(openat);
	EXPECT_NUM(openat, fd, next);
	if (self->ev->len[IX(openat, name)]) {
		EXPECT_TEXT(openat, name, "/dev/null");
		EXPECT_NUM(openat, flags, file_flags_O_RDONLY);
	} else {
		EXPECT_NUM(openat, flags, 0);
		EXPECT_NO_INODE(openat);
	}
}

TEST_F(driver, uring_not_recorded_with_exclude_self)
{
	struct uring r = uring_new(0);

	RECORD_URING(__NR_openat);
	ASSERT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_SET_EXCLUDE_SELF, 1));
	ASSERT_LE(0, uring_one(&r, sqe_openat(AT_FDCWD, "/dev/null", O_RDONLY)));
	EXPECT_NONE(openat);
}

/* ---- several consumers ---- */

struct uring_consumer {
	struct driver d;
	sem_t ready, done;
	long opened; /* 0, or an error of open or SET_URING */
	unsigned n_records;
};

static void *uring_consume(void *arg)
{
	struct uring_consumer *reader = arg;

	reader->opened = driver_open(&reader->d, 0);
	if (!reader->opened)
		reader->opened = driver_ioctl(&reader->d, FALCO_IOCTL_SET_URING, 1);
	driver_record(&reader->d, __NR_openat);
	sem_post(&reader->ready);
	sem_wait(&reader->done);
	reader->n_records = driver_count(&reader->d, EV_openat, getpid());
	driver_close(&reader->d);
	return NULL;
}

TEST_F(driver, uring_is_per_consumer)
{
	struct uring_consumer reader = { 0 };
	struct uring r = uring_new(0);
	pthread_t thread;

	URING_OR_SKIP();
	sem_init(&reader.ready, 0, 0);
	sem_init(&reader.done, 0, 0);
	RECORD(__NR_openat);
	ASSERT_EQ(0, pthread_create(&thread, NULL, uring_consume, &reader));
	sem_wait(&reader.ready);
	ASSERT_EQ(0, reader.opened);
	for (int i = 0; i < 3; i++)
		ASSERT_LE(0, uring_one(&r, sqe_openat(AT_FDCWD, "/dev/null", O_RDONLY)));
	ASSERT_LE(0, syscall(__NR_openat, AT_FDCWD, "/dev/zero", O_RDONLY));
	sem_post(&reader.done);
	pthread_join(thread, NULL);
	EXPECT_EQ(4u, reader.n_records);
	/* closing a consumer detaches only the tracepoints that no other consumer uses */
	ASSERT_LE(0, uring_one(&r, sqe_openat(AT_FDCWD, "/dev/null", O_RDONLY)));
	ASSERT_LE(0, syscall(__NR_openat, AT_FDCWD, "/dev/zero", O_RDONLY));
	FIND(openat);
	EXPECT_TEXT(openat, name, "/dev/zero");
	EXPECT_EQ(2u, driver_count(&self->d, EV_openat, gettid()));
}
