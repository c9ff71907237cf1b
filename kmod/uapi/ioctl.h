/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What a reader may ask of /dev/falco<cpu>.
 *
 * Numbers below 64 are Falco's, with Falco's meaning.  Numbers from 64 on are our own: a reader that knows only
 * Falco's never needs them and never notices them; one that wants them asks FALCO_IOCTL_HANDSHAKE first, which any other
 * driver answers with ENOTTY.
 *
 * The argument is a plain value unless a pointer is named.  All settings belong to the consumer, that is to all
 * descriptors one thread has opened: say them on any one of them.
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
#define FALCO_IOCTL_GET_VTID FALCO_IOCTL(10)		       /* tid; the answer is the result */
#define FALCO_IOCTL_GET_VPID FALCO_IOCTL(11)		       /* tid; the answer is the result */
#define FALCO_IOCTL_GET_CURRENT_TID FALCO_IOCTL(12)	       /* the answer is the result */
#define FALCO_IOCTL_GET_CURRENT_PID FALCO_IOCTL(13)	       /* the answer is the result */
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
#define FALCO_IOCTL_DISABLE_DROPFAILED FALCO_IOCTL(33)
#define FALCO_IOCTL_ENABLE_DROPFAILED FALCO_IOCTL(34)

/* Our own.  Who else speaks here: struct falco_handshake. */
#define FALCO_IOCTL_HANDSHAKE FALCO_IOCTL(64) /* struct falco_handshake * */
/* How many parameters this module gives each event; 0 is an event it never makes. */
#define FALCO_IOCTL_GET_EVENT_PARAMS FALCO_IOCTL(65) /* __u8[handshake.n_events] */
/* When poll() wakes: struct falco_watermark. */
#define FALCO_IOCTL_SET_WATERMARK FALCO_IOCTL(66) /* const struct falco_watermark * */
/* Do not record what the calling process (all its threads) does; births, images, deaths and ids still come. */
#define FALCO_IOCTL_SET_EXCLUDE_SELF FALCO_IOCTL(67) /* 0 or 1 */
/* Which events were lost: struct falco_lost. */
#define FALCO_IOCTL_GET_LOST FALCO_IOCTL(68) /* struct falco_lost * */
/*
 * Of the system calls asked for that io_uring does too (openat, openat2, accept4, socket, connect): record those as well, if
 * they succeed, as the exit events of the calls; with FALCO_TP_SYS_EXIT.  Like a tracepoint, it stays until it is taken back.
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

/* n_entries > max_entries comes back with ENOSPC: ask again with more. */
struct falco_proclist_entry {
	__u64 pid;	    /* of every thread, in the initial pid namespace */
	__u64 utime, stime; /* clock ticks */
};

struct falco_proclist {
	__s64 n_entries;   /* out */
	__s64 max_entries; /* in: room in entries, at most FALCO_PROCLIST_MAX */
	struct falco_proclist_entry entries[];
};

#define FALCO_PROCLIST_MAX 1000000

/* Bits of falco_handshake.features. */
#define FALCO_FEATURE_POLL (1u << 0)	/* poll() works and SET_WATERMARK is obeyed */
#define FALCO_FEATURE_LOST (1u << 1)	/* GET_LOST */
#define FALCO_FEATURE_EXCLUDE (1u << 2) /* SET_EXCLUDE_SELF */
#define FALCO_FEATURE_RESERVE \
	(1u << 3) /* part of the ring is kept for births, images, deaths and ids */
#define FALCO_FEATURE_URING (1u << 4) /* SET_URING */

#define FALCO_HANDSHAKE_MAGIC 0x4f434c46 /* "FLCO" */

struct falco_handshake {
	__u32 size;  /* in: bytes of room; out: bytes written, never more than asked */
	__u32 magic; /* out, like all below */
	__u64 api_version;
	__u64 schema_version;
	__u64 features;
	__u64 ring_size; /* bytes per CPU of this consumer */
	__u32 reserve;	 /* of these, bytes that only births, images, deaths and ids may use */
	__u32 n_events;	 /* event numbers, valid or not */
	__u32 n_cpus;	 /* possible CPUs, so also the number of devices */
	__u32 cpu;	 /* of the descriptor asked */
};

/*
 * poll() on any one descriptor answers for all rings of the consumer: readable as soon as one of them holds `bytes`, or
 * has held anything for `timeout_ms`.  Nothing to read means no wake-up at all.  The reader drains every ring before it
 * polls again.  Default: a quarter of the ring, 30 ms.
 */
struct falco_watermark {
	__u32 bytes;	  /* at least 1; more than the ring can hold is cut to half of it */
	__u32 timeout_ms; /* 1 .. 60000 */
};

/*
 * Sums the kinds of loss the ring page shows (no room, unreadable argument, nested), by event number; and what happened
 * on CPUs whose ring is not open: those that came late, or have none for lack of memory.
 */
#define FALCO_LOST_ALL_CPUS (~0u)

struct falco_lost {
	__u32 cpu;	/* in: whose ring, or FALCO_LOST_ALL_CPUS */
	__u32 n;	/* in: room in counts; out: counts written */
	__u64 counts[]; /* since the consumer came, or the ring was last opened again */
};

#endif
