/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * One thing that happened, on its way into one ring.
 *
 * In: set up by dispatch.c.  Out: filled by the generated functions of fillers.c, published by ring.c.
 */
#ifndef FALCO_CAPTURE_H
#define FALCO_CAPTURE_H

#include <linux/types.h>
#include <linux/sched.h>

#include "schema/schema.h"

struct linux_binprm;
struct kernel_siginfo;
struct pt_regs;
struct falco_consumer;

/* Kernel memory, NUL-terminated or not, as it goes on the wire. */
struct span {
	const void *p;
	u32 len;
};

/* A NUL-terminated string in user memory; NULL is "absent". */
struct ustr {
	const char __user *p;
};

/* User memory; copied up to the snap length when snap is set. */
struct uspan {
	const void __user *p;
	u32 len;
	bool snap;
};

struct capture {
	/* What happened: dispatch.c, before anything is written. */
	u16 event;			/* enum event_id */
	u16 code;			/* SC_*, for generic events and masks */
	u16 nr;				/* native 64-bit system call number */
	bool compat;			/* the caller is a 32-bit task: pointers and structures have its layout */
	unsigned long args[6];
	long ret;
	struct task_struct *task;	/* whom it is about: current, but for children seen from fork */
	struct pt_regs *regs;
	u64 ts;				/* wall clock, ns */
	const struct falco_consumer *who;	/* snap length and dynamic rules are its own */
	union {				/* tracepoints other than system calls */
		struct linux_binprm *bprm;
		struct task_struct *next;
		const struct kernel_siginfo *info;
		struct { unsigned long address, ip, error; } fault;
		u32 number;		/* sampling ratio, CPU */
	};
	int sig;
	u32 msg_index;			/* which message of sendmmsg, recvmmsg */

	/* Where it goes: ring.c. */
	u8 *lens;			/* next length, u16 each, unaligned */
	u8 *at, *end;			/* next parameter byte; end of what may be written */
	bool full;			/* sticky: the record did not fit; ring.c cancels it */
	bool fault;			/* sticky: an argument that the event cannot do without was unreadable */
	char *scratch;			/* one page, this CPU's, ours while the record is open */
};

typedef void (*fill_fn)(struct capture *c);

struct filler {
	fill_fn fill;			/* NULL: the module does not make this event */
	u8 n_params;
	u16 flags;			/* enum event_flag */
};

extern const struct filler falco_fillers[EVENT_NUMBERS];

#endif
