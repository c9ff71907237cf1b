/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Counters: probe hits, losses. */
#ifndef FALCO_STATS_H
#define FALCO_STATS_H

#include <linux/percpu.h>
#include <linux/types.h>

#include "schema/schema.h"
#include "uapi/ioctl.h"

struct falco_consumer;
struct falco_ring;

enum falco_loss { FALCO_LOST_FULL, FALCO_LOST_FAULT, FALCO_LOST_NESTED };

/*
 * What a record needs of its event's traits, one byte each to be read on the hot path: the u64 of
 * struct falco_ring_page that counts its losses (0: none does), CONTEXT_SWITCH, VITAL.
 */
enum { FALCO_RECORD_COUNTER = 0x1f, FALCO_RECORD_SWITCH = 0x40, FALCO_RECORD_VITAL = 0x80 };
extern const u8 falco_record_traits[EVENT_NUMBERS];

DECLARE_PER_CPU(long, falco_hits); /* probes run since nothing was attached */

/*
 * Counts a lost record, by reason and by event.  Probe context, on the ring's CPU, preemption off.
 */
void falco_stats_lost(struct falco_ring *ring, u16 event, enum falco_loss why);
/* The same, by event only, on a CPU whose ring is not open and has no page. */
void falco_stats_lost_no_ring(struct falco_ring *ring, u16 event);

/* Process context, falco_mutex held. */
void falco_stats_reset_hits(void);
void falco_stats_reset_lost(struct falco_ring *ring);
/* GET_N_TRACEPOINT_HIT; no lock.  -EINVAL: unwritable. */
long falco_stats_get_hits(long __user *to);
/* GET_LOST, falco_mutex held.  -EFAULT, -ENOMEM, -EINVAL: no such CPU. */
long falco_stats_get_lost(struct falco_consumer *consumer, struct falco_lost __user *to);

#endif
