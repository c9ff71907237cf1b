/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clone, clone3, fork, vfork: creation of threads.
 *
 * There are two exit events, in either order: the parent's with the child's tid as result, the
 * child's with 0.  The first one creates the thread; only the child's has the ids in the child's
 * pid namespace.
 */
#include "base/macros.h"
#include "state/handlers.h"
#include "state/rcstr.h"

_Static_assert(IX(clone, flags) == IX(clone3, flags) && IX(clone, flags) == IX(fork, flags) &&
		       IX(clone, pidns_init_start_ts) == IX(vfork, pidns_init_start_ts) &&
		       IX(clone, vpid) == IX(clone3, vpid) && IX(clone, vpid) == IX(fork, vpid),
	       "same parameters in all clone events");

/* Longest time between the two events of one clone; after it the tid has been reused. */
static const uint64_t clone_window_ns = 2 * NSEC_PER_SEC;

static int64_t param_s64(const struct event *ev, unsigned i)
{
	return ev_s64(ev, i, 0);
}

/* Values that the new task does not inherit, from the event. */
static void thread_init_from_clone(struct state *s, struct thread *t, const struct event *ev)
{
	t->fd_limit = param_s64(ev, IX(clone, fdlimit));
	t->pf_major = ev_u64(ev, IX(clone, pgft_maj), 0);
	t->pf_minor = ev_u64(ev, IX(clone, pgft_min), 0);
	t->vm_size = (uint32_t)param_s64(ev, IX(clone, vm_size));
	t->vm_rss = (uint32_t)param_s64(ev, IX(clone, vm_rss));
	t->vm_swap = (uint32_t)param_s64(ev, IX(clone, vm_swap));
	t->uid = (uint32_t)ev_u64(ev, IX(clone, uid), UINT32_MAX);
	t->gid = (uint32_t)ev_u64(ev, IX(clone, gid), UINT32_MAX);
	t->clone_ts = ev->ts;
	thread_set_cgroups(s, t, ev_bytes(ev, IX(clone, cgroups)));
}

/* from: the leader of the parent process, or of t's group if t is not a leader. */
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
	t->cwd = rcstr_ref(from->cwd);
	t->root = rcstr_ref(from->root);
	if (from->fds)
		fd_table_copy(&thread_priv(t)->fds, from->fds);
}

static struct image *clone_image(struct image *base, const struct event *ev)
{
	struct image_info info = image_info_of(base);

	info.comm = ev_text(ev, IX(clone, comm));
	info.exe = ev_text(ev, IX(clone, exe));
	info.args = ev_bytes(ev, IX(clone, args));
	return image_get(base, &info);
}

/* Values that differ between the two events. */
struct clone_ids {
	int64_t tid, pid, ptid, vtid, vpid;
	struct thread *from;  /* leader that values are inherited from; NULL: unknown */
	uint64_t pidns_start; /* ns since the epoch; 0: inherited */
};

static struct thread *thread_create_from_clone(struct state *s, const struct event *ev,
					       const struct clone_ids *ids)
{
	struct image *image = clone_image(ids->from ? ids->from->image : s->placeholder_image, ev);
	struct thread *t = image ? thread_new(s, ids->tid, image,
					      ids->from ? ids->from->cgroups : s->no_cgroups)
				 : NULL;

	image_unref(image);
	if (!t)
		return NULL;
	t->pid = ids->pid;
	t->ptid = ids->ptid;
	t->vtid = ids->vtid;
	t->vpid = ids->vpid;
	t->loginuid = UINT32_MAX;
	if (ids->from)
		thread_inherit(t, ids->from);
	if (ids->pidns_start)
		t->pidns_start_ts = ids->pidns_start;
	thread_init_from_clone(s, t, ev);
	thread_link(s, t);
	return t;
}

/* ---- the parent's event ---- */

/* Completes a placeholder with the ids and image of its own clone event. */
static void placeholder_complete(struct state *s, struct thread *t, const struct event *ev)
{
	struct image *image = clone_image(t->image, ev);

	if (image)
		thread_set_image(t, image);
	t->pid = param_s64(ev, IX(clone, pid));
	t->ptid = param_s64(ev, IX(clone, ptid));
	t->vtid = param_s64(ev, IX(clone, vtid));
	t->vpid = param_s64(ev, IX(clone, vpid));
	t->flags &= ~THREAD_INVALID;
	thread_link(s, t);
	thread_touch(t);
}

/*
 * True if the child must not be created from its parent's event: the child's event will have more
 * information (ids in a pid namespace, a parent other than the caller; a vfork child runs before
 * its parent returns), or the child has already exited.
 */
static bool wait_for_child_event(const struct state *s, const struct event *ev,
				 const struct thread *parent)
{
	uint64_t flags = ev_u64(ev, IX(clone, flags), 0);
	const struct exited_thread *e = exited_thread_of(s->exited, ev->result);

	if (flags & (clone_flags_CLONE_CHILD_IN_PIDNS | clone_flags_CLONE_NEWPID |
		     clone_flags_CLONE_PARENT | clone_flags_CLONE_VFORK))
		return true;
	if (ev->type == EV_vfork || (parent->vtid >= 0 && parent->tid != parent->vtid))
		return true;
	return e->tid == ev->result && ev->ts - e->ts < clone_window_ns &&
	       (e->ptid == parent->tid || e->ptid == parent->pid || e->pid == parent->pid);
}

static void clone_in_parent(struct state *s, struct event *ev)
{
	struct thread *parent = ev->thread, *child;
	bool is_thread = ev_u64(ev, IX(clone, flags), 0) & clone_flags_CLONE_THREAD;

	if (!parent)
		parent = ev->thread = thread_find(s, ev->tid);
	if (!parent)
		parent = ev->thread = thread_create_placeholder(s, ev->tid);
	if (!parent)
		return;
	if (parent->flags & THREAD_INVALID)
		placeholder_complete(s, parent, ev);
	if (wait_for_child_event(s, ev, parent))
		return;
	child = thread_table_find(&s->threads, ev->result);
	if (child && (child->flags & THREAD_FROM_CHILD))
		return;
	if (child == parent || (child && child->leader == child && parent->leader == child))
		return; /* impossible in a correct record */
	if (child)
		thread_remove_group(s, child);
	/* The parent may have been removed, too, if it was a dead leader without other threads. */
	parent = ev->thread = thread_table_find(&s->threads, ev->tid);
	if (!parent)
		return;
	thread_create_from_clone(s, ev,
				 &(struct clone_ids){
					 .tid = ev->result,
					 .vtid = ev->result,
					 .pid = is_thread ? parent->pid : ev->result,
					 .vpid = is_thread ? parent->vpid : ev->result,
					 .ptid = is_thread ? parent->ptid : parent->pid,
					 .from = thread_main(parent),
				 });
}

/* ---- the child's event ---- */

/*
 * Start of the child's pid namespace in ns since the epoch (the parameter is in ns since boot).  If
 * the child is not in a nested namespace: 0, for the value of the parent.
 */
static uint64_t pidns_start(const struct state *s, const struct event *ev)
{
	if (param_s64(ev, IX(clone, tid)) == param_s64(ev, IX(clone, vtid)))
		return 0;
	return s->machine.boot_ts + ev_u64(ev, IX(clone, pidns_init_start_ts), 0);
}

static void clone_in_child(struct state *s, struct event *ev)
{
	int64_t pid = param_s64(ev, IX(clone, pid)), ptid = param_s64(ev, IX(clone, ptid));
	struct thread *t = ev->thread, *from;

	if (t && !(t->flags & THREAD_INVALID) && ev->ts - t->clone_ts < clone_window_ns)
		return;
	if (t)
		thread_remove_group(s, t);
	from = thread_table_find(&s->threads, pid == ev->tid ? ptid : pid);
	if (from && (from->flags & THREAD_INVALID))
		from = NULL;
	from = from ? thread_main(from) : NULL;
	t = ev->thread =
		thread_create_from_clone(s, ev,
					 &(struct clone_ids){
						 .tid = ev->tid,
						 .pid = pid,
						 .ptid = pid == ev->tid || !from ? ptid : from->ptid,
						 .vtid = param_s64(ev, IX(clone, vtid)),
						 .vpid = param_s64(ev, IX(clone, vpid)),
						 .from = from,
						 .pidns_start = pidns_start(s, ev),
					 });
	if (t)
		t->flags |= THREAD_FROM_CHILD;
}

void state_on_clone(struct state *s, struct event *ev)
{
	if (!ev_ok(ev))
		return;
	if (ev->result > 0)
		clone_in_parent(s, ev);
	else
		clone_in_child(s, ev);
}
