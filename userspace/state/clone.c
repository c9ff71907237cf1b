/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Births, seen from either side.
 *
 * The caller's event carries the child's tid, the child's own event carries 0.  Whichever comes first makes the entry;
 * the child's own is the only one that knows the ids inside a pid namespace.
 */
#include "state/engine.h"

_Static_assert(IX(clone, flags) == IX(clone3, flags) && IX(clone, flags) == IX(fork, flags) &&
		       IX(clone, pidns_init_start_ts) == IX(vfork, pidns_init_start_ts) &&
		       IX(clone, vpid) == IX(clone3, vpid) && IX(clone, vpid) == IX(fork, vpid),
	       "one layout for all births");

enum { WINDOW_NS = 2 * NS_PER_S };

static int64_t num(const struct event *ev, unsigned i)
{
	return ev_s64(ev, i, 0);
}

/* Ours from here on: what is true of a task from its first instruction. */
static void thread_be_born(struct state *s, struct thread *t, const struct event *ev)
{
	t->fd_limit = num(ev, IX(clone, fdlimit));
	t->pf_major = ev_u64(ev, IX(clone, pgft_maj), 0);
	t->pf_minor = ev_u64(ev, IX(clone, pgft_min), 0);
	t->vm_size = (uint32_t)num(ev, IX(clone, vm_size));
	t->vm_rss = (uint32_t)num(ev, IX(clone, vm_rss));
	t->vm_swap = (uint32_t)num(ev, IX(clone, vm_swap));
	t->uid = (uint32_t)ev_u64(ev, IX(clone, uid), UINT32_MAX);
	t->gid = (uint32_t)ev_u64(ev, IX(clone, gid), UINT32_MAX);
	t->clone_ts = ev->ts;
	thread_set_cgroups(s, t, ev_bytes(ev, IX(clone, cgroups)));
}

/* from: the parent process' leader for a process, the group's for a thread. */
static void thread_inherit(struct thread *t, struct thread *from)
{
	t->sid = from->sid;
	t->vpgid = from->vpgid;
	t->pgid = from->pgid;
	t->tty = from->tty;
	t->loginuid = from->loginuid;
	t->cap_inheritable = from->cap_inheritable;
	t->cap_permitted = from->cap_permitted;
	t->cap_effective = from->cap_effective;
	t->pidns_start_ts = from->pidns_start_ts;
	if (t->pid != t->tid) {
		t->exec_ts = from->exec_ts;
		return;
	}
	t->cwd = text_share(from->cwd);
	t->root = text_share(from->root);
	if (from->fds)
		fd_table_share(&thread_box(t)->fds, from->fds);
}

static struct image *birth_image(struct image *like, const struct event *ev)
{
	struct image_seed seed = image_facts(like);

	seed.comm = ev_text(ev, IX(clone, comm));
	seed.exe = ev_text(ev, IX(clone, exe));
	seed.args = ev_bytes(ev, IX(clone, args));
	return image_new(like, &seed);
}

struct birth {
	int64_t tid, pid, ptid, vtid, vpid;
	struct thread *from;  /* whom the child is like; NULL if unknown */
	uint64_t pidns_start; /* 0: from's */
};

static struct thread *thread_bear(struct state *s, const struct event *ev, const struct birth *b)
{
	struct image *image = birth_image(b->from ? b->from->image : s->image_na, ev);
	struct thread *t =
		image ? thread_new(s, b->tid, image, b->from ? b->from->cgroups : s->cgroups_none)
		      : NULL;

	image_drop(image);
	if (!t)
		return NULL;
	t->pid = b->pid;
	t->ptid = b->ptid;
	t->vtid = b->vtid;
	t->vpid = b->vpid;
	t->loginuid = UINT32_MAX;
	if (b->from)
		thread_inherit(t, b->from);
	if (b->pidns_start)
		t->pidns_start_ts = b->pidns_start;
	thread_be_born(s, t, ev);
	thread_link(s, t);
	return t;
}

/* ---- the caller's side ---- */

/* An invented caller learns who it is. */
static void caller_patch(struct state *s, struct thread *t, const struct event *ev)
{
	struct image *image = birth_image(t->image, ev);

	if (image)
		thread_set_image(t, image);
	t->pid = num(ev, IX(clone, pid));
	t->ptid = num(ev, IX(clone, ptid));
	t->vtid = num(ev, IX(clone, vtid));
	t->vpid = num(ev, IX(clone, vpid));
	t->flags &= ~THREAD_INVALID;
	thread_link(s, t);
	thread_touch(t);
}

/* The child's own event will tell more, or has told everything and the child is gone again. */
static bool child_tells(const struct state *s, const struct event *ev, const struct thread *caller)
{
	uint64_t flags = ev_u64(ev, IX(clone, flags), 0);
	const struct exited *e = &s->exited[(uint64_t)ev->result % EXITED_SLOTS];

	if (flags & (clone_flags_CLONE_CHILD_IN_PIDNS | clone_flags_CLONE_NEWPID |
		     clone_flags_CLONE_PARENT | clone_flags_CLONE_VFORK))
		return true;
	if (ev->type == EV_vfork || (caller->vtid >= 0 && caller->tid != caller->vtid))
		return true;
	return e->tid == ev->result && ev->ts - e->ts < WINDOW_NS &&
	       (e->ptid == caller->tid || e->ptid == caller->pid || e->pid == caller->pid);
}

static void clone_caller(struct state *s, struct event *ev)
{
	struct thread *caller = ev->thread, *child;
	bool is_thread = ev_u64(ev, IX(clone, flags), 0) & clone_flags_CLONE_THREAD;

	if (!caller)
		caller = ev->thread = state_find(s, ev->tid);
	if (!caller)
		caller = ev->thread = thread_invent(s, ev->tid);
	if (!caller)
		return;
	if (caller->flags & THREAD_INVALID)
		caller_patch(s, caller, ev);
	if (child_tells(s, ev, caller))
		return;
	child = table_find(&s->table, ev->result);
	if (child && (child->flags & THREAD_FROM_CHILD))
		return;
	if (child == caller || (child && child->leader == child && caller->leader == child))
		return; /* no kernel says so */
	if (child)
		thread_erase(s, child);
	/* With its last thread a leader goes that was said to be dead: here it was the caller. */
	caller = ev->thread = table_find(&s->table, ev->tid);
	if (!caller)
		return;
	thread_bear(s, ev,
		    &(struct birth){
			    .tid = ev->result,
			    .vtid = ev->result,
			    .pid = is_thread ? caller->pid : ev->result,
			    .vpid = is_thread ? caller->vpid : ev->result,
			    .ptid = is_thread ? caller->ptid : caller->pid,
			    .from = thread_main(caller),
		    });
}

/* ---- the child's side ---- */

/* Told in time since boot, and only of interest inside a namespace: the machine's own began when it booted. */
static uint64_t pidns_start(const struct state *s, const struct event *ev)
{
	if (num(ev, IX(clone, tid)) == num(ev, IX(clone, vtid)))
		return 0;
	return s->machine.boot_ts + ev_u64(ev, IX(clone, pidns_init_start_ts), 0);
}

static void clone_child(struct state *s, struct event *ev)
{
	int64_t pid = num(ev, IX(clone, pid)), ptid = num(ev, IX(clone, ptid));
	struct thread *t = ev->thread, *from;

	if (t && !(t->flags & THREAD_INVALID) && ev->ts - t->clone_ts < WINDOW_NS)
		return;
	if (t)
		thread_erase(s, t);
	from = table_find(&s->table, pid == ev->tid ? ptid : pid);
	if (from && (from->flags & THREAD_INVALID))
		from = NULL;
	from = from ? thread_main(from) : NULL;
	t = ev->thread = thread_bear(s, ev,
				     &(struct birth){
					     .tid = ev->tid,
					     .pid = pid,
					     .ptid = pid == ev->tid || !from ? ptid : from->ptid,
					     .vtid = num(ev, IX(clone, vtid)),
					     .vpid = num(ev, IX(clone, vpid)),
					     .from = from,
					     .pidns_start = pidns_start(s, ev),
				     });
	if (t)
		t->flags |= THREAD_FROM_CHILD;
}

void state_clone(struct state *s, struct event *ev)
{
	if (!ev_ok(ev))
		return;
	if (ev->result > 0)
		clone_caller(s, ev);
	else
		clone_child(s, ev);
}
