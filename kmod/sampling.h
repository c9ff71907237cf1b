/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Checks besides the masks: adaptive sampling, failed calls, the reader's own events. */
#ifndef FALCO_SAMPLING_H
#define FALCO_SAMPLING_H

#include "event_ctx.h"

struct falco_consumer;

/*
 * Whether the event is recorded.  Probe context, preemption off; called only if consumer->filters
 * is not 0.
 */
bool falco_sampling_passes(struct falco_consumer *consumer, struct event_ctx *ctx);

/* falco_mutex held.  -EINVAL: not a ratio of doc/ioctls.md. */
int falco_sampling_start(struct falco_consumer *consumer, unsigned long ratio);
void falco_sampling_stop(struct falco_consumer *consumer);

#endif
