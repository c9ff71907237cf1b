/* SPDX-License-Identifier: Apache-2.0 */
/* Handlers that change ids, sessions, capabilities, limits and memory counters of a thread. */
#include "state/handlers.h"

/* CAP_CHOWN to CAP_CHECKPOINT_RESTORE. */
static const uint64_t all_capabilities = (1ull << 41) - 1;

/* The effective id: the only id of setuid, the second of the others.  UINT32_MAX: unchanged. */
static uint32_t effective_id(const struct event *ev)
{
	return (uint32_t)ev_u64(ev, ev->info->n_params == 2 ? 1 : 2, UINT32_MAX);
}

void state_on_setuid(struct state *s, struct event *ev)
{
	uint32_t uid = effective_id(ev);

	(void)s;
	if (!ev->has_result || ev->result || !ev->thread || uid == UINT32_MAX)
		return;
	ev->thread->uid = uid;
	thread_touch(ev->thread);
}

void state_on_setgid(struct state *s, struct event *ev)
{
	uint32_t gid = effective_id(ev);

	(void)s;
	if (!ev->has_result || ev->result || !ev->thread || gid == UINT32_MAX)
		return;
	ev->thread->gid = gid;
	thread_touch(ev->thread);
}

void state_on_setsid(struct state *s, struct event *ev)
{
	(void)s;
	if (!ev_ok(ev) || !ev->thread)
		return;
	ev->thread->sid = ev->result;
	thread_touch(ev->thread);
}

/* Process group ids are taken from clone and execve events only. */
void state_on_setpgid(struct state *s, struct event *ev)
{
	(void)s;
	(void)ev;
}

void state_on_capset(struct state *s, struct event *ev)
{
	struct thread *t = ev->thread;

	(void)s;
	if (!ev_ok(ev) || !t)
		return;
	t->cap_inheritable = ev_u64(ev, IX(capset, cap_inheritable), t->cap_inheritable);
	t->cap_permitted = ev_u64(ev, IX(capset, cap_permitted), t->cap_permitted);
	t->cap_effective = ev_u64(ev, IX(capset, cap_effective), t->cap_effective);
	thread_touch(t);
}

/* A thread that enters a user namespace gets all capabilities in it. */
void state_on_newns(struct state *s, struct event *ev)
{
	unsigned flags = ev->type == EV_setns ? IX(setns, nstype) : IX(unshare, flags);
	struct thread *t = ev->thread;

	(void)s;
	if (!ev_ok(ev) || !t || !(ev_u64(ev, flags, 0) & clone_flags_CLONE_NEWUSER))
		return;
	t->cap_inheritable = t->cap_permitted = t->cap_effective = all_capabilities;
	thread_touch(t);
}

void state_on_prctl(struct state *s, struct event *ev)
{
	uint64_t option = ev_u64(ev, IX(prctl, option), 0);
	struct thread *leader = ev->thread ? ev->thread->leader : NULL;

	(void)s;
	if (!ev_ok(ev) || !leader)
		return;
	if (option != prctl_options_PR_SET_CHILD_SUBREAPER &&
	    option != prctl_options_PR_GET_CHILD_SUBREAPER)
		return;
	if (ev_s64(ev, IX(prctl, arg2_int), 0))
		leader->flags |= THREAD_REAPER;
	else
		leader->flags &= ~THREAD_REAPER;
}

static void set_prlimit(struct state *s, struct event *ev)
{
	int64_t pid = ev_s64(ev, IX(prlimit, pid), 0), cur = ev_s64(ev, IX(prlimit, newcur), -1);
	struct thread *t = pid > 0 ? thread_table_find(&s->threads, pid) : ev->thread;

	if (!t || ev_u64(ev, IX(prlimit, resource), 0) != rlimit_resources_RLIMIT_NOFILE)
		return;
	if (cur == -1)
		cur = ev_s64(ev, IX(prlimit, oldcur), -1);
	if (cur != -1)
		thread_main(t)->fd_limit = cur;
}

void state_on_rlimit(struct state *s, struct event *ev)
{
	_Static_assert(IX(getrlimit, resource) == IX(setrlimit, resource),
		       "same parameter index in both");
	if (!ev_ok(ev) || !ev->thread)
		return;
	if (ev->type == EV_prlimit)
		set_prlimit(s, ev);
	else if (ev_u64(ev, IX(getrlimit, resource), 0) == rlimit_resources_RLIMIT_NOFILE)
		thread_main(ev->thread)->fd_limit = ev_s64(ev, IX(getrlimit, cur), 0);
}

/* ---- memory and page faults ---- */

void state_on_switch(struct state *s, struct event *ev)
{
	struct thread *t = ev->thread, *leader;

	(void)s;
	if (!t)
		return;
	leader = thread_main(t);
	t->pf_major = EV_U64(ev, switch, pgft_maj, t->pf_major);
	t->pf_minor = EV_U64(ev, switch, pgft_min, t->pf_minor);
	leader->vm_size = (uint32_t)EV_U64(ev, switch, vm_size, leader->vm_size);
	leader->vm_rss = (uint32_t)EV_U64(ev, switch, vm_rss, leader->vm_rss);
	leader->vm_swap = (uint32_t)EV_U64(ev, switch, vm_swap, leader->vm_swap);
}

void state_on_memory(struct state *s, struct event *ev)
{
	struct thread *t = ev->thread;

	_Static_assert(IX(brk, vm_size) == IX(mmap, vm_size) &&
			       IX(brk, vm_size) == IX(munmap, vm_size) &&
			       IX(brk, vm_size) == IX(mmap2, vm_size),
		       "same parameter index in all");
	(void)s;
	if (!t)
		return;
	t->vm_size = (uint32_t)EV_U64(ev, brk, vm_size, t->vm_size);
	t->vm_rss = (uint32_t)EV_U64(ev, brk, vm_rss, t->vm_rss);
	t->vm_swap = (uint32_t)EV_U64(ev, brk, vm_swap, t->vm_swap);
}
