/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The probes, and the one way into a ring. */
#ifndef FALCO_DISPATCH_H
#define FALCO_DISPATCH_H

#include "event_ctx.h"

struct falco_consumer;

/* The probe of each enum falco_tp and of FALCO_TP_URING, checked against the kernel's prototype; NULL: nothing is made of it. */
void *falco_dispatch_probe(int tp);

/* Into this CPU's ring of one consumer, if it is open.  Pinned; false if the record was lost. */
bool falco_dispatch_record(struct falco_consumer *consumer, struct event_ctx *ctx);
/* Likewise, with this filler. */
bool falco_dispatch_record_as(struct falco_consumer *consumer, struct event_ctx *ctx,
			      const struct filler *as);

/* PREEMPT_RT, not pinned: what must be found before the record is begun. */
void falco_dispatch_prepare(struct event_ctx *ctx, struct falco_prepared *p);

#endif
