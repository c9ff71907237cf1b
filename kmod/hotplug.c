// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * CPUs that come late: every consumer gets a ring for them and is told once, by an event in one of its open rings, to
 * open another device.
 *
 * The callback runs inside the CPU hotplug lock and attaching tracepoints takes that lock below falco_mutex, so the
 * callback takes nothing: it leaves the work to a worker.
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
	struct falco_consumer *who;
	unsigned int on, about;
};

/* On a CPU that has an open ring. */
static long notify_here(void *arg)
{
	const struct notice *n = arg;
	struct capture c = {
		.event = EV_cpu_hotplug,
		.task = current,
		.who = n->who,
		.ts = ktime_get_real_ns(),
		.number = n->about,
	};

	preempt_disable();
	if (smp_processor_id() == n->on)
		falco_dispatch_record(n->who, &c);
	preempt_enable();
	return 0;
}

static void notify(struct falco_consumer *who, unsigned int about)
{
	struct notice n = { .who = who, .about = about };

	for_each_online_cpu(n.on)
		if (per_cpu_ptr(who->rings, n.on)->open) {
			work_on_cpu(n.on, notify_here, &n);
			return;
		}
}

static void grow(struct falco_consumer *who)
{
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		struct falco_ring *ring = per_cpu_ptr(who->rings, cpu);

		if (ring->data)
			continue;
		if (falco_ring_alloc(ring, who->ring_size))
			pr_warn("falco: no memory for the ring of CPU %u: its events are lost until it is opened\n",
				cpu);
		notify(who, cpu);
	}
}

static void grow_all(struct work_struct *work)
{
	struct falco_consumer *who;

	mutex_lock(&falco_mutex);
	list_for_each_entry(who, &falco_consumers, node)
		grow(who);
	mutex_unlock(&falco_mutex);
}

static DECLARE_WORK(growth, grow_all);

static int cpu_comes(unsigned int cpu)
{
	schedule_work(&growth);
	return 0;
}

int falco_hotplug_init(void)
{
	int err = cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN, "falco:online", cpu_comes, NULL);

	if (err < 0)
		return err;
	state = err;
	return 0;
}

void falco_hotplug_fini(void)
{
	cpuhp_remove_state_nocalls(state);
	cancel_work_sync(&growth);
}
