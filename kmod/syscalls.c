// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * From a system call number to the event it makes, for native and for ia32 callers.
 *
 * Numbers are those of the kernel's own headers; falco_numbers.h, made by Kbuild, has -1 for those
 * it does not know. Masks have native numbers.  A call that only ia32 has uses the mask bit of the
 * native call that does the same: schema/twins.def.
 */
#include <linux/bug.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/nospec.h>
#include <asm/unistd.h>
#ifdef CONFIG_IA32_EMULATION
#include <asm/unistd_32_ia32.h>
#endif
#include "falco_numbers.h"

#include "compat/behaviour.h"
#include "compat/compat.h"
#include "consumer.h"
#include "syscalls.h"
#include "version.h"

struct row {
	s16 native, ia32;
	u16 event, code;
};

#define SYSCALL(code, name, event) { __NR_##name, __NR_ia32_##name, EV_##event, code },
#define PSEUDO(code, name, tp)
static const struct row rows[] __initconst = {
#include "schema/syscalls.def"
};
#undef PSEUDO
#undef SYSCALL

struct falco_route falco_routes[FALCO_ABIS][FALCO_SYSCALL_SLOTS] __ro_after_init;
u8 falco_wanted[FALCO_SYSCALL_SLOTS] __read_mostly;

/* 0: this call has none. */
static u16 __init enter_event(u16 exit)
{
	return event_descs[exit - 1].dir ? exit - 1 : 0;
}

static u8 __init special_of(u16 exit)
{
	u64 traits = event_descs[exit].traits;

	if (traits & SPECIAL_EXEC)
		return FALCO_ROUTE_EXEC;
	if (traits & SPECIAL_CLONE)
		return COMPAT_CHILD_FROM_FORK ? FALCO_ROUTE_CLONE : 0;
	if (traits & SPECIAL_MMSG)
		return FALCO_ROUTE_MMSG;
	if (traits & SPECIAL_HANDLE)
		return IS_ENABLED(CONFIG_PREEMPT_RT) ? FALCO_ROUTE_HANDLE : 0;
	return 0;
}

static void __init set_route(struct falco_route *table, s16 nr, const struct row *row, u16 bit)
{
	if (nr < 0 || WARN_ON(nr >= FALCO_SYSCALL_SLOTS) || WARN_ON(!falco_fillers[row->event].fill))
		return;
	table[nr] = (struct falco_route){
		.exit = falco_version_event(row->event),
		.enter = enter_event(row->event),
		.code = row->code,
		.bit = bit,
		.special = special_of(row->event),
	};
}

#ifdef COMPAT_IA32_TABLE
static const struct {
	s16 ia32, native;
} twins[] __initconst = {
#define TWIN(name, like) { __NR_ia32_##name, __NR_##like },
#include "schema/twins.def"
#undef TWIN
};

static void __init set_twins(void)
{
	struct falco_route *route;
	int i;

	for (i = 0; i < ARRAY_SIZE(twins); i++) {
		if (twins[i].ia32 < 0 || twins[i].native < 0)
			continue;
		route = &falco_routes[FALCO_IA32][twins[i].ia32];
		if (!route->exit)
			*route = falco_routes[FALCO_NATIVE][twins[i].native];
		else if (route->bit == FALCO_NO_BIT)
			route->bit = twins[i].native;
	}
}

/* An exec from the other word size returns with the old number: new_image() in dispatch.c. */
static void __init set_new_image(struct falco_route *table, int nr)
{
	if (nr >= 0)
		table[nr].special |= FALCO_ROUTE_NEW_IMAGE;
}
#endif

void __init falco_syscalls_init(void)
{
	const struct row *row;

	for (row = rows; row < rows + ARRAY_SIZE(rows); row++) {
		u16 bit = row->native >= 0 ? row->native : FALCO_NO_BIT;

		set_route(falco_routes[FALCO_NATIVE], row->native, row, bit);
		set_route(falco_routes[FALCO_IA32], row->ia32, row, bit);
	}
#ifdef COMPAT_IA32_TABLE
	set_twins();
	set_new_image(falco_routes[FALCO_IA32], __NR_execve);
	set_new_image(falco_routes[FALCO_IA32], __NR_execveat);
	set_new_image(falco_routes[FALCO_NATIVE], __NR_ia32_execve);
	set_new_image(falco_routes[FALCO_NATIVE], __NR_ia32_execveat);
#endif
#ifdef CONFIG_IA32_EMULATION
	falco_routes[FALCO_IA32][__NR_ia32_mmap].special = FALCO_ROUTE_ARG_STRUCT;
	falco_routes[FALCO_IA32][__NR_ia32_socketcall].special = FALCO_ROUTE_SOCKETCALL;
	falco_routes[FALCO_IA32][__NR_ia32_ipc].special = FALCO_ROUTE_IPC;
#endif
}

static bool masked(const struct falco_route *route, const unsigned long *mask, enum falco_when when)
{
	if (route->special & FALCO_ROUTE_SOCKETCALL)
		return falco_socketcall_wanted(mask, when);
	if (route->special & FALCO_ROUTE_IPC)
		return when == FALCO_EXIT && falco_ipc_wanted(mask);
	if (when == FALCO_ENTER ? !route->enter : !route->exit)
		return false;
	return route->bit != FALCO_NO_BIT && test_bit(route->bit, mask);
}

static bool wanted_by_any(const struct falco_route *route, enum falco_when when)
{
	struct falco_consumer *consumer;

	list_for_each_entry(consumer, &falco_consumers, node)
		if (masked(route, when == FALCO_ENTER ? consumer->enter : consumer->exit, when))
			return true;
	return false;
}

void falco_syscalls_update_wanted(void)
{
	int when, abi, nr;

	for (nr = 0; nr < FALCO_SYSCALL_SLOTS; nr++) {
		u8 want = 0;

		for (when = 0; when < FALCO_WHENS; when++)
			for (abi = 0; abi < FALCO_ABIS; abi++)
				if (wanted_by_any(&falco_routes[abi][nr], when))
					want |= FALCO_WANT(when, abi);
		WRITE_ONCE(falco_wanted[nr], want);
	}
}

#ifdef CONFIG_X86_X32_ABI
static const s16 x32[] = {
	__NR_rt_sigaction,
	__NR_rt_sigreturn,
	__NR_ioctl,
	__NR_readv,
	__NR_writev,
	__NR_recvfrom,
	__NR_sendmsg,
	__NR_recvmsg,
	__NR_execve,
	__NR_ptrace,
	__NR_rt_sigpending,
	__NR_rt_sigtimedwait,
	__NR_rt_sigqueueinfo,
	__NR_sigaltstack,
	__NR_timer_create,
	__NR_mq_notify,
	__NR_kexec_load,
	__NR_waitid,
	__NR_set_robust_list,
	__NR_get_robust_list,
	__NR_vmsplice,
	__NR_move_pages,
	__NR_preadv,
	__NR_pwritev,
	__NR_rt_tgsigqueueinfo,
	__NR_recvmmsg,
	__NR_sendmmsg,
	__NR_process_vm_readv,
	__NR_process_vm_writev,
	__NR_setsockopt,
	__NR_getsockopt,
	__NR_io_setup,
	__NR_io_submit,
	__NR_execveat,
	__NR_preadv2,
	__NR_pwritev2,
};

int falco_syscalls_x32(unsigned int nr, bool *compat)
{
	if (!(nr & __X32_SYSCALL_BIT))
		return -1;
	nr &= ~__X32_SYSCALL_BIT;
	*compat = nr >= FALCO_SYSCALL_SLOTS;
	if (!*compat)
		return array_index_nospec(nr, FALCO_SYSCALL_SLOTS);
	nr -= FALCO_SYSCALL_SLOTS;
	return nr < ARRAY_SIZE(x32) ? x32[array_index_nospec(nr, ARRAY_SIZE(x32))] : -1;
}
#else
int falco_syscalls_x32(unsigned int nr, bool *compat)
{
	return -1;
}
#endif
