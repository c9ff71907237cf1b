// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What io_uring does that system calls do too: a descriptor that it has made, a socket that it has connected.
 *
 * In: requests, when their result is told.  Out: the exit event of the call that does the same, as schema/uring.def has it,
 * for consumers that asked for it (FALCO_IOCTL_SET_URING) and want that call.
 *
 * The kernel may hold the ring's completion lock here, so nothing sleeps.  Of a request only what the kernel keeps for
 * itself is read: the result in the ring is its owner's to write.
 */
#include <linux/fdtable.h>
#include <linux/ktime.h>
#include <linux/preempt.h>
#include <linux/rculist.h>
#include <linux/sched.h>
#include <asm/unistd.h>

#include "capture.h"
#include "compat/uring.h"
#include "consumer.h"
#include "dispatch.h"
#include "sampling.h"
#include "stats.h"
#include "syscalls.h"
#include "tracepoints.h"
#include "uring.h"

#ifdef COMPAT_URING

/* Which system call does what this one did; -1: none that can be told. */
static int call_of(const struct io_kiocb *req)
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

/* The first number under which this task has it, as far as one looks.  Only compared: the table may change meanwhile. */
enum { LOOK_AT = 1024 };

static int descriptor_of(const struct file *file)
{
	int fd;

	for (fd = 0; fd < LOOK_AT; fd++)
		if (files_lookup_fd_raw(current->files, fd) == file)
			return fd;
	return -1;
}

/*
 * The descriptor that the event is about; -1: none.  A result below the number of the ring's own slots may be one of these,
 * and 0 is what is told of a slot that was asked for by its number; what the request had asked for is not known.
 */
static int descriptor(const struct io_kiocb *req)
{
	if (req->cqe.res < 0)
		return -1;
	if (req->opcode == IORING_OP_CONNECT)
		return req->flags & REQ_F_FIXED_FILE ? -1 : descriptor_of(req->file);
	return req->cqe.res < compat_uring_slots(req) ? -1 : req->cqe.res;
}

/* Workers and the thread that polls a ring are nobody's but the process'. */
static struct task_struct *doer(const struct io_kiocb *req)
{
	struct task_struct *task = compat_uring_task(req);

	return task->flags & PF_IO_WORKER ? READ_ONCE(task->group_leader) : task;
}

static void record(struct capture *c, const struct falco_route *route)
{
	const struct filler *filler = falco_filler_uring(c->event);
	struct falco_consumer *who;

	compat_pin_cpu();
	c->ts = ktime_get_real_ns();
	list_for_each_entry_lockless(who, &falco_consumers, node)
		if ((READ_ONCE(who->tps) & BIT(FALCO_TP_URING)) && test_bit(route->bit, who->exit) &&
		    (!READ_ONCE(who->filters) || falco_sampling_passes(who, c)))
			falco_dispatch_record_as(who, c, filler);
	compat_unpin_cpu();
}

static noinline void record_prepared(struct capture *c, const struct falco_route *route)
{
	struct falco_prepared p __compat_uninitialized;

	falco_dispatch_prepare(c, &p);
	record(c, route);
}

/* In rcu_read_lock(): a group's leader may go. */
static void completed(const struct io_kiocb *req, const struct falco_route *route, int fd)
{
	struct capture c __compat_uninitialized;

	c.event = route->exit;
	c.code = route->code;
	c.nr = route->bit;
	c.compat = false;
	memset(c.args, 0, sizeof(c.args));
	c.args[0] = fd;
	c.ret = req->cqe.res;
	c.task = doer(req);
	c.file = req->file;
	if (IS_ENABLED(CONFIG_PREEMPT_RT) && (c.event == EV_openat || c.event == EV_openat2))
		record_prepared(&c, route);
	else
		record(&c, route);
}

/* What is left over by a task that goes is finished without its descriptors, or by a worker that has others. */
static bool has_its_descriptors(void)
{
	return in_task() && !(current->flags & (PF_KTHREAD | PF_EXITING));
}

static noinline void look_at(const struct io_kiocb *req)
{
	int fd, nr = call_of(req);

	if (nr < 0 || !(READ_ONCE(falco_wanted[nr]) & FALCO_WANT(FALCO_EXIT, FALCO_NATIVE)) ||
	    !has_its_descriptors())
		return;
	rcu_read_lock();
	fd = descriptor(req);
	if (fd >= 0)
		completed(req, &falco_routes[FALCO_NATIVE][nr], fd);
	rcu_read_unlock();
}

/* A result that is one of many of its request comes without it. */
static void probe_complete(void *data, COMPAT_URING_COMPLETE_ARGS)
{
	this_cpu_inc(falco_hits);
	if (req)
		look_at(req);
}

static void __maybe_unused check_types(void)
{
	check_trace_callback_type_io_uring_complete(probe_complete);
}

void *const falco_uring_probe = probe_complete;
#else
void *const falco_uring_probe;
#endif
