// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Checks besides the masks: adaptive sampling, failed calls, the reader's own events.
 *
 * Sampling records only the first 1/ratio of each second of wall-clock time, and writes a drop
 * event into the ring when it begins or ends to hold events back.
 */
#include <linux/fcntl.h>
#include <linux/math64.h>
#include <linux/time64.h>

#include "consumer.h"
#include "dispatch.h"
#include "sampling.h"
#include "stats.h"

/* Not recorded while sampling is on, in any class. */
static bool is_noise(const struct event_ctx *ctx)
{
	u64 traits = event_descs[ctx->event].traits;

	if (traits & NOISE_IF_FAILED)
		return ctx->ret < 0;
	if (traits & NOISE_BY_COMMAND)
		return ctx->args[1] != F_DUPFD && ctx->args[1] != F_DUPFD_CLOEXEC &&
		       ctx->args[1] != F_SETFD;
	return false;
}

/* The CPU that changes the state writes the event; if that is lost, the next event tries again. */
static void report_change(struct falco_consumer *consumer, const struct event_ctx *cause,
			  int dropping)
{
	struct event_ctx ctx = {
		.event = dropping ? EV_drop_enter : EV_drop,
		.task = current,
		.consumer = consumer,
		.ts = cause->ts,
		.number = READ_ONCE(consumer->sampling_ratio),
	};

	if (READ_ONCE(consumer->sampling_reported) == dropping ||
	    cmpxchg(&consumer->sampling_reported, !dropping, dropping) == dropping)
		return;
	if (!falco_dispatch_record(consumer, &ctx))
		WRITE_ONCE(consumer->sampling_reported, !dropping);
}

static bool sampled_in(struct falco_consumer *consumer, const struct event_ctx *ctx)
{
	u64 traits = event_descs[ctx->event].traits;
	u32 ns, most = READ_ONCE(consumer->sampling_ns);

	if (is_noise(ctx))
		return false;
	if (traits & NEVER_DROP)
		return true;
	if (traits & ALWAYS_DROP)
		return false;
	div_u64_rem(ctx->ts, NSEC_PER_SEC, &ns);
	report_change(consumer, ctx, ns >= most);
	return ns < most;
}

bool falco_sampling_passes(struct falco_consumer *consumer, struct event_ctx *ctx)
{
	u32 filters = READ_ONCE(consumer->filters);

	if ((filters & FALCO_FILTER_FAILED) && ctx->ret < 0)
		return false;
	if ((filters & FALCO_FILTER_SELF) && ctx->task->tgid == READ_ONCE(consumer->self) &&
	    !(falco_record_traits[ctx->event] & FALCO_RECORD_VITAL))
		return false;
	return !(filters & FALCO_FILTER_SAMPLING) || sampled_in(consumer, ctx);
}

int falco_sampling_start(struct falco_consumer *consumer, unsigned long ratio)
{
	if (!ratio || ratio > 128 || (ratio & (ratio - 1)))
		return -EINVAL;
	WRITE_ONCE(consumer->sampling_ratio, ratio);
	WRITE_ONCE(consumer->sampling_ns, NSEC_PER_SEC / ratio);
	WRITE_ONCE(consumer->filters, consumer->filters | FALCO_FILTER_SAMPLING);
	return 0;
}

void falco_sampling_stop(struct falco_consumer *consumer)
{
	WRITE_ONCE(consumer->filters, consumer->filters & ~FALCO_FILTER_SAMPLING);
	WRITE_ONCE(consumer->sampling_ratio, 1);
	WRITE_ONCE(consumer->sampling_ns, NSEC_PER_SEC);
	WRITE_ONCE(consumer->sampling_reported, 0);
}
