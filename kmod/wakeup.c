// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * poll(): wake-ups by watermark and timeout.
 *
 * poll() stores a threshold, wake_at, into every ring; after each record the producer compares the
 * unread bytes with it. While no reader sleeps it is FALCO_WAKE_NEVER.  In an idle system the
 * threshold is 1 byte: the first record starts the timeout and raises the threshold to the
 * watermark, which wakes at once.
 *
 * The producer stores head and then loads wake_at without a full barrier between, so poll() may
 * store wake_at too late for a record that it has not seen either.  No wake-up is lost: poll()
 * starts the timeout as well, and when that expires both stores are visible.
 */
#include <linux/cpumask.h>
#include <linux/jiffies.h>

#include "wakeup.h"

#define DEFAULT_TIMEOUT_MS 30
#define MAX_TIMEOUT_MS 60000

struct fill {
	u32 most;
	bool any;
};

static struct fill fill_level(struct falco_consumer *consumer)
{
	struct fill fill = { 0 };
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		const struct falco_ring *ring = per_cpu_ptr(consumer->rings, cpu);

		/*
		 * acquire: pairs with the release in consumer.c; the ring of a late CPU is set up
		 */
		if (smp_load_acquire(&ring->open))
			fill.most = max(fill.most, falco_ring_used(ring));
	}
	fill.any = fill.most > 0;
	return fill;
}

static void set_thresholds(struct falco_consumer *consumer, u32 wake_at)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		WRITE_ONCE(per_cpu_ptr(consumer->rings, cpu)->wake_at, wake_at);
}

static void start_timeout(struct falco_consumer *consumer)
{
	schedule_delayed_work(&consumer->timeout, msecs_to_jiffies(READ_ONCE(consumer->timeout_ms)));
}

static void timed_out(struct work_struct *work)
{
	struct falco_consumer *consumer = container_of(work, struct falco_consumer, timeout.work);

	if (!fill_level(consumer).any)
		return;
	WRITE_ONCE(consumer->timeout_pending, 1);
	wake_up_interruptible(&consumer->wait);
}

/* irq_work on the producer's CPU: unlike in the probe, wait queue locks may be taken. */
static void threshold_reached(struct irq_work *work)
{
	struct falco_ring *ring = container_of(work, struct falco_ring, wake);
	struct falco_consumer *consumer = ring->consumer;

	if (falco_ring_used(ring) >= READ_ONCE(consumer->watermark)) {
		wake_up_interruptible(&consumer->wait);
		return;
	}
	WRITE_ONCE(ring->wake_at, READ_ONCE(consumer->watermark));
	start_timeout(consumer);
}

void falco_wakeup_ring(struct falco_ring *ring)
{
	WRITE_ONCE(ring->wake_at, FALCO_WAKE_NEVER);
	irq_work_queue(&ring->wake);
}

__poll_t falco_wakeup_poll(struct falco_consumer *consumer, struct file *file,
			   struct poll_table_struct *wait)
{
	struct fill fill;

	poll_wait(file, &consumer->wait, wait);
	fill = fill_level(consumer);
	if (fill.most >= READ_ONCE(consumer->watermark) ||
	    (xchg(&consumer->timeout_pending, 0) && fill.any)) {
		set_thresholds(consumer, FALCO_WAKE_NEVER);
		return EPOLLIN | EPOLLRDNORM;
	}
	set_thresholds(consumer, fill.any ? READ_ONCE(consumer->watermark) : 1);
	start_timeout(consumer);
	return 0;
}

int falco_wakeup_set(struct falco_consumer *consumer, const struct falco_watermark *w)
{
	if (!w->bytes || !w->timeout_ms || w->timeout_ms > MAX_TIMEOUT_MS)
		return -EINVAL;
	WRITE_ONCE(consumer->watermark, min_t(size_t, w->bytes, consumer->ring_size / 2));
	WRITE_ONCE(consumer->timeout_ms, w->timeout_ms);
	return 0;
}

void falco_wakeup_init_ring(struct falco_ring *ring)
{
	ring->wake_at = FALCO_WAKE_NEVER;
	init_irq_work(&ring->wake, threshold_reached);
}

void falco_wakeup_init(struct falco_consumer *consumer)
{
	init_waitqueue_head(&consumer->wait);
	INIT_DELAYED_WORK(&consumer->timeout, timed_out);
	consumer->watermark = consumer->ring_size / 4;
	consumer->timeout_ms = DEFAULT_TIMEOUT_MS;
}

void falco_wakeup_fini(struct falco_consumer *consumer)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		struct falco_ring *ring = per_cpu_ptr(consumer->rings, cpu);

		if (ring->data)
			irq_work_sync(&ring->wake);
	}
	cancel_delayed_work_sync(&consumer->timeout);
}
