// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Counters: probe hits, losses. */
#include <linux/build_bug.h>
#include <linux/cpumask.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "consumer.h"
#include "ring.h"
#include "stats.h"

DEFINE_PER_CPU(long, falco_hits);

/*
 * Which u64 of struct falco_ring_page is the counter of LOSS_clone_fork_exit; the others follow in
 * the order of enum event_trait.
 */
#define FIRST_COUNTER \
	(offsetof(struct falco_ring_page, n_drops_buffer_clone_fork_exit) / sizeof(u64))
#define COUNTER(traits)                                                                         \
	((traits)&LOSS_MASK                                                                     \
		 ? FIRST_COUNTER + __builtin_ctz((traits)&LOSS_MASK) - __builtin_ctz(LOSS_MASK) \
		 : 0)

#define EVENT(id, sym, row, ...)                                             \
	[id] = COUNTER(ROW_TRAITS row) |                                     \
	       (ROW_TRAITS row & CONTEXT_SWITCH ? FALCO_RECORD_SWITCH : 0) | \
	       (ROW_TRAITS row & VITAL ? FALCO_RECORD_VITAL : 0),
#define P(...)
const u8 falco_record_traits[EVENT_NUMBERS] = {
#include "schema/events.def"
};
#undef P
#undef EVENT

static void __maybe_unused check_counters(void)
{
	BUILD_BUG_ON(COUNTER(LOSS_proc_exit) * sizeof(u64) !=
		     offsetof(struct falco_ring_page, n_drops_buffer_proc_exit));
	BUILD_BUG_ON(COUNTER(LOSS_proc_exit) > FALCO_RECORD_COUNTER);
}

static void count(struct falco_ring *ring, u64 *own)
{
	size_t at = (u8 *)own - (u8 *)&ring->own;

	WRITE_ONCE(*(u64 *)((u8 *)ring->page + at), ++*own);
}

/* Written by the ring's CPU, read by any. */
void falco_stats_lost_no_ring(struct falco_ring *ring, u16 event)
{
	WRITE_ONCE(ring->lost[event], ring->lost[event] + 1);
}

void falco_stats_lost(struct falco_ring *ring, u16 event, enum falco_loss why)
{
	u8 counter = falco_record_traits[event] & FALCO_RECORD_COUNTER;

	falco_stats_lost_no_ring(ring, event);
	switch (why) {
	case FALCO_LOST_FULL:
		count(ring, &ring->own.n_drops_buffer);
		if (counter)
			count(ring, (u64 *)&ring->own + counter);
		break;
	case FALCO_LOST_FAULT:
		count(ring, &ring->own.n_drops_pf);
		break;
	case FALCO_LOST_NESTED:
		count(ring, &ring->own.n_preemptions);
		break;
	}
}

void falco_stats_reset_lost(struct falco_ring *ring)
{
	unsigned int i;

	for (i = 0; i < EVENT_NUMBERS; i++)
		WRITE_ONCE(ring->lost[i], 0);
}

void falco_stats_reset_hits(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		WRITE_ONCE(per_cpu(falco_hits, cpu), 0);
}

long falco_stats_get_hits(long __user *to)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		if (put_user(READ_ONCE(per_cpu(falco_hits, cpu)), to++))
			return -EINVAL;
	return 0;
}

static void add_lost(u64 *sum, const struct falco_ring *ring)
{
	unsigned int i;

	for (i = 0; i < EVENT_NUMBERS; i++)
		sum[i] += READ_ONCE(ring->lost[i]);
}

/* With falco_mutex held. */
static int sum_lost(u64 *sum, struct falco_consumer *consumer, u32 which)
{
	unsigned int cpu;

	if (which != FALCO_LOST_ALL_CPUS) {
		if (which >= nr_cpu_ids || !cpu_possible(which))
			return -EINVAL;
		add_lost(sum, per_cpu_ptr(consumer->rings, which));
		return 0;
	}
	for_each_possible_cpu(cpu)
		add_lost(sum, per_cpu_ptr(consumer->rings, cpu));
	return 0;
}

long falco_stats_get_lost(struct falco_consumer *consumer, struct falco_lost __user *to)
{
	struct falco_lost head;
	u64 *sum;
	long err;

	if (copy_from_user(&head, to, sizeof(head)))
		return -EFAULT;
	sum = kcalloc(EVENT_NUMBERS, sizeof(*sum), GFP_KERNEL);
	if (!sum)
		return -ENOMEM;
	err = sum_lost(sum, consumer, head.cpu);
	if (!err) {
		head.n = min_t(u32, head.n, EVENT_NUMBERS);
		if (copy_to_user(to->counts, sum, head.n * sizeof(*sum)) ||
		    copy_to_user(to, &head, sizeof(head)))
			err = -EFAULT;
	}
	kfree(sum);
	return err;
}
