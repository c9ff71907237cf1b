/* SPDX-License-Identifier: Apache-2.0 */
/* Handlers of metaevents: accounts, containers, async events, iterators. */
#include "state/handlers.h"
#include "state/users.h"

void state_on_user_added(struct state *s, struct event *ev)
{
	struct user u = {
		.uid = (uint32_t)ev_u64(ev, IX(useradded, uid), 0),
		.gid = (uint32_t)ev_u64(ev, IX(useradded, gid), 0),
		.name = ev_text(ev, IX(useradded, name)),
		.home = ev_text(ev, IX(useradded, home)),
		.shell = ev_text(ev, IX(useradded, shell)),
	};

	ev->state_only = true;
	users_set(s->users, ev_text(ev, IX(useradded, container_id)), &u);
	s->epoch++;
}

void state_on_user_deleted(struct state *s, struct event *ev)
{
	ev->state_only = true;
	users_remove(s->users, ev_text(ev, IX(userdeleted, container_id)),
		     (uint32_t)ev_u64(ev, IX(userdeleted, uid), 0));
	s->epoch++;
}

void state_on_group_added(struct state *s, struct event *ev)
{
	ev->state_only = true;
	groups_set(s->users, ev_text(ev, IX(groupadded, container_id)),
		   (uint32_t)ev_u64(ev, IX(groupadded, gid), 0), ev_text(ev, IX(groupadded, name)));
	s->epoch++;
}

void state_on_group_deleted(struct state *s, struct event *ev)
{
	ev->state_only = true;
	groups_remove(s->users, ev_text(ev, IX(groupdeleted, container_id)),
		      (uint32_t)ev_u64(ev, IX(groupdeleted, gid), 0));
	s->epoch++;
}

/* Nothing is stored: container ids come from cgroups. */
void state_on_container(struct state *s, struct event *ev)
{
	(void)s;
	ev->state_only = true;
}

void state_on_async(struct state *s, struct event *ev)
{
	(void)s;
	(void)ev;
}

/* A driver's list of tasks at start; /proc has the same information. */
void state_on_iter(struct state *s, struct event *ev)
{
	(void)s;
	(void)ev;
}
