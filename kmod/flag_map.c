// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Flags and enumerations, from this kernel's values to wire values: schema/flag_map.def as
 * functions.
 *
 * In: an argument, truncated to 32 bits as the system call does.  Out: the value in the record.
 */
#include <linux/capability.h>
#include <linux/dqblk_xfs.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/futex.h>
#include <uapi/linux/io_uring.h>
#include <linux/mman.h>
#include <linux/module.h>
#include <linux/net.h>
#include <linux/poll.h>
#include <linux/ptrace.h>
#include <linux/quota.h>
#include <linux/resource.h>
#include <linux/sched.h>
#include <linux/sem.h>
#include <linux/socket.h>
#include <linux/splice.h>
#include <linux/tcp.h>
#include <uapi/linux/eventpoll.h>
#include <uapi/linux/memfd.h>
#include <uapi/linux/module.h>

#include "flag_map.h"
#include "schema/schema.h"

#if __has_include(<linux/openat2.h>) /* v5.6 */
#include <linux/openat2.h>
#else
#define RESOLVE_NO_XDEV ABSENT
#define RESOLVE_NO_MAGICLINKS ABSENT
#define RESOLVE_NO_SYMLINKS ABSENT
#define RESOLVE_BENEATH ABSENT
#define RESOLVE_IN_ROOT ABSENT
#endif

/*
 * What this kernel or this architecture does not have: no 32-bit value equals it, no bit of it is
 * ever set.
 */
#define ABSENT BIT_ULL(32)

/*
 * Older 64-bit kernels name these for themselves alone; their 32-bit callers have always had them.
 */
#ifndef F_GETLK64
#define F_GETLK64 12
#define F_SETLK64 13
#define F_SETLKW64 14
#endif
#ifndef CLONE_STOPPED
#define CLONE_STOPPED ABSENT
#endif
#ifndef AF_WANPIPE
#define AF_WANPIPE ABSENT
#endif
#ifndef AF_NETBEUI
#define AF_NETBEUI ABSENT
#endif
#ifndef AF_DECnet
#define AF_DECnet ABSENT
#endif
#ifndef AF_ECONET
#define AF_ECONET ABSENT
#endif
#ifndef AF_IRDA
#define AF_IRDA ABSENT
#endif
#ifndef AF_ROSE
#define AF_ROSE ABSENT
#endif
#ifndef AF_SECURITY
#define AF_SECURITY ABSENT
#endif
#ifndef AF_ASH
#define AF_ASH ABSENT
#endif
#ifndef PROT_SAO
#define PROT_SAO ABSENT
#endif
#ifndef PROT_SEM
#define PROT_SEM ABSENT
#endif
#ifndef PROT_GROWSDOWN
#define PROT_GROWSDOWN ABSENT
#endif
#ifndef PROT_GROWSUP
#define PROT_GROWSUP ABSENT
#endif
#ifndef MAP_32BIT
#define MAP_32BIT ABSENT
#endif
#ifndef MAP_RENAME
#define MAP_RENAME ABSENT
#endif
#ifndef MAP_INHERIT
#define MAP_INHERIT ABSENT
#endif
#ifndef MAP_NORESERVE
#define MAP_NORESERVE ABSENT
#endif
#ifndef MAP_DENYWRITE
#define MAP_DENYWRITE ABSENT
#endif
#ifndef MAP_EXECUTABLE
#define MAP_EXECUTABLE ABSENT
#endif
#ifndef MAP_FILE
#define MAP_FILE ABSENT
#endif
#ifndef F_CANCELLK
#define F_CANCELLK ABSENT
#endif
#ifndef RESOLVE_CACHED
#define RESOLVE_CACHED ABSENT
#endif
#ifndef IORING_SQ_NEED_WAKEUP
#define IORING_SQ_NEED_WAKEUP ABSENT
#endif
#ifndef IORING_SETUP_ATTACH_WQ
#define IORING_SETUP_ATTACH_WQ ABSENT
#endif
#ifndef IORING_SETUP_R_DISABLED
#define IORING_SETUP_R_DISABLED ABSENT
#endif
#ifndef IORING_FEAT_ENTER_EXT_ARG
#define IORING_FEAT_ENTER_EXT_ARG ABSENT
#endif
#ifndef IORING_FEAT_SQPOLL_NONFIXED
#define IORING_FEAT_SQPOLL_NONFIXED ABSENT
#endif
#ifndef IORING_FEAT_NATIVE_WORKERS
#define IORING_FEAT_NATIVE_WORKERS ABSENT
#endif
#ifndef IORING_FEAT_RSRC_TAGS
#define IORING_FEAT_RSRC_TAGS ABSENT
#endif
#ifndef IORING_ENTER_SQ_WAIT
#define IORING_ENTER_SQ_WAIT ABSENT
#endif
#ifndef IORING_ENTER_EXT_ARG
#define IORING_ENTER_EXT_ARG ABSENT
#endif
#ifndef PTRACE_SINGLEBLOCK
#define PTRACE_SINGLEBLOCK ABSENT
#endif
#ifndef PTRACE_SYSEMU
#define PTRACE_SYSEMU ABSENT
#endif
#ifndef PTRACE_SYSEMU_SINGLESTEP
#define PTRACE_SYSEMU_SINGLESTEP ABSENT
#endif
#ifndef PTRACE_ARCH_PRCTL
#define PTRACE_ARCH_PRCTL ABSENT
#endif
#ifndef PTRACE_SET_THREAD_AREA
#define PTRACE_SET_THREAD_AREA ABSENT
#endif
#ifndef PTRACE_GET_THREAD_AREA
#define PTRACE_GET_THREAD_AREA ABSENT
#endif
#ifndef PTRACE_OLDSETOPTIONS
#define PTRACE_OLDSETOPTIONS ABSENT
#endif
#ifndef PTRACE_SETFPXREGS
#define PTRACE_SETFPXREGS ABSENT
#endif
#ifndef PTRACE_GETFPXREGS
#define PTRACE_GETFPXREGS ABSENT
#endif
#ifndef PTRACE_SETFPREGS
#define PTRACE_SETFPREGS ABSENT
#endif
#ifndef PTRACE_GETFPREGS
#define PTRACE_GETFPREGS ABSENT
#endif
#ifndef PTRACE_SETREGS
#define PTRACE_SETREGS ABSENT
#endif
#ifndef PTRACE_GETREGS
#define PTRACE_GETREGS ABSENT
#endif
#ifndef FUTEX_FD
#define FUTEX_FD ABSENT
#endif
#ifndef MODULE_INIT_COMPRESSED_FILE
#define MODULE_INIT_COMPRESSED_FILE ABSENT
#endif
#ifndef MCL_ONFAULT
#define MCL_ONFAULT ABSENT
#endif
#ifndef SO_BSDCOMPAT
#define SO_BSDCOMPAT ABSENT
#endif
#ifndef SO_RCVTIMEO_OLD
#define SO_RCVTIMEO_OLD ABSENT
#endif
#ifndef SO_RCVTIMEO_NEW
#define SO_RCVTIMEO_NEW ABSENT
#endif
#ifndef SO_SNDTIMEO_OLD
#define SO_SNDTIMEO_OLD ABSENT
#endif
#ifndef SO_SNDTIMEO_NEW
#define SO_SNDTIMEO_NEW ABSENT
#endif
#ifndef SO_RCVTIMEO
#define SO_RCVTIMEO ABSENT
#endif
#ifndef SO_SNDTIMEO
#define SO_SNDTIMEO ABSENT
#endif
#ifndef SO_TIMESTAMP
#define SO_TIMESTAMP ABSENT
#endif
#ifndef SO_TIMESTAMPNS
#define SO_TIMESTAMPNS ABSENT
#endif
#ifndef SO_TIMESTAMPING
#define SO_TIMESTAMPING ABSENT
#endif

#define FLAG_MAP(name, type, ...)                  \
	type map_##name(u32 v)                     \
	{                                          \
		u32 wire = 0;                      \
		u64 field __maybe_unused = v;      \
		bool found __maybe_unused = false; \
                                                   \
		__VA_ARGS__                        \
		return wire;                       \
	}

#define BITS(native, value)                                        \
	if ((u64)(native) && (v & (u64)(native)) == (u64)(native)) \
		wire |= (value);
#define ANY(native, value)     \
	if (v & (u64)(native)) \
		wire |= (value);
#define CLEAR(native, value)      \
	if (!(v & (u64)(native))) \
		wire |= (value);
#define FIELD(expression) field = (expression);
#define VALUE(native, value)                    \
	if (!found && field == (u64)(native)) { \
		wire |= (value);                \
		found = true;                   \
	}
#define OTHER(value) \
	if (!found)  \
		wire |= (value);
#include "schema/flag_map.def"
