// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What a wanted event must still pass: sampling, failures, the reader's own doings.
 *
 * Sampling lets through only the first interval of each second of wall-clock time, and says so in the ring whenever it
 * begins or ends to hold events back.
 */
#include <linux/fcntl.h>
#include <linux/math64.h>
#include <linux/time64.h>

#include "consumer.h"
#include "dispatch.h"
#include "sampling.h"
#include "stats.h"

/* Not recorded while sampling is on, in any class. */
static bool is_noise(const struct capture *c)
{
	u64 traits = event_descs[c->event].traits;

	if (traits & NOISE_IF_FAILED)
		return c->ret < 0;
	if (traits & NOISE_BY_COMMAND)
		return c->args[1] != F_DUPFD && c->args[1] != F_DUPFD_CLOEXEC &&
		       c->args[1] != F_SETFD;
	return false;
}

/* Only who changes the state tells the reader; if the word gets lost, the next event tries again. */
static void tell(struct falco_consumer *who, const struct capture *cause, int dropping)
{
	struct capture c = {
		.event = dropping ? EV_drop_enter : EV_drop,
		.task = current,
		.who = who,
		.ts = cause->ts,
		.number = READ_ONCE(who->sampling_ratio),
	};

	if (READ_ONCE(who->sampling_told) == dropping ||
	    cmpxchg(&who->sampling_told, !dropping, dropping) == dropping)
		return;
	if (!falco_dispatch_record(who, &c))
		WRITE_ONCE(who->sampling_told, !dropping);
}

static bool sampled_in(struct falco_consumer *who, const struct capture *c)
{
	u64 traits = event_descs[c->event].traits;
	u32 ns, most = READ_ONCE(who->sampling_ns);

	if (is_noise(c))
		return false;
	if (traits & NEVER_DROP)
		return true;
	if (traits & ALWAYS_DROP)
		return false;
	div_u64_rem(c->ts, NSEC_PER_SEC, &ns);
	tell(who, c, ns >= most);
	return ns < most;
}

bool falco_sampling_passes(struct falco_consumer *who, struct capture *c)
{
	u32 filters = READ_ONCE(who->filters);

	if ((filters & FALCO_FILTER_FAILED) && c->ret < 0)
		return false;
	if ((filters & FALCO_FILTER_SELF) && c->task->tgid == READ_ONCE(who->self) &&
	    !(falco_record_traits[c->event] & FALCO_RECORD_VITAL))
		return false;
	return !(filters & FALCO_FILTER_SAMPLING) || sampled_in(who, c);
}

int falco_sampling_start(struct falco_consumer *who, unsigned long ratio)
{
	if (!ratio || ratio > 128 || (ratio & (ratio - 1)))
		return -EINVAL;
	WRITE_ONCE(who->sampling_ratio, ratio);
	WRITE_ONCE(who->sampling_ns, NSEC_PER_SEC / ratio);
	WRITE_ONCE(who->filters, who->filters | FALCO_FILTER_SAMPLING);
	return 0;
}

void falco_sampling_stop(struct falco_consumer *who)
{
	WRITE_ONCE(who->filters, who->filters & ~FALCO_FILTER_SAMPLING);
	WRITE_ONCE(who->sampling_ratio, 1);
	WRITE_ONCE(who->sampling_ns, NSEC_PER_SEC);
	WRITE_ONCE(who->sampling_told, 0);
}
