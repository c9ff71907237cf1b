/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Ioctls of /dev/falco<cpu>: doc/ioctls.md.
 *
 * Numbers below 64 are Falco's, with Falco's meaning.  Numbers from 64 on are this module's own: a
 * reader that uses them calls FALCO_IOCTL_HANDSHAKE first, which any other driver answers with
 * ENOTTY.
 *
 * The argument is a plain value unless a pointer is named.  All settings belong to the consumer,
 * that is to all descriptors that one thread has opened; any of them will do.
 */
#ifndef FALCO_UAPI_IOCTL_H
#define FALCO_UAPI_IOCTL_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define FALCO_IOCTL_MAGIC 's'
#define FALCO_IOCTL(nr) _IO(FALCO_IOCTL_MAGIC, nr)

#define FALCO_IOCTL_DISABLE_DROPPING_MODE FALCO_IOCTL(2)
#define FALCO_IOCTL_ENABLE_DROPPING_MODE FALCO_IOCTL(3) /* ratio: 1, 2, 4 ... 128 */
#define FALCO_IOCTL_SET_SNAPLEN FALCO_IOCTL(4)		/* bytes, up to FALCO_SNAPLEN_MAX */
#define FALCO_IOCTL_DISABLE_DYNAMIC_SNAPLEN FALCO_IOCTL(8)
#define FALCO_IOCTL_ENABLE_DYNAMIC_SNAPLEN FALCO_IOCTL(9)
#define FALCO_IOCTL_GET_VTID FALCO_IOCTL(10)		       /* tid; returns the id */
#define FALCO_IOCTL_GET_VPID FALCO_IOCTL(11)		       /* tid; returns the id */
#define FALCO_IOCTL_GET_CURRENT_TID FALCO_IOCTL(12)	       /* returns the id */
#define FALCO_IOCTL_GET_CURRENT_PID FALCO_IOCTL(13)	       /* returns the id */
#define FALCO_IOCTL_GET_PROCLIST FALCO_IOCTL(16)	       /* struct falco_proclist * */
#define FALCO_IOCTL_GET_N_TRACEPOINT_HIT FALCO_IOCTL(20)       /* long[possible CPUs] */
#define FALCO_IOCTL_GET_DRIVER_VERSION FALCO_IOCTL(21)	       /* char[], NUL included */
#define FALCO_IOCTL_SET_FULLCAPTURE_PORT_RANGE FALCO_IOCTL(22) /* end << 16 | start */
#define FALCO_IOCTL_SET_STATSD_PORT FALCO_IOCTL(23)
#define FALCO_IOCTL_GET_API_VERSION FALCO_IOCTL(24)    /* __u64 *, see version.h */
#define FALCO_IOCTL_GET_SCHEMA_VERSION FALCO_IOCTL(25) /* __u64 * */
#define FALCO_IOCTL_ENABLE_SYSCALL FALCO_IOCTL(29) /* native number, below FALCO_SYSCALL_SLOTS */
#define FALCO_IOCTL_DISABLE_SYSCALL FALCO_IOCTL(30)
#define FALCO_IOCTL_ENABLE_TP FALCO_IOCTL(31) /* enum falco_tp */
#define FALCO_IOCTL_DISABLE_TP FALCO_IOCTL(32)
#define FALCO_IOCTL_ENABLE_DROPFAILED FALCO_IOCTL(33)
#define FALCO_IOCTL_DISABLE_DROPFAILED FALCO_IOCTL(34)

/* Own ioctls. */
#define FALCO_IOCTL_HANDSHAKE FALCO_IOCTL(64) /* struct falco_handshake * */
/* Number of parameters of each event; 0: the module does not make it. */
#define FALCO_IOCTL_GET_EVENT_PARAMS FALCO_IOCTL(65) /* __u8[handshake.n_events] */
/* When poll() wakes: struct falco_watermark. */
#define FALCO_IOCTL_SET_WATERMARK FALCO_IOCTL(66) /* const struct falco_watermark * */
/* Do not record events of the calling process, except VITAL ones. */
#define FALCO_IOCTL_SET_EXCLUDE_SELF FALCO_IOCTL(67) /* 0 or 1 */
/* Losses by event number: struct falco_lost. */
#define FALCO_IOCTL_GET_LOST FALCO_IOCTL(68) /* struct falco_lost * */
/*
 * Record successful io_uring operations, too, as the exit events of openat, openat2, accept4,
 * socket and connect, of those in the mask; needs FALCO_TP_SYS_EXIT.  Not reset by open().
 */
#define FALCO_IOCTL_SET_URING FALCO_IOCTL(69) /* 0 or 1; EOPNOTSUPP without FALCO_FEATURE_URING */

enum falco_tp {
	FALCO_TP_SYS_ENTER,
	FALCO_TP_SYS_EXIT,
	FALCO_TP_SCHED_PROC_EXIT,
	FALCO_TP_SCHED_SWITCH,
	FALCO_TP_PAGE_FAULT_USER,
	FALCO_TP_PAGE_FAULT_KERNEL,
	FALCO_TP_SIGNAL_DELIVER,
	FALCO_TP_SCHED_PROC_FORK,
	FALCO_TP_SCHED_PROC_EXEC,
	FALCO_TP_COUNT
};

#define FALCO_SYSCALL_SLOTS 512
#define FALCO_SNAPLEN_DEFAULT 80
#define FALCO_SNAPLEN_MAX 65000

/* ENOSPC: n_entries is not below max_entries; repeat with more. */
struct falco_proclist_entry {
	__u64 pid;	    /* of every thread, in the initial pid namespace */
	__u64 utime, stime; /* clock ticks */
};

struct falco_proclist {
	__s64 n_entries;   /* out */
	__s64 max_entries; /* in: capacity of entries, at most FALCO_PROCLIST_MAX */
	struct falco_proclist_entry entries[];
};

#define FALCO_PROCLIST_MAX 1000000

/* Bits of falco_handshake.features. */
#define FALCO_FEATURE_POLL (1u << 0)	/* poll() works and SET_WATERMARK is obeyed */
#define FALCO_FEATURE_LOST (1u << 1)	/* GET_LOST */
#define FALCO_FEATURE_EXCLUDE (1u << 2) /* SET_EXCLUDE_SELF */
#define FALCO_FEATURE_RESERVE (1u << 3) /* part of the ring is reserved for VITAL events */
#define FALCO_FEATURE_URING (1u << 4)	/* SET_URING */

#define FALCO_HANDSHAKE_MAGIC 0x4f434c46 /* "FLCO" */

struct falco_handshake {
	__u32 size;  /* in: size of the caller's structure; out: bytes written, not more */
	__u32 magic; /* out, like all below */
	__u64 api_version;
	__u64 schema_version;
	__u64 features;
	__u64 ring_size; /* bytes per CPU of this consumer */
	__u32 reserve;	 /* of these, bytes that only VITAL events may use */
	__u32 n_events;	 /* event numbers, valid or not */
	__u32 n_cpus;	 /* possible CPUs, so also the number of devices */
	__u32 cpu;	 /* of the descriptor asked */
};

/*
 * poll() on any one descriptor reports on all rings of the consumer: readable as soon as one of
 * them holds `bytes`, or has held anything for `timeout_ms`; no wake-ups while there is nothing to
 * read. The reader drains every ring before it polls again.  Default: a quarter of the ring, 30 ms.
 */
struct falco_watermark {
	__u32 bytes;	  /* at least 1; limited to half of the ring */
	__u32 timeout_ms; /* 1 .. 60000 */
};

/*
 * By event number: records lost for any reason (ring full, unreadable argument, nested), and events
 * of CPUs whose ring is not open.
 */
#define FALCO_LOST_ALL_CPUS (~0u)

struct falco_lost {
	__u32 cpu;	/* in: whose ring, or FALCO_LOST_ALL_CPUS */
	__u32 n;	/* in: capacity of counts; out: counts written */
	__u64 counts[]; /* since the consumer was made, or the ring was opened anew */
};

#endif
