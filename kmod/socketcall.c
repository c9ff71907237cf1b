// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* socketcall(2) of i386: twenty calls by one number, their arguments in user memory. */
#include <linux/kernel.h>
#include <linux/net.h>
#include <linux/nospec.h>
#include <asm/unistd.h>

#include "compat/compat.h"
#include "syscalls.h"
#include "user.h"

struct call {
	u8 n_args;
	u16 nr;		 /* native call with the same arguments */
	u16 event, code; /* if not that call's own */
};

static const struct call calls[] = {
	[SYS_SOCKET] = { 3, __NR_socket },
	[SYS_BIND] = { 3, __NR_bind },
	[SYS_CONNECT] = { 3, __NR_connect },
	[SYS_LISTEN] = { 2, __NR_listen },
	[SYS_ACCEPT] = { 3, __NR_accept },
	[SYS_GETSOCKNAME] = { 3, __NR_getsockname },
	[SYS_GETPEERNAME] = { 3, __NR_getpeername },
	[SYS_SOCKETPAIR] = { 4, __NR_socketpair },
	[SYS_SEND] = { 4, __NR_sendto, EV_send, SC_send },
	[SYS_RECV] = { 4, __NR_recvfrom, EV_recv, SC_recv },
	[SYS_SENDTO] = { 6, __NR_sendto },
	[SYS_RECVFROM] = { 6, __NR_recvfrom },
	[SYS_SHUTDOWN] = { 2, __NR_shutdown },
	[SYS_SETSOCKOPT] = { 5, __NR_setsockopt },
	[SYS_GETSOCKOPT] = { 5, __NR_getsockopt },
	[SYS_SENDMSG] = { 3, __NR_sendmsg },
	[SYS_RECVMSG] = { 3, __NR_recvmsg },
	[SYS_ACCEPT4] = { 4, __NR_accept4 },
	[SYS_RECVMMSG] = { 5, __NR_recvmmsg },
	[SYS_SENDMMSG] = { 4, __NR_sendmmsg },
};

static struct falco_route routes[ARRAY_SIZE(calls)] __ro_after_init;

void __init falco_socketcall_init(void)
{
	int i;

	for (i = SYS_SOCKET; i < ARRAY_SIZE(calls); i++) {
		routes[i] = falco_routes[FALCO_NATIVE][calls[i].nr];
		if (calls[i].event) {
			routes[i].exit = calls[i].event;
			routes[i].code = calls[i].code;
		}
	}
}

const struct falco_route *falco_socketcall_route(struct event_ctx *ctx)
{
	unsigned long call = ctx->args[0];
	u32 words[6] = { 0 };
	int i;

	if (call < SYS_SOCKET || call >= ARRAY_SIZE(calls))
		return NULL;
	call = array_index_nospec(call, ARRAY_SIZE(calls));
	if (!user_read_early(words, user_ptr((u32)ctx->args[1]), calls[call].n_args * sizeof(*words)))
		return NULL;
	for (i = 0; i < ARRAY_SIZE(words); i++)
		ctx->args[i] = words[i];
	return &routes[call];
}

bool falco_socketcall_wanted(const unsigned long *mask, enum falco_when when)
{
	int i;

	for (i = SYS_SOCKET; i < ARRAY_SIZE(calls); i++)
		if ((when == FALCO_ENTER ? routes[i].enter : routes[i].exit) &&
		    test_bit(routes[i].bit, mask))
			return true;
	return false;
}
