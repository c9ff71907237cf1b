/* SPDX-License-Identifier: Apache-2.0 */
/* Names of descriptor types, as in fd.type and fd.typechar. */
#include "base/macros.h"
#include "state/fd.h"

static const struct {
	const char *name;
	char character;
} fd_types[] = {
	[FD_UNKNOWN] = { "<NA>", 'o' },
	[FD_FILE] = { "file", 'f' },
	[FD_DIRECTORY] = { "directory", 'd' },
	[FD_IPV4_SOCK] = { "ipv4", '4' },
	[FD_IPV6_SOCK] = { "ipv6", '6' },
	[FD_IPV4_SERVER] = { "ipv4", '4' },
	[FD_IPV6_SERVER] = { "ipv6", '6' },
	[FD_FIFO] = { "pipe", 'p' },
	[FD_UNIX] = { "unix", 'u' },
	[FD_EVENTFD] = { "event", 'e' },
	[FD_UNSUPPORTED] = { "<NA>", 'X' },
	[FD_SIGNALFD] = { "signalfd", 's' },
	[FD_EPOLL] = { "eventpoll", 'l' },
	[FD_INOTIFY] = { "inotify", 'i' },
	[FD_TIMERFD] = { "timerfd", 't' },
	[FD_NETLINK] = { "netlink", 'n' },
	[FD_FILE_V2] = { "file", 'f' },
	[FD_BPF] = { "bpf", 'b' },
	[FD_USERFAULTFD] = { "userfaultfd", 'u' },
	[FD_IO_URING] = { "io_uring", 'r' },
	[FD_MEMFD] = { "memfd", 'm' },
	[FD_PIDFD] = { "pidfd", 'P' },
	[FD_IPV4_UNCONNECTED] = { "ipv4", '4' },
	[FD_IPV6_UNCONNECTED] = { "ipv6", '6' },
};

static unsigned fd_type_index(const struct fd *fd)
{
	return fd->type < ARRAY_SIZE(fd_types) && fd_types[fd->type].name ? fd->type : FD_UNKNOWN;
}

const char *fd_type_name(const struct fd *fd)
{
	return fd_types[fd_type_index(fd)].name;
}

const char *fd_type_char(const struct fd *fd)
{
	return &fd_types[fd_type_index(fd)].character;
}
