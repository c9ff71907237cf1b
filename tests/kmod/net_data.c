// SPDX-License-Identifier: Apache-2.0
/* send, sendto, recv, recvfrom. */
#include "expect.h"
#include "buffers.h"
#include "sockets.h"

TESTS_EVENT(send);
TEST_F(driver, send_by_ia32)
{
	struct connection c = open_connection(AF_INET, SOCK_STREAM);
	char *text = strcpy(low_memory(4096), "hello");

	RECORD(__NR_sendto);
	ASSERT_EQ(5, socketcall(SYS_SEND, c.client, (long)text, 5, 0, -1, -1));
	FIND(send);
	EXPECT_NUM(send, res, 5);
	EXPECT_BYTES(send, data, "hello", 5);
	EXPECT_NUM(send, fd, c.client);
	EXPECT_NUM(send, size, 5);
	EXPECT_TUPLE(send, tuple, &c.client_name, &c.server_name);
}

TEST_F(driver, send_fails_by_ia32)
{
	char *text = strcpy(low_memory(4096), "secret");

	RECORD(__NR_sendto);
	ASSERT_EQ(-EBADF, socketcall(SYS_SEND, -1, (long)text, 6, 0, 0, 0));
	FIND(send);
	EXPECT_NUM(send, res, -EBADF);
	EXPECT_BYTES(send, data, "secret", 6);
	EXPECT_NUM(send, fd, -1);
	EXPECT_EMPTY(send, tuple);
}

TESTS_EVENT(recv);
TEST_F(driver, recv_by_ia32)
{
	struct connection c = open_connection(AF_INET6, SOCK_STREAM);
	char *buffer = low_memory(4096);

	ASSERT_EQ(5, write(c.client, "hello", 5));
	RECORD(__NR_recvfrom);
	ASSERT_EQ(5, socketcall(SYS_RECV, c.server, (long)buffer, 64, 0, -1, -1));
	ASSERT_EQ(-EAGAIN, socketcall(SYS_RECV, c.server, (long)buffer, 64, MSG_DONTWAIT, 0, 0));
	FIND(recv);
	EXPECT_NUM(recv, res, 5);
	EXPECT_BYTES(recv, data, "hello", 5);
	EXPECT_NUM(recv, fd, c.server);
	EXPECT_NUM(recv, size, 64);
	EXPECT_TUPLE(recv, tuple, &c.client_name, &c.server_name);
	FIND_BY(recv, gettid(), 1);
	EXPECT_NUM(recv, res, -EAGAIN);
	EXPECT_EMPTY(recv, data);
	EXPECT_EMPTY(recv, tuple);
}

TESTS_EVENT(sendto);
TEST_F(driver, sendto_connected)
{
	static const int families[] = { AF_INET, AF_INET6 };
	struct connection c[2] = { open_connection(AF_INET, SOCK_STREAM),
				   open_connection(AF_INET6, SOCK_STREAM) };

	RECORD(__NR_sendto);
	for (int i = 0; i < 2; i++)
		ASSERT_EQ(5, syscall(__NR_sendto, c[i].client, "hello", 5, 0, NULL, 0));
	for (int i = 0; i < 2; i++) {
		FIND_BY(sendto, gettid(), i);
		EXPECT_EQ(families[i], self->ev->param[IX(sendto, tuple)][0]);
		EXPECT_NUM(sendto, res, 5);
		EXPECT_BYTES(sendto, data, "hello", 5);
		EXPECT_NUM(sendto, fd, c[i].client);
		EXPECT_NUM(sendto, size, 5);
		EXPECT_TUPLE(sendto, tuple, &c[i].client_name, &c[i].server_name);
	}
}

/* A datagram goes to the address of the call, even if the socket is connected to another one. */
TEST_F(driver, sendto_address)
{
	union any_address a, local = { .in = { AF_INET } };
	socklen_t len;
	struct connection c = open_connection(AF_INET, SOCK_DGRAM);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	bound_socket(AF_INET, SOCK_DGRAM, &a, &len);
	RECORD(__NR_sendto);
	ASSERT_EQ(5, syscall(__NR_sendto, fd, "hello", 5, 0, &a, len));
	ASSERT_EQ(5, syscall(__NR_sendto, c.client, "hello", 5, 0, &a, len));
	local_address(fd, &local);
	FIND(sendto);
	EXPECT_TUPLE(sendto, tuple, &local, &a);
	FIND_BY(sendto, gettid(), 1);
	EXPECT_TUPLE(sendto, tuple, &c.client_name, &a);
}

TEST_F(driver, sendto_ipv4_on_ipv6_socket)
{
	union any_address local, a, mapped;
	socklen_t len;
	int fd = socket(AF_INET6, SOCK_DGRAM, 0);

	bound_socket(AF_INET, SOCK_DGRAM, &a, &len);
	mapped = ipv4_mapped(&a);
	RECORD(__NR_sendto);
	ASSERT_EQ(5, syscall(__NR_sendto, fd, "hello", 5, 0, &a, len));
	local_address(fd, &local);
	FIND(sendto);
	EXPECT_TUPLE(sendto, tuple, &local, &mapped);
}

TEST_F(driver, sendto_unix)
{
	struct unix_ids ids;
	union any_address a;
	socklen_t len;
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	bound_socket(AF_UNIX, SOCK_DGRAM, &a, &len);
	RECORD(__NR_sendto);
	ASSERT_EQ(5, syscall(__NR_sendto, fd, "hello", 5, 0, &a, len));
	FIND(sendto);
	EXPECT_UNIX_TUPLE(sendto, tuple, unix_path, &ids);
	EXPECT_EQ(0, ids.first);
	EXPECT_NE(0, ids.second);
}

TEST_F(driver, sendto_fails)
{
	union any_address a = { .in = { AF_INET, htons(9), { htonl(INADDR_LOOPBACK) } } };

	RECORD(__NR_sendto);
	ASSERT_EQ(-1, syscall(__NR_sendto, -1, resident_text("secret"), 6, 0, &a, sizeof(a.in)));
	ASSERT_EQ(-1, syscall(__NR_sendto, -1, inaccessible(), 6, 0, NULL, 0));
	FIND(sendto);
	EXPECT_NUM(sendto, res, -EBADF);
	EXPECT_BYTES(sendto, data, "secret", 6);
	EXPECT_NUM(sendto, fd, -1);
	EXPECT_NUM(sendto, size, 6);
	EXPECT_EMPTY(sendto, tuple);
	FIND_BY(sendto, gettid(), 1);
	EXPECT_EMPTY(sendto, data);
}

TEST_F(driver, sendto_not_a_socket)
{
	int fd = pipe_for_writing(0);

	RECORD(__NR_sendto);
	ASSERT_EQ(-1, syscall(__NR_sendto, fd, resident_text("secret"), 6, 0, NULL, 0));
	FIND(sendto);
	EXPECT_NUM(sendto, res, -ENOTSOCK);
	EXPECT_EMPTY(sendto, tuple);
}

TEST_F(driver, sendto_by_ia32)
{
	struct {
		union any_address a;
		char text[8];
	} *m = low_memory(4096);
	union any_address local;
	socklen_t len;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	bound_socket(AF_INET, SOCK_DGRAM, &m->a, &len);
	strcpy(m->text, "hello");
	RECORD(__NR_sendto);
	ASSERT_EQ(5, syscall_ia32(NR_IA32_sendto, fd, (long)m->text, 5, 0, (long)&m->a, len));
	ASSERT_EQ(5, socketcall(SYS_SENDTO, fd, (long)m->text, 5, 0, (long)&m->a, len));
	local_address(fd, &local);
	for (int i = 0; i < 2; i++) {
		FIND_BY(sendto, gettid(), i);
		EXPECT_BYTES(sendto, data, "hello", 5);
		EXPECT_TUPLE(sendto, tuple, &local, &m->a);
	}
}

TESTS_EVENT(recvfrom);
TEST_F(driver, recvfrom_connected)
{
	struct connection c[2] = { open_connection(AF_INET, SOCK_STREAM),
				   open_connection(AF_INET6, SOCK_STREAM) };
	char buffer[64];

	RECORD(__NR_recvfrom);
	for (int i = 0; i < 2; i++) {
		ASSERT_EQ(5, write(c[i].client, "hello", 5));
		ASSERT_EQ(5, syscall(__NR_recvfrom, c[i].server, buffer, 64, 0, NULL, NULL));
	}
	for (int i = 0; i < 2; i++) {
		FIND_BY(recvfrom, gettid(), i);
		EXPECT_NUM(recvfrom, res, 5);
		EXPECT_BYTES(recvfrom, data, "hello", 5);
		EXPECT_TUPLE(recvfrom, tuple, &c[i].client_name, &c[i].server_name);
		EXPECT_NUM(recvfrom, fd, c[i].server);
		EXPECT_NUM(recvfrom, size, 64);
	}
}

/*
 * The module reads only the four bytes of the address length, which are at the end of a mapping
 * here. The size of the buffer does not fit in 16 bits.
 */
TEST_F(driver, recvfrom_sender_address)
{
	struct connection c = open_connection(AF_INET, SOCK_DGRAM);
	union any_address from;
	char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	socklen_t *len = (socklen_t *)(page + 4096) - 1;
	char *buffer = malloc(100000);

	munmap(page + 4096, 4096);
	ASSERT_EQ(5, write(c.client, "hello", 5));
	*len = sizeof(from);
	RECORD(__NR_recvfrom);
	ASSERT_EQ(5, syscall(__NR_recvfrom, c.server, buffer, 100000, 0, &from, len));
	FIND(recvfrom);
	EXPECT_NUM(recvfrom, res, 5);
	EXPECT_BYTES(recvfrom, data, "hello", 5);
	EXPECT_TUPLE(recvfrom, tuple, &c.client_name, &c.server_name);
	EXPECT_NUM(recvfrom, size, 100000);
}

/* Without an address argument the sender is unknown: it is recorded as 0.0.0.0:0. */
TEST_F(driver, recvfrom_without_sender_address)
{
	struct connection c = open_connection(AF_INET, SOCK_DGRAM);
	union any_address unknown = { .in = { AF_INET } };
	char buffer[64];

	ASSERT_EQ(5, write(c.client, "hello", 5));
	RECORD(__NR_recvfrom);
	ASSERT_EQ(5, syscall(__NR_recvfrom, c.server, buffer, 64, 0, NULL, NULL));
	FIND(recvfrom);
	EXPECT_TUPLE(recvfrom, tuple, &unknown, &c.server_name);
}

TEST_F(driver, recvfrom_unix)
{
	struct connection c = open_connection(AF_UNIX, SOCK_STREAM);
	struct unix_ids ids, sent;
	char buffer[64];

	RECORD(__NR_sendto);
	RECORD(__NR_recvfrom);
	ASSERT_EQ(5, syscall(__NR_sendto, c.client, "hello", 5, 0, NULL, 0));
	ASSERT_EQ(5, syscall(__NR_recvfrom, c.server, buffer, 64, 0, NULL, NULL));
	FIND(sendto);
	EXPECT_UNIX_TUPLE(sendto, tuple, unix_path, &sent);
	FIND(recvfrom);
	EXPECT_BYTES(recvfrom, data, "hello", 5);
	EXPECT_UNIX_TUPLE(recvfrom, tuple, unix_path, &ids);
	EXPECT_EQ(sent.first, ids.first);
	EXPECT_EQ(sent.second, ids.second);
}

TEST_F(driver, recvfrom_fails)
{
	struct connection c = open_connection(AF_INET, SOCK_STREAM);
	char buffer[] = "not this";

	RECORD(__NR_recvfrom);
	ASSERT_EQ(-1, syscall(__NR_recvfrom, c.server, buffer, 8, MSG_DONTWAIT, inaccessible(),
			      inaccessible()));
	ASSERT_EQ(-1, syscall(__NR_recvfrom, -1, buffer, 8, 0, NULL, NULL));
	for (int i = 0; i < 2; i++) {
		FIND_BY(recvfrom, gettid(), i);
		EXPECT_NUM(recvfrom, res, i ? -EBADF : -EAGAIN);
		EXPECT_EMPTY(recvfrom, data);
		EXPECT_EMPTY(recvfrom, tuple);
	}
}

TEST_F(driver, recvfrom_by_ia32)
{
	struct {
		union any_address a;
		uint32_t len;
		char buffer[64];
	} *m = low_memory(4096);
	struct connection c = open_connection(AF_INET, SOCK_DGRAM);

	m->len = sizeof(m->a);
	ASSERT_EQ(5, write(c.client, "hello", 5));
	ASSERT_EQ(5, write(c.client, "world", 5));
	RECORD(__NR_recvfrom);
	ASSERT_EQ(5, syscall_ia32(NR_IA32_recvfrom, c.server, (long)m->buffer, 64, 0, (long)&m->a,
				  (long)&m->len));
	ASSERT_EQ(5, socketcall(SYS_RECVFROM, c.server, (long)m->buffer, 64, 0, (long)&m->a,
				(long)&m->len));
	for (int i = 0; i < 2; i++) {
		FIND_BY(recvfrom, gettid(), i);
		EXPECT_BYTES(recvfrom, data, i ? "world" : "hello", 5);
		EXPECT_TUPLE(recvfrom, tuple, &c.client_name, &c.server_name);
	}
}
