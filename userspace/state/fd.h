/* SPDX-License-Identifier: Apache-2.0 */
/* One open descriptor as the state engine knows it, and the table of a process. */
#ifndef STATE_FD_H
#define STATE_FD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/ip.h"
#include "base/str.h"

/* Values are those of capture files (driver ABI 8.5); files stored by older formats as 1 read back as FD_FILE. */
enum fd_type {
	FD_UNKNOWN = 0,
	FD_FILE = 1,
	FD_DIRECTORY = 2,
	FD_IPV4_SOCK = 3,
	FD_IPV6_SOCK = 4,
	FD_IPV4_SERVER = 5,
	FD_IPV6_SERVER = 6,
	FD_FIFO = 7,
	FD_UNIX = 8,
	FD_EVENTFD = 9,
	FD_UNSUPPORTED = 10,
	FD_SIGNALFD = 11,
	FD_EPOLL = 12,
	FD_INOTIFY = 13,
	FD_TIMERFD = 14,
	FD_NETLINK = 15,
	FD_FILE_V2 = 16,
	FD_BPF = 17,
	FD_USERFAULTFD = 18,
	FD_IO_URING = 19,
	FD_MEMFD = 20,
	FD_PIDFD = 21,
	FD_IPV4_UNCONNECTED = 40,
	FD_IPV6_UNCONNECTED = 41, /* ours: a socket() without addresses yet */
};

enum l4_proto { L4_UNKNOWN = 0, L4_NA = 1, L4_TCP = 2, L4_UDP = 3, L4_ICMP = 4, L4_RAW = 5 };

enum fd_flag {
	FDF_CONNECTED = 1,
	FDF_ROLE_CLIENT = 2,
	FDF_ROLE_SERVER = 4,
	FDF_CLOEXEC = 8,
	FDF_UPPER = 16,
	FDF_LOWER = 32,
	FDF_FROM_PROC = 64,
};

struct endpoint {
	struct ip ip;
	uint16_t port; /* host order */
};

struct fd {
	int64_t num;
	uint8_t type;	     /* enum fd_type */
	uint8_t l4;	     /* enum l4_proto */
	uint16_t flags;	     /* enum fd_flag */
	uint32_t open_flags; /* wire flags (file_flags) */
	uint32_t dev;
	uint64_t ino;
	struct str name;     /* owned; full path, tuple text, ... never NULL, may be empty */
	struct str name_raw; /* owned; path as passed to the call */
	union {
		struct {
			struct endpoint source, dest;
		} tuple; /* client, server as far as roles are known; servers use dest */
		struct {
			uint64_t source, dest;
		} unix_sock; /* kernel identities, not addresses to follow */
		int64_t pid; /* pidfd */
	};
};

struct fd_table;

/* A table holds at most fd_limit entries (state/state.h); NULL when it is full: counted, not stored. */
struct fd *fd_table_get(struct fd_table *t, int64_t num);
/* Replaces an entry of the same number; name and name_raw are copied. */
struct fd *fd_table_put(struct fd_table *t, const struct fd *fd);
void fd_table_remove(struct fd_table *t, int64_t num);
unsigned fd_table_count(const struct fd_table *t);
/* Calls visit for every entry in ascending number; stops when it returns false. */
void fd_table_each(struct fd_table *t, bool (*visit)(struct fd *fd, void *arg), void *arg);

/* fd.type and fd.typechar words ("file", 'f', ...); "<NA>" and 'o' for a kind without a name. */
const char *fd_type_name(const struct fd *fd);
/* One character that lives for ever. */
const char *fd_type_char(const struct fd *fd);

#define FD_IP_TYPES                                                             \
	(1ull << FD_IPV4_SOCK | 1ull << FD_IPV6_SOCK | 1ull << FD_IPV4_SERVER | \
	 1ull << FD_IPV6_SERVER | 1ull << FD_IPV4_UNCONNECTED | 1ull << FD_IPV6_UNCONNECTED)

/* types: bits by enum fd_type. */
static inline bool fd_is_one_of(const struct fd *fd, uint64_t types)
{
	return fd->type < 64 && types >> fd->type & 1;
}

static inline bool fd_is_ip(const struct fd *fd)
{
	return fd_is_one_of(fd, FD_IP_TYPES);
}

/* Its traffic may tell who is at the other end. */
static inline bool fd_has_peer(const struct fd *fd)
{
	return fd_is_one_of(fd, FD_IP_TYPES | 1ull << FD_UNIX);
}

/* The protocol as users see it: not known until it is known who is the client. */
static inline unsigned fd_l4(const struct fd *fd)
{
	bool pair = fd->type == FD_IPV4_SOCK || fd->type == FD_IPV6_SOCK;

	if (!fd_is_ip(fd) || (pair && !(fd->flags & (FDF_ROLE_CLIENT | FDF_ROLE_SERVER))))
		return L4_NA;
	return fd->l4;
}

#endif
