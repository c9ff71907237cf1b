/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* From a system call number to the event it makes. */
#ifndef FALCO_SYSCALLS_H
#define FALCO_SYSCALLS_H

#include <linux/types.h>

#include "event_ctx.h"
#include "uapi/ioctl.h"

enum falco_abi { FALCO_NATIVE, FALCO_IA32, FALCO_ABIS };
enum falco_when { FALCO_ENTER, FALCO_EXIT, FALCO_WHENS };

/* Bits of falco_route.special: resolve_special() in dispatch.c. */
enum {
	FALCO_ROUTE_EXEC = 1 << 0,	 /* success is recorded by sched_process_exec */
	FALCO_ROUTE_CLONE = 1 << 1,	 /* the child returns too */
	FALCO_ROUTE_MMSG = 1 << 2,	 /* one event per message */
	FALCO_ROUTE_SOCKETCALL = 1 << 3, /* socketcall(2): the call is args[0] */
	FALCO_ROUTE_NEW_IMAGE = 1 << 4,	 /* may be the return of an exec from the other word size */
	FALCO_ROUTE_ARG_STRUCT = 1 << 5, /* its one argument points to a struct with the six */
	FALCO_ROUTE_IPC = 1 << 6,	 /* ipc(2): the call is args[0] */
	FALCO_ROUTE_HANDLE = 1 << 7,	 /* PREEMPT_RT: the path is resolved before the record */
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
 * By number: the callers (ABI) and sides (enter, exit) of which some consumer wants this call.
 * Read first by every system call; written under falco_mutex.
 */
#define FALCO_WANT(when, abi) (1 << ((when)*FALCO_ABIS + (abi)))
#define FALCO_WANT_ANY(when) (FALCO_WANT(when, FALCO_NATIVE) | FALCO_WANT(when, FALCO_IA32))
extern u8 falco_wanted[FALCO_SYSCALL_SLOTS];

/* Module load. */
void falco_syscalls_init(void);

/* falco_mutex held: recomputes falco_wanted after a consumer's masks have changed. */
void falco_syscalls_update_wanted(void);

/*
 * A number of FALCO_SYSCALL_SLOTS or above: the native number if it is an x32 call, else -1;
 * *compat: it takes 32-bit structures.
 */
int falco_syscalls_x32(unsigned int nr, bool *compat);

void falco_socketcall_init(void); /* after falco_syscalls_init() */

/*
 * i386 102, socketcall(2).  Probe context: replaces ctx->args by those of the call inside; NULL: no
 * such call.
 */
const struct falco_route *falco_socketcall_route(struct event_ctx *ctx);
/* i386 117, ipc(2), likewise. */
const struct falco_route *falco_ipc_route(struct event_ctx *ctx);
/* Whether a mask has a call inside. */
bool falco_socketcall_wanted(const unsigned long *mask, enum falco_when when);
bool falco_ipc_wanted(const unsigned long *mask);

#endif
