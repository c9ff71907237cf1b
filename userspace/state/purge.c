/* SPDX-License-Identifier: Apache-2.0 */
/* Removes threads whose exit event was lost. */
#include "state/purge.h"

#include <stdio.h>
#include <unistd.h>

#include "base/macros.h"
#include "state/state_priv.h"
#include "state/thread_priv.h"

/* SLOTS_PER_STEP bounds the delay of one event; FIRST_SCAN_S counts from the first event. */
enum { SLOTS_PER_STEP = 16, FIRST_SCAN_S = 30 };

static bool task_exists(const struct state *s, int64_t tid)
{
	char path[4200];

	snprintf(path, sizeof(path), "%s/proc/%lld", s->opt.host_root, (long long)tid);
	return access(path, F_OK) == 0;
}

static bool thread_is_stale(const struct state *s, const struct thread *t, uint64_t now)
{
	uint64_t last_seen = t->last_ts > t->clone_ts ? t->last_ts : t->clone_ts;

	if (t->flags & THREAD_INVALID)
		return true;
	if (t->flags & THREAD_DEAD)
		return false;
	return last_seen + (uint64_t)(s->opt.thread_timeout_s * NSEC_PER_SEC) < now &&
	       !task_exists(s, t->tid);
}

/* After a removal the slot may have another thread, and is checked again. */
__attribute__((noinline)) void purge_step(struct state *s, uint64_t now)
{
	if (!s->purge_at)
		s->purge_at = now + (uint64_t)(FIRST_SCAN_S * NSEC_PER_SEC);
	if (now < s->purge_at)
		return;
	for (unsigned i = 0; i < SLOTS_PER_STEP && s->purge_slot < s->threads.size; i++) {
		struct thread *t = s->threads.slots[s->purge_slot].t;

		if (t && thread_is_stale(s, t, now))
			thread_remove(s, t, 0);
		else
			s->purge_slot++;
	}
	if (s->purge_slot < s->threads.size)
		return;
	s->purge_slot = 0;
	s->purge_at = now + (uint64_t)(s->opt.purge_interval_s * NSEC_PER_SEC);
}
