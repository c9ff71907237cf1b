/* SPDX-License-Identifier: Apache-2.0 */
/* Deaths.  The entry stays until the next event, so that rules see who died. */
#include "state/engine.h"

void state_exit(struct state *s, struct event *ev)
{
	struct thread *t = ev->thread;

	if (!t)
		return;
	if (!(t->flags & THREAD_DEAD) && t->leader)
		t->leader->n_threads--;
	t->flags |= THREAD_DEAD;
	s->due = true;
	s->pending.thread = t;
	s->pending.reaper = ev_s64(ev, IX(procexit, reaper_tid), -1);
}
