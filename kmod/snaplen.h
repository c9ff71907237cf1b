/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Snap length: how much payload is kept (doc/wire-format.md). */
#ifndef FALCO_SNAPLEN_H
#define FALCO_SNAPLEN_H

#include "event_ctx.h"
#include "consumer.h"

enum { SNAPLEN_PEEK = 16 }; /* bytes of payload that a protocol is recognised by */

/* The snap length of the event, by its ports and the first n_peeked bytes of its payload. */
u32 snaplen_dynamic(struct event_ctx *ctx, const u8 *peeked, u32 n_peeked);

/* The same; reads these bytes from user memory. */
u32 snaplen_peek(struct event_ctx *ctx, const void __user *payload, u32 n);

static inline u32 snaplen(struct event_ctx *ctx, const void __user *payload, u32 n)
{
	u32 limit = READ_ONCE(ctx->consumer->snaplen);

	if (n <= limit)
		return n;
	return READ_ONCE(ctx->consumer->dynamic_snaplen) ? min(n, snaplen_peek(ctx, payload, n))
							 : limit;
}

#endif
