// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * CPUs that come online later: every consumer gets a ring for them and one cpu_hotplug event in one
 * of its open rings, so that it opens the new device.
 *
 * The hotplug callback runs under the CPU hotplug lock, which attaching tracepoints takes below
 * falco_mutex.  To keep that order the callback takes no lock and queues a work item, which takes
 * falco_mutex.
 */
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/ktime.h>
#include <linux/preempt.h>
#include <linux/workqueue.h>

#include "consumer.h"
#include "dispatch.h"
#include "hotplug.h"
#include "ring.h"

static enum cpuhp_state state;

struct notice {
	struct falco_consumer *consumer;
	unsigned int on, new_cpu;
};

/* Work item on a CPU that has an open ring: only that CPU writes into it. */
static long notify_here(void *arg)
{
	const struct notice *n = arg;
	struct event_ctx ctx = {
		.event = EV_cpu_hotplug,
		.task = current,
		.consumer = n->consumer,
		.ts = ktime_get_real_ns(),
		.number = n->new_cpu,
	};

	preempt_disable();
	if (smp_processor_id() == n->on)
		falco_dispatch_record(n->consumer, &ctx);
	preempt_enable();
	return 0;
}

static void notify(struct falco_consumer *consumer, unsigned int new_cpu)
{
	struct notice n = { .consumer = consumer, .new_cpu = new_cpu };

	for_each_online_cpu(n.on)
		if (per_cpu_ptr(consumer->rings, n.on)->open) {
			work_on_cpu(n.on, notify_here, &n);
			return;
		}
}

static void alloc_rings(struct falco_consumer *consumer)
{
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		struct falco_ring *ring = per_cpu_ptr(consumer->rings, cpu);

		if (ring->data)
			continue;
		if (falco_ring_alloc(ring, consumer->ring_size))
			pr_warn("falco: no memory for the ring of CPU %u: its events are lost until it is opened\n",
				cpu);
		notify(consumer, cpu);
	}
}

static void alloc_rings_of_all(struct work_struct *work)
{
	struct falco_consumer *consumer;

	mutex_lock(&falco_mutex);
	list_for_each_entry(consumer, &falco_consumers, node)
		alloc_rings(consumer);
	mutex_unlock(&falco_mutex);
}

static DECLARE_WORK(alloc_work, alloc_rings_of_all);

static int cpu_came_online(unsigned int cpu)
{
	schedule_work(&alloc_work);
	return 0;
}

int falco_hotplug_init(void)
{
	int err = cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN, "falco:online", cpu_came_online,
					    NULL);

	if (err < 0)
		return err;
	state = err;
	return 0;
}

void falco_hotplug_fini(void)
{
	cpuhp_remove_state_nocalls(state);
	cancel_work_sync(&alloc_work);
}
