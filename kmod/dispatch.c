// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The probes: which event the kernel has just produced, which consumers want it, and the record in
 * their rings.
 *
 * In: registers and arguments of tracepoints.  Out: struct event_ctx, filled by fillers.c,
 * committed by ring.h.
 *
 * Probes run with preemption off, those of system calls preemptible from v6.13 on, where
 * compat_pin_cpu() switches it off. A system call that no consumer wants costs one test of
 * falco_wanted[nr].
 */
#include <linux/binfmts.h>
#include <linux/irqflags.h>
#include <linux/ktime.h>
#include <linux/preempt.h>
#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/tracepoint.h>
#include <asm/syscall.h>
#include <asm/unistd.h>
#include <trace/events/sched.h>
#include <trace/events/signal.h>
#include <trace/events/syscalls.h>

#include "event_ctx.h"
#include "compat/behaviour.h"
#include "compat/compat.h"
#include "consumer.h"
#include "dispatch.h"
#include "ring.h"
#include "sampling.h"
#include "stats.h"
#include "syscalls.h"
#include "tracepoints.h"
#include "uring.h"
#include "user.h"
#include "wakeup.h"

/* Ring level: one event, one ring. */

/* Counts the record; returns how many bytes of the ring it must leave free. */
static __always_inline u32 count_attempt(struct falco_ring *ring, u8 traits)
{
	WRITE_ONCE(ring->page->n_evts, ++ring->own.n_evts);
	if (likely(!(traits & (FALCO_RECORD_SWITCH | FALCO_RECORD_VITAL))))
		return ring->reserve;
	if (traits & FALCO_RECORD_SWITCH)
		WRITE_ONCE(ring->page->n_context_switches, ++ring->own.n_context_switches);
	return traits & FALCO_RECORD_VITAL ? 0 : ring->reserve;
}

/*
 * Writes one record.  Arguments that are not resident are absent or, with may_retry, abandon the
 * record before it is committed: the caller fetches the pages and writes it again.
 */
static __always_inline bool write_record(struct falco_ring *ring, struct event_ctx *ctx,
					 const struct filler *as, u32 reserve, bool may_retry)
{
	const struct filler *f = as ? as : &falco_fillers[ctx->event];

	if (unlikely(!falco_ring_reserve(ring, ctx, f->size, reserve))) {
		falco_stats_lost(ring, ctx->event, FALCO_LOST_FULL);
		return false;
	}
	f->fill(ctx);
	if (may_retry && unlikely(user_missed())) {
		WRITE_ONCE(ring->page->n_evts, --ring->own.n_evts);
		return false;
	}
	if (unlikely(ctx->full || ctx->fault)) {
		falco_stats_lost(ring, ctx->event, ctx->full ? FALCO_LOST_FULL : FALCO_LOST_FAULT);
		return false;
	}
	if (unlikely(falco_ring_commit(ring, ctx, f->n_params) >= READ_ONCE(ring->wake_at)))
		falco_wakeup_ring(ring);
	return true;
}

/* as: a filler to use instead of the event's own, or NULL. */
static __always_inline bool record_as(struct falco_consumer *consumer, struct event_ctx *ctx,
				      const struct filler *as, bool may_retry)
{
	struct falco_ring *ring = this_cpu_ptr(consumer->rings);
	bool recorded;

	/* acquire: pairs with the release in consumer.c; what is open has been reset */
	if (unlikely(!smp_load_acquire(&ring->open))) {
		falco_stats_lost_no_ring(ring, ctx->event);
		return false;
	}
	if (unlikely(ring->busy)) {
		falco_stats_lost(ring, ctx->event, FALCO_LOST_NESTED);
		return false;
	}
	WRITE_ONCE(ring->busy, true);
	barrier();
	ctx->consumer = consumer;
	recorded = write_record(ring, ctx, as, count_attempt(ring, falco_record_traits[ctx->event]),
				may_retry);
	barrier();
	WRITE_ONCE(ring->busy, false);
	return recorded;
}

static __always_inline bool record(struct falco_consumer *consumer, struct event_ctx *ctx,
				   bool may_retry)
{
	return record_as(consumer, ctx, NULL, may_retry);
}

bool falco_dispatch_record(struct falco_consumer *consumer, struct event_ctx *ctx)
{
	return record(consumer, ctx, false);
}

bool falco_dispatch_record_as(struct falco_consumer *consumer, struct event_ctx *ctx,
			      const struct filler *as)
{
	return record_as(consumer, ctx, as, false);
}

/*
 * Slow path: an argument was not resident.  Unpin the CPU, fault the pages in, write the record
 * again.  The consumer cannot go away, as this is still inside a probe.  The clock is read again
 * because a ring is ordered by time.
 */
enum { MAX_FETCHES = 32 };

static noinline void record_fetching(struct falco_consumer *consumer, struct event_ctx *ctx)
{
	struct user_misses misses;
	bool got = true;
	int i;

	for (i = 0; got && user_missed(); i++) {
		misses = user_take_misses();
		compat_unpin_cpu();
		got = i < MAX_FETCHES && user_fetch(&misses);
		compat_pin_cpu();
		ctx->ts = ktime_get_real_ns();
		record(consumer, ctx, got);
	}
	user_forget_misses();
}

/* Consumer level: which consumers want the event. */

static __always_inline bool passes(struct falco_consumer *consumer, struct event_ctx *ctx)
{
	return likely(!READ_ONCE(consumer->filters)) || falco_sampling_passes(consumer, ctx);
}

static __always_inline void record_syscall(struct event_ctx *ctx, const struct falco_route *route,
					   enum falco_when when)
{
	struct falco_consumer *consumer;

	compat_pin_cpu();
	ctx->ts = ktime_get_real_ns();
	list_for_each_entry_lockless(consumer, &falco_consumers, node)
		if (test_bit(route->bit, when == FALCO_ENTER ? consumer->enter : consumer->exit) &&
		    passes(consumer, ctx)) {
			record(consumer, ctx, COMPAT_MAY_FAULT);
			if (COMPAT_MAY_FAULT && unlikely(user_missed()))
				record_fetching(consumer, ctx);
		}
	compat_unpin_cpu();
}

static noinline void record_tracepoint(enum falco_tp tp, struct event_ctx *ctx)
{
	struct falco_consumer *consumer;

	compat_pin_cpu();
	ctx->ts = ktime_get_real_ns();
	list_for_each_entry_lockless(consumer, &falco_consumers, node)
		if ((READ_ONCE(consumer->tps) & BIT(tp)) && passes(consumer, ctx))
			record(consumer, ctx, false);
	user_forget_misses();
	compat_unpin_cpu();
}

/*
 * PREEMPT_RT: d_path() takes locks that sleep there, so paths are resolved before the record is
 * begun.  Until v6.18 the tracepoint runs with preemption off, which also protects its list of
 * probes; rcu_read_lock() does while it is on.
 */
void falco_dispatch_prepare(struct event_ctx *ctx, struct falco_prepared *p)
{
	const int off = preempt_count();

	ctx->prepared = NULL;
	if (off > 1 || irqs_disabled())
		return;
	rcu_read_lock();
	if (off)
		preempt_enable_notrace();
	p->path_len = 0;
	if (ctx->event == EV_open_by_handle_at || ctx->event == EV_openat ||
	    ctx->event == EV_openat2)
		falco_prepare_opened(p, ctx->ret);
	else
		falco_prepare_image(p, ctx->task);
	if (off)
		preempt_disable_notrace();
	rcu_read_unlock();
	ctx->prepared = p;
}

static noinline void record_prepared(enum falco_tp tp, struct event_ctx *ctx,
				     const struct falco_route *route)
{
	struct falco_prepared p __compat_uninitialized;

	falco_dispatch_prepare(ctx, &p);
	if (route)
		record_syscall(ctx, route, FALCO_EXIT);
	else
		record_tracepoint(tp, ctx);
}

/* System calls. */

static __always_inline void set_syscall(struct event_ctx *ctx, struct pt_regs *regs,
					const struct falco_route *route, bool compat)
{
	ctx->code = route->code;
	ctx->nr = route->bit;
	ctx->compat = compat;
	ctx->task = current;
	syscall_get_arguments(current, regs, ctx->args);
}

/*
 * An exec that changes between 32 and 64 bits returns with the system call number of the old table,
 * looked up in the new one, and with cleared registers.
 */
static bool new_image(const struct event_ctx *ctx)
{
	if (ctx->ret)
		return false;
	return !ctx->args[0] && !ctx->args[1] && (!ctx->compat || !ctx->args[2]);
}

/* mmap(2) of i386 (old_mmap): its one argument points to a struct with the six. */
static void read_mmap_arg_struct(struct event_ctx *ctx)
{
	u32 args[6];
	int i;

	if (!user_read_early(args, user_ptr(ctx->args[0]), sizeof(args)))
		memset(args, 0, sizeof(args));
	for (i = 0; i < 6; i++)
		ctx->args[i] = args[i];
}

/* The route of a special call, with its arguments in ctx; NULL: nothing is recorded. */
static const struct falco_route *resolve_special(struct event_ctx *ctx,
						 const struct falco_route *route)
{
	if ((route->special & FALCO_ROUTE_NEW_IMAGE) && new_image(ctx))
		return NULL;
	if ((route->special & (FALCO_ROUTE_EXEC | FALCO_ROUTE_CLONE)) && !ctx->ret)
		return NULL;
	if (route->special & FALCO_ROUTE_ARG_STRUCT)
		read_mmap_arg_struct(ctx);
	if (route->special & (FALCO_ROUTE_SOCKETCALL | FALCO_ROUTE_IPC)) {
		route = route->special & FALCO_ROUTE_IPC ? falco_ipc_route(ctx)
							 : falco_socketcall_route(ctx);
		if (route) {
			ctx->code = route->code;
			ctx->nr = route->bit;
		}
	}
	return route;
}

/*
 * One event per message; the CPU is unpinned in between.  The kernel moves at most UIO_MAXIOV
 * messages per call, but a seccomp user notification may return any number.
 */
static void record_messages(struct event_ctx *ctx, const struct falco_route *route)
{
	const u32 n = min_t(unsigned long, ctx->ret, UIO_MAXIOV);

	for (; ctx->msg_index < n; ctx->msg_index++)
		record_syscall(ctx, route, FALCO_EXIT);
}

static noinline void exit_special(struct event_ctx *ctx, const struct falco_route *route)
{
	route = resolve_special(ctx, route);
	if (!route || !route->exit)
		return;
	ctx->event = route->exit;
	ctx->msg_index = 0;
	if ((route->special & FALCO_ROUTE_MMSG) && ctx->ret > 1)
		record_messages(ctx, route);
	else if (IS_ENABLED(CONFIG_PREEMPT_RT) &&
		 (route->special & (FALCO_ROUTE_EXEC | FALCO_ROUTE_HANDLE)))
		record_prepared(FALCO_TP_SYS_EXIT, ctx, route);
	else
		record_syscall(ctx, route, FALCO_EXIT);
}

static noinline void exit_wanted(struct pt_regs *regs, long ret, const struct falco_route *route,
				 bool compat)
{
	struct event_ctx ctx __compat_uninitialized;

	set_syscall(&ctx, regs, route, compat);
	ctx.ret = ret;
	if (unlikely(route->special)) {
		exit_special(&ctx, route);
		return;
	}
	ctx.event = route->exit;
	record_syscall(&ctx, route, FALCO_EXIT);
}

static noinline void enter_wanted(struct pt_regs *regs, const struct falco_route *route, bool compat)
{
	struct event_ctx ctx __compat_uninitialized;

	set_syscall(&ctx, regs, route, compat);
	ctx.ret = 0;
	if (route->special & FALCO_ROUTE_SOCKETCALL)
		route = resolve_special(&ctx, route);
	if (!route || !route->enter)
		return;
	ctx.event = route->enter;
	record_syscall(&ctx, route, FALCO_ENTER);
}

static __always_inline enum falco_abi caller_abi(void)
{
	return compat_syscall_is_ia32() ? FALCO_IA32 : FALCO_NATIVE;
}

/* By callers of any table: the test on the path of every system call. */
static __always_inline bool wanted(enum falco_when when, unsigned int nr)
{
	return READ_ONCE(falco_wanted[nr]) & FALCO_WANT_ANY(when);
}

/* By callers of this table. */
static __always_inline bool wanted_by(enum falco_when when, enum falco_abi abi, unsigned int nr)
{
	return READ_ONCE(falco_wanted[nr]) & FALCO_WANT(when, abi);
}

/*
 * x32 calls, marked by __X32_SYSCALL_BIT, and invalid numbers.  x32 numbers from 512 on take 32-bit
 * structures.
 */
static noinline void dispatch_x32(enum falco_when when, struct pt_regs *regs, long ret,
				  unsigned int nr)
{
	bool compat;
	int native = falco_syscalls_x32(nr, &compat);

	if (native < 0 || !wanted_by(when, FALCO_NATIVE, native))
		return;
	if (when == FALCO_ENTER)
		enter_wanted(regs, &falco_routes[FALCO_NATIVE][native], compat);
	else
		exit_wanted(regs, ret, &falco_routes[FALCO_NATIVE][native], compat);
}

static notrace void probe_sys_enter(void *data, struct pt_regs *regs, long id)
{
	unsigned int nr = id;

	this_cpu_inc(falco_hits);
	if (unlikely(nr >= FALCO_SYSCALL_SLOTS))
		dispatch_x32(FALCO_ENTER, regs, 0, nr);
	else if (unlikely(wanted(FALCO_ENTER, nr)) &&
		 likely(wanted_by(FALCO_ENTER, caller_abi(), nr)))
		enter_wanted(regs, &falco_routes[caller_abi()][nr], caller_abi() == FALCO_IA32);
}

static notrace void probe_sys_exit(void *data, struct pt_regs *regs, long ret)
{
	unsigned int nr = syscall_get_nr(current, regs);

	this_cpu_inc(falco_hits);
	if (unlikely(nr >= FALCO_SYSCALL_SLOTS))
		dispatch_x32(FALCO_EXIT, regs, ret, nr);
	else if (unlikely(wanted(FALCO_EXIT, nr)) && likely(wanted_by(FALCO_EXIT, caller_abi(), nr)))
		exit_wanted(regs, ret, &falco_routes[caller_abi()][nr], caller_abi() == FALCO_IA32);
}

/* Other tracepoints. */

static __always_inline void set_event(struct event_ctx *ctx, u16 event, u16 code,
				      struct task_struct *task)
{
	ctx->event = event;
	ctx->code = code;
	ctx->nr = 0;
	ctx->compat = false;
	ctx->ret = 0;
	ctx->task = task;
}

static void probe_exec(void *data, struct task_struct *p, pid_t old_pid, struct linux_binprm *bprm)
{
	struct event_ctx ctx __compat_uninitialized;

	this_cpu_inc(falco_hits);
	set_event(&ctx, EV_execve, SC_execve, current);
	ctx.bprm = bprm;
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		record_prepared(FALCO_TP_SCHED_PROC_EXEC, &ctx, NULL);
	else
		record_tracepoint(FALCO_TP_SCHED_PROC_EXEC, &ctx);
}

static void probe_exit(void *data, COMPAT_PROCESS_EXIT_ARGS)
{
	struct event_ctx ctx __compat_uninitialized;

	this_cpu_inc(falco_hits);
	if (p->flags & PF_KTHREAD)
		return;
	set_event(&ctx, EV_procexit, SC_sched_process_exit, p);
	record_tracepoint(FALCO_TP_SCHED_PROC_EXIT, &ctx);
}

static void __maybe_unused probe_fork(void *data, struct task_struct *parent,
				      struct task_struct *child)
{
	struct event_ctx ctx __compat_uninitialized;

	this_cpu_inc(falco_hits);
	if (child->flags & PF_KTHREAD)
		return;
	set_event(&ctx, EV_clone, SC_clone, child);
	memset(ctx.args, 0, sizeof(ctx.args));
	record_tracepoint(FALCO_TP_SCHED_PROC_FORK, &ctx);
}

static void probe_switch(void *data, COMPAT_SWITCH_ARGS)
{
	struct event_ctx ctx __compat_uninitialized;

	this_cpu_inc(falco_hits);
	set_event(&ctx, EV_switch, SC_sched_switch, prev);
	ctx.next = next;
	record_tracepoint(FALCO_TP_SCHED_SWITCH, &ctx);
}

static void probe_signal(void *data, int sig, struct kernel_siginfo *info, struct k_sigaction *ka)
{
	struct event_ctx ctx __compat_uninitialized;

	this_cpu_inc(falco_hits);
	set_event(&ctx, EV_signaldeliver, SC_signal_deliver, current);
	ctx.info = info;
	ctx.sig = sig;
	record_tracepoint(FALCO_TP_SIGNAL_DELIVER, &ctx);
}

#ifdef COMPAT_PAGE_FAULTS
static void page_fault(enum falco_tp tp, u16 code, unsigned long address, struct pt_regs *regs,
		       unsigned long error)
{
	struct event_ctx ctx __compat_uninitialized;

	this_cpu_inc(falco_hits);
	set_event(&ctx, EV_page_fault, code, current);
	ctx.page_fault.address = address;
	ctx.page_fault.ip = instruction_pointer(regs);
	ctx.page_fault.error = error;
	record_tracepoint(tp, &ctx);
}

static void probe_fault_user(void *data, unsigned long address, struct pt_regs *regs,
			     unsigned long error)
{
	page_fault(FALCO_TP_PAGE_FAULT_USER, SC_page_fault_user, address, regs, error);
}

static void probe_fault_kernel(void *data, unsigned long address, struct pt_regs *regs,
			       unsigned long error)
{
	page_fault(FALCO_TP_PAGE_FAULT_KERNEL, SC_page_fault_kernel, address, regs, error);
}
#endif

/* Compiled only: the prototypes of the probes are those of their tracepoints. */
static void __maybe_unused check_types(void)
{
	check_trace_callback_type_sys_enter(probe_sys_enter);
	check_trace_callback_type_sys_exit(probe_sys_exit);
	check_trace_callback_type_sched_process_exec(probe_exec);
	check_trace_callback_type_sched_process_exit(probe_exit);
	check_trace_callback_type_sched_process_fork(probe_fork);
	check_trace_callback_type_sched_switch(probe_switch);
	check_trace_callback_type_signal_deliver(probe_signal);
#ifdef COMPAT_PAGE_FAULTS
	check_trace_callback_type_page_fault_user(probe_fault_user);
	check_trace_callback_type_page_fault_kernel(probe_fault_kernel);
#endif
}

static void *const probes[FALCO_TP_COUNT] = {
	[FALCO_TP_SYS_ENTER] = probe_sys_enter,
	[FALCO_TP_SYS_EXIT] = probe_sys_exit,
	[FALCO_TP_SCHED_PROC_EXIT] = probe_exit,
	[FALCO_TP_SCHED_SWITCH] = probe_switch,
#ifdef COMPAT_PAGE_FAULTS
	[FALCO_TP_PAGE_FAULT_USER] = probe_fault_user,
	[FALCO_TP_PAGE_FAULT_KERNEL] = probe_fault_kernel,
#endif
	[FALCO_TP_SIGNAL_DELIVER] = probe_signal,
	[FALCO_TP_SCHED_PROC_FORK] = COMPAT_CHILD_FROM_FORK ? probe_fork : NULL,
	[FALCO_TP_SCHED_PROC_EXEC] = probe_exec,
};

void *falco_dispatch_probe(int tp)
{
	return tp == FALCO_TP_URING ? falco_uring_probe : probes[tp];
}
