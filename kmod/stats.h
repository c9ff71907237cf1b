/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What was seen, what was lost, and which events must not be. */
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

/* Probe context, pinned to the ring's CPU. */
void falco_stats_lost(struct falco_ring *ring, u16 event, enum falco_loss why);
/* The same on a CPU that has no open ring: there is no page to show it in. */
void falco_stats_lost_no_ring(struct falco_ring *ring, u16 event);

/* From ioctl; may sleep. */
void falco_stats_reset_hits(void);
void falco_stats_reset_lost(struct falco_ring *ring);
long falco_stats_get_hits(long __user *to);
long falco_stats_get_lost(struct falco_consumer *consumer, struct falco_lost __user *to);

#endif
