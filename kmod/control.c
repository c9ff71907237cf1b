// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Ioctls of the device: doc/ioctls.md. */
#include <linux/kernel.h>
#include <linux/nospec.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/uaccess.h>

#include "event_ctx.h"
#include "consumer.h"
#include "control.h"
#include "proclist.h"
#include "ring.h"
#include "sampling.h"
#include "stats.h"
#include "tracepoints.h"
#include "uapi/version.h"
#include "version.h"
#include "wakeup.h"

static long put_version(unsigned long arg, u64 version)
{
	return put_user(version, (u64 __user *)arg) ? -EINVAL : 0;
}

static long put_driver_version(unsigned long arg)
{
	static const char version[] = FALCO_DRIVER_VERSION;

	return copy_to_user((void __user *)arg, version, sizeof(version)) ? -EINVAL : 0;
}

/* A reader of an older schema does not expect these events. */
static bool can_uring(void)
{
	return falco_tracepoints_have(FALCO_TP_URING) &&
	       falco_version_schema() == FALCO_SCHEMA_VERSION;
}

static long put_handshake(const struct falco_ring *ring, unsigned long arg)
{
	struct falco_handshake h = {
		.magic = FALCO_HANDSHAKE_MAGIC,
		.api_version = FALCO_API_VERSION,
		.schema_version = FALCO_SCHEMA_VERSION,
		.features = FALCO_FEATURE_POLL | FALCO_FEATURE_LOST | FALCO_FEATURE_EXCLUDE |
			    FALCO_FEATURE_RESERVE | (can_uring() ? FALCO_FEATURE_URING : 0),
		.ring_size = falco_ring_bytes(ring),
		.reserve = ring->reserve,
		.n_events = EVENT_NUMBERS,
		.n_cpus = num_possible_cpus(),
		.cpu = ring->cpu,
	};
	u32 space;

	if (get_user(space, (u32 __user *)arg))
		return -EFAULT;
	if (space < offsetof(struct falco_handshake, features))
		return -EINVAL;
	h.size = min_t(u32, space, sizeof(h));
	return copy_to_user((void __user *)arg, &h, h.size) ? -EFAULT : 0;
}

static long put_event_params(unsigned long arg)
{
	u8 n[EVENT_NUMBERS];
	int i;

	for (i = 0; i < EVENT_NUMBERS; i++)
		n[i] = falco_fillers[i].fill ? falco_fillers[i].n_params : 0;
	return copy_to_user((void __user *)arg, n, sizeof(n)) ? -EFAULT : 0;
}

/* The id of a thread or process in its own pid namespace; -EINVAL: no such thread. */
static long virtual_id(pid_t tid, enum pid_type type)
{
	struct task_struct *task;
	long id = -EINVAL;

	rcu_read_lock();
	task = pid_task(find_pid_ns(tid, &init_pid_ns), PIDTYPE_PID);
	if (task)
		id = __task_pid_nr_ns(task, type, task_active_pid_ns(task));
	rcu_read_unlock();
	return id;
}

/* Queries, without falco_mutex as they change no setting.  -ENOIOCTLCMD: not a query. */
static long query(struct falco_ring *ring, unsigned int cmd, unsigned long arg)
{
	switch (cmd) {
	case FALCO_IOCTL_GET_PROCLIST:
		return falco_proclist_get((void __user *)arg);
	case FALCO_IOCTL_GET_N_TRACEPOINT_HIT:
		return falco_stats_get_hits((void __user *)arg);
	case FALCO_IOCTL_GET_DRIVER_VERSION:
		return put_driver_version(arg);
	case FALCO_IOCTL_GET_API_VERSION:
		return put_version(arg, falco_version_api());
	case FALCO_IOCTL_GET_SCHEMA_VERSION:
		return put_version(arg, falco_version_schema());
	case FALCO_IOCTL_GET_VTID:
		return virtual_id(arg, PIDTYPE_PID);
	case FALCO_IOCTL_GET_VPID:
		return virtual_id(arg, PIDTYPE_TGID);
	case FALCO_IOCTL_GET_CURRENT_TID:
		return current->pid;
	case FALCO_IOCTL_GET_CURRENT_PID:
		return current->tgid;
	case FALCO_IOCTL_HANDSHAKE:
		return put_handshake(ring, arg);
	case FALCO_IOCTL_GET_EVENT_PARAMS:
		return put_event_params(arg);
	}
	return -ENOIOCTLCMD;
}

static long set_snaplen(struct falco_consumer *consumer, unsigned long bytes)
{
	if (bytes > FALCO_SNAPLEN_MAX)
		return -EINVAL;
	WRITE_ONCE(consumer->snaplen, bytes);
	return 0;
}

/* A range whose end is below its start matches no port. */
static long set_fullcapture_ports(struct falco_consumer *consumer, u32 range)
{
	WRITE_ONCE(consumer->fullcapture_first, range);
	WRITE_ONCE(consumer->fullcapture_last, range >> 16);
	return 0;
}

static long set_filter(struct falco_consumer *consumer, u32 filter, bool on)
{
	WRITE_ONCE(consumer->filters, on ? consumer->filters | filter : consumer->filters & ~filter);
	return 0;
}

static long set_exclude_self(struct falco_consumer *consumer, bool on)
{
	WRITE_ONCE(consumer->self, current->tgid);
	return set_filter(consumer, FALCO_FILTER_SELF, on);
}

static long set_syscall(struct falco_consumer *consumer, unsigned long nr, bool on)
{
	if (nr >= FALCO_SYSCALL_SLOTS)
		return -EINVAL;
	nr = array_index_nospec(nr, FALCO_SYSCALL_SLOTS);
	if (test_bit(nr, consumer->syscalls) == on)
		return 0;
	if (on)
		set_bit(nr, consumer->syscalls);
	else
		clear_bit(nr, consumer->syscalls);
	return falco_consumer_update(consumer);
}

static long set_tracepoint_bit(struct falco_consumer *consumer, int tp, bool on)
{
	u32 before = consumer->tps;
	long err;

	WRITE_ONCE(consumer->tps, on ? before | BIT(tp) : before & ~BIT(tp));
	err = consumer->tps == before ? 0 : falco_consumer_update(consumer);
	if (err)
		WRITE_ONCE(consumer->tps, before);
	return err;
}

static long set_tracepoint(struct falco_consumer *consumer, unsigned long tp, bool on)
{
	return tp < FALCO_TP_COUNT ? set_tracepoint_bit(consumer, tp, on) : -EINVAL;
}

static long set_uring(struct falco_consumer *consumer, bool on)
{
	return can_uring() ? set_tracepoint_bit(consumer, FALCO_TP_URING, on) : -EOPNOTSUPP;
}

static long set_watermark(struct falco_consumer *consumer, unsigned long arg)
{
	struct falco_watermark w;

	if (copy_from_user(&w, (void __user *)arg, sizeof(w)))
		return -EFAULT;
	return falco_wakeup_set(consumer, &w);
}

/* With falco_mutex held. */
static long command(struct falco_consumer *consumer, unsigned int cmd, unsigned long arg)
{
	switch (cmd) {
	case FALCO_IOCTL_DISABLE_DROPPING_MODE:
		falco_sampling_stop(consumer);
		return 0;
	case FALCO_IOCTL_ENABLE_DROPPING_MODE:
		return falco_sampling_start(consumer, arg);
	case FALCO_IOCTL_SET_SNAPLEN:
		return set_snaplen(consumer, arg);
	case FALCO_IOCTL_DISABLE_DYNAMIC_SNAPLEN:
	case FALCO_IOCTL_ENABLE_DYNAMIC_SNAPLEN:
		WRITE_ONCE(consumer->dynamic_snaplen, cmd == FALCO_IOCTL_ENABLE_DYNAMIC_SNAPLEN);
		return 0;
	case FALCO_IOCTL_SET_FULLCAPTURE_PORT_RANGE:
		return set_fullcapture_ports(consumer, arg);
	case FALCO_IOCTL_SET_STATSD_PORT:
		WRITE_ONCE(consumer->statsd_port, arg);
		return 0;
	case FALCO_IOCTL_ENABLE_SYSCALL:
	case FALCO_IOCTL_DISABLE_SYSCALL:
		return set_syscall(consumer, arg, cmd == FALCO_IOCTL_ENABLE_SYSCALL);
	case FALCO_IOCTL_ENABLE_TP:
	case FALCO_IOCTL_DISABLE_TP:
		return set_tracepoint(consumer, arg, cmd == FALCO_IOCTL_ENABLE_TP);
	case FALCO_IOCTL_DISABLE_DROPFAILED:
	case FALCO_IOCTL_ENABLE_DROPFAILED:
		return set_filter(consumer, FALCO_FILTER_FAILED,
				  cmd == FALCO_IOCTL_ENABLE_DROPFAILED);
	case FALCO_IOCTL_SET_WATERMARK:
		return set_watermark(consumer, arg);
	case FALCO_IOCTL_SET_EXCLUDE_SELF:
		return set_exclude_self(consumer, arg);
	case FALCO_IOCTL_SET_URING:
		return set_uring(consumer, arg);
	case FALCO_IOCTL_GET_LOST:
		return falco_stats_get_lost(consumer, (void __user *)arg);
	}
	return -ENOTTY;
}

long falco_control(struct falco_ring *ring, unsigned int cmd, unsigned long arg)
{
	long ret = query(ring, cmd, arg);

	if (ret != -ENOIOCTLCMD)
		return ret;
	mutex_lock(&falco_mutex);
	ret = command(ring->consumer, cmd, arg);
	mutex_unlock(&falco_mutex);
	return ret;
}
