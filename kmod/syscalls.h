/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* From a system call number to the event it makes. */
#ifndef FALCO_SYSCALLS_H
#define FALCO_SYSCALLS_H

#include <linux/types.h>

#include "event_ctx.h"
#include "uapi/ioctl.h"

enum falco_abi { FALCO_NATIVE, FALCO_IA32, FALCO_ABIS };
enum falco_when { FALCO_ENTER, FALCO_EXIT, FALCO_WHENS };

/* Bits of falco_route.special: calls that dispatch.c must look at twice. */
enum {
	FALCO_ROUTE_EXEC = 1 << 0,	 /* success is told by sched_process_exec */
	FALCO_ROUTE_CLONE = 1 << 1,	 /* the child returns too */
	FALCO_ROUTE_MMSG = 1 << 2,	 /* one call, many messages */
	FALCO_ROUTE_SOCKETCALL = 1 << 3, /* one call that is twenty */
	FALCO_ROUTE_NEW_IMAGE = 1 << 4, /* what the exec of the other word size looks like on return */
	FALCO_ROUTE_ARG_STRUCT = 1 << 5, /* its one argument points to the six */
	FALCO_ROUTE_IPC = 1 << 6,	 /* one call that is twelve */
	FALCO_ROUTE_HANDLE = 1 << 7, /* PREEMPT_RT: its file's path is found before the record */
};

#define FALCO_NO_BIT 0xffff

struct falco_route {
	u16 exit; /* event; 0 is none */
	u16 enter;
	u16 code; /* SC_* */
	u16 bit;  /* in masks: the native number, or FALCO_NO_BIT */
	u8 special;
};

extern struct falco_route falco_routes[FALCO_ABIS][FALCO_SYSCALL_SLOTS];

/*
 * Who is wanted by some consumer, by number.  Looked at before anything else; written under
 * falco_mutex.
 */
#define FALCO_WANT(when, abi) (1 << ((when)*FALCO_ABIS + (abi)))
#define FALCO_WANT_ANY(when) (FALCO_WANT(when, FALCO_NATIVE) | FALCO_WANT(when, FALCO_IA32))
extern u8 falco_wanted[FALCO_SYSCALL_SLOTS];

void falco_syscalls_init(void);

/* With falco_mutex held: some consumer's masks have changed. */
void falco_syscalls_update_wanted(void);

/*
 * A number above all others: the native number if it is an x32 call, or -1; compat: its structures
 * are 32-bit ones.
 */
int falco_syscalls_x32(unsigned int nr, bool *compat);

void falco_socketcall_init(void); /* after falco_syscalls_init() */

/* ia32 102.  Probe context: c->args become those of the call inside, NULL if there is none. */
const struct falco_route *falco_socketcall_route(struct event_ctx *ctx);
/* ia32 117, likewise. */
const struct falco_route *falco_ipc_route(struct event_ctx *ctx);
/* Would some call inside be wanted by a mask? */
bool falco_socketcall_wanted(const unsigned long *mask, enum falco_when when);
bool falco_ipc_wanted(const unsigned long *mask);

#endif
