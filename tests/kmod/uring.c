// SPDX-License-Identifier: Apache-2.0
/* io_uring requests that are recorded as the events of their system calls: kmod/README.md. */
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/openat2.h>
#include <netinet/in.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "expect.h"
#include "paths.h"
#include "sockets.h"
#include "uring.h"

/* ---- FALCO_IOCTL_SET_URING ---- */

static const char *absolute_path(const char *name)
{
	static char path[4200];

	if (!getcwd(path, 4096))
		abort();
	return strcat(strcat(path, "/"), name);
}

TEST_F(driver, uring_ioctl_follows_feature_bit)
{
	long want = uring_supported(&self->d) ? 0 : -EOPNOTSUPP;

	EXPECT_EQ(kernel_since(6, 0), uring_supported(&self->d));
	EXPECT_EQ(want, driver_ioctl(&self->d, FALCO_IOCTL_SET_URING, 1));
	EXPECT_EQ(want, driver_ioctl(&self->d, FALCO_IOCTL_SET_URING, 1));
	EXPECT_EQ(want, driver_ioctl(&self->d, FALCO_IOCTL_SET_URING, 0));
	EXPECT_EQ(want, driver_ioctl(&self->d, FALCO_IOCTL_SET_URING, 0));
}

static long uring_tracepoint_hits(struct driver *d)
{
	long hits[256] = { 0 }, sum = 0;

	if (driver_ioctl(d, FALCO_IOCTL_GET_N_TRACEPOINT_HIT, (unsigned long)hits))
		abort();
	for (int i = 0; i < 256; i++)
		sum += hits[i];
	return sum;
}

/* The tracepoint is attached only while a consumer has enabled SET_URING. */
TEST_F(driver, uring_tracepoint_attached_on_request)
{
	struct uring r = uring_new(0);

	URING_OR_SKIP();
	ASSERT_LE(0, uring_one(&r, sqe_openat(AT_FDCWD, "/dev/null", O_RDONLY)));
	EXPECT_EQ(0, uring_tracepoint_hits(&self->d));
	ASSERT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_SET_URING, 1));
	for (int i = 0; i < 3; i++)
		ASSERT_LE(0, uring_one(&r, sqe_openat(AT_FDCWD, "/dev/null", O_RDONLY)));
	EXPECT_EQ(3, uring_tracepoint_hits(&self->d));
	ASSERT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_SET_URING, 0));
	ASSERT_LE(0, uring_one(&r, sqe_openat(AT_FDCWD, "/dev/null", O_RDONLY)));
	EXPECT_EQ(0, uring_tracepoint_hits(&self->d));
}

/* ---- files ---- */

TEST_F(driver, uring_openat_creates_file)
{
	struct uring r = uring_new(0);
	int dir = new_directory(), fd;

	RECORD_URING(__NR_openat);
	fd = uring_one(&r, sqe_openat(dir, "new", O_CREAT | O_RDWR | O_APPEND));
	ASSERT_LE(0, fd);
	FIND(openat);
	EXPECT_NUM(openat, fd, fd);
	EXPECT_NUM(openat, dirfd, AT_FDCWD);
	EXPECT_TEXT(openat, name, absolute_path("new"));
	EXPECT_NUM(openat, flags, file_flags_O_RDWR | file_flags_O_APPEND | file_flags_O_F_CREATED);
	EXPECT_NUM(openat, mode, 0);
	EXPECT_INODE_OF(openat, fd);
	EXPECT_EQ(1u, driver_count(&self->d, EV_openat, 0));
}

TEST_F(driver, uring_openat_resolved_path)
{
	static const struct {
		int flags;
		uint32_t wire;
	} cases[] = {
		{ O_RDONLY, file_flags_O_RDONLY },
		{ O_WRONLY | O_CLOEXEC, file_flags_O_WRONLY },
		{ O_RDWR | O_NONBLOCK, file_flags_O_RDWR | file_flags_O_NONBLOCK },
		{ O_PATH, file_flags_O_RDONLY },
	};
	struct uring r = uring_new(0);
	int fd[4];

	new_directory();
	new_file("file");
	ASSERT_EQ(0, symlink("file", "link"));
	RECORD_URING(__NR_openat);
	for (int i = 0; i < 4; i++)
		fd[i] = uring_one(&r, sqe_openat(AT_FDCWD, "./link", cases[i].flags));
	for (int i = 0; i < 4; i++) {
		ASSERT_LE(0, fd[i]);
		FIND_BY(openat, gettid(), i);
		EXPECT_NUM(openat, fd, fd[i]);
		EXPECT_TEXT(openat, name, absolute_path("file"));
		EXPECT_NUM(openat, flags, cases[i].wire);
		EXPECT_INODE_OF(openat, fd[i]);
	}
}

TEST_F(driver, uring_openat2_creates_file)
{
	struct open_how how = { .flags = O_CREAT | O_WRONLY,
				.mode = 0600,
				.resolve = RESOLVE_BENEATH };
	struct uring r = uring_new(0);
	int dir = new_directory(), fd;

	RECORD_URING(__NR_openat2);
	fd = uring_one(&r, (struct io_uring_sqe){
				   .opcode = IORING_OP_OPENAT2,
				   .fd = dir,
				   .addr = (uintptr_t) "new",
				   .off = (uintptr_t)&how,
				   .len = sizeof(how),
			   });
	ASSERT_LE(0, fd);
	FIND(openat2);
	EXPECT_NUM(openat2, fd, fd);
	EXPECT_NUM(openat2, dirfd, AT_FDCWD);
	EXPECT_TEXT(openat2, name, absolute_path("new"));
	EXPECT_NUM(openat2, flags, file_flags_O_WRONLY | file_flags_O_F_CREATED);
	EXPECT_NUM(openat2, mode, 0);
	EXPECT_NUM(openat2, resolve, 0);
	EXPECT_INODE_OF(openat2, fd);
}

/* The request is executed by a kernel worker thread; the event has the submitter's tid. */
TEST_F(driver, uring_openat_in_worker)
{
	struct uring r = uring_new(0);
	struct io_uring_sqe sqe = sqe_openat(AT_FDCWD, "new", O_CREAT | O_WRONLY);
	int fd;

	new_directory();
	sqe.flags = IOSQE_ASYNC;
	RECORD_URING(__NR_openat);
	fd = uring_one(&r, sqe);
	ASSERT_LE(0, fd);
	FIND(openat);
	EXPECT_NUM(openat, fd, fd);
	EXPECT_TEXT(openat, name, absolute_path("new"));
	EXPECT_NUM(openat, flags, file_flags_O_WRONLY | file_flags_O_F_CREATED);
	EXPECT_INODE_OF(openat, fd);
}

/* The request is executed by the SQPOLL kernel thread; the event has the tid of the process. */
TEST_F(driver, uring_openat_sqpoll)
{
	struct uring r = uring_new(IORING_SETUP_SQPOLL);
	int fd;

	RECORD_URING(__NR_openat);
	fd = uring_one(&r, sqe_openat(AT_FDCWD, "/dev/null", O_RDWR));
	ASSERT_LE(0, fd);
	FIND_BY(openat, getpid(), 0);
	EXPECT_NUM(openat, fd, fd);
	EXPECT_TEXT(openat, name, "/dev/null");
	EXPECT_INODE_OF(openat, fd);
}

struct uring_thread {
	struct uring *r;
	pid_t tid;
	int fd;
};

static void *uring_open(void *arg)
{
	struct uring_thread *t = arg;

	t->tid = gettid();
	t->fd = uring_one(t->r, sqe_openat(AT_FDCWD, "/dev/zero", O_RDONLY));
	return NULL;
}

TEST_F(driver, uring_openat_in_thread)
{
	struct uring r = uring_new(0);
	struct uring_thread t = { .r = &r };
	pthread_t thread;

	RECORD_URING(__NR_openat);
	ASSERT_EQ(0, pthread_create(&thread, NULL, uring_open, &t));
	pthread_join(thread, NULL);
	ASSERT_LE(0, t.fd);
	ASSERT_NE(getpid(), t.tid);
	FIND_BY(openat, t.tid, 0);
	EXPECT_NUM(openat, fd, t.fd);
	EXPECT_TEXT(openat, name, "/dev/zero");
}

/* ---- sockets ---- */

TEST_F(driver, uring_accept_tcp)
{
	struct uring r = uring_new(0);
	union any_address a, peer[2];
	int listener, fd;
	socklen_t len;

	listener = listening_socket(AF_INET, 4, &a, &len);
	for (int i = 0; i < 2; i++)
		connected_socket(&a, len, &peer[i]);
	RECORD_URING(__NR_accept4);
	fd = uring_one(&r, sqe_accept(listener, SOCK_NONBLOCK | SOCK_CLOEXEC));
	ASSERT_LE(0, fd);
	FIND(accept4);
	EXPECT_NUM(accept4, fd, fd);
	EXPECT_TUPLE(accept4, tuple, &peer[0], &a);
	EXPECT_NUM(accept4, queuepct, 25);
	EXPECT_NUM(accept4, queuelen, 1);
	EXPECT_NUM(accept4, queuemax, 4);
	EXPECT_NUM(accept4, flags, file_flags_O_NONBLOCK);
}

TEST_F(driver, uring_accept_pending)
{
	struct uring r = uring_new(0);
	struct io_uring_sqe sqe;
	union any_address a, peer;
	int listener, fd;
	socklen_t len;

	listener = listening_socket(AF_INET6, 7, &a, &len);
	sqe = sqe_accept(listener, 0);
	RECORD_URING(__NR_accept4);
	uring_put(&r, &sqe);
	uring_submit(&r, 0);
	connected_socket(&a, len, &peer);
	uring_submit(&r, 1);
	fd = uring_result(&r);
	ASSERT_LE(0, fd);
	FIND(accept4);
	EXPECT_NUM(accept4, fd, fd);
	EXPECT_TUPLE(accept4, tuple, &peer, &a);
	EXPECT_NUM(accept4, queuelen, 0);
	EXPECT_NUM(accept4, queuemax, 7);
	EXPECT_NUM(accept4, flags, 0);
}

TEST_F(driver, uring_socket_succeeds)
{
	struct uring r = uring_new(0);
	int fd[2];

	RECORD_URING(__NR_socket);
	fd[0] = uring_one(&r, sqe_socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
	fd[1] = uring_one(&r, sqe_socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
	ASSERT_LE(0, fd[0]);
	ASSERT_LE(0, fd[1]);
	FIND(socket);
	EXPECT_NUM(socket, fd, fd[0]);
	EXPECT_NUM(socket, domain, socket_families_AF_INET);
	EXPECT_NUM(socket, type, SOCK_STREAM | SOCK_NONBLOCK);
	EXPECT_NUM(socket, proto, IPPROTO_TCP);
	EXPECT_NUM(socket, flags, file_flags_O_NONBLOCK);
	FIND_BY(socket, gettid(), 1);
	EXPECT_NUM(socket, fd, fd[1]);
	EXPECT_NUM(socket, domain, socket_families_AF_UNIX);
	EXPECT_NUM(socket, type, SOCK_DGRAM);
	EXPECT_NUM(socket, proto, 0);
	EXPECT_NUM(socket, flags, 0);
}

TEST_F(driver, uring_connect_tcp)
{
	static const int families[] = { AF_INET, AF_INET6 };
	struct uring r = uring_new(0);
	union any_address peer[2], local[2];
	socklen_t len;
	int fd[2];

	RECORD_URING(__NR_connect);
	for (int i = 0; i < 2; i++) {
		listening_socket(families[i], 5, &peer[i], &len);
		fd[i] = socket(families[i], SOCK_STREAM, 0);
		ASSERT_EQ(0, uring_one(&r, sqe_connect(fd[i], &peer[i], len)));
		local_address(fd[i], &local[i]);
	}
	for (int i = 0; i < 2; i++) {
		FIND_BY(connect, gettid(), i);
		EXPECT_NUM(connect, res, 0);
		EXPECT_NUM(connect, fd, fd[i]);
		EXPECT_TUPLE(connect, tuple, &local[i], &peer[i]);
		EXPECT_SOCKADDR(connect, addr, &peer[i]);
	}
}

TEST_F(driver, uring_connect_unix)
{
	struct uring r = uring_new(0);
	struct unix_ids ids;
	union any_address peer;
	socklen_t len;
	int fd;

	listening_socket(AF_UNIX, 5, &peer, &len);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	RECORD_URING(__NR_connect);
	ASSERT_EQ(0, uring_one(&r, sqe_connect(fd, &peer, len)));
	FIND(connect);
	EXPECT_NUM(connect, fd, fd);
	EXPECT_UNIX_TUPLE(connect, tuple, unix_path, &ids);
	EXPECT_EMPTY(connect, addr); /* the path that was passed is unknown */
}

/* A request contains a file, not a descriptor: the first descriptor of that file is recorded. */
TEST_F(driver, uring_connect_first_of_two_fds)
{
	struct uring r = uring_new(0);
	union any_address peer;
	socklen_t len;
	int fd;

	listening_socket(AF_INET, 5, &peer, &len);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	RECORD_URING(__NR_connect);
	ASSERT_EQ(0, uring_one(&r, sqe_connect(dup(fd), &peer, len)));
	FIND(connect);
	EXPECT_NUM(connect, fd, fd);
	EXPECT_EQ(1u, driver_count(&self->d, EV_connect, 0));
}
