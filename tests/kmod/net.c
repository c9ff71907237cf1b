// SPDX-License-Identifier: Apache-2.0
/* Sockets.  Included by main.c. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/net.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>

enum ia32_net {
	IA32_SOCKETCALL = 102, IA32_RECVMMSG = 337, IA32_SENDMMSG = 345, IA32_SOCKET = 359, IA32_SOCKETPAIR = 360,
	IA32_CONNECT = 362, IA32_GETSOCKOPT = 365, IA32_SETSOCKOPT = 366, IA32_SENDTO = 369, IA32_SENDMSG = 370,
	IA32_RECVFROM = 371, IA32_RECVMSG = 372, IA32_RECVMMSG_TIME64 = 417,
};

/* ---- addresses ---- */

union any_address {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	struct sockaddr_un un;
};

static const char unix_path[] = "/tmp/falco-socket";

/* On loopback, any port; of a unix socket the path. */
static socklen_t loopback(union any_address *a, int family)
{
	*a = (union any_address){ .sa.sa_family = family };
	switch (family) {
	case AF_INET:
		a->in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		return sizeof(a->in);
	case AF_INET6:
		a->in6.sin6_addr = in6addr_loopback;
		return sizeof(a->in6);
	default:
		unlink(unix_path);
		strcpy(a->un.sun_path, unix_path);
		return sizeof(a->un);
	}
}

static socklen_t name_of(int fd, union any_address *a)
{
	socklen_t len = sizeof(*a);

	if (getsockname(fd, &a->sa, &len))
		abort();
	return len;
}

/* A socket with a name. */
static int bound(int family, int type, union any_address *a, socklen_t *len)
{
	int fd = socket(family, type, 0);

	*len = loopback(a, family);
	if (fd < 0 || bind(fd, &a->sa, *len))
		abort();
	if (family != AF_UNIX)
		name_of(fd, a);
	return fd;
}

static int listening(int family, int backlog, union any_address *a, socklen_t *len)
{
	int fd = bound(family, SOCK_STREAM, a, len);

	if (listen(fd, backlog))
		abort();
	return fd;
}

/* Two sockets that talk to each other; datagram sockets are connected one way, from client to server. */
struct talk {
	int client, server, listener;
	union any_address client_name, server_name;
	socklen_t len;
};

static struct talk talk_begin(int family, int type)
{
	struct talk t = { .listener = -1 };

	t.client = socket(family, type, 0);
	if (type == SOCK_STREAM)
		t.listener = listening(family, 5, &t.server_name, &t.len);
	else
		t.server = bound(family, type, &t.server_name, &t.len);
	if (connect(t.client, &t.server_name.sa, t.len))
		abort();
	if (type == SOCK_STREAM)
		t.server = accept(t.listener, NULL, NULL);
	name_of(t.client, &t.client_name);
	return t;
}

/* ---- what the wire says ---- */

static size_t lay_end(uint8_t *at, const union any_address *a)
{
	uint16_t port;

	if (a->sa.sa_family == AF_INET) {
		port = ntohs(a->in.sin_port);
		memcpy(at, &a->in.sin_addr, 4);
		memcpy(at + 4, &port, 2);
		return 6;
	}
	port = ntohs(a->in6.sin6_port);
	memcpy(at, &a->in6.sin6_addr, 16);
	memcpy(at + 16, &port, 2);
	return 18;
}

static bool is_sockaddr(const struct record *r, unsigned param, const union any_address *a)
{
	uint8_t want[128] = { (uint8_t)a->sa.sa_family };
	size_t n = 1;

	if (a->sa.sa_family == AF_UNIX)
		n += strlen(strcpy((char *)want + 1, a->un.sun_path)) + 1;
	else
		n += lay_end(want + 1, a);
	return record_is(r, param, want, n);
}

static bool is_tuple(const struct record *r, unsigned param, const union any_address *from, const union any_address *to)
{
	uint8_t want[64] = { (uint8_t)from->sa.sa_family };
	size_t n = 1;

	n += lay_end(want + n, from);
	n += lay_end(want + n, to);
	return record_is(r, param, want, n);
}

/* Of a unix tuple: which sockets, and the path. */
struct unix_ids {
	uint64_t first, second;
};

static bool is_unix(const struct record *r, unsigned param, const char *path, struct unix_ids *ids)
{
	const uint8_t *at = r->param[param];
	size_t n = 1 + sizeof(*ids) + strlen(path) + 1;

	if (r->len[param] != n || at[0] != AF_UNIX || memcmp(at + 1 + sizeof(*ids), path, strlen(path) + 1))
		return false;
	memcpy(ids, at + 1, sizeof(*ids));
	return true;
}

static bool is_kernel_address(uint64_t id)
{
	return id >> 47 == 0x1ffff;
}

#define EXPECT_SOCKADDR(event, name, a)                                     \
	EXPECT_TRUE(is_sockaddr(self->ev, IX(event, name), a))              \
	{                                                                    \
		TH_LOG(#event "." #name ": %u bytes", self->ev->len[IX(event, name)]); \
	}
#define EXPECT_TUPLE(event, name, from, to)                                 \
	EXPECT_TRUE(is_tuple(self->ev, IX(event, name), from, to))          \
	{                                                                    \
		TH_LOG(#event "." #name ": %u bytes", self->ev->len[IX(event, name)]); \
	}
#define EXPECT_UNIX(event, name, path, ids)                                 \
	EXPECT_TRUE(is_unix(self->ev, IX(event, name), path, ids))          \
	{                                                                    \
		TH_LOG(#event "." #name ": %u bytes", self->ev->len[IX(event, name)]); \
	}

/* A call by its number in socketcall; below 4 GiB: all that its arguments point to. */
static long socketcall(int call, long a, long b, long c, long d, long e, long f)
{
	uint32_t *args = low_memory(4096);

	memcpy(args, (uint32_t[]){ a, b, c, d, e, f }, 24);
	return syscall_ia32(IA32_SOCKETCALL, call, (long)args, 0, 0, 0, 0);
}

/* ---- socket, bind, connect, listen, accept, shutdown ---- */

TESTS_EVENT(socket);
TEST_F(driver, socket_made)
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
	a = syscall_ia32(IA32_SOCKET, AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0, 0, 0, 0);
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
TEST_F(driver, bind_names_a_socket)
{
	static const int families[] = { AF_INET, AF_INET6, AF_UNIX };
	union any_address a[3];
	int fd[3];

	RECORD(__NR_bind);
	for (int i = 0; i < 3; i++) {
		socklen_t len = loopback(&a[i], families[i]);

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

/* An abstract name is shown without the NUL it begins with; it need not end with one. */
TEST_F(driver, bind_to_an_abstract_name)
{
	struct sockaddr_un un = { AF_UNIX, "\0falco-abstract!junk" };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	RECORD(__NR_bind);
	ASSERT_EQ(0, syscall(__NR_bind, fd, &un, offsetof(struct sockaddr_un, sun_path) + 15));
	FIND(bind);
	EXPECT_BYTES(bind, addr, "\1falco-abstract", 16);
}

TEST_F(driver, bind_to_the_longest_name)
{
	struct sockaddr_un un = { AF_UNIX };
	uint8_t want[110] = { AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	memset(un.sun_path, 'x', sizeof(un.sun_path));
	memset(want + 1, 'x', 108);
	RECORD(__NR_bind);
	ASSERT_EQ(0, syscall(__NR_bind, fd, &un, sizeof(un)));
	FIND(bind);
	EXPECT_BYTES(bind, addr, want, 110);
}

TEST_F(driver, bind_fails)
{
	struct sockaddr_in in = { AF_INET, htons(80), { htonl(0x7f000001) } };

	RECORD(__NR_bind);
	ASSERT_EQ(-1, syscall(__NR_bind, -1, &in, sizeof(in)));
	ASSERT_EQ(-1, syscall(__NR_bind, -1, &in, 4));
	ASSERT_EQ(-1, syscall(__NR_bind, -1, NULL, sizeof(in)));
	ASSERT_EQ(-1, syscall(__NR_bind, -1, nowhere(), sizeof(in)));
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

TEST_F(driver, bind_to_a_family_not_shown)
{
	struct { sa_family_t family; uint16_t pad; uint32_t pid, groups; } netlink = { AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW, 0);

	RECORD(__NR_bind);
	ASSERT_EQ(0, syscall(__NR_bind, fd, &netlink, sizeof(netlink)));
	FIND(bind);
	EXPECT_NUM(bind, res, 0);
	EXPECT_EMPTY(bind, addr);
}

TESTS_EVENT(connect_enter);
TESTS_EVENT(connect);
TEST_F(driver, connect_to_a_listener)
{
	static const int families[] = { AF_INET, AF_INET6 };
	union any_address local[2], peer[2];
	int fd[2];

	driver_record_enter(&self->d, __NR_connect);
	for (int i = 0; i < 2; i++) {
		socklen_t len;

		listening(families[i], 5, &peer[i], &len);
		fd[i] = socket(families[i], SOCK_STREAM, 0);
		ASSERT_EQ(0, syscall(__NR_connect, fd[i], &peer[i], len));
		name_of(fd[i], &local[i]);
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

TEST_F(driver, connect_by_udp)
{
	union any_address local, peer;
	socklen_t len;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	bound(AF_INET, SOCK_DGRAM, &peer, &len);
	RECORD(__NR_connect);
	ASSERT_EQ(0, syscall(__NR_connect, fd, &peer, len));
	name_of(fd, &local);
	FIND(connect);
	EXPECT_TUPLE(connect, tuple, &local, &peer);
}

/* An IPv4 peer of an IPv6 socket: the socket's form. */
TEST_F(driver, connect_to_a_mapped_address)
{
	union any_address local, listener, peer = { .in6 = { AF_INET6 } };
	socklen_t len;
	int fd = socket(AF_INET6, SOCK_STREAM, 0);

	listening(AF_INET, 5, &listener, &len);
	inet_pton(AF_INET6, "::ffff:127.0.0.1", &peer.in6.sin6_addr);
	peer.in6.sin6_port = listener.in.sin_port;
	RECORD(__NR_connect);
	ASSERT_EQ(0, syscall(__NR_connect, fd, &peer, sizeof(peer.in6)));
	name_of(fd, &local);
	FIND(connect);
	EXPECT_TUPLE(connect, tuple, &local, &peer);
}

TEST_F(driver, connect_in_progress)
{
	union any_address local, peer = { .in = { AF_INET, htons(9), { htonl(0x7f000001) } } };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), result;
	socklen_t len;

	listening(AF_INET, 5, &peer, &len);
	RECORD(__NR_connect);
	result = syscall(__NR_connect, fd, &peer, len);
	name_of(fd, &local);
	FIND(connect);
	ASSERT_EQ(-1, result);
	EXPECT_NUM(connect, res, -EINPROGRESS);
	EXPECT_TUPLE(connect, tuple, &local, &peer);
}

TEST_F(driver, connect_fails)
{
	union any_address peer = { .in = { AF_INET, htons(9), { htonl(0x7f000001) } } };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	driver_record_enter(&self->d, __NR_connect);
	ASSERT_EQ(-1, syscall(__NR_connect, fd, &peer, sizeof(peer.in)));
	ASSERT_EQ(-1, syscall(__NR_connect, -1, nowhere(), sizeof(peer.in)));
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

	listening(AF_INET, 5, peer, &len);
	fd[0] = socket(AF_INET, SOCK_STREAM, 0);
	fd[1] = socket(AF_INET, SOCK_STREAM, 0);
	driver_record_enter(&self->d, __NR_connect);
	ASSERT_EQ(0, syscall_ia32(IA32_CONNECT, fd[0], (long)peer, len, 0, 0, 0));
	ASSERT_EQ(0, socketcall(SYS_CONNECT, fd[1], (long)peer, len, 0, 0, 0));
	for (int i = 0; i < 2; i++) {
		name_of(fd[i], &local[i]);
		FIND_BY(connect_enter, gettid(), i);
		EXPECT_NUM(connect_enter, fd, fd[i]);
		EXPECT_SOCKADDR(connect_enter, addr, peer);
		FIND_BY(connect, gettid(), i);
		EXPECT_NUM(connect, fd, fd[i]);
		EXPECT_TUPLE(connect, tuple, &local[i], peer);
		EXPECT_SOCKADDR(connect, addr, peer);
	}
}

/* Both ends tell of the same two sockets, and where these lie in the kernel is nobody's business. */
TEST_F(driver, connect_and_accept_by_unix)
{
	struct unix_ids connected, accepted, again;
	union any_address a;
	socklen_t len;
	int listener = listening(AF_UNIX, 5, &a, &len), fd = socket(AF_UNIX, SOCK_STREAM, 0), other;

	RECORD(__NR_connect);
	RECORD(__NR_accept);
	RECORD(__NR_sendto);
	ASSERT_EQ(0, syscall(__NR_connect, fd, &a, len));
	other = syscall(__NR_accept, listener, NULL, NULL);
	ASSERT_EQ(2, send(fd, "hi", 2, 0));
	ASSERT_EQ(2, send(other, "ho", 2, 0));
	FIND(connect);
	EXPECT_UNIX(connect, tuple, unix_path, &connected);
	EXPECT_SOCKADDR(connect, addr, &a);
	FIND(accept);
	EXPECT_NUM(accept, fd, other);
	EXPECT_UNIX(accept, tuple, unix_path, &accepted);
	EXPECT_EQ(connected.first, accepted.first);
	EXPECT_EQ(connected.second, accepted.second);
	EXPECT_NE(connected.first, connected.second);
	EXPECT_NE(0, connected.first);
	EXPECT_NE(0, connected.second);
	EXPECT_FALSE(is_kernel_address(connected.first));
	EXPECT_FALSE(is_kernel_address(connected.second));
	FIND(sendto);
	EXPECT_UNIX(sendto, tuple, unix_path, &again);
	EXPECT_EQ(connected.first, again.first);
	EXPECT_EQ(connected.second, again.second);
	FIND_BY(sendto, gettid(), 1);
	EXPECT_UNIX(sendto, tuple, "", &again);
	EXPECT_EQ(connected.second, again.first);
	EXPECT_EQ(connected.first, again.second);
}

TESTS_EVENT(listen);
TEST_F(driver, listen_to_a_socket)
{
	union any_address a;
	socklen_t len;
	int fd = bound(AF_INET, SOCK_STREAM, &a, &len);

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
TEST_F(driver, accept_one_of_three)
{
	static const int families[] = { AF_INET, AF_INET6 };

	for (int i = 0; i < 2; i++) {
		union any_address a, peer;
		socklen_t len;
		int listener = listening(families[i], 5, &a, &len), clients[3], fd;

		for (int j = 0; j < 3; j++) {
			clients[j] = socket(families[i], SOCK_STREAM, 0);
			ASSERT_EQ(0, connect(clients[j], &a.sa, len));
		}
		name_of(clients[0], &peer);
		driver_close(&self->d);
		ASSERT_EQ(0, driver_open(&self->d, 0));
		RECORD(__NR_accept);
		fd = syscall(__NR_accept, listener, NULL, NULL);
		FIND(accept);
		ASSERT_LE(0, fd);
		EXPECT_NUM(accept, fd, fd);
		EXPECT_TUPLE(accept, tuple, &peer, &a);
		EXPECT_NUM(accept, queuepct, 40);
		EXPECT_NUM(accept, queuelen, 2);
		EXPECT_NUM(accept, queuemax, 5);
	}
}

TEST_F(driver, accept_fails)
{
	union any_address a;
	socklen_t len;
	int listener = listening(AF_INET, 5, &a, &len);

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
	int listener = listening(AF_INET, 5, &a, &len), client = socket(AF_INET, SOCK_STREAM, 0), fd;

	ASSERT_EQ(0, connect(client, &a.sa, len));
	name_of(client, &peer);
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
	int listener = listening(AF_INET, 5, &a, &len), client = socket(AF_INET, SOCK_STREAM, 0), fd;

	ASSERT_EQ(0, connect(client, &a.sa, len));
	name_of(client, &peer);
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
TEST_F(driver, shutdown_every_way)
{
	static const int how[] = { SHUT_RD, SHUT_WR, SHUT_RDWR };
	static const int wire[] = { shutdown_how_SHUT_RD, shutdown_how_SHUT_WR, shutdown_how_SHUT_RDWR };
	struct talk t = talk_begin(AF_INET, SOCK_STREAM);

	RECORD(__NR_shutdown);
	for (int i = 0; i < 3; i++)
		ASSERT_EQ(0, syscall(__NR_shutdown, t.client, how[i]));
	ASSERT_EQ(-1, syscall(__NR_shutdown, -1, SHUT_WR));
	for (int i = 0; i < 3; i++) {
		FIND_BY(shutdown, gettid(), i);
		EXPECT_NUM(shutdown, res, 0);
		EXPECT_NUM(shutdown, fd, t.client);
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
	struct talk t = talk_begin(AF_INET, SOCK_STREAM);
	union any_address a;
	socklen_t len = sizeof(a);

	RECORD(__NR_getsockname);
	RECORD(__NR_getpeername);
	ASSERT_EQ(0, syscall(__NR_getsockname, t.client, &a, &len));
	ASSERT_EQ(0, syscall(__NR_getpeername, t.client, &a, &len));
	FIND(getsockname);
	FIND(getpeername);
}

TESTS_EVENT(socketpair);
TEST_F(driver, socketpair_made)
{
	struct unix_ids ids;
	int s[2];

	RECORD(__NR_socketpair);
	RECORD(__NR_sendto);
	ASSERT_EQ(0, syscall(__NR_socketpair, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, s));
	ASSERT_EQ(2, send(s[0], "hi", 2, 0));
	FIND(sendto);
	EXPECT_UNIX(sendto, tuple, "", &ids);
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
	ASSERT_EQ(-1, syscall(__NR_socketpair, AF_UNIX, SOCK_STREAM, 0, nowhere()));
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
	ASSERT_EQ(0, syscall_ia32(IA32_SOCKETPAIR, AF_UNIX, SOCK_DGRAM, 0, (long)s, 0, 0));
	FIND(socketpair);
	EXPECT_NUM(socketpair, fd1, s[0]);
	EXPECT_NUM(socketpair, fd2, s[1]);
	EXPECT_NE(0, record_num(self->ev, IX(socketpair, source)));
}

/* ---- send and receive ---- */

TESTS_EVENT(send);
TEST_F(driver, send_by_ia32)
{
	struct talk t = talk_begin(AF_INET, SOCK_STREAM);
	char *text = strcpy(low_memory(4096), "hello");

	RECORD(__NR_sendto);
	ASSERT_EQ(5, socketcall(SYS_SEND, t.client, (long)text, 5, 0, -1, -1));
	FIND(send);
	EXPECT_NUM(send, res, 5);
	EXPECT_BYTES(send, data, "hello", 5);
	EXPECT_NUM(send, fd, t.client);
	EXPECT_NUM(send, size, 5);
	EXPECT_TUPLE(send, tuple, &t.client_name, &t.server_name);
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
	struct talk t = talk_begin(AF_INET6, SOCK_STREAM);
	char *buffer = low_memory(4096);

	ASSERT_EQ(5, write(t.client, "hello", 5));
	RECORD(__NR_recvfrom);
	ASSERT_EQ(5, socketcall(SYS_RECV, t.server, (long)buffer, 64, 0, -1, -1));
	ASSERT_EQ(-EAGAIN, socketcall(SYS_RECV, t.server, (long)buffer, 64, MSG_DONTWAIT, 0, 0));
	FIND(recv);
	EXPECT_NUM(recv, res, 5);
	EXPECT_BYTES(recv, data, "hello", 5);
	EXPECT_NUM(recv, fd, t.server);
	EXPECT_NUM(recv, size, 64);
	EXPECT_TUPLE(recv, tuple, &t.client_name, &t.server_name);
	FIND_BY(recv, gettid(), 1);
	EXPECT_NUM(recv, res, -EAGAIN);
	EXPECT_EMPTY(recv, data);
	EXPECT_EMPTY(recv, tuple);
}

TESTS_EVENT(sendto);
TEST_F(driver, sendto_a_connected_peer)
{
	static const int families[] = { AF_INET, AF_INET6 };
	struct talk t[2] = { talk_begin(AF_INET, SOCK_STREAM), talk_begin(AF_INET6, SOCK_STREAM) };

	RECORD(__NR_sendto);
	for (int i = 0; i < 2; i++)
		ASSERT_EQ(5, syscall(__NR_sendto, t[i].client, "hello", 5, 0, NULL, 0));
	for (int i = 0; i < 2; i++) {
		FIND_BY(sendto, gettid(), i);
		EXPECT_EQ(families[i], self->ev->param[IX(sendto, tuple)][0]);
		EXPECT_NUM(sendto, res, 5);
		EXPECT_BYTES(sendto, data, "hello", 5);
		EXPECT_NUM(sendto, fd, t[i].client);
		EXPECT_NUM(sendto, size, 5);
		EXPECT_TUPLE(sendto, tuple, &t[i].client_name, &t[i].server_name);
	}
}

/* Where a datagram goes is what the caller says, even if the socket is connected to somebody else. */
TEST_F(driver, sendto_an_address)
{
	union any_address a, local = { .in = { AF_INET } };
	socklen_t len;
	struct talk t = talk_begin(AF_INET, SOCK_DGRAM);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	bound(AF_INET, SOCK_DGRAM, &a, &len);
	RECORD(__NR_sendto);
	ASSERT_EQ(5, syscall(__NR_sendto, fd, "hello", 5, 0, &a, len));
	ASSERT_EQ(5, syscall(__NR_sendto, t.client, "hello", 5, 0, &a, len));
	name_of(fd, &local);
	FIND(sendto);
	EXPECT_TUPLE(sendto, tuple, &local, &a);
	FIND_BY(sendto, gettid(), 1);
	EXPECT_TUPLE(sendto, tuple, &t.client_name, &a);
}

TEST_F(driver, sendto_a_unix_address)
{
	struct unix_ids ids;
	union any_address a;
	socklen_t len;
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	bound(AF_UNIX, SOCK_DGRAM, &a, &len);
	RECORD(__NR_sendto);
	ASSERT_EQ(5, syscall(__NR_sendto, fd, "hello", 5, 0, &a, len));
	FIND(sendto);
	EXPECT_UNIX(sendto, tuple, unix_path, &ids);
	EXPECT_EQ(0, ids.first);
	EXPECT_NE(0, ids.second);
}

TEST_F(driver, sendto_fails)
{
	union any_address a = { .in = { AF_INET, htons(9), { htonl(0x7f000001) } } };

	RECORD(__NR_sendto);
	ASSERT_EQ(-1, syscall(__NR_sendto, -1, touched("secret"), 6, 0, &a, sizeof(a.in)));
	ASSERT_EQ(-1, syscall(__NR_sendto, -1, nowhere(), 6, 0, NULL, 0));
	FIND(sendto);
	EXPECT_NUM(sendto, res, -EBADF);
	EXPECT_BYTES(sendto, data, "secret", 6);
	EXPECT_NUM(sendto, fd, -1);
	EXPECT_NUM(sendto, size, 6);
	EXPECT_EMPTY(sendto, tuple);
	FIND_BY(sendto, gettid(), 1);
	EXPECT_EMPTY(sendto, data);
}

TEST_F(driver, sendto_through_what_is_no_socket)
{
	int fd = pipe_for(0);

	RECORD(__NR_sendto);
	ASSERT_EQ(-1, syscall(__NR_sendto, fd, touched("secret"), 6, 0, NULL, 0));
	FIND(sendto);
	EXPECT_NUM(sendto, res, -ENOTSOCK);
	EXPECT_EMPTY(sendto, tuple);
}

TEST_F(driver, sendto_by_ia32)
{
	struct { union any_address a; char text[8]; } *m = low_memory(4096);
	union any_address local;
	socklen_t len;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	bound(AF_INET, SOCK_DGRAM, &m->a, &len);
	strcpy(m->text, "hello");
	RECORD(__NR_sendto);
	ASSERT_EQ(5, syscall_ia32(IA32_SENDTO, fd, (long)m->text, 5, 0, (long)&m->a, len));
	ASSERT_EQ(5, socketcall(SYS_SENDTO, fd, (long)m->text, 5, 0, (long)&m->a, len));
	name_of(fd, &local);
	for (int i = 0; i < 2; i++) {
		FIND_BY(sendto, gettid(), i);
		EXPECT_BYTES(sendto, data, "hello", 5);
		EXPECT_TUPLE(sendto, tuple, &local, &m->a);
	}
}

TESTS_EVENT(recvfrom);
TEST_F(driver, recvfrom_a_connected_peer)
{
	struct talk t[2] = { talk_begin(AF_INET, SOCK_STREAM), talk_begin(AF_INET6, SOCK_STREAM) };
	char buffer[64];

	RECORD(__NR_recvfrom);
	for (int i = 0; i < 2; i++) {
		ASSERT_EQ(5, write(t[i].client, "hello", 5));
		ASSERT_EQ(5, syscall(__NR_recvfrom, t[i].server, buffer, 64, 0, NULL, NULL));
	}
	for (int i = 0; i < 2; i++) {
		FIND_BY(recvfrom, gettid(), i);
		EXPECT_NUM(recvfrom, res, 5);
		EXPECT_BYTES(recvfrom, data, "hello", 5);
		EXPECT_TUPLE(recvfrom, tuple, &t[i].client_name, &t[i].server_name);
		EXPECT_NUM(recvfrom, fd, t[i].server);
		EXPECT_NUM(recvfrom, size, 64);
	}
}

/* The length is four bytes, whatever lies behind them, even nothing; and a size may need more than 16 bits. */
TEST_F(driver, recvfrom_whoever_sent)
{
	struct talk t = talk_begin(AF_INET, SOCK_DGRAM);
	union any_address from;
	char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	socklen_t *len = (socklen_t *)(page + 4096) - 1;
	char *buffer = malloc(100000);

	munmap(page + 4096, 4096);
	ASSERT_EQ(5, write(t.client, "hello", 5));
	*len = sizeof(from);
	RECORD(__NR_recvfrom);
	ASSERT_EQ(5, syscall(__NR_recvfrom, t.server, buffer, 100000, 0, &from, len));
	FIND(recvfrom);
	EXPECT_NUM(recvfrom, res, 5);
	EXPECT_BYTES(recvfrom, data, "hello", 5);
	EXPECT_TUPLE(recvfrom, tuple, &t.client_name, &t.server_name);
	EXPECT_NUM(recvfrom, size, 100000);
}

/* Nobody asked who: the peer of an unconnected socket is not known. */
TEST_F(driver, recvfrom_nobody_in_particular)
{
	struct talk t = talk_begin(AF_INET, SOCK_DGRAM);
	union any_address unknown = { .in = { AF_INET } };
	char buffer[64];

	ASSERT_EQ(5, write(t.client, "hello", 5));
	RECORD(__NR_recvfrom);
	ASSERT_EQ(5, syscall(__NR_recvfrom, t.server, buffer, 64, 0, NULL, NULL));
	FIND(recvfrom);
	EXPECT_TUPLE(recvfrom, tuple, &unknown, &t.server_name);
}

TEST_F(driver, recvfrom_a_unix_peer)
{
	struct talk t = talk_begin(AF_UNIX, SOCK_STREAM);
	struct unix_ids ids, sent;
	char buffer[64];

	RECORD(__NR_sendto);
	RECORD(__NR_recvfrom);
	ASSERT_EQ(5, syscall(__NR_sendto, t.client, "hello", 5, 0, NULL, 0));
	ASSERT_EQ(5, syscall(__NR_recvfrom, t.server, buffer, 64, 0, NULL, NULL));
	FIND(sendto);
	EXPECT_UNIX(sendto, tuple, unix_path, &sent);
	FIND(recvfrom);
	EXPECT_BYTES(recvfrom, data, "hello", 5);
	EXPECT_UNIX(recvfrom, tuple, unix_path, &ids);
	EXPECT_EQ(sent.first, ids.first);
	EXPECT_EQ(sent.second, ids.second);
}

TEST_F(driver, recvfrom_fails)
{
	struct talk t = talk_begin(AF_INET, SOCK_STREAM);
	char buffer[] = "not this";

	RECORD(__NR_recvfrom);
	ASSERT_EQ(-1, syscall(__NR_recvfrom, t.server, buffer, 8, MSG_DONTWAIT, nowhere(), nowhere()));
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
	struct { union any_address a; uint32_t len; char buffer[64]; } *m = low_memory(4096);
	struct talk t = talk_begin(AF_INET, SOCK_DGRAM);

	m->len = sizeof(m->a);
	ASSERT_EQ(5, write(t.client, "hello", 5));
	ASSERT_EQ(5, write(t.client, "world", 5));
	RECORD(__NR_recvfrom);
	ASSERT_EQ(5, syscall_ia32(IA32_RECVFROM, t.server, (long)m->buffer, 64, 0, (long)&m->a, (long)&m->len));
	ASSERT_EQ(5, socketcall(SYS_RECVFROM, t.server, (long)m->buffer, 64, 0, (long)&m->a, (long)&m->len));
	for (int i = 0; i < 2; i++) {
		FIND_BY(recvfrom, gettid(), i);
		EXPECT_BYTES(recvfrom, data, i ? "world" : "hello", 5);
		EXPECT_TUPLE(recvfrom, tuple, &t.client_name, &t.server_name);
	}
}

/* ---- messages ---- */

/* As a 32-bit caller lays them out. */
struct narrow_msghdr {
	uint32_t name, name_len, iov, n_iov, control, control_len, flags;
};

struct narrow_mmsghdr {
	struct narrow_msghdr hdr;
	uint32_t len;
};

TESTS_EVENT(sendmsg);
TEST_F(driver, sendmsg_from_pieces)
{
	struct talk t = talk_begin(AF_INET, SOCK_STREAM);
	struct iovec iov[] = { { "hello, ", 7 }, { NULL, 0 }, { "world", 5 } };
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 3 };

	RECORD(__NR_sendmsg);
	ASSERT_EQ(12, syscall(__NR_sendmsg, t.client, &msg, 0));
	FIND(sendmsg);
	EXPECT_NUM(sendmsg, res, 12);
	EXPECT_BYTES(sendmsg, data, "hello, world", 12);
	EXPECT_NUM(sendmsg, fd, t.client);
	EXPECT_NUM(sendmsg, size, 12);
	EXPECT_TUPLE(sendmsg, tuple, &t.client_name, &t.server_name);
}

TEST_F(driver, sendmsg_to_an_address)
{
	static const int families[] = { AF_INET, AF_INET6, AF_UNIX };

	for (int i = 0; i < 3; i++) {
		union any_address a, local;
		socklen_t len;
		struct iovec iov = { "hello", 5 };
		struct msghdr msg = { .msg_name = &a, .msg_iov = &iov, .msg_iovlen = 1 };
		int fd = socket(families[i], SOCK_DGRAM, 0);
		struct unix_ids ids;

		driver_close(&self->d);
		ASSERT_EQ(0, driver_open(&self->d, 0));
		bound(families[i], SOCK_DGRAM, &a, &len);
		msg.msg_namelen = len;
		RECORD(__NR_sendmsg);
		ASSERT_EQ(5, syscall(__NR_sendmsg, fd, &msg, 0));
		FIND(sendmsg);
		name_of(fd, &local);
		if (families[i] == AF_UNIX) {
			EXPECT_UNIX(sendmsg, tuple, unix_path, &ids);
		} else {
			EXPECT_TUPLE(sendmsg, tuple, &local, &a);
		}
	}
}

TEST_F(driver, sendmsg_fails)
{
	struct iovec iov = { touched("secret"), 6 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 }, bad = { .msg_iov = nowhere(), .msg_iovlen = 1 };

	RECORD(__NR_sendmsg);
	ASSERT_EQ(-1, syscall(__NR_sendmsg, -1, &msg, 0));
	ASSERT_EQ(-1, syscall(__NR_sendmsg, -1, &bad, 0));
	ASSERT_EQ(-1, syscall(__NR_sendmsg, -1, nowhere(), 0));
	ASSERT_EQ(-1, syscall(__NR_sendmsg, -1, NULL, 0));
	FIND(sendmsg);
	EXPECT_NUM(sendmsg, res, -EBADF);
	EXPECT_BYTES(sendmsg, data, "secret", 6);
	EXPECT_NUM(sendmsg, fd, -1);
	EXPECT_NUM(sendmsg, size, 6);
	EXPECT_EMPTY(sendmsg, tuple);
	for (int i = 1; i < 4; i++) {
		FIND_BY(sendmsg, gettid(), i);
		EXPECT_EMPTY(sendmsg, data);
		EXPECT_NUM(sendmsg, size, 0);
		EXPECT_EMPTY(sendmsg, tuple);
	}
}

TEST_F(driver, sendmsg_from_many)
{
	struct talk t = talk_begin(AF_INET, SOCK_STREAM);
	const char *text = long_text(MANY);
	struct msghdr msg = { .msg_iov = one_byte_each((char *)text, MANY), .msg_iovlen = MANY };

	RECORD(__NR_sendmsg);
	ASSERT_EQ(MANY, syscall(__NR_sendmsg, t.client, &msg, 0));
	FIND(sendmsg);
	EXPECT_NUM(sendmsg, size, MANY);
	EXPECT_BYTES(sendmsg, data, text, SNAPLEN);
}

TEST_F(driver, sendmsg_by_ia32)
{
	struct { struct narrow_msghdr h; union any_address a; } *m = low_memory(4096);
	union any_address local;
	socklen_t len;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	bound(AF_INET, SOCK_DGRAM, &m->a, &len);
	m->h = (struct narrow_msghdr){ (uint32_t)(uintptr_t)&m->a, len, (uint32_t)(uintptr_t)narrow_hello(), 3 };
	RECORD(__NR_sendmsg);
	ASSERT_EQ(12, syscall_ia32(IA32_SENDMSG, fd, (long)m, 0, 0, 0, 0));
	ASSERT_EQ(12, socketcall(SYS_SENDMSG, fd, (long)m, 0, 0, 0, 0));
	name_of(fd, &local);
	for (int i = 0; i < 2; i++) {
		FIND_BY(sendmsg, gettid(), i);
		EXPECT_NUM(sendmsg, res, 12);
		EXPECT_BYTES(sendmsg, data, "hello, world", 12);
		EXPECT_NUM(sendmsg, fd, fd);
		EXPECT_NUM(sendmsg, size, 12);
		EXPECT_TUPLE(sendmsg, tuple, &local, &m->a);
	}
}

TESTS_EVENT(recvmsg);
TEST_F(driver, recvmsg_into_pieces)
{
	struct talk t = talk_begin(AF_INET, SOCK_STREAM);
	char a[7], b[64];
	struct iovec iov[] = { { a, sizeof(a) }, { b, sizeof(b) } };
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 2 };

	ASSERT_EQ(12, write(t.client, "hello, world", 12));
	RECORD(__NR_recvmsg);
	ASSERT_EQ(12, syscall(__NR_recvmsg, t.server, &msg, 0));
	FIND(recvmsg);
	EXPECT_NUM(recvmsg, res, 12);
	EXPECT_NUM(recvmsg, size, 12);
	EXPECT_BYTES(recvmsg, data, "hello, world", 12);
	EXPECT_TUPLE(recvmsg, tuple, &t.client_name, &t.server_name);
	EXPECT_EMPTY(recvmsg, msgcontrol);
	EXPECT_NUM(recvmsg, fd, t.server);
}

TEST_F(driver, recvmsg_whoever_sent)
{
	struct talk t = talk_begin(AF_INET6, SOCK_DGRAM);
	union any_address from;
	char buffer[64];
	struct iovec iov = { buffer, sizeof(buffer) };
	struct msghdr msg = { .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &iov, .msg_iovlen = 1 };

	ASSERT_EQ(5, write(t.client, "hello", 5));
	RECORD(__NR_recvmsg);
	ASSERT_EQ(5, syscall(__NR_recvmsg, t.server, &msg, 0));
	FIND(recvmsg);
	EXPECT_NUM(recvmsg, size, 5);
	EXPECT_BYTES(recvmsg, data, "hello", 5);
	EXPECT_TUPLE(recvmsg, tuple, &t.client_name, &t.server_name);
}

/* A descriptor comes along. */
static void pass_descriptor(int through, int fd)
{
	union { struct cmsghdr h; char room[CMSG_SPACE(sizeof(int))]; } control = {
		.h = { CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS },
	};
	struct iovec iov = { "hello", 5 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control),
	};

	memcpy(CMSG_DATA(&control.h), &fd, sizeof(fd));
	if (sendmsg(through, &msg, 0) != 5)
		abort();
}

TEST_F(driver, recvmsg_with_a_descriptor)
{
	struct talk t = talk_begin(AF_UNIX, SOCK_STREAM);
	struct unix_ids ids;
	char buffer[64], control[256];
	struct iovec iov = { buffer, sizeof(buffer) };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control),
	};

	pass_descriptor(t.client, 0);
	RECORD(__NR_recvmsg);
	ASSERT_EQ(5, syscall(__NR_recvmsg, t.server, &msg, 0));
	FIND(recvmsg);
	EXPECT_BYTES(recvmsg, data, "hello", 5);
	EXPECT_UNIX(recvmsg, tuple, unix_path, &ids);
	ASSERT_EQ(CMSG_LEN(sizeof(int)), ((struct cmsghdr *)control)->cmsg_len);
	EXPECT_BYTES(recvmsg, msgcontrol, control, msg.msg_controllen);
}

TEST_F(driver, recvmsg_fails)
{
	char buffer[] = "not this", control[] = "nor this";
	struct iovec iov = { buffer, 8 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = 8 };

	RECORD(__NR_recvmsg);
	ASSERT_EQ(-1, syscall(__NR_recvmsg, -1, &msg, 0));
	ASSERT_EQ(-1, syscall(__NR_recvmsg, -1, nowhere(), 0));
	for (int i = 0; i < 2; i++) {
		FIND_BY(recvmsg, gettid(), i);
		EXPECT_NUM(recvmsg, res, -EBADF);
		EXPECT_NUM(recvmsg, size, 0);
		EXPECT_EMPTY(recvmsg, data);
		EXPECT_EMPTY(recvmsg, tuple);
		EXPECT_EMPTY(recvmsg, msgcontrol);
		EXPECT_NUM(recvmsg, fd, -1);
	}
}

TEST_F(driver, recvmsg_into_many)
{
	struct talk t = talk_begin(AF_INET, SOCK_STREAM);
	const char *text = long_text(MANY);
	char bytes[MANY];
	struct msghdr msg = { .msg_iov = one_byte_each(bytes, MANY), .msg_iovlen = MANY };

	ASSERT_EQ(MANY, write(t.client, text, MANY));
	RECORD(__NR_recvmsg);
	ASSERT_EQ(MANY, syscall(__NR_recvmsg, t.server, &msg, 0));
	FIND(recvmsg);
	EXPECT_NUM(recvmsg, size, MANY);
	EXPECT_BYTES(recvmsg, data, text, SNAPLEN);
}

TEST_F(driver, recvmsg_by_ia32)
{
	struct { struct narrow_msghdr h; uint32_t control[64]; } *m = low_memory(4096);
	struct narrow_iovec *iov = narrow_hello();
	struct talk t = talk_begin(AF_UNIX, SOCK_STREAM);
	struct unix_ids ids;

	RECORD(__NR_recvmsg);
	for (int i = 0; i < 2; i++) {
		m->h = (struct narrow_msghdr){
			.iov = (uint32_t)(uintptr_t)iov, .n_iov = 3,
			.control = (uint32_t)(uintptr_t)m->control, .control_len = sizeof(m->control),
		};
		pass_descriptor(t.client, 0);
		if (i) {
			ASSERT_EQ(5, socketcall(SYS_RECVMSG, t.server, (long)m, 0, 0, 0, 0));
		} else {
			ASSERT_EQ(5, syscall_ia32(IA32_RECVMSG, t.server, (long)m, 0, 0, 0, 0));
		}
	}
	ASSERT_EQ(16, m->h.control_len);
	for (int i = 0; i < 2; i++) {
		FIND_BY(recvmsg, gettid(), i);
		EXPECT_NUM(recvmsg, res, 5);
		EXPECT_NUM(recvmsg, size, 5);
		EXPECT_BYTES(recvmsg, data, "hello", 5);
		EXPECT_UNIX(recvmsg, tuple, unix_path, &ids);
		EXPECT_LENGTH(recvmsg, msgcontrol, 16);
	}
	EXPECT_BYTES(recvmsg, msgcontrol, m->control, 16);
}

/* ---- many messages: one event each, with what is its own; no event twice ---- */

enum { MESSAGES = 3 };
static const char *const said[MESSAGES] = { "one", "three", "seventeen" };

TESTS_EVENT(sendmmsg);
TEST_F(driver, sendmmsg_three)
{
	struct talk t = talk_begin(AF_INET, SOCK_DGRAM);
	union any_address other;
	socklen_t len;
	struct iovec iov[MESSAGES];
	struct mmsghdr many[MESSAGES] = { 0 };

	bound(AF_INET, SOCK_DGRAM, &other, &len);
	for (int i = 0; i < MESSAGES; i++) {
		iov[i] = (struct iovec){ (char *)said[i], strlen(said[i]) };
		many[i].msg_hdr.msg_iov = &iov[i];
		many[i].msg_hdr.msg_iovlen = 1;
	}
	many[1].msg_hdr.msg_name = &other;
	many[1].msg_hdr.msg_namelen = len;
	RECORD(__NR_sendmmsg);
	ASSERT_EQ(MESSAGES, syscall(__NR_sendmmsg, t.client, many, MESSAGES, 0));
	ASSERT_EQ(MESSAGES, driver_count(&self->d, EV_sendmmsg, gettid()));
	for (int i = 0; i < MESSAGES; i++) {
		FIND_BY(sendmmsg, gettid(), i);
		EXPECT_NUM(sendmmsg, res, strlen(said[i]));
		EXPECT_NUM(sendmmsg, fd, t.client);
		EXPECT_NUM(sendmmsg, size, strlen(said[i]));
		EXPECT_BYTES(sendmmsg, data, said[i], strlen(said[i]));
		EXPECT_TUPLE(sendmmsg, tuple, &t.client_name, i == 1 ? &other : &t.server_name);
	}
}

TEST_F(driver, sendmmsg_fails)
{
	struct iovec iov = { touched("secret"), 6 };
	struct mmsghdr many[2] = { { .msg_hdr = { .msg_iov = &iov, .msg_iovlen = 1 } } };

	RECORD(__NR_sendmmsg);
	ASSERT_EQ(-1, syscall(__NR_sendmmsg, -1, many, 2, 0));
	ASSERT_EQ(1, driver_count(&self->d, EV_sendmmsg, gettid()));
	FIND(sendmmsg);
	EXPECT_NUM(sendmmsg, res, -EBADF);
	EXPECT_NUM(sendmmsg, fd, -1);
	EXPECT_NUM(sendmmsg, size, 0);
	EXPECT_EMPTY(sendmmsg, data);
	EXPECT_EMPTY(sendmmsg, tuple);
}

TEST_F(driver, sendmmsg_none)
{
	struct talk t = talk_begin(AF_INET, SOCK_DGRAM);
	struct mmsghdr none = { 0 };

	RECORD(__NR_sendmmsg);
	ASSERT_EQ(0, syscall(__NR_sendmmsg, t.client, &none, 0, 0));
	ASSERT_EQ(-1, syscall(__NR_sendmmsg, t.client, nowhere(), 2, 0));
	ASSERT_EQ(2, driver_count(&self->d, EV_sendmmsg, gettid()));
	for (int i = 0; i < 2; i++) {
		FIND_BY(sendmmsg, gettid(), i);
		EXPECT_NUM(sendmmsg, res, i ? -EFAULT : 0);
		EXPECT_NUM(sendmmsg, size, 0);
		EXPECT_EMPTY(sendmmsg, data);
	}
}

/* The end of what was asked for was not reached: only what was sent is told. */
TEST_F(driver, sendmmsg_part)
{
	struct talk t = talk_begin(AF_INET, SOCK_DGRAM);
	struct iovec iov = { "hello", 5 };
	struct mmsghdr many[MESSAGES] = { { .msg_hdr = { .msg_iov = &iov, .msg_iovlen = 1 } } };

	many[1].msg_hdr.msg_iov = nowhere();
	many[1].msg_hdr.msg_iovlen = 1;
	RECORD(__NR_sendmmsg);
	ASSERT_EQ(1, syscall(__NR_sendmmsg, t.client, many, MESSAGES, 0));
	ASSERT_EQ(1, driver_count(&self->d, EV_sendmmsg, gettid()));
	FIND(sendmmsg);
	EXPECT_NUM(sendmmsg, res, 5);
	EXPECT_BYTES(sendmmsg, data, "hello", 5);
}

TEST_F(driver, sendmmsg_by_ia32)
{
	struct { struct narrow_mmsghdr many[2]; union any_address a; } *m = low_memory(4096);
	struct narrow_iovec *iov = narrow_hello();
	union any_address local;
	socklen_t len;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	bound(AF_INET, SOCK_DGRAM, &m->a, &len);
	for (int i = 0; i < 2; i++)
		m->many[i].hdr = (struct narrow_msghdr){
			(uint32_t)(uintptr_t)&m->a, len, (uint32_t)(uintptr_t)(iov + 2 * i), 1,
		};
	RECORD(__NR_sendmmsg);
	ASSERT_EQ(2, syscall_ia32(IA32_SENDMMSG, fd, (long)m, 2, 0, 0, 0));
	ASSERT_EQ(2, socketcall(SYS_SENDMMSG, fd, (long)m, 2, 0, 0, 0));
	name_of(fd, &local);
	ASSERT_EQ(4, driver_count(&self->d, EV_sendmmsg, gettid()));
	for (int i = 0; i < 4; i++) {
		FIND_BY(sendmmsg, gettid(), i);
		EXPECT_NUM(sendmmsg, res, i % 2 ? 5 : 7);
		EXPECT_NUM(sendmmsg, fd, fd);
		EXPECT_NUM(sendmmsg, size, i % 2 ? 5 : 7);
		EXPECT_BYTES(sendmmsg, data, i % 2 ? "world" : "hello, ", i % 2 ? 5 : 7);
		EXPECT_TUPLE(sendmmsg, tuple, &local, &m->a);
	}
}

TESTS_EVENT(recvmmsg);
TEST_F(driver, recvmmsg_three)
{
	struct talk t = talk_begin(AF_INET, SOCK_DGRAM);
	char buffers[MESSAGES + 1][64];
	union any_address from[MESSAGES + 1];
	struct iovec iov[MESSAGES + 1];
	struct mmsghdr many[MESSAGES + 1] = { 0 };

	for (int i = 0; i <= MESSAGES; i++) {
		iov[i] = (struct iovec){ buffers[i], 64 };
		many[i].msg_hdr = (struct msghdr){
			.msg_name = &from[i], .msg_namelen = sizeof(*from), .msg_iov = &iov[i], .msg_iovlen = 1,
		};
		if (i < MESSAGES)
			ASSERT_EQ(strlen(said[i]), write(t.client, said[i], strlen(said[i])));
	}
	RECORD(__NR_recvmmsg);
	ASSERT_EQ(MESSAGES, syscall(__NR_recvmmsg, t.server, many, MESSAGES + 1, MSG_DONTWAIT, NULL));
	ASSERT_EQ(MESSAGES, driver_count(&self->d, EV_recvmmsg, gettid()));
	for (int i = 0; i < MESSAGES; i++) {
		FIND_BY(recvmmsg, gettid(), i);
		EXPECT_NUM(recvmmsg, res, strlen(said[i]));
		EXPECT_NUM(recvmmsg, fd, t.server);
		EXPECT_NUM(recvmmsg, size, strlen(said[i]));
		EXPECT_BYTES(recvmmsg, data, said[i], strlen(said[i]));
		EXPECT_TUPLE(recvmmsg, tuple, &t.client_name, &t.server_name);
		EXPECT_EMPTY(recvmmsg, msgcontrol);
	}
}

TEST_F(driver, recvmmsg_with_a_descriptor)
{
	struct talk t = talk_begin(AF_UNIX, SOCK_DGRAM);
	char buffer[64], control[256];
	struct unix_ids ids;
	struct iovec iov = { buffer, sizeof(buffer) };
	struct mmsghdr one = { .msg_hdr = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control),
	} };

	pass_descriptor(t.client, 0);
	RECORD(__NR_recvmmsg);
	ASSERT_EQ(1, syscall(__NR_recvmmsg, t.server, &one, 1, 0, NULL));
	FIND(recvmmsg);
	EXPECT_BYTES(recvmmsg, data, "hello", 5);
	EXPECT_UNIX(recvmmsg, tuple, unix_path, &ids);
	EXPECT_BYTES(recvmmsg, msgcontrol, control, one.msg_hdr.msg_controllen);
}

TEST_F(driver, recvmmsg_fails)
{
	struct talk t = talk_begin(AF_INET, SOCK_DGRAM);
	char buffer[] = "not this";
	struct iovec iov = { buffer, 8 };
	struct mmsghdr many[2] = { { .msg_hdr = { .msg_iov = &iov, .msg_iovlen = 1 }, .msg_len = 8 } };

	RECORD(__NR_recvmmsg);
	ASSERT_EQ(-1, syscall(__NR_recvmmsg, t.server, many, 2, MSG_DONTWAIT, NULL));
	ASSERT_EQ(1, driver_count(&self->d, EV_recvmmsg, gettid()));
	FIND(recvmmsg);
	EXPECT_NUM(recvmmsg, res, -EAGAIN);
	EXPECT_NUM(recvmmsg, fd, t.server);
	EXPECT_NUM(recvmmsg, size, 0);
	EXPECT_EMPTY(recvmmsg, data);
	EXPECT_EMPTY(recvmmsg, tuple);
	EXPECT_EMPTY(recvmmsg, msgcontrol);
}

TEST_F(driver, recvmmsg_by_ia32)
{
	struct { struct narrow_mmsghdr many[2]; struct narrow_iovec iov[2]; union any_address from[2]; char text[2][8]; } *m;
	static const int ways[] = { IA32_RECVMMSG, IA32_RECVMMSG_TIME64, IA32_SOCKETCALL };
	struct talk t = talk_begin(AF_INET, SOCK_DGRAM);

	m = low_memory(4096);
	RECORD(__NR_recvmmsg);
	for (int way = 0; way < 3; way++) {
		for (int i = 0; i < 2; i++) {
			m->iov[i] = (struct narrow_iovec){ (uint32_t)(uintptr_t)m->text[i], 8 };
			m->many[i].hdr = (struct narrow_msghdr){
				(uint32_t)(uintptr_t)&m->from[i], sizeof(m->from[i]),
				(uint32_t)(uintptr_t)&m->iov[i], 1,
			};
			ASSERT_EQ(strlen(said[i]), write(t.client, said[i], strlen(said[i])));
		}
		if (ways[way] == IA32_SOCKETCALL) {
			ASSERT_EQ(2, socketcall(SYS_RECVMMSG, t.server, (long)m, 2, 0, 0, 0));
		} else {
			ASSERT_EQ(2, syscall_ia32(ways[way], t.server, (long)m, 2, 0, 0, 0));
		}
	}
	ASSERT_EQ(6, driver_count(&self->d, EV_recvmmsg, gettid()));
	for (int i = 0; i < 6; i++) {
		FIND_BY(recvmmsg, gettid(), i);
		EXPECT_NUM(recvmmsg, res, strlen(said[i % 2]));
		EXPECT_NUM(recvmmsg, fd, t.server);
		EXPECT_NUM(recvmmsg, size, strlen(said[i % 2]));
		EXPECT_BYTES(recvmmsg, data, said[i % 2], strlen(said[i % 2]));
		EXPECT_TUPLE(recvmmsg, tuple, &t.client_name, &t.server_name);
	}
}

/* ---- options ---- */

/* A DYN value: what it is, and the value. */
struct __attribute__((packed)) dyn {
	uint8_t index;
	uint8_t value[64];
};

enum dyn_index { DYN_BYTES, DYN_ERRNO, DYN_U32, DYN_U64, DYN_TIME };

static struct dyn dyn_of(enum dyn_index index, const void *value, size_t n)
{
	struct dyn d = { index };

	memcpy(d.value, value, n);
	return d;
}

#define EXPECT_OPTION(event, name, index, of, n)                               \
	do {                                                                 \
		struct dyn dyn_ = dyn_of(index, of, n);                      \
		EXPECT_BYTES(event, name, &dyn_, 1 + (n));                   \
	} while (0)

TESTS_EVENT(setsockopt);
TEST_F(driver, setsockopt_of_a_number)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	RECORD(__NR_setsockopt);
	ASSERT_EQ(0, syscall(__NR_setsockopt, fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)));
	FIND(setsockopt);
	EXPECT_NUM(setsockopt, res, 0);
	EXPECT_NUM(setsockopt, fd, fd);
	EXPECT_NUM(setsockopt, level, sockopt_levels_SOL_SOCKET);
	EXPECT_NUM(setsockopt, optname, sockopt_options_SO_REUSEADDR);
	EXPECT_OPTION(setsockopt, val, DYN_U32, &one, 4);
	EXPECT_NUM(setsockopt, optlen, 4);
}

TEST_F(driver, setsockopt_of_a_time)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct timeval t = { 5, 10 };
	uint64_t ns = 5000010000;

	RECORD(__NR_setsockopt);
	ASSERT_EQ(0, syscall(__NR_setsockopt, fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t)));
	ASSERT_EQ(0, syscall(__NR_setsockopt, fd, SOL_SOCKET, SO_SNDTIMEO_NEW, &t, sizeof(t)));
	FIND(setsockopt);
	EXPECT_NUM(setsockopt, optname, sockopt_options_SO_RCVTIMEO);
	EXPECT_OPTION(setsockopt, val, DYN_TIME, &ns, 8);
	EXPECT_NUM(setsockopt, optlen, sizeof(t));
	FIND_BY(setsockopt, gettid(), 1);
	EXPECT_NUM(setsockopt, optname, sockopt_options_SO_SNDTIMEO);
	EXPECT_OPTION(setsockopt, val, DYN_TIME, &ns, 8);
}

TEST_F(driver, setsockopt_of_bytes)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct linger linger = { 1, 2 };

	RECORD(__NR_setsockopt);
	ASSERT_EQ(0, syscall(__NR_setsockopt, fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)));
	FIND(setsockopt);
	EXPECT_NUM(setsockopt, optname, sockopt_options_SO_LINGER);
	EXPECT_OPTION(setsockopt, val, DYN_BYTES, &linger, sizeof(linger));
}

TEST_F(driver, setsockopt_of_another_level)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	RECORD(__NR_setsockopt);
	ASSERT_EQ(0, syscall(__NR_setsockopt, fd, SOL_TCP, TCP_NODELAY, &one, sizeof(one)));
	ASSERT_EQ(0, syscall(__NR_setsockopt, fd, SOL_IP, IP_TTL, &one, sizeof(one)));
	FIND(setsockopt);
	EXPECT_NUM(setsockopt, level, sockopt_levels_SOL_TCP);
	EXPECT_NUM(setsockopt, optname, 0);
	EXPECT_OPTION(setsockopt, val, DYN_BYTES, &one, 4);
	FIND_BY(setsockopt, gettid(), 1);
	EXPECT_NUM(setsockopt, level, sockopt_levels_UNKNOWN);
	EXPECT_OPTION(setsockopt, val, DYN_BYTES, &one, 4);
}

TEST_F(driver, setsockopt_fails)
{
	static const uint32_t zero;
	static const uint64_t none;

	RECORD(__NR_setsockopt);
	ASSERT_EQ(-1, syscall(__NR_setsockopt, -1, SOL_SOCKET, SO_MARK, NULL, 4));
	ASSERT_EQ(-1, syscall(__NR_setsockopt, -1, SOL_SOCKET, SO_SNDTIMEO, nowhere(), 16));
	ASSERT_EQ(-1, syscall(__NR_setsockopt, -1, SOL_IP, IP_TTL, nowhere(), 4));
	ASSERT_EQ(-1, syscall(__NR_setsockopt, -1, SOL_IP, IP_TTL, NULL, -1));
	FIND(setsockopt);
	EXPECT_NUM(setsockopt, res, -EBADF);
	EXPECT_NUM(setsockopt, fd, -1);
	EXPECT_NUM(setsockopt, optname, sockopt_options_SO_MARK);
	EXPECT_OPTION(setsockopt, val, DYN_U32, &zero, 4);
	FIND_BY(setsockopt, gettid(), 1);
	EXPECT_OPTION(setsockopt, val, DYN_TIME, &none, 8);
	for (int i = 2; i < 4; i++) {
		FIND_BY(setsockopt, gettid(), i);
		EXPECT_OPTION(setsockopt, val, DYN_BYTES, "", 0);
	}
	EXPECT_NUM(setsockopt, optlen, UINT32_MAX);
}

TEST_F(driver, setsockopt_by_ia32)
{
	struct { int32_t narrow[2]; int64_t wide[2]; } *m = low_memory(4096);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	uint64_t ns = 5000010000;

	*m = (typeof(*m)){ { 5, 10 }, { 5, 10 } };
	RECORD(__NR_setsockopt);
	ASSERT_EQ(0, syscall_ia32(IA32_SETSOCKOPT, fd, SOL_SOCKET, SO_RCVTIMEO_OLD, (long)m->narrow, 8, 0));
	ASSERT_EQ(0, syscall_ia32(IA32_SETSOCKOPT, fd, SOL_SOCKET, SO_RCVTIMEO_NEW, (long)m->wide, 16, 0));
	ASSERT_EQ(0, socketcall(SYS_SETSOCKOPT, fd, SOL_SOCKET, SO_RCVTIMEO_OLD, (long)m->narrow, 8, 0));
	for (int i = 0; i < 3; i++) {
		FIND_BY(setsockopt, gettid(), i);
		EXPECT_NUM(setsockopt, res, 0);
		EXPECT_NUM(setsockopt, optname, sockopt_options_SO_RCVTIMEO);
		EXPECT_OPTION(setsockopt, val, DYN_TIME, &ns, 8);
		EXPECT_NUM(setsockopt, optlen, i == 1 ? 16 : 8);
	}
}

TESTS_EVENT(getsockopt);
TEST_F(driver, getsockopt_of_a_number)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0), type;
	struct { socklen_t len, behind; } m = { 64, UINT32_MAX };

	RECORD(__NR_getsockopt);
	ASSERT_EQ(0, syscall(__NR_getsockopt, fd, SOL_SOCKET, SO_TYPE, &type, &m.len));
	ASSERT_EQ(SOCK_STREAM, type);
	FIND(getsockopt);
	EXPECT_NUM(getsockopt, res, 0);
	EXPECT_NUM(getsockopt, fd, fd);
	EXPECT_NUM(getsockopt, level, sockopt_levels_SOL_SOCKET);
	EXPECT_NUM(getsockopt, optname, sockopt_options_SO_TYPE);
	EXPECT_OPTION(getsockopt, val, DYN_U32, &type, 4);
	EXPECT_NUM(getsockopt, optlen, 4);
}

TEST_F(driver, getsockopt_of_an_error)
{
	union any_address peer = { .in = { AF_INET, htons(9), { htonl(0x7f000001) } } };
	int fd = socket(AF_INET, SOCK_DGRAM, 0), error;
	int64_t want = -ECONNREFUSED;
	socklen_t len = sizeof(error);

	ASSERT_EQ(0, connect(fd, &peer.sa, sizeof(peer.in)));
	ASSERT_EQ(2, write(fd, "hi", 2));
	RECORD(__NR_getsockopt);
	ASSERT_EQ(0, syscall(__NR_getsockopt, fd, SOL_SOCKET, SO_ERROR, &error, &len));
	ASSERT_EQ(ECONNREFUSED, error);
	FIND(getsockopt);
	EXPECT_NUM(getsockopt, optname, sockopt_options_SO_ERROR);
	EXPECT_OPTION(getsockopt, val, DYN_ERRNO, &want, 8);
}

TEST_F(driver, getsockopt_of_64_bits)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	uint64_t cookie = 0;
	socklen_t len = sizeof(cookie);

	RECORD(__NR_getsockopt);
	ASSERT_EQ(0, syscall(__NR_getsockopt, fd, SOL_SOCKET, SO_COOKIE, &cookie, &len));
	ASSERT_NE(0, cookie);
	FIND(getsockopt);
	EXPECT_NUM(getsockopt, optname, sockopt_options_SO_COOKIE);
	EXPECT_OPTION(getsockopt, val, DYN_U64, &cookie, 8);
	EXPECT_NUM(getsockopt, optlen, 8);
}

TEST_F(driver, getsockopt_of_bytes)
{
	struct talk t = talk_begin(AF_UNIX, SOCK_STREAM);
	struct ucred peer;
	socklen_t len = sizeof(peer);

	RECORD(__NR_getsockopt);
	ASSERT_EQ(0, syscall(__NR_getsockopt, t.client, SOL_SOCKET, SO_PEERCRED, &peer, &len));
	ASSERT_EQ(getpid(), peer.pid);
	FIND(getsockopt);
	EXPECT_NUM(getsockopt, optname, sockopt_options_SO_PEERCRED);
	EXPECT_OPTION(getsockopt, val, DYN_BYTES, &peer, sizeof(peer));
	EXPECT_NUM(getsockopt, optlen, sizeof(peer));
}

TEST_F(driver, getsockopt_fails)
{
	static const uint32_t zero;
	char value[] = "not this";
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	RECORD(__NR_getsockopt);
	ASSERT_EQ(-1, syscall(__NR_getsockopt, fd, SOL_SOCKET, SO_TYPE, NULL, nowhere()));
	ASSERT_EQ(-1, syscall(__NR_getsockopt, -1, SOL_TCP, TCP_INFO, value, NULL));
	FIND(getsockopt);
	EXPECT_NUM(getsockopt, res, -EFAULT);
	EXPECT_OPTION(getsockopt, val, DYN_U32, &zero, 4);
	EXPECT_NUM(getsockopt, optlen, 0);
	FIND_BY(getsockopt, gettid(), 1);
	EXPECT_NUM(getsockopt, res, -EBADF);
	EXPECT_NUM(getsockopt, fd, -1);
	EXPECT_OPTION(getsockopt, val, DYN_BYTES, "", 0);
	EXPECT_NUM(getsockopt, optlen, 0);
}

TEST_F(driver, getsockopt_by_ia32)
{
	struct { uint32_t len, behind; int32_t t[2], behind_too; } *m = low_memory(4096);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	uint64_t ns = 5000000000;

	*m = (typeof(*m)){ 8, -1, { 0 }, -1 };
	ASSERT_EQ(0, setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){ 5, 0 }, sizeof(struct timeval)));
	RECORD(__NR_getsockopt);
	ASSERT_EQ(0, syscall_ia32(IA32_GETSOCKOPT, fd, SOL_SOCKET, SO_RCVTIMEO_OLD, (long)m->t, (long)&m->len, 0));
	ASSERT_EQ(5, m->t[0]);
	FIND(getsockopt);
	EXPECT_NUM(getsockopt, optname, sockopt_options_SO_RCVTIMEO);
	EXPECT_OPTION(getsockopt, val, DYN_TIME, &ns, 8);
	EXPECT_NUM(getsockopt, optlen, 8);
}
