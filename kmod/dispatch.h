/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The probes, and recording into a ring. */
#ifndef FALCO_DISPATCH_H
#define FALCO_DISPATCH_H

#include "event_ctx.h"

struct falco_consumer;

/*
 * The probe of a tracepoint, enum falco_tp or FALCO_TP_URING; the compiler has checked its
 * prototype.  NULL: no event is made of this tracepoint here.
 */
void *falco_dispatch_probe(int tp);

/*
 * Records ctx into this CPU's ring of one consumer.  Preemption off.  False: the record was lost,
 * and counted, or the ring is not open.
 */
bool falco_dispatch_record(struct falco_consumer *consumer, struct event_ctx *ctx);
/* The same with this filler instead of the event's own. */
bool falco_dispatch_record_as(struct falco_consumer *consumer, struct event_ctx *ctx,
			      const struct filler *as);

/*
 * PREEMPT_RT only, before the CPU is pinned: gathers into p what takes sleeping locks, and points
 * ctx->prepared at it; NULL if the context does not allow it.  p must live as long as ctx.
 */
void falco_dispatch_prepare(struct event_ctx *ctx, struct falco_prepared *p);

#endif
