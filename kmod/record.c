// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Parameters of variable size, copied once, into the ring.
 *
 * In: a user string, user bytes, or kernel memory.  Out: bytes at ctx->at, or ctx->full.
 */
#include "record.h"
#include "snaplen.h"
#include "user.h"

/*
 * A string that the ring has no space for is lost with its record: a truncated path is a wrong
 * path.
 */
u32 record_ustr(struct event_ctx *ctx, struct ustr s)
{
	u32 space = record_space(ctx), n = 0;

	if (!s.p)
		return 0;
	if (likely(space))
		n = user_string(ctx->at, space, s.p);
	if (unlikely(n == space && space < PARAM_MAX))
		ctx->full = true;
	return n;
}

u32 record_uspan(struct event_ctx *ctx, struct uspan s)
{
	u32 n = s.p ? min_t(u32, s.len, PARAM_MAX) : 0;

	if (n && s.snap)
		n = snaplen(ctx, s.p, n);
	return n && record_reserve(ctx, n) && user_read(ctx->at, s.p, n) ? n : 0;
}

u32 record_span(struct event_ctx *ctx, struct span s)
{
	if (!record_reserve(ctx, s.len))
		return 0;
	memcpy(ctx->at, s.p, s.len);
	return s.len;
}
