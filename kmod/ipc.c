// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* ipc(2) of i386: twelve calls by one number: System V semaphores, messages, shared memory. */
#include <linux/kernel.h>
#include <linux/nospec.h>
#include <asm/unistd.h>

#include "compat/compat.h"
#include "syscalls.h"
#include "user.h"

/*
 * In this order the arguments are those of the native call: 1 first, 2 second, 3 third, 4 ptr, 5
 * fifth, 0 none.
 */
struct call {
	u16 nr;
	u8 order[4];
};

enum {
	CALL_SEMOP = 1,
	CALL_SEMGET,
	CALL_SEMCTL,
	CALL_SEMTIMEDOP,
	CALL_MSGSND = 11,
	CALL_MSGRCV,
	CALL_MSGGET,
	CALL_MSGCTL,
	CALL_SHMAT = 21,
	CALL_SHMDT,
	CALL_SHMGET,
	CALL_SHMCTL,
};

static const struct call calls[] = {
	[CALL_SEMOP] = { __NR_semop, { 1, 4, 2 } },
	[CALL_SEMGET] = { __NR_semget, { 1, 2, 3 } },
	[CALL_SEMCTL] = { __NR_semctl, { 1, 2, 3, 4 } },
	[CALL_SEMTIMEDOP] = { __NR_semtimedop, { 1, 4, 2, 5 } },
	[CALL_MSGSND] = { __NR_msgsnd, { 1, 4, 2, 3 } },
	[CALL_MSGRCV] = { __NR_msgrcv, { 1, 4, 2, 3 } },
	[CALL_MSGGET] = { __NR_msgget, { 1, 2 } },
	[CALL_MSGCTL] = { __NR_msgctl, { 1, 2, 4 } },
	[CALL_SHMAT] = { __NR_shmat, { 1, 4, 2 } },
	[CALL_SHMDT] = { __NR_shmdt, { 4 } },
	[CALL_SHMGET] = { __NR_shmget, { 1, 2, 3 } },
	[CALL_SHMCTL] = { __NR_shmctl, { 1, 2, 4 } },
};

/* The upper half of the number is the version of the call; it does not matter here. */
const struct falco_route *falco_ipc_route(struct event_ctx *ctx)
{
	unsigned int call = ctx->args[0] & 0xffff, i;
	unsigned long given[6];
	u32 value;

	if (call >= ARRAY_SIZE(calls))
		return NULL;
	call = array_index_nospec(call, ARRAY_SIZE(calls));
	if (!calls[call].nr)
		return NULL;
	memcpy(given, ctx->args, sizeof(given));
	memset(ctx->args, 0, sizeof(ctx->args));
	for (i = 0; i < ARRAY_SIZE(calls[call].order); i++)
		if (calls[call].order[i])
			ctx->args[i] = (u32)given[calls[call].order[i]];
	/* ptr points to the fourth argument of semctl. */
	if (call == CALL_SEMCTL)
		ctx->args[3] =
			user_read_early(&value, user_ptr(ctx->args[3]), sizeof(value)) ? value : 0;
	return &falco_routes[FALCO_NATIVE][calls[call].nr];
}

bool falco_ipc_wanted(const unsigned long *mask)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(calls); i++)
		if (calls[i].nr && test_bit(calls[i].nr, mask))
			return true;
	return false;
}
