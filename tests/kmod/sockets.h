/* SPDX-License-Identifier: Apache-2.0 */
/* Sockets: addresses, connected pairs, and addresses in records. */
#ifndef KMOD_SOCKETS_H
#define KMOD_SOCKETS_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/net.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>

#include "driver.h"

union any_address {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	struct sockaddr_un un;
};

extern const char unix_path[]; /* of the sockets below, if AF_UNIX */

/* The loopback address with port 0, or unix_path, which is unlinked; returns the length. */
socklen_t loopback_address(union any_address *a, int family);
/* getsockname(); returns the length. */
socklen_t local_address(int fd, union any_address *a);
/* A socket bound to a loopback address with a free port, which is stored in *a. */
int bound_socket(int family, int type, union any_address *a, socklen_t *len);
int listening_socket(int family, int backlog, union any_address *a, socklen_t *len);

/* A stream socket connected to this address; stores its own address in *local, if not NULL. */
int connected_socket(const union any_address *a, socklen_t len, union any_address *local);
/* The IPv4-mapped IPv6 address of an IPv4 address. */
union any_address ipv4_mapped(const union any_address *a);

/* Two connected sockets. Of datagram sockets only the client is connected. */
struct connection {
	int client, server, listener;
	union any_address client_name, server_name;
	socklen_t len;
};

struct connection open_connection(int family, int type);

/* A call through socketcall(2) of a 32-bit process; memory it points to must lie below 4 GiB. */
long socketcall(int call, long a, long b, long c, long d, long e, long f);

/* ---- parameters of a record ---- */

/* The two socket ids of a Unix socket tuple. */
struct unix_ids {
	uint64_t first, second;
};

/* Whether a parameter is this address, or a tuple of these addresses. */
bool is_sockaddr(const struct record *r, unsigned param, const union any_address *a);
bool is_tuple(const struct record *r, unsigned param, const union any_address *from,
	      const union any_address *to);
/* Whether a parameter is a Unix socket tuple with this path; stores its ids. */
bool is_unix_tuple(const struct record *r, unsigned param, const char *path, struct unix_ids *ids);
/* Whether a socket id is an address of the kernel's half of the address space. */
bool is_kernel_address(uint64_t id);

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
#define EXPECT_UNIX_TUPLE(event, name, path, ids)                                      \
	EXPECT_TRUE(is_unix_tuple(self->ev, IX(event, name), path, ids))               \
	{                                                                              \
		TH_LOG(#event "." #name ": %u bytes", self->ev->len[IX(event, name)]); \
	}

#endif
