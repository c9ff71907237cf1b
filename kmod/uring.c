// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * io_uring operations that system calls do, too: a descriptor made, a socket connected.
 *
 * In: requests at their completion.  Out: the exit event of the system call, by schema/uring.def,
 * for consumers that asked for it (FALCO_IOCTL_SET_URING) and want that call.
 *
 * The kernel may hold the ring's completion lock: nothing sleeps.  Only the kernel's own data of a
 * request is read; the result in the completion ring is user memory (TOCTOU).
 */
#include <linux/fdtable.h>
#include <linux/ktime.h>
#include <linux/preempt.h>
#include <linux/rculist.h>
#include <linux/sched.h>
#include <asm/unistd.h>

#include "event_ctx.h"
#include "compat/uring.h"
#include "consumer.h"
#include "dispatch.h"
#include "sampling.h"
#include "stats.h"
#include "syscalls.h"
#include "tracepoints.h"
#include "uring.h"

#ifdef COMPAT_URING

/* The system call that does the same; -1: none that is recorded. */
static int equivalent_syscall(const struct io_kiocb *req)
{
	switch (req->opcode) {
	case IORING_OP_OPENAT:
		return __NR_openat;
	case IORING_OP_OPENAT2:
		return __NR_openat2;
	case IORING_OP_ACCEPT:
		return __NR_accept4;
	case IORING_OP_SOCKET:
		return __NR_socket;
	case IORING_OP_CONNECT:
		return __NR_connect;
	default:
		return -1;
	}
}

/*
 * The first descriptor of the current task that refers to the file, below MAX_FD_SCAN.  Pointers of
 * the table are compared and never dereferenced, since the table may change meanwhile.
 */
enum { MAX_FD_SCAN = 1024 };

static int fd_of_file(const struct file *file)
{
	int fd;

	for (fd = 0; fd < MAX_FD_SCAN; fd++)
		if (files_lookup_fd_raw(current->files, fd) == file)
			return fd;
	return -1;
}

/*
 * The descriptor that the event is about; -1: none.  A result below the number of the ring's
 * registered files may be a descriptor or an index of a registered file; the module cannot tell
 * which, so such results are not recorded.
 */
static int event_fd(const struct io_kiocb *req)
{
	if (req->cqe.res < 0)
		return -1;
	if (req->opcode == IORING_OP_CONNECT)
		return req->flags & REQ_F_FIXED_FILE ? -1 : fd_of_file(req->file);
	return req->cqe.res < compat_uring_slots(req) ? -1 : req->cqe.res;
}

/* The submitting thread; for the polling thread of a ring (SQPOLL), the process. */
static struct task_struct *submitter(const struct io_kiocb *req)
{
	struct task_struct *task = compat_uring_task(req);

	return task->flags & PF_IO_WORKER ? READ_ONCE(task->group_leader) : task;
}

static void record(struct event_ctx *ctx, const struct falco_route *route)
{
	const struct filler *filler = falco_filler_uring(ctx->event);
	struct falco_consumer *consumer;

	compat_pin_cpu();
	ctx->ts = ktime_get_real_ns();
	list_for_each_entry_lockless(consumer, &falco_consumers, node)
		if ((READ_ONCE(consumer->tps) & BIT(FALCO_TP_URING)) &&
		    test_bit(route->bit, consumer->exit) &&
		    (!READ_ONCE(consumer->filters) || falco_sampling_passes(consumer, ctx)))
			falco_dispatch_record_as(consumer, ctx, filler);
	compat_unpin_cpu();
}

static noinline void record_prepared(struct event_ctx *ctx, const struct falco_route *route)
{
	struct falco_prepared p __compat_uninitialized;

	falco_dispatch_prepare(ctx, &p);
	record(ctx, route);
}

/* In rcu_read_lock(): the thread group's leader may exit. */
static void record_completion(const struct io_kiocb *req, const struct falco_route *route, int fd)
{
	struct event_ctx ctx __compat_uninitialized;

	ctx.event = route->exit;
	ctx.code = route->code;
	ctx.nr = route->bit;
	ctx.compat = false;
	memset(ctx.args, 0, sizeof(ctx.args));
	ctx.args[0] = fd;
	ctx.ret = req->cqe.res;
	ctx.task = submitter(req);
	ctx.file = req->file;
	if (IS_ENABLED(CONFIG_PREEMPT_RT) && (ctx.event == EV_openat || ctx.event == EV_openat2))
		record_prepared(&ctx, route);
	else
		record(&ctx, route);
}

/* Requests of an exiting task complete without its files, or in a thread that has others. */
static bool has_own_files(void)
{
	return in_task() && !(current->flags & (PF_KTHREAD | PF_EXITING));
}

static noinline void inspect_request(const struct io_kiocb *req)
{
	int fd, nr = equivalent_syscall(req);

	if (nr < 0 || !(READ_ONCE(falco_wanted[nr]) & FALCO_WANT(FALCO_EXIT, FALCO_NATIVE)) ||
	    !has_own_files())
		return;
	rcu_read_lock();
	fd = event_fd(req);
	if (fd >= 0)
		record_completion(req, &falco_routes[FALCO_NATIVE][nr], fd);
	rcu_read_unlock();
}

/* req is NULL for one of many results of a multishot request. */
static void probe_complete(void *data, COMPAT_URING_COMPLETE_ARGS)
{
	this_cpu_inc(falco_hits);
	if (req)
		inspect_request(req);
}

static void __maybe_unused check_types(void)
{
	check_trace_callback_type_io_uring_complete(probe_complete);
}

void *const falco_uring_probe = probe_complete;
#else
void *const falco_uring_probe;
#endif
