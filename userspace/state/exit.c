/* SPDX-License-Identifier: Apache-2.0 */
/* Handler of thread exits.  The thread is removed before the next event: rules still see it. */
#include "state/handlers.h"

void state_on_exit(struct state *s, struct event *ev)
{
	struct thread *t = ev->thread;

	if (!t)
		return;
	if (!(t->flags & THREAD_DEAD) && t->leader)
		t->leader->n_threads--;
	t->flags |= THREAD_DEAD;
	s->has_deferred_work = true;
	s->deferred.exited = t;
	s->deferred.reaper_tid = ev_s64(ev, IX(procexit, reaper_tid), -1);
}
