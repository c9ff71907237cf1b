/* SPDX-License-Identifier: Apache-2.0 */
/* Events that userspace makes: users and groups that come and go, containers, iterators.  No rule is asked about them. */
#include "state/engine.h"
#include "state/users.h"

void state_user_added(struct state *s, struct event *ev)
{
	struct user u = {
		.uid = (uint32_t)ev_u64(ev, IX(useradded, uid), 0),
		.gid = (uint32_t)ev_u64(ev, IX(useradded, gid), 0),
		.name = ev_text(ev, IX(useradded, name)),
		.home = ev_text(ev, IX(useradded, home)),
		.shell = ev_text(ev, IX(useradded, shell)),
	};

	ev->state_only = true;
	users_put(s->users, ev_text(ev, IX(useradded, container_id)), &u);
	s->epoch++;
}

void state_user_deleted(struct state *s, struct event *ev)
{
	ev->state_only = true;
	users_remove(s->users, ev_text(ev, IX(userdeleted, container_id)),
		     (uint32_t)ev_u64(ev, IX(userdeleted, uid), 0));
	s->epoch++;
}

void state_group_added(struct state *s, struct event *ev)
{
	ev->state_only = true;
	groups_put(s->users, ev_text(ev, IX(groupadded, container_id)),
		   (uint32_t)ev_u64(ev, IX(groupadded, gid), 0), ev_text(ev, IX(groupadded, name)));
	s->epoch++;
}

void state_group_deleted(struct state *s, struct event *ev)
{
	ev->state_only = true;
	groups_remove(s->users, ev_text(ev, IX(groupdeleted, container_id)),
		      (uint32_t)ev_u64(ev, IX(groupdeleted, gid), 0));
	s->epoch++;
}

/* Container metadata belongs to plugins; ids come from control groups. */
void state_container(struct state *s, struct event *ev)
{
	(void)s;
	ev->state_only = true;
}

void state_async(struct state *s, struct event *ev)
{
	(void)s;
	(void)ev;
}

/* Another driver's way of listing tasks at start; what they say is known from /proc. */
void state_iter(struct state *s, struct event *ev)
{
	(void)s;
	(void)ev;
}
