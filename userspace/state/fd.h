/* SPDX-License-Identifier: Apache-2.0 */
/* One open file descriptor, and read access to the descriptor table of a process. */
#ifndef STATE_FD_H
#define STATE_FD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/ip.h"
#include "base/str.h"

/*
 * Values are those of the descriptor lists of capture files (userspace/doc/capture-format.md).
 * Regular files are FD_FILE in the state; captures write FD_FILE_V2.
 */
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
	FD_IPV6_UNCONNECTED = 41,
};

enum l4_proto { L4_UNKNOWN = 0, L4_NA = 1, L4_TCP = 2, L4_UDP = 3, L4_ICMP = 4, L4_RAW = 5 };

enum fd_flag {
	FDF_CONNECTED = 1,
	FDF_ROLE_CLIENT = 2, /* this process connected; neither role: not known */
	FDF_ROLE_SERVER = 4, /* this process listens or accepted */
	FDF_CLOEXEC = 8,     /* closed by execve */
	FDF_UPPER = 16,	     /* on the upper layer of an overlayfs */
	FDF_LOWER = 32,	     /* on a lower layer of an overlayfs */
	FDF_FROM_PROC = 64,  /* read from /proc, not seen in an event */
};

struct endpoint {
	struct ip ip;
	uint16_t port; /* host byte order */
};

struct fd {
	int64_t num;
	uint8_t type;	     /* enum fd_type */
	uint8_t l4;	     /* enum l4_proto */
	uint16_t flags;	     /* enum fd_flag */
	uint32_t open_flags; /* file_flags of kmod/schema/flags.def, not those of open(2) */
	uint32_t dev;
	uint64_t ino;
	struct str name;     /* what fd.name shows: absolute path, tuple, ...; may be empty */
	struct str name_raw; /* path as passed to the system call */
	union {
		struct {
			struct endpoint source, dest;
		} tuple; /* client, server once the role is known; a listening socket: dest only */
		struct {
			uint64_t source, dest;
		} unix_sock; /* kernel addresses of the struct sock, used as identifiers */
		int64_t pid; /* FD_PIDFD: the process it refers to */
	};
};

struct fd_table;

/*
 * The entry with this number, owned by the table, valid until the table changes; NULL when there is
 * none or t is NULL.  Counted as a lookup (falco.* metrics).
 */
struct fd *fd_table_get(struct fd_table *t, int64_t num);
/* Number of entries; 0 for NULL. */
unsigned fd_table_count(const struct fd_table *t);
/*
 * Calls visit for every entry in ascending order of numbers, until visit returns false.  visit may
 * replace the entry that it was given, nothing else in this table.
 */
void fd_table_each(struct fd_table *t, bool (*visit)(struct fd *fd, void *arg), void *arg);

/* Value of fd.type: a string constant; "<NA>" for a type without a name. */
const char *fd_type_name(const struct fd *fd);
/* Value of fd.typechar: points to one static character, not NUL-terminated; 'o' without a name. */
const char *fd_type_char(const struct fd *fd);

#define FD_IP_TYPES                                                             \
	(1ull << FD_IPV4_SOCK | 1ull << FD_IPV6_SOCK | 1ull << FD_IPV4_SERVER | \
	 1ull << FD_IPV6_SERVER | 1ull << FD_IPV4_UNCONNECTED | 1ull << FD_IPV6_UNCONNECTED)

/* types: bit n stands for enum fd_type n. */
static inline bool fd_is_one_of(const struct fd *fd, uint64_t types)
{
	return fd->type < 64 && types >> fd->type & 1;
}

static inline bool fd_is_ip(const struct fd *fd)
{
	return fd_is_one_of(fd, FD_IP_TYPES);
}

/* True if data sent and received can tell the peer's address. */
static inline bool fd_has_peer(const struct fd *fd)
{
	return fd_is_one_of(fd, FD_IP_TYPES | 1ull << FD_UNIX);
}

/*
 * enum l4_proto as fd.l4proto shows it: L4_NA for what is no IP socket.
 * quirk: L4_NA also for a connected pair while client and server are not known.
 */
static inline unsigned fd_l4(const struct fd *fd)
{
	bool connected = fd->type == FD_IPV4_SOCK || fd->type == FD_IPV6_SOCK;

	if (!fd_is_ip(fd) || (connected && !(fd->flags & (FDF_ROLE_CLIENT | FDF_ROLE_SERVER))))
		return L4_NA;
	return fd->l4;
}

#endif
