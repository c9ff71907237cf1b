/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads, groups, ancestry.
 *
 * Links are exact: a leader lists its other threads and the processes it is parent of; parent links never form a loop.
 */
#include "state/engine.h"

struct thread *thread_ancestor(struct thread *t, unsigned n)
{
	struct thread *p = thread_main(t);

	for (; p && n; n--)
		p = p->parent;
	return p;
}

static void group_touch(struct thread *leader)
{
	leader->gen++;
	for (struct thread *t = leader->first_thread; t; t = t->next_thread)
		t->gen++;
}

void thread_touch(struct thread *t)
{
	struct thread *top = thread_main(t), *p = top;

	for (;;) {
		group_touch(p);
		if (p->first_child) {
			p = p->first_child;
			continue;
		}
		while (p != top && !p->next_sibling)
			p = p->parent;
		if (p == top)
			return;
		p = p->next_sibling;
	}
}

/* ---- birth ---- */

struct thread *thread_new(struct state *s, int64_t tid, struct image *image, struct cgroups *cgroups)
{
	struct thread_box *box;

	if (s->table.used >= s->opt.thread_limit && (!s->opt.self_pid || tid != s->opt.self_pid)) {
		s->n.n_drops_full_threadtable++;
		return NULL;
	}
	box = calloc(1, sizeof(*box));
	if (!box) {
		s->n.n_drops_full_threadtable++;
		return NULL;
	}
	box->t.tid = tid;
	if (!table_insert(&s->table, &box->t)) {
		s->n.n_drops_full_threadtable++;
		free(box);
		return NULL;
	}
	box->state = s;
	fd_table_init(&box->fds, s);
	box->t.image = image_share(image);
	box->t.cgroups = cgroups;
	cgroups->refs++;
	box->t.cwd = box->t.root = TEXT_EMPTY;
	box->t.vtid = box->t.vpid = box->t.pgid = -1;
	s->n.n_added_threads++;
	return &box->t;
}

struct thread *thread_invent(struct state *s, int64_t tid)
{
	struct thread *t = thread_new(s, tid, s->image_na, s->cgroups_none);

	if (!t)
		return NULL;
	t->flags = THREAD_INVALID;
	t->pid = t->ptid = -1;
	t->uid = t->gid = t->loginuid = UINT32_MAX;
	t->sid = t->vpgid = -1;
	t->fds = &thread_box(t)->fds;
	t->cwd = text_new(STR_LIT("./"));
	return t;
}

static void parent_leave(struct thread *t)
{
	if (!t->parent)
		return;
	if (t->prev_sibling)
		t->prev_sibling->next_sibling = t->next_sibling;
	else
		t->parent->first_child = t->next_sibling;
	if (t->next_sibling)
		t->next_sibling->prev_sibling = t->prev_sibling;
	t->parent = t->next_sibling = t->prev_sibling = NULL;
}

void thread_set_parent(struct thread *t, struct thread *parent)
{
	parent_leave(t);
	/* Only who has children can be its parent's ancestor: births need no walk. */
	for (struct thread *p = t->first_child || t == parent ? parent : NULL; p; p = p->parent)
		if (p == t)
			return;
	if (!parent)
		return;
	t->parent = parent;
	t->next_sibling = parent->first_child;
	if (t->next_sibling)
		t->next_sibling->prev_sibling = t;
	parent->first_child = t;
}

static void group_join(struct thread *t, struct thread *leader)
{
	t->leader = leader;
	t->next_thread = leader->first_thread;
	leader->first_thread = t;
	leader->n_threads++;
}

void thread_link(struct state *s, struct thread *t)
{
	struct thread *other;

	if (t->pid != t->tid) {
		t->fds = NULL;
		other = table_find(&s->table, t->pid);
		if (!t->leader && other && other->leader == other)
			group_join(t, other);
		return;
	}
	if (!t->leader) {
		t->leader = t;
		t->n_threads = 1;
		t->fds = &thread_box(t)->fds;
	}
	if (t->pid == 1 || t->vpid == 1)
		t->flags |= THREAD_REAPER;
	other = table_find(&s->table, t->ptid);
	thread_set_parent(t, other && other->leader ? other->leader : NULL);
}

void thread_set_image(struct thread *t, struct image *image)
{
	image_drop(t->image);
	t->image = image;
}

void thread_set_cgroups(struct state *s, struct thread *t, struct str list)
{
	struct cgroups *c = cgroups_intern(s->cgroups, t->cgroups, list);

	if (!c)
		return;
	cgroups_drop(s->cgroups, t->cgroups);
	t->cgroups = c;
}

void thread_stash_clear(struct thread *t)
{
	struct thread_box *box = thread_box(t);

	free(box->stash);
	box->stash = NULL;
}

/* ---- death ---- */

static void group_leave(struct thread *t)
{
	struct thread **at;

	if (!t->leader || t->leader == t)
		return;
	for (at = &t->leader->first_thread; *at != t; at = &(*at)->next_thread)
		;
	*at = t->next_thread;
	if (!(t->flags & THREAD_DEAD))
		t->leader->n_threads--;
	t->leader = t->next_thread = NULL;
}

/* The caches that may still point at a thread that goes. */
static void state_forget(struct state *s, struct thread *t)
{
	if (s->last == t)
		s->last = NULL;
	if (s->pending.thread == t)
		s->pending.thread = NULL;
	if (s->pending.fd_owner == t)
		s->pending.fd_owner = NULL;
}

static void thread_free(struct state *s, struct thread *t)
{
	struct exited *e = &s->exited[(uint64_t)t->tid % EXITED_SLOTS];

	*e = (struct exited){ t->tid, t->ptid, t->pid, s->now };
	state_forget(s, t);
	table_erase(&s->table, t->tid);
	thread_stash_clear(t);
	fd_table_clear(&thread_box(t)->fds);
	text_drop(&t->cwd);
	text_drop(&t->root);
	image_drop(t->image);
	cgroups_drop(s->cgroups, t->cgroups);
	s->n.n_removed_threads++;
	free(thread_box(t));
}

static bool same_pid_namespace(const struct thread *a, const struct thread *b)
{
	return (a->pid == a->vpid) == (b->pid == b->vpid);
}

/* Who adopts the children of a group that is gone: whom the kernel named, else the nearest living reaper above. */
static struct thread *reaper_find(struct state *s, struct thread *dead, int64_t reaper_tid)
{
	struct thread *r = reaper_tid > 0 ? state_find(s, reaper_tid) : NULL;

	r = r ? r->leader : NULL;
	for (struct thread *p = r; p; p = p->parent)
		if (p == dead)
			r = NULL; /* a child of its own cannot be it */
	if (r) {
		r->flags |= THREAD_REAPER;
		return r;
	}
	for (r = dead->parent; r; r = r->parent)
		if ((r->flags & THREAD_REAPER) && r->n_threads && same_pid_namespace(r, dead))
			return r;
	return NULL;
}

static void children_give(struct state *s, struct thread *dead, int64_t reaper_tid)
{
	struct thread *r = dead->first_child ? reaper_find(s, dead, reaper_tid) : NULL;

	while (dead->first_child) {
		struct thread *c = dead->first_child;

		thread_set_parent(c, r);
		c->ptid = r ? r->tid : 0;
		thread_touch(c);
	}
}

/* A thread that had children is gone, its group is not: they belong to another thread now. */
static void children_rename(struct thread *leader, int64_t from, int64_t to)
{
	for (struct thread *c = leader->first_child; c; c = c->next_sibling)
		if (c->ptid == from)
			c->ptid = to;
}

static void leader_remove(struct state *s, struct thread *t, int64_t reaper_tid)
{
	children_give(s, t, reaper_tid);
	parent_leave(t);
	thread_free(s, t);
}

void thread_remove(struct state *s, struct thread *t, int64_t reaper_tid)
{
	struct thread *leader = t->leader;

	if (t == leader && t->first_thread) {
		if (!(t->flags & THREAD_DEAD))
			t->n_threads--;
		t->flags |= THREAD_DEAD;
		return;
	}
	if (t == leader) {
		leader_remove(s, t, reaper_tid);
		return;
	}
	if (leader) {
		if (reaper_tid > 0)
			children_rename(leader, t->tid, reaper_tid);
		group_leave(t);
	}
	thread_free(s, t);
	if (leader && !leader->first_thread && (leader->flags & THREAD_DEAD))
		leader_remove(s, leader, reaper_tid);
}

void thread_remove_others(struct state *s, struct thread *t)
{
	while (t->first_thread) {
		struct thread *other = t->first_thread;

		group_leave(other);
		thread_free(s, other);
	}
	for (struct thread *c = t->first_child; c; c = c->next_sibling)
		c->ptid = t->tid;
	t->n_threads = 1;
}

void thread_erase(struct state *s, struct thread *t)
{
	if (t->leader == t)
		thread_remove_others(s, t);
	thread_remove(s, t, 0);
}

void thread_regroup(struct state *s, struct thread *t, int64_t pid)
{
	if (t->leader && t->pid == pid)
		return;
	if (t->leader == t)
		return; /* it has a group of its own: whoever says otherwise is wrong */
	group_leave(t);
	t->pid = pid;
	thread_link(s, t);
}
