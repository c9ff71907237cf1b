// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Consumers: made when a thread opens its first device, freed when its last one is closed. */
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/moduleparam.h>
#include <linux/pid.h>
#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/tracepoint.h>

#include "consumer.h"
#include "ring.h"
#include "syscalls.h"
#include "tracepoints.h"
#include "wakeup.h"

#define RING_SIZE_MAX BIT(30)

LIST_HEAD(falco_consumers);
/* Guards the list of consumers, their settings, and which tracepoints are attached. */
DEFINE_MUTEX(falco_mutex);

unsigned long falco_ring_size = FALCO_RING_SIZE_DEFAULT;
unsigned int falco_max_consumers = 5;
static bool verbose;

static int set_ring_size(const char *val, const struct kernel_param *kp)
{
	unsigned long size;
	int err = kstrtoul(val, 10, &size);

	if (err)
		return err;
	if (size <= 2 * PAGE_SIZE || size > RING_SIZE_MAX || !is_power_of_2(size))
		return -EINVAL;
	WRITE_ONCE(falco_ring_size, size);
	return 0;
}

static const struct kernel_param_ops ring_size_ops = { .set = set_ring_size,
						       .get = param_get_ulong };

module_param_cb(g_buffer_bytes_dim, &ring_size_ops, &falco_ring_size, 0644);
__MODULE_PARM_TYPE(g_buffer_bytes_dim, "ulong");
MODULE_PARM_DESC(g_buffer_bytes_dim,
		 "bytes per CPU of the rings of future consumers: a power of two, above two pages");
module_param_named(max_consumers, falco_max_consumers, uint, 0444);
MODULE_PARM_DESC(max_consumers, "threads that can have a consumer at the same time");
module_param(verbose, bool, 0444);
MODULE_PARM_DESC(verbose, "log when consumers come and go");

static struct falco_consumer *find(struct pid *owner, unsigned int *n)
{
	struct falco_consumer *consumer;

	*n = 0;
	list_for_each_entry(consumer, &falco_consumers, node) {
		if (consumer->owner == owner)
			return consumer;
		++*n;
	}
	return NULL;
}

static void free_consumer(struct falco_consumer *consumer)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		falco_ring_free(per_cpu_ptr(consumer->rings, cpu));
	free_percpu(consumer->rings);
	put_pid(consumer->owner);
	kfree(consumer);
}

static int alloc_rings(struct falco_consumer *consumer)
{
	unsigned int cpu;
	int err = 0;

	consumer->rings = alloc_percpu(struct falco_ring);
	if (!consumer->rings)
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		struct falco_ring *ring = per_cpu_ptr(consumer->rings, cpu);

		ring->consumer = consumer;
		ring->cpu = cpu;
		if (!err && cpu_online(cpu))
			err = falco_ring_alloc(ring, consumer->ring_size);
	}
	return err;
}

static struct falco_consumer *new_consumer(void)
{
	struct falco_consumer *consumer = kzalloc(sizeof(*consumer), GFP_KERNEL);
	int err;

	if (!consumer)
		return ERR_PTR(-ENOMEM);
	consumer->ring_size = READ_ONCE(falco_ring_size);
	consumer->owner = get_pid(task_pid(current));
	falco_wakeup_init(consumer);
	err = alloc_rings(consumer);
	if (err) {
		if (consumer->rings) {
			free_consumer(consumer);
		} else {
			put_pid(consumer->owner);
			kfree(consumer);
		}
		return ERR_PTR(err);
	}
	list_add_rcu(&consumer->node, &falco_consumers);
	if (verbose)
		pr_info("falco: %s[%d] listens\n", current->comm, current->pid);
	return consumer;
}

/* Every open resets these.  Tracepoints and the watermark stay. */
static void reset_settings(struct falco_consumer *consumer)
{
	bitmap_zero(consumer->syscalls, FALCO_SYSCALL_SLOTS);
	WRITE_ONCE(consumer->filters, 0);
	WRITE_ONCE(consumer->self, 0);
	WRITE_ONCE(consumer->sampling_ratio, 1);
	WRITE_ONCE(consumer->sampling_ns, 0);
	WRITE_ONCE(consumer->sampling_reported, 0);
	WRITE_ONCE(consumer->snaplen, FALCO_SNAPLEN_DEFAULT);
	WRITE_ONCE(consumer->dynamic_snaplen, false);
	WRITE_ONCE(consumer->fullcapture_first, 0);
	WRITE_ONCE(consumer->fullcapture_last, 0);
	WRITE_ONCE(consumer->statsd_port, 8125);
	falco_consumer_update(consumer);
}

/* No new event reaches it afterwards.  The caller frees it, without falco_mutex. */
static void unlink_consumer(struct falco_consumer *consumer)
{
	WRITE_ONCE(consumer->tps, 0);
	list_del_rcu(&consumer->node);
	falco_consumer_update(consumer);
	if (verbose)
		pr_info("falco: %d has stopped listening\n", pid_nr(consumer->owner));
}

static void destroy(struct falco_consumer *consumer)
{
	tracepoint_synchronize_unregister();
	falco_wakeup_fini(consumer);
	free_consumer(consumer);
}

/* Of a CPU that came online when there was no memory for its ring. */
static int alloc_late(struct falco_ring *ring)
{
	if (ring->data)
		return 0;
	return cpu_online(ring->cpu) ? falco_ring_alloc(ring, ring->consumer->ring_size) : -ENODEV;
}

static int open_ring(struct falco_ring *ring)
{
	int err = alloc_late(ring);

	if (err)
		return err;
	if (ring->open)
		return -EBUSY;
	if (ring->stale) {
		/* A probe may still be writing to what was open before. */
		tracepoint_synchronize_unregister();
		falco_stats_reset_lost(ring);
	}
	ring->stale = false;
	falco_ring_reset(ring);
	reset_settings(ring->consumer);
	ring->consumer->n_open++;
	/* release: after the reset; pairs with the acquires in dispatch.c and wakeup.c */
	smp_store_release(&ring->open, true);
	return 0;
}

struct falco_ring *falco_consumer_open(unsigned int cpu)
{
	struct falco_consumer *consumer, *unused = NULL;
	struct falco_ring *ring;
	unsigned int n;
	int err;

	if (!cpu_possible(cpu))
		return ERR_PTR(-ENODEV);
	mutex_lock(&falco_mutex);
	consumer = find(task_pid(current), &n);
	if (!consumer)
		consumer = n < falco_max_consumers ? new_consumer() : ERR_PTR(-EBUSY);
	if (IS_ERR(consumer)) {
		ring = ERR_CAST(consumer);
		goto out;
	}
	ring = per_cpu_ptr(consumer->rings, cpu);
	err = open_ring(ring);
	if (err)
		ring = ERR_PTR(err);
	if (!consumer->n_open) {
		unlink_consumer(consumer);
		unused = consumer;
	}
out:
	mutex_unlock(&falco_mutex);
	if (unused)
		destroy(unused);
	return ring;
}

void falco_consumer_close(struct falco_ring *ring)
{
	struct falco_consumer *consumer = ring->consumer;
	bool last;

	mutex_lock(&falco_mutex);
	WRITE_ONCE(ring->open, false);
	ring->stale = true;
	last = !--consumer->n_open;
	if (last)
		unlink_consumer(consumer);
	mutex_unlock(&falco_mutex);
	if (last)
		destroy(consumer);
}

/* Word by word, as probes read it meanwhile. */
static void set_mask(unsigned long *mask, const unsigned long *to, bool enabled)
{
	int i;

	for (i = 0; i < BITS_TO_LONGS(FALCO_SYSCALL_SLOTS); i++)
		WRITE_ONCE(mask[i], enabled ? to[i] : 0);
}

int falco_consumer_update(struct falco_consumer *consumer)
{
	struct falco_consumer *any;
	u32 tps = 0;

	set_mask(consumer->enter, consumer->syscalls, consumer->tps & BIT(FALCO_TP_SYS_ENTER));
	set_mask(consumer->exit, consumer->syscalls, consumer->tps & BIT(FALCO_TP_SYS_EXIT));
	falco_syscalls_update_wanted();
	list_for_each_entry(any, &falco_consumers, node)
		tps |= any->tps;
	return falco_tracepoints_attach(tps);
}
