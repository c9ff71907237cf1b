/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * One event on its way into one ring.
 *
 * In: set up by dispatch.c.  Out: the record that the generated functions of fillers.c write,
 * committed by ring.h.
 */
#ifndef FALCO_CAPTURE_H
#define FALCO_CAPTURE_H

#include <linux/file.h>
#include <linux/sched.h>
#include <linux/sem.h>
#include <linux/types.h>
#include <linux/uio.h>

#include "schema/schema.h"

struct linux_binprm;
struct kernel_siginfo;
struct falco_consumer;

/* Kernel memory that is copied as it is. */
struct span {
	const void *p;
	u32 len;
};

/* A NUL-terminated string in user memory; NULL: absent. */
struct ustr {
	const char __user *p;
};

/* User memory; copied up to the snap length when snap is set. */
struct uspan {
	const void __user *p;
	u32 len;
	bool snap;
};

/* Bytes that a collect macro has written at event_ctx.at already; they become the parameter. */
struct written {
	u32 len;
};

/* An open file. */
struct file_facts {
	u64 ino;
	u32 dev;      /* new_encode_dev() */
	u32 layer;    /* overlayfs: file_flags_FD_UPPER_LAYER, file_flags_FD_LOWER_LAYER or 0 */
	bool created; /* by the call that opened it */
};

/* KiB. */
struct memory_facts {
	u32 size, rss, swap;
};

/* The executable of a task. */
struct image_facts {
	u64 ino, ctime, mtime;
	u32 flags;	   /* execve_flags */
	struct file *file; /* put when the record ends; NULL: a task without one */
};

/*
 * PREEMPT_RT: facts whose locks sleep, gathered before the record is begun: of an executable, or of
 * a file opened by handle.  A path that is longer is absent.
 */
struct falco_prepared {
	struct image_facts image;
	u32 path_len; /* NUL included */
	char path[1024];
};

/* A struct msghdr of any layout. */
struct message {
	void __user *name, *iov, *control;
	u32 name_len, n_iov, control_len;
	u32 len; /* bytes moved: sendmmsg, recvmmsg */
};

/*
 * Which members of struct event_ctx are valid.  Facts used by several parameters are gathered by
 * the first of them.
 */
enum ctx_known {
	KNOWN_FILE = 1,	     /* held, held_fd */
	KNOWN_OPENED = 2,    /* opened */
	KNOWN_MEMORY = 4,    /* memory */
	KNOWN_IMAGE = 8,     /* image */
	KNOWN_ARGUMENT = 16, /* the structure an argument points to: the union below */
	KNOWN_IOV = 32,	     /* iov, iov_size */
	KNOWN_SOCKET = 64,   /* socket */
};

enum { CTX_IOV = 8 };

struct event_ctx {
	/* The event: set by dispatch.c before anything is written. */
	u16 event;   /* enum event_id */
	u16 code;    /* SC_*, for generic events and masks */
	u16 nr;	     /* native 64-bit system call number */
	bool compat; /* the caller is a 32-bit task: pointers and structures have its layout */
	unsigned long args[6];
	long ret;
	struct task_struct *
		task; /* current, or the child in sched_process_fork, the exiting task in sched_process_exit */
	u64 ts; /* wall clock, ns */
	const struct falco_prepared
		*prepared; /* PREEMPT_RT: NULL if it could not be gathered; unused elsewhere */
	const struct falco_consumer *consumer; /* whose snap length applies */
	union {				       /* tracepoints other than system calls */
		struct linux_binprm *bprm;
		struct task_struct *next;
		const struct kernel_siginfo *info;
		struct {
			unsigned long address, ip, error;
		} page_fault;
		const struct file *file; /* io_uring: the request's, which holds it */
		u32 number;		 /* sampling ratio, CPU */
	};
	int sig;
	u32 msg_index; /* which message of sendmmsg, recvmmsg */

	/* Where it goes: ring.h. */
	u8 *lens;     /* the first length, u16 each, unaligned; parameters follow the last */
	u8 *at, *end; /* next byte to be written; end of the space */

	/* Cleared when a record begins, by one store. */
	u32 known; /* enum ctx_known */
	u16 full;  /* sticky: the record did not fit; dispatch.c drops it */
	u16 fault; /* sticky: an argument that the event cannot do without was unreadable */

	/* Gathered by collect_*.c; not initialised, valid as `known` says. */
	int held_fd;
	struct fd held;		   /* put when the record ends */
	u32 args_len;		   /* bytes of argv after argv[0], at ctx->at */
	u32 iov_size;		   /* sum of the lengths of an iovec array */
	struct iovec iov[CTX_IOV]; /* its first elements */
	struct file_facts opened;
	struct memory_facts memory;
	struct {
		u32 domain, type, proto, flags;
	} socket;
	union { /* an event has one of these */
		struct image_facts image;
		struct message msg;
		struct {
			u64 flags, mode, resolve;
			bool known;
		} how;
		struct {
			u32 sq_entries, cq_entries, flags, sq_thread_cpu, sq_thread_idle, features;
		} uring;
		struct {
			u64 dqb_bhardlimit, dqb_bsoftlimit, dqb_curspace, dqb_ihardlimit,
				dqb_isoftlimit, dqb_btime, dqb_itime, dqi_bgrace, dqi_igrace,
				dqi_flags;
		} quota;
		struct sembuf semops[2];
		struct {
			u32 len, max;
			u8 pct;
		} queue;
		int fds[2];
	};
};

/*
 * Writes the parameters of one event.  Probe context: preemption off (an RCU read-side critical
 * section), page faults disabled.  It calls nothing that sleeps and, on PREEMPT_RT, nothing that
 * waits for a spinlock_t.
 */
typedef void (*fill_fn)(struct event_ctx *ctx);

struct filler {
	fill_fn fill; /* NULL: the module does not make this event */
	u16 size;     /* bytes of a record whose variable parameters are all empty */
	u8 n_params;
};

extern struct filler falco_fillers[EVENT_NUMBERS];

/* The filler for an io_uring operation that is recorded as this event; NULL if there is none. */
const struct filler *falco_filler_uring(u16 event);

/* Module load, before the first record: selects fillers of the schema that is reported. */
void falco_fillers_init(u64 schema);

/*
 * PREEMPT_RT only, preemptible, inside rcu_read_lock(): fill p with the executable of task, the
 * file fd, or a path.
 */
void falco_prepare_image(struct falco_prepared *p, struct task_struct *task);
void falco_prepare_opened(struct falco_prepared *p, int fd);
void falco_prepare_path(struct falco_prepared *p, const struct path *path);

/* Module load, before the first record. */
void falco_collect_init(void);

#endif
