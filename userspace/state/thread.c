/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads, thread groups and parents.
 *
 * Invariants: a leader's list first_thread has exactly the other threads of its group, its list
 * first_child exactly the leaders whose parent it is; parent links have no loop.
 */
#include "state/rcstr.h"
#include "state/state_priv.h"
#include "state/thread_priv.h"

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

/* Walks the tree of descendants without recursion or allocation. */
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

/* ---- creation ---- */

struct thread *thread_new(struct state *s, int64_t tid, struct image *image, struct cgroups *cgroups)
{
	bool is_exempt = s->opt.self_pid && tid == s->opt.self_pid;
	struct thread_priv *priv = NULL;

	if (s->threads.used < s->opt.thread_limit || is_exempt)
		priv = calloc(1, sizeof(*priv));
	if (priv)
		priv->t.tid = tid;
	if (!priv || !thread_table_insert(&s->threads, &priv->t)) {
		s->n.n_drops_full_threadtable++;
		free(priv);
		return NULL;
	}
	priv->state = s;
	fd_table_init(&priv->fds, s);
	priv->t.image = image_ref(image);
	priv->t.cgroups = cgroups;
	cgroups->refs++;
	priv->t.cwd = priv->t.root = RCSTR_EMPTY;
	priv->t.vtid = priv->t.vpid = priv->t.pgid = -1;
	s->n.n_added_threads++;
	return &priv->t;
}

struct thread *thread_create_placeholder(struct state *s, int64_t tid)
{
	struct thread *t = thread_new(s, tid, s->placeholder_image, s->no_cgroups);

	if (!t)
		return NULL;
	t->flags = THREAD_INVALID;
	t->pid = t->ptid = -1;
	t->uid = t->gid = t->loginuid = UINT32_MAX;
	t->sid = t->vpgid = -1;
	t->fds = &thread_priv(t)->fds;
	t->cwd = rcstr_new(STR_LIT("./"));
	return t;
}

static void parent_unlink(struct thread *t)
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
	parent_unlink(t);
	/* Only a thread with children can be an ancestor of parent: a new one needs no walk. */
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
		other = thread_table_find(&s->threads, t->pid);
		if (!t->leader && other && other->leader == other)
			group_join(t, other);
		return;
	}
	if (!t->leader) {
		t->leader = t;
		t->n_threads = 1;
		t->fds = &thread_priv(t)->fds;
	}
	if (t->pid == 1 || t->vpid == 1)
		t->flags |= THREAD_REAPER;
	other = thread_table_find(&s->threads, t->ptid);
	thread_set_parent(t, other && other->leader ? other->leader : NULL);
}

void thread_set_image(struct thread *t, struct image *image)
{
	image_unref(t->image);
	t->image = image;
}

void thread_set_cgroups(struct state *s, struct thread *t, struct str list)
{
	struct cgroups *c = cgroups_intern(s->cgroups, t->cgroups, list);

	if (!c)
		return;
	cgroups_unref(s->cgroups, t->cgroups);
	t->cgroups = c;
}

void thread_stash_clear(struct thread *t)
{
	struct thread_priv *priv = thread_priv(t);

	free(priv->stash);
	priv->stash = NULL;
}

/* ---- removal ---- */

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

/* Clears the pointers of s to a thread that is being freed. */
static void clear_references(struct state *s, struct thread *t)
{
	if (s->last == t)
		s->last = NULL;
	if (s->deferred.exited == t)
		s->deferred.exited = NULL;
	if (s->deferred.fd_owner == t)
		s->deferred.fd_owner = NULL;
}

static void thread_free(struct state *s, struct thread *t)
{
	*exited_thread_of(s->exited, t->tid) =
		(struct exited_thread){ t->tid, t->ptid, t->pid, s->now };
	clear_references(s, t);
	thread_table_erase(&s->threads, t->tid);
	thread_stash_clear(t);
	fd_table_clear(&thread_priv(t)->fds);
	rcstr_unref(&t->cwd);
	rcstr_unref(&t->root);
	image_unref(t->image);
	cgroups_unref(s->cgroups, t->cgroups);
	s->n.n_removed_threads++;
	free(thread_priv(t));
}

/* Approximation: both are in the initial pid namespace, or both are in a nested one. */
static bool same_pid_namespace(const struct thread *a, const struct thread *b)
{
	return (a->pid == a->vpid) == (b->pid == b->vpid);
}

/*
 * The new parent of the children of an exiting process: the one that the exit event names, else the
 * nearest live ancestor that is a reaper; NULL without one.
 */
static struct thread *find_reaper(struct state *s, struct thread *dead, int64_t reaper_tid)
{
	struct thread *r = reaper_tid > 0 ? thread_find(s, reaper_tid) : NULL;

	r = r ? r->leader : NULL;
	for (struct thread *p = r; p; p = p->parent)
		if (p == dead)
			r = NULL; /* a descendant of dead: its parents would form a loop */
	if (r) {
		r->flags |= THREAD_REAPER;
		return r;
	}
	for (r = dead->parent; r; r = r->parent)
		if ((r->flags & THREAD_REAPER) && r->n_threads && same_pid_namespace(r, dead))
			return r;
	return NULL;
}

static void children_reparent(struct state *s, struct thread *dead, int64_t reaper_tid)
{
	struct thread *r = dead->first_child ? find_reaper(s, dead, reaper_tid) : NULL;

	while (dead->first_child) {
		struct thread *c = dead->first_child;

		thread_set_parent(c, r);
		c->ptid = r ? r->tid : 0;
		thread_touch(c);
	}
}

/* Replaces the ptid of children when the thread that created them exits before its group. */
static void children_set_ptid(struct thread *leader, int64_t from, int64_t to)
{
	for (struct thread *c = leader->first_child; c; c = c->next_sibling)
		if (c->ptid == from)
			c->ptid = to;
}

static void leader_remove(struct state *s, struct thread *t, int64_t reaper_tid)
{
	children_reparent(s, t, reaper_tid);
	parent_unlink(t);
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
			children_set_ptid(leader, t->tid, reaper_tid);
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

void thread_remove_group(struct state *s, struct thread *t)
{
	if (t->leader == t)
		thread_remove_others(s, t);
	thread_remove(s, t, 0);
}

void thread_set_group(struct state *s, struct thread *t, int64_t pid)
{
	if (t->leader && t->pid == pid)
		return;
	if (t->leader == t)
		return; /* a leader cannot change its group: the record is wrong */
	group_leave(t);
	t->pid = pid;
	thread_link(s, t);
}
