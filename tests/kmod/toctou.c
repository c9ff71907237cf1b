// SPDX-License-Identifier: Apache-2.0
/*
 * TOCTOU: user memory is rewritten after the system call has read it and before the exit event is
 * recorded. Where the kernel keeps a copy, the copy is recorded: kmod/README.md.
 */
#include <fcntl.h>
#include <linux/openat2.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "expect.h"
#include "paths.h"
#include "sockets.h"

/* ---- open() of a FIFO blocks until the other end is opened: meanwhile a thread rewrites ---- */

struct toctou_open {
	struct open_how how;
	char name[16];
};

static void *toctou_rewrite(void *arg)
{
	struct toctou_open *o = arg;

	usleep(200000);
	o->how = (struct open_how){ .flags = O_RDONLY };
	strcpy(o->name, "harmless");
	open("fifo", O_RDONLY);
	return NULL;
}

TEST_F(driver, toctou_openat2_how)
{
	struct toctou_open o = { .how.flags = O_WRONLY, .name = "fifo" };
	pthread_t thread;
	int fd;

	new_directory();
	ASSERT_EQ(0, mkfifo("fifo", 0600));
	driver_record_enter(&self->d, __NR_openat2);
	ASSERT_EQ(0, pthread_create(&thread, NULL, toctou_rewrite, &o));
	fd = syscall(__NR_openat2, AT_FDCWD, o.name, &o.how, sizeof(o.how));
	pthread_join(thread, NULL);
	FIND(openat2_enter);
	EXPECT_TEXT(openat2_enter, name, "fifo");
	EXPECT_NUM(openat2_enter, flags, file_flags_O_WRONLY);
	FIND(openat2);
	ASSERT_LE(0, fd);
	EXPECT_NUM(openat2, fd, fd);
	EXPECT_NUM(openat2, flags, file_flags_O_WRONLY); /* from struct file */
	EXPECT_INODE_OF(openat2, fd);			 /* from struct file */
	EXPECT_TEXT(openat2, name, "harmless");		 /* the argument */
}

/* ---- connect() blocks while the backlog is full ---- */

static void *toctou_accept(void *arg)
{
	struct sockaddr_in *in = ((void **)arg)[0];
	int listener = *(int *)((void **)arg)[1];

	usleep(200000);
	in->sin_addr.s_addr = htonl(0x08080808);
	in->sin_port = htons(53);
	for (;;) /* until cancelled: the last accept() may not return */
		accept(listener, NULL, NULL);
	return NULL;
}

TEST_F(driver, toctou_connect_address)
{
	union any_address a, client;
	struct sockaddr_in in;
	pthread_t thread;
	socklen_t len;
	int listener = listening_socket(AF_INET, 0, &a, &len), fd = socket(AF_INET, SOCK_STREAM, 0);
	void *arg[] = { &in, &listener };

	for (int i = 0; i < 2; i++) { /* one more than the backlog */
		int other = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

		connect(other, &a.sa, len);
	}
	in = a.in;
	RECORD(__NR_connect);
	ASSERT_EQ(0, pthread_create(&thread, NULL, toctou_accept, arg));
	ASSERT_EQ(0, syscall(__NR_connect, fd, &in, sizeof(in)));
	pthread_cancel(thread);
	pthread_join(thread, NULL);
	local_address(fd, &client);
	FIND(connect);
	EXPECT_NUM(connect, res, 0);
	EXPECT_EQ(htons(53), in.sin_port);
	EXPECT_SOCKADDR(connect, addr, &a);
	EXPECT_TUPLE(connect, tuple, &client, &a);
}

/* ---- bind() does not block: a thread rewrites the address continuously ---- */

struct toctou_bind {
	struct sockaddr_in in;
	atomic_bool stop;
};

static void *toctou_rewrite_address(void *arg)
{
	struct toctou_bind *b = arg;

	while (!atomic_load(&b->stop)) {
		b->in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		b->in.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1);
	}
	return NULL;
}

enum { TOCTOU_BINDS = 300 };

TEST_F(driver, toctou_bind_address)
{
	struct toctou_bind b = { .in = { .sin_family = AF_INET,
					 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) } };
	union any_address bound[TOCTOU_BINDS];
	pthread_t thread;

	ASSERT_EQ(0, pthread_create(&thread, NULL, toctou_rewrite_address, &b));
	RECORD(__NR_bind);
	for (int i = 0; i < TOCTOU_BINDS; i++) {
		int fd = socket(AF_INET, SOCK_DGRAM, 0);

		ASSERT_EQ(0, syscall(__NR_bind, fd, &b.in, sizeof(b.in)));
		local_address(fd, &bound[i]);
		close(fd);
	}
	atomic_store(&b.stop, true);
	pthread_join(thread, NULL);
	for (int i = 0; i < TOCTOU_BINDS; i++) {
		bound[i].in.sin_port = 0; /* as in the argument */
		FIND_BY(bind, gettid(), i);
		EXPECT_SOCKADDR(bind, addr, &bound[i]);
	}
}

/* A stream socket ignores the address argument. */
TEST_F(driver, sendto_ignores_address_of_stream)
{
	struct connection c = open_connection(AF_INET, SOCK_STREAM);
	struct sockaddr_in in = { .sin_family = AF_INET,
				  .sin_port = htons(53),
				  .sin_addr.s_addr = htonl(0x08080808) };

	RECORD(__NR_sendto);
	ASSERT_EQ(5, syscall(__NR_sendto, c.client, "hello", 5, 0, &in, sizeof(in)));
	FIND(sendto);
	EXPECT_TUPLE(sendto, tuple, &c.client_name, &c.server_name);
}

/* ---- arguments that differ from the kernel's copy without being rewritten ---- */

TEST_F(driver, connect_wildcard_address)
{
	union any_address a, any;
	socklen_t len;
	int listener = listening_socket(AF_INET, 1, &a, &len), fd = socket(AF_INET, SOCK_STREAM, 0);

	any = a;
	any.in.sin_addr.s_addr = 0;
	RECORD(__NR_connect);
	ASSERT_EQ(0, syscall(__NR_connect, fd, &any.in, len));
	FIND(connect);
	EXPECT_SOCKADDR(connect, addr, &any);
	close(listener);
}

TEST_F(driver, bind_port_zero_and_given_port)
{
	union any_address a = { .in = { .sin_family = AF_INET } }, b;
	int one = socket(AF_INET, SOCK_STREAM, 0), two = socket(AF_INET, SOCK_STREAM, 0);

	RECORD(__NR_bind);
	ASSERT_EQ(0, syscall(__NR_bind, one, &a.in, sizeof(a.in)));
	local_address(one, &b);
	close(one);
	b.in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ASSERT_EQ(0, syscall(__NR_bind, two, &b.in, sizeof(b.in)));
	FIND(bind);
	EXPECT_SOCKADDR(bind, addr, &a);
	FIND_BY(bind, gettid(), 1);
	EXPECT_SOCKADDR(bind, addr, &b);
}
