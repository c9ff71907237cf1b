/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads whose exit was lost.  Live only: a captured machine cannot be asked.
 */
#include <stdio.h>
#include <unistd.h>

#include "state/engine.h"

enum { SLOTS_PER_EVENT = 16, FIRST_SCAN_S = 30 };

static bool thread_exists(const struct state *s, int64_t tid)
{
	char path[4200];

	snprintf(path, sizeof(path), "%s/proc/%lld", s->opt.host_root, (long long)tid);
	return access(path, F_OK) == 0;
}

static bool thread_stale(const struct state *s, const struct thread *t, uint64_t now)
{
	uint64_t seen = t->last_ts > t->clone_ts ? t->last_ts : t->clone_ts;

	if (t->flags & THREAD_INVALID)
		return true;
	if (t->flags & THREAD_DEAD)
		return false;
	return seen + (uint64_t)s->opt.thread_timeout_s * NS_PER_S < now &&
	       !thread_exists(s, t->tid);
}

/* A few slots per event, so that no event waits for a scan of a large table. */
__attribute__((noinline)) void purge_step(struct state *s, uint64_t now)
{
	if (!s->purge_at)
		s->purge_at = now + (uint64_t)FIRST_SCAN_S * NS_PER_S;
	if (now < s->purge_at)
		return;
	for (unsigned i = 0; i < SLOTS_PER_EVENT && s->purge_slot < s->table.size; i++) {
		struct thread *t = s->table.slots[s->purge_slot].t;

		if (t && thread_stale(s, t, now))
			thread_remove(s, t, 0);
		else
			s->purge_slot++;
	}
	if (s->purge_slot < s->table.size)
		return;
	s->purge_slot = 0;
	s->purge_at = now + (uint64_t)s->opt.purge_interval_s * NS_PER_S;
}
