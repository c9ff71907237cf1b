// SPDX-License-Identifier: Apache-2.0
/* Sockets: addresses, connected pairs, and addresses in records. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "numbers32.h"
#include "sockets.h"

const char unix_path[] = "/tmp/falco-socket";

socklen_t loopback_address(union any_address *a, int family)
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

socklen_t local_address(int fd, union any_address *a)
{
	socklen_t len = sizeof(*a);

	if (getsockname(fd, &a->sa, &len))
		abort();
	return len;
}

int bound_socket(int family, int type, union any_address *a, socklen_t *len)
{
	int fd = socket(family, type, 0);

	*len = loopback_address(a, family);
	if (fd < 0 || bind(fd, &a->sa, *len))
		abort();
	if (family != AF_UNIX)
		local_address(fd, a);
	return fd;
}

int listening_socket(int family, int backlog, union any_address *a, socklen_t *len)
{
	int fd = bound_socket(family, SOCK_STREAM, a, len);

	if (listen(fd, backlog))
		abort();
	return fd;
}

int connected_socket(const union any_address *a, socklen_t len, union any_address *local)
{
	int fd = socket(a->sa.sa_family, SOCK_STREAM, 0);

	if (fd < 0 || connect(fd, &a->sa, len))
		abort();
	if (local)
		local_address(fd, local);
	return fd;
}

union any_address ipv4_mapped(const union any_address *a)
{
	union any_address mapped = { .in6 = { AF_INET6 } };

	mapped.in6.sin6_addr.s6_addr[10] = mapped.in6.sin6_addr.s6_addr[11] = 0xff;
	memcpy(mapped.in6.sin6_addr.s6_addr + 12, &a->in.sin_addr, 4);
	mapped.in6.sin6_port = a->in.sin_port;
	return mapped;
}

struct connection open_connection(int family, int type)
{
	struct connection c = { .listener = -1 };

	c.client = socket(family, type, 0);
	if (type == SOCK_STREAM)
		c.listener = listening_socket(family, 5, &c.server_name, &c.len);
	else
		c.server = bound_socket(family, type, &c.server_name, &c.len);
	if (connect(c.client, &c.server_name.sa, c.len))
		abort();
	if (type == SOCK_STREAM)
		c.server = accept(c.listener, NULL, NULL);
	local_address(c.client, &c.client_name);
	return c;
}

static size_t put_endpoint(uint8_t *at, const union any_address *a)
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

bool is_sockaddr(const struct record *r, unsigned param, const union any_address *a)
{
	uint8_t expected[128] = { (uint8_t)a->sa.sa_family };
	size_t n = 1;

	if (a->sa.sa_family == AF_UNIX)
		n += strlen(strcpy((char *)expected + 1, a->un.sun_path)) + 1;
	else
		n += put_endpoint(expected + 1, a);
	return record_is(r, param, expected, n);
}

bool is_tuple(const struct record *r, unsigned param, const union any_address *from,
	      const union any_address *to)
{
	uint8_t expected[64] = { (uint8_t)from->sa.sa_family };
	size_t n = 1;

	n += put_endpoint(expected + n, from);
	n += put_endpoint(expected + n, to);
	return record_is(r, param, expected, n);
}

bool is_unix_tuple(const struct record *r, unsigned param, const char *path, struct unix_ids *ids)
{
	const uint8_t *p = r->param[param];
	size_t n = 1 + sizeof(*ids) + strlen(path) + 1;

	if (r->len[param] != n || p[0] != AF_UNIX ||
	    memcmp(p + 1 + sizeof(*ids), path, strlen(path) + 1))
		return false;
	memcpy(ids, p + 1, sizeof(*ids));
	return true;
}

bool is_kernel_address(uint64_t id)
{
	return id >> 47 == 0x1ffff;
}

long socketcall(int call, long a, long b, long c, long d, long e, long f)
{
	uint32_t *args = low_memory(4096);

	memcpy(args, (uint32_t[]){ a, b, c, d, e, f }, 24);
	return syscall_ia32(NR_IA32_socketcall, call, (long)args, 0, 0, 0, 0);
}
