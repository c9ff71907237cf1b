// SPDX-License-Identifier: Apache-2.0
/* Sockets: socket, bind, connect, listen, accept, shutdown, socketpair. */
#include "expect.h"
#include "buffers.h"
#include "sockets.h"

TESTS_EVENT(socket);
TEST_F(driver, socket_succeeds)
{
	int fd;

	RECORD(__NR_socket);
	fd = syscall(__NR_socket, AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_UDP);
	FIND(socket);
	ASSERT_LE(0, fd);
	EXPECT_NUM(socket, fd, fd);
	EXPECT_NUM(socket, domain, AF_INET6);
	EXPECT_NUM(socket, type, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK);
	EXPECT_NUM(socket, proto, IPPROTO_UDP);
	EXPECT_NUM(socket, flags, file_flags_O_CLOEXEC | file_flags_O_NONBLOCK);
}

TEST_F(driver, socket_fails)
{
	RECORD(__NR_socket);
	ASSERT_EQ(-1, syscall(__NR_socket, AF_UNIX, 99, 0));
	ASSERT_EQ(-1, syscall(__NR_socket, 45, SOCK_STREAM, -1));
	FIND(socket);
	EXPECT_NUM(socket, fd, -EINVAL);
	EXPECT_NUM(socket, domain, socket_families_AF_UNIX);
	EXPECT_NUM(socket, type, 99);
	EXPECT_NUM(socket, flags, 0);
	FIND_BY(socket, gettid(), 1);
	EXPECT_NUM(socket, fd, -EAFNOSUPPORT);
	EXPECT_NUM(socket, domain, 0);
	EXPECT_NUM(socket, proto, UINT32_MAX);
}

TEST_F(driver, socket_by_ia32)
{
	int a, b;

	RECORD(__NR_socket);
	a = syscall_ia32(NR_IA32_socket, AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0, 0, 0, 0);
	b = socketcall(SYS_SOCKET, AF_UNIX, SOCK_DGRAM, 0, -1, -1, -1);
	ASSERT_LE(0, a);
	ASSERT_LE(0, b);
	FIND(socket);
	EXPECT_NUM(socket, fd, a);
	EXPECT_NUM(socket, domain, AF_INET);
	EXPECT_NUM(socket, flags, file_flags_O_CLOEXEC);
	FIND_BY(socket, gettid(), 1);
	EXPECT_NUM(socket, fd, b);
	EXPECT_NUM(socket, domain, AF_UNIX);
	EXPECT_NUM(socket, type, SOCK_DGRAM);
}

TESTS_EVENT(bind);
TEST_F(driver, bind_each_family)
{
	static const int families[] = { AF_INET, AF_INET6, AF_UNIX };
	union any_address a[3];
	int fd[3];

	RECORD(__NR_bind);
	for (int i = 0; i < 3; i++) {
		socklen_t len = loopback_address(&a[i], families[i]);

		fd[i] = socket(families[i], SOCK_STREAM, 0);
		if (i < 2)
			a[i].in.sin_port = htons(4242 + i);
		ASSERT_EQ(0, syscall(__NR_bind, fd[i], &a[i], len));
	}
	for (int i = 0; i < 3; i++) {
		FIND_BY(bind, gettid(), i);
		EXPECT_NUM(bind, res, 0);
		EXPECT_SOCKADDR(bind, addr, &a[i]);
		EXPECT_NUM(bind, fd, fd[i]);
	}
}

/* An abstract name is recorded without its leading NUL; it need not end with one. */
TEST_F(driver, bind_abstract_name)
{
	struct sockaddr_un un = { AF_UNIX, "\0falco-abstract!junk" };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	RECORD(__NR_bind);
	ASSERT_EQ(0, syscall(__NR_bind, fd, &un, offsetof(struct sockaddr_un, sun_path) + 15));
	FIND(bind);
	EXPECT_BYTES(bind, addr, "\1falco-abstract", 16);
}

TEST_F(driver, bind_longest_unix_path)
{
	struct sockaddr_un un = { AF_UNIX };
	uint8_t expected[1 + sizeof(un.sun_path) + 1] = { AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	memset(un.sun_path, 'x', sizeof(un.sun_path));
	memset(expected + 1, 'x', sizeof(un.sun_path));
	RECORD(__NR_bind);
	ASSERT_EQ(0, syscall(__NR_bind, fd, &un, sizeof(un)));
	FIND(bind);
	EXPECT_BYTES(bind, addr, expected, sizeof(expected));
}

TEST_F(driver, bind_fails)
{
	struct sockaddr_in in = { AF_INET, htons(80), { htonl(INADDR_LOOPBACK) } };

	RECORD(__NR_bind);
	ASSERT_EQ(-1, syscall(__NR_bind, -1, &in, sizeof(in)));
	ASSERT_EQ(-1, syscall(__NR_bind, -1, &in, 4));
	ASSERT_EQ(-1, syscall(__NR_bind, -1, NULL, sizeof(in)));
	ASSERT_EQ(-1, syscall(__NR_bind, -1, inaccessible(), sizeof(in)));
	ASSERT_EQ(-1, syscall(__NR_bind, -1, &in, 0));
	FIND(bind);
	EXPECT_NUM(bind, res, -EBADF);
	EXPECT_SOCKADDR(bind, addr, (union any_address *)&in);
	EXPECT_NUM(bind, fd, -1);
	for (int i = 1; i < 5; i++) {
		FIND_BY(bind, gettid(), i);
		EXPECT_EMPTY(bind, addr);
	}
}

TEST_F(driver, bind_unsupported_family)
{
	struct {
		sa_family_t family;
		uint16_t pad;
		uint32_t pid, groups;
	} netlink = { AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW, 0);

	RECORD(__NR_bind);
	ASSERT_EQ(0, syscall(__NR_bind, fd, &netlink, sizeof(netlink)));
	FIND(bind);
	EXPECT_NUM(bind, res, 0);
	EXPECT_EMPTY(bind, addr);
}

TESTS_EVENT(connect_enter);
TESTS_EVENT(connect);
TEST_F(driver, connect_tcp)
{
	static const int families[] = { AF_INET, AF_INET6 };
	union any_address local[2], peer[2];
	int fd[2];

	RECORD_ENTER(__NR_connect);
	for (int i = 0; i < 2; i++) {
		socklen_t len;

		listening_socket(families[i], 5, &peer[i], &len);
		fd[i] = socket(families[i], SOCK_STREAM, 0);
		ASSERT_EQ(0, syscall(__NR_connect, fd[i], &peer[i], len));
		local_address(fd[i], &local[i]);
	}
	for (int i = 0; i < 2; i++) {
		FIND_BY(connect_enter, gettid(), i);
		EXPECT_NUM(connect_enter, fd, fd[i]);
		EXPECT_SOCKADDR(connect_enter, addr, &peer[i]);
		FIND_BY(connect, gettid(), i);
		EXPECT_NUM(connect, res, 0);
		EXPECT_TUPLE(connect, tuple, &local[i], &peer[i]);
		EXPECT_NUM(connect, fd, fd[i]);
		EXPECT_SOCKADDR(connect, addr, &peer[i]);
	}
}

TEST_F(driver, connect_udp)
{
	union any_address local, peer;
	socklen_t len;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	bound_socket(AF_INET, SOCK_DGRAM, &peer, &len);
	RECORD(__NR_connect);
	ASSERT_EQ(0, syscall(__NR_connect, fd, &peer, len));
	local_address(fd, &local);
	FIND(connect);
	EXPECT_TUPLE(connect, tuple, &local, &peer);
}

/* An IPv4-mapped peer of an IPv6 socket is recorded as IPv6. */
TEST_F(driver, connect_ipv4_mapped_address)
{
	union any_address local, listener, peer;
	socklen_t len;
	int fd = socket(AF_INET6, SOCK_STREAM, 0);

	listening_socket(AF_INET, 5, &listener, &len);
	peer = ipv4_mapped(&listener);
	RECORD(__NR_connect);
	ASSERT_EQ(0, syscall(__NR_connect, fd, &peer, sizeof(peer.in6)));
	local_address(fd, &local);
	FIND(connect);
	EXPECT_TUPLE(connect, tuple, &local, &peer);
}

/* addr is recorded as passed by the caller, the tuple in the address family of the socket. */
TEST_F(driver, connect_ipv4_on_ipv6_socket)
{
	union any_address local, peer, mapped;
	socklen_t len;
	int fd = socket(AF_INET6, SOCK_DGRAM, 0);

	bound_socket(AF_INET, SOCK_DGRAM, &peer, &len);
	mapped = ipv4_mapped(&peer);
	RECORD(__NR_connect);
	ASSERT_EQ(0, syscall(__NR_connect, fd, &peer, len));
	local_address(fd, &local);
	FIND(connect);
	EXPECT_SOCKADDR(connect, addr, &peer);
	EXPECT_TUPLE(connect, tuple, &local, &mapped);
}

TEST_F(driver, connect_in_progress)
{
	union any_address local, peer = { .in = { AF_INET, htons(9), { htonl(INADDR_LOOPBACK) } } };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), result;
	socklen_t len;

	listening_socket(AF_INET, 5, &peer, &len);
	RECORD(__NR_connect);
	result = syscall(__NR_connect, fd, &peer, len);
	local_address(fd, &local);
	FIND(connect);
	ASSERT_EQ(-1, result);
	EXPECT_NUM(connect, res, -EINPROGRESS);
	EXPECT_TUPLE(connect, tuple, &local, &peer);
}

TEST_F(driver, connect_fails)
{
	union any_address peer = { .in = { AF_INET, htons(9), { htonl(INADDR_LOOPBACK) } } };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	RECORD_ENTER(__NR_connect);
	ASSERT_EQ(-1, syscall(__NR_connect, fd, &peer, sizeof(peer.in)));
	ASSERT_EQ(-1, syscall(__NR_connect, -1, inaccessible(), sizeof(peer.in)));
	FIND(connect);
	EXPECT_NUM(connect, res, -ECONNREFUSED);
	EXPECT_EMPTY(connect, tuple);
	EXPECT_NUM(connect, fd, fd);
	EXPECT_SOCKADDR(connect, addr, &peer);
	FIND_BY(connect, gettid(), 1);
	EXPECT_NUM(connect, res, -EBADF);
	EXPECT_EMPTY(connect, tuple);
	EXPECT_EMPTY(connect, addr);
	FIND_BY(connect_enter, gettid(), 1);
	EXPECT_NUM(connect_enter, fd, -1);
	EXPECT_EMPTY(connect_enter, addr);
}

TEST_F(driver, connect_by_ia32)
{
	union any_address local[2], *peer = low_memory(4096);
	socklen_t len;
	int fd[2];

	listening_socket(AF_INET, 5, peer, &len);
	fd[0] = socket(AF_INET, SOCK_STREAM, 0);
	fd[1] = socket(AF_INET, SOCK_STREAM, 0);
	RECORD_ENTER(__NR_connect);
	ASSERT_EQ(0, syscall_ia32(NR_IA32_connect, fd[0], (long)peer, len, 0, 0, 0));
	ASSERT_EQ(0, socketcall(SYS_CONNECT, fd[1], (long)peer, len, 0, 0, 0));
	for (int i = 0; i < 2; i++) {
		local_address(fd[i], &local[i]);
		FIND_BY(connect_enter, gettid(), i);
		EXPECT_NUM(connect_enter, fd, fd[i]);
		EXPECT_SOCKADDR(connect_enter, addr, peer);
		FIND_BY(connect, gettid(), i);
		EXPECT_NUM(connect, fd, fd[i]);
		EXPECT_TUPLE(connect, tuple, &local[i], peer);
		EXPECT_SOCKADDR(connect, addr, peer);
	}
}

/* Both ends have the same two socket ids, which are not kernel addresses. */
TEST_F(driver, connect_and_accept_unix)
{
	struct unix_ids connected, accepted, sent;
	union any_address a;
	socklen_t len;
	int listener = listening_socket(AF_UNIX, 5, &a, &len), fd = socket(AF_UNIX, SOCK_STREAM, 0),
	    other;

	RECORD(__NR_connect);
	RECORD(__NR_accept);
	RECORD(__NR_sendto);
	ASSERT_EQ(0, syscall(__NR_connect, fd, &a, len));
	other = syscall(__NR_accept, listener, NULL, NULL);
	ASSERT_EQ(2, send(fd, "hi", 2, 0));
	ASSERT_EQ(2, send(other, "ho", 2, 0));
	FIND(connect);
	EXPECT_UNIX_TUPLE(connect, tuple, unix_path, &connected);
	EXPECT_SOCKADDR(connect, addr, &a);
	FIND(accept);
	EXPECT_NUM(accept, fd, other);
	EXPECT_UNIX_TUPLE(accept, tuple, unix_path, &accepted);
	EXPECT_EQ(connected.first, accepted.first);
	EXPECT_EQ(connected.second, accepted.second);
	EXPECT_NE(connected.first, connected.second);
	EXPECT_NE(0, connected.first);
	EXPECT_NE(0, connected.second);
	EXPECT_FALSE(is_kernel_address(connected.first));
	EXPECT_FALSE(is_kernel_address(connected.second));
	FIND(sendto);
	EXPECT_UNIX_TUPLE(sendto, tuple, unix_path, &sent);
	EXPECT_EQ(connected.first, sent.first);
	EXPECT_EQ(connected.second, sent.second);
	FIND_BY(sendto, gettid(), 1);
	EXPECT_UNIX_TUPLE(sendto, tuple, "", &sent);
	EXPECT_EQ(connected.second, sent.first);
	EXPECT_EQ(connected.first, sent.second);
}

TESTS_EVENT(listen);
TEST_F(driver, listen_succeeds_and_fails)
{
	union any_address a;
	socklen_t len;
	int fd = bound_socket(AF_INET, SOCK_STREAM, &a, &len);

	RECORD(__NR_listen);
	ASSERT_EQ(0, syscall(__NR_listen, fd, -1));
	ASSERT_EQ(-1, syscall(__NR_listen, -1, 7));
	FIND(listen);
	EXPECT_NUM(listen, res, 0);
	EXPECT_NUM(listen, fd, fd);
	EXPECT_NUM(listen, backlog, -1);
	FIND_BY(listen, gettid(), 1);
	EXPECT_NUM(listen, res, -EBADF);
	EXPECT_NUM(listen, fd, -1);
	EXPECT_NUM(listen, backlog, 7);
}

TESTS_EVENT(accept);
TEST_F(driver, accept_queue_of_three)
{
	static const int families[] = { AF_INET, AF_INET6 };

	for (int i = 0; i < 2; i++) {
		union any_address a, peer[3];
		socklen_t len;
		int listener = listening_socket(families[i], 5, &a, &len), fd;

		for (int j = 0; j < 3; j++)
			connected_socket(&a, len, &peer[j]);
		driver_close(&self->d);
		ASSERT_EQ(0, driver_open(&self->d, 0));
		RECORD(__NR_accept);
		fd = syscall(__NR_accept, listener, NULL, NULL);
		FIND(accept);
		ASSERT_LE(0, fd);
		EXPECT_NUM(accept, fd, fd);
		EXPECT_TUPLE(accept, tuple, &peer[0], &a);
		EXPECT_NUM(accept, queuepct, 40);
		EXPECT_NUM(accept, queuelen, 2);
		EXPECT_NUM(accept, queuemax, 5);
	}
}

TEST_F(driver, accept_fails)
{
	union any_address a;
	socklen_t len;
	int listener = listening_socket(AF_INET, 5, &a, &len);

	fcntl(listener, F_SETFL, O_NONBLOCK);
	RECORD(__NR_accept);
	ASSERT_EQ(-1, syscall(__NR_accept, listener, NULL, NULL));
	ASSERT_EQ(-1, syscall(__NR_accept, -1, NULL, NULL));
	for (int i = 0; i < 2; i++) {
		FIND_BY(accept, gettid(), i);
		EXPECT_NUM(accept, fd, i ? -EBADF : -EAGAIN);
		EXPECT_EMPTY(accept, tuple);
		EXPECT_NUM(accept, queuepct, 0);
		EXPECT_NUM(accept, queuelen, 0);
		EXPECT_NUM(accept, queuemax, 0);
	}
}

TEST_F(driver, accept_by_ia32)
{
	union any_address a, peer;
	socklen_t len;
	int listener = listening_socket(AF_INET, 5, &a, &len), fd;

	connected_socket(&a, len, &peer);
	RECORD(__NR_accept);
	fd = socketcall(SYS_ACCEPT, listener, 0, 0, 0, 0, 0);
	FIND(accept);
	ASSERT_LE(0, fd);
	EXPECT_NUM(accept, fd, fd);
	EXPECT_TUPLE(accept, tuple, &peer, &a);
	EXPECT_NUM(accept, queuemax, 5);
}

TESTS_EVENT(accept4);
TEST_F(driver, accept4_with_flags)
{
	union any_address a, peer;
	socklen_t len;
	int listener = listening_socket(AF_INET, 5, &a, &len), fd;

	connected_socket(&a, len, &peer);
	RECORD(__NR_accept4);
	fd = syscall(__NR_accept4, listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	ASSERT_EQ(-1, syscall(__NR_accept4, listener, NULL, NULL, 1));
	FIND(accept4);
	ASSERT_LE(0, fd);
	EXPECT_NUM(accept4, fd, fd);
	EXPECT_TUPLE(accept4, tuple, &peer, &a);
	EXPECT_NUM(accept4, queuepct, 0);
	EXPECT_NUM(accept4, queuelen, 0);
	EXPECT_NUM(accept4, queuemax, 5);
	EXPECT_NUM(accept4, flags, file_flags_O_CLOEXEC | file_flags_O_NONBLOCK);
	FIND_BY(accept4, gettid(), 1);
	EXPECT_NUM(accept4, fd, -EINVAL);
	EXPECT_EMPTY(accept4, tuple);
	EXPECT_NUM(accept4, queuemax, 0);
	EXPECT_NUM(accept4, flags, 0);
}

TESTS_EVENT(shutdown);
TEST_F(driver, shutdown_each_how)
{
	static const int how[] = { SHUT_RD, SHUT_WR, SHUT_RDWR };
	static const int wire[] = { shutdown_how_SHUT_RD, shutdown_how_SHUT_WR,
				    shutdown_how_SHUT_RDWR };
	struct connection c = open_connection(AF_INET, SOCK_STREAM);

	RECORD(__NR_shutdown);
	for (int i = 0; i < 3; i++)
		ASSERT_EQ(0, syscall(__NR_shutdown, c.client, how[i]));
	ASSERT_EQ(-1, syscall(__NR_shutdown, -1, SHUT_WR));
	for (int i = 0; i < 3; i++) {
		FIND_BY(shutdown, gettid(), i);
		EXPECT_NUM(shutdown, res, 0);
		EXPECT_NUM(shutdown, fd, c.client);
		EXPECT_NUM(shutdown, how, wire[i]);
	}
	FIND_BY(shutdown, gettid(), 3);
	EXPECT_NUM(shutdown, res, -EBADF);
	EXPECT_NUM(shutdown, fd, -1);
}

TESTS_EVENT(getsockname);
TESTS_EVENT(getpeername);
TEST_F(driver, getsockname_getpeername)
{
	struct connection c = open_connection(AF_INET, SOCK_STREAM);
	union any_address a;
	socklen_t len = sizeof(a);

	RECORD(__NR_getsockname);
	RECORD(__NR_getpeername);
	ASSERT_EQ(0, syscall(__NR_getsockname, c.client, &a, &len));
	ASSERT_EQ(0, syscall(__NR_getpeername, c.client, &a, &len));
	FIND(getsockname);
	FIND(getpeername);
}

TESTS_EVENT(socketpair);
TEST_F(driver, socketpair_succeeds)
{
	struct unix_ids ids;
	int s[2];

	RECORD(__NR_socketpair);
	RECORD(__NR_sendto);
	ASSERT_EQ(0, syscall(__NR_socketpair, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, s));
	ASSERT_EQ(2, send(s[0], "hi", 2, 0));
	FIND(sendto);
	EXPECT_UNIX_TUPLE(sendto, tuple, "", &ids);
	FIND(socketpair);
	EXPECT_NUM(socketpair, res, 0);
	EXPECT_NUM(socketpair, fd1, s[0]);
	EXPECT_NUM(socketpair, fd2, s[1]);
	EXPECT_NUM(socketpair, source, ids.second);
	EXPECT_NUM(socketpair, peer, ids.first);
	EXPECT_NE(0, ids.first);
	EXPECT_NE(0, ids.second);
	EXPECT_FALSE(is_kernel_address(ids.first));
	EXPECT_FALSE(is_kernel_address(ids.second));
	EXPECT_NUM(socketpair, domain, AF_UNIX);
	EXPECT_NUM(socketpair, type, SOCK_STREAM | SOCK_CLOEXEC);
	EXPECT_NUM(socketpair, proto, 0);
}

TEST_F(driver, socketpair_fails)
{
	int s[2] = { 7, 8 };

	RECORD(__NR_socketpair);
	ASSERT_EQ(-1, syscall(__NR_socketpair, AF_INET, SOCK_STREAM, 6, s));
	ASSERT_EQ(-1, syscall(__NR_socketpair, AF_UNIX, SOCK_STREAM, 0, inaccessible()));
	for (int i = 0; i < 2; i++) {
		FIND_BY(socketpair, gettid(), i);
		EXPECT_NUM(socketpair, res, i ? -EFAULT : -EOPNOTSUPP);
		EXPECT_NUM(socketpair, fd1, -1);
		EXPECT_NUM(socketpair, fd2, -1);
		EXPECT_NUM(socketpair, source, 0);
		EXPECT_NUM(socketpair, peer, 0);
		EXPECT_NUM(socketpair, domain, i ? AF_UNIX : AF_INET);
		EXPECT_NUM(socketpair, proto, i ? 0 : 6);
	}
}

TEST_F(driver, socketpair_by_ia32)
{
	int *s = low_memory(4096);

	RECORD(__NR_socketpair);
	ASSERT_EQ(0, syscall_ia32(NR_IA32_socketpair, AF_UNIX, SOCK_DGRAM, 0, (long)s, 0, 0));
	FIND(socketpair);
	EXPECT_NUM(socketpair, fd1, s[0]);
	EXPECT_NUM(socketpair, fd2, s[1]);
	EXPECT_NE(0, record_num(self->ev, IX(socketpair, source)));
}
