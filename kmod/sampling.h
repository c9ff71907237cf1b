/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What a wanted event must still pass: sampling, failures, the reader's own doings. */
#ifndef FALCO_SAMPLING_H
#define FALCO_SAMPLING_H

#include "capture.h"

struct falco_consumer;

/* The class of an event: SAMPLED, NEVER_DROP or ALWAYS_DROP. */
static inline u8 falco_sampling_class(u16 event)
{
	return event_descs[event].traits & (SAMPLED | NEVER_DROP | ALWAYS_DROP);
}

/* Probe context, pinned; only called when who->filters is not 0. */
bool falco_sampling_passes(struct falco_consumer *who, struct capture *c, u8 class);

/* With falco_mutex held. */
int falco_sampling_start(struct falco_consumer *who, unsigned long ratio);
void falco_sampling_stop(struct falco_consumer *who);

#endif
