// SPDX-License-Identifier: Apache-2.0
/* Sockets: addresses, and pairs of sockets that talk.  Included by main.c. */
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
	IA32_SOCKETCALL = 102,
	IA32_RECVMMSG = 337,
	IA32_SENDMMSG = 345,
	IA32_SOCKET = 359,
	IA32_SOCKETPAIR = 360,
	IA32_CONNECT = 362,
	IA32_GETSOCKOPT = 365,
	IA32_SETSOCKOPT = 366,
	IA32_SENDTO = 369,
	IA32_SENDMSG = 370,
	IA32_RECVFROM = 371,
	IA32_RECVMSG = 372,
	IA32_RECVMMSG_TIME64 = 417,
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

static bool is_tuple(const struct record *r, unsigned param, const union any_address *from,
		     const union any_address *to)
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

	if (r->len[param] != n || at[0] != AF_UNIX ||
	    memcmp(at + 1 + sizeof(*ids), path, strlen(path) + 1))
		return false;
	memcpy(ids, at + 1, sizeof(*ids));
	return true;
}

static bool is_kernel_address(uint64_t id)
{
	return id >> 47 == 0x1ffff;
}

#define EXPECT_SOCKADDR(event, name, a)                                                \
	EXPECT_TRUE(is_sockaddr(self->ev, IX(event, name), a))                         \
	{                                                                              \
		TH_LOG(#event "." #name ": %u bytes", self->ev->len[IX(event, name)]); \
	}
#define EXPECT_TUPLE(event, name, from, to)                                            \
	EXPECT_TRUE(is_tuple(self->ev, IX(event, name), from, to))                     \
	{                                                                              \
		TH_LOG(#event "." #name ": %u bytes", self->ev->len[IX(event, name)]); \
	}
#define EXPECT_UNIX(event, name, path, ids)                                            \
	EXPECT_TRUE(is_unix(self->ev, IX(event, name), path, ids))                     \
	{                                                                              \
		TH_LOG(#event "." #name ": %u bytes", self->ev->len[IX(event, name)]); \
	}

/* A call by its number in socketcall; below 4 GiB: all that its arguments point to. */
static long socketcall(int call, long a, long b, long c, long d, long e, long f)
{
	uint32_t *args = low_memory(4096);

	memcpy(args, (uint32_t[]){ a, b, c, d, e, f }, 24);
	return syscall_ia32(IA32_SOCKETCALL, call, (long)args, 0, 0, 0, 0);
}
