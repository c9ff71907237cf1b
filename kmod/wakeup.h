/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* A reader that sleeps instead of looking again and again. */
#ifndef FALCO_WAKEUP_H
#define FALCO_WAKEUP_H

#include <linux/poll.h>

#include "consumer.h"
#include "ring.h"

#define FALCO_WAKE_NEVER U32_MAX

void falco_wakeup_init(struct falco_consumer *consumer);
void falco_wakeup_fini(struct falco_consumer *consumer);
void falco_wakeup_init_ring(struct falco_ring *ring);
int falco_wakeup_set(struct falco_consumer *consumer, const struct falco_watermark *w);

/* From poll; may sleep. */
__poll_t falco_wakeup_poll(struct falco_consumer *consumer, struct file *file,
			   struct poll_table_struct *wait);

/* Probe context, pinned: `used` bytes have reached ring->wake_at. */
void falco_wakeup_ring(struct falco_ring *ring);

#endif
