/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What a wanted event must still pass: sampling, failures, the reader's own doings. */
#ifndef FALCO_SAMPLING_H
#define FALCO_SAMPLING_H

#include "event_ctx.h"

struct falco_consumer;

/* Probe context, pinned; only called when who->filters is not 0. */
bool falco_sampling_passes(struct falco_consumer *consumer, struct event_ctx *ctx);

/* With falco_mutex held. */
int falco_sampling_start(struct falco_consumer *consumer, unsigned long ratio);
void falco_sampling_stop(struct falco_consumer *consumer);

#endif
