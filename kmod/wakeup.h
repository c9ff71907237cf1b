/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* poll(): wake-ups by watermark and timeout (doc/ring-protocol.md). */
#ifndef FALCO_WAKEUP_H
#define FALCO_WAKEUP_H

#include <linux/poll.h>

#include "consumer.h"
#include "ring.h"

#define FALCO_WAKE_NEVER U32_MAX

/* Of a new consumer, and of each ring when it gets its memory.  Process context. */
void falco_wakeup_init(struct falco_consumer *consumer);
void falco_wakeup_init_ring(struct falco_ring *ring);
/* After the last probe has left: waits for irq_work and the timeout.  May sleep. */
void falco_wakeup_fini(struct falco_consumer *consumer);
/* SET_WATERMARK, falco_mutex held; -EINVAL. */
int falco_wakeup_set(struct falco_consumer *consumer, const struct falco_watermark *w);

/* poll() on any descriptor of the consumer: EPOLLIN, or 0 and a wake-up later.  May sleep. */
__poll_t falco_wakeup_poll(struct falco_consumer *consumer, struct file *file,
			   struct poll_table_struct *wait);

/* Probe context, preemption off: the unread bytes have reached ring->wake_at. */
void falco_wakeup_ring(struct falco_ring *ring);

#endif
