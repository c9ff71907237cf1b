/* SPDX-License-Identifier: Apache-2.0 */
/* Fields about ancestors (proc.p*, proc.a*) and about the leaders of session and process groups. */
#include "base/line.h"
#include "fields/extract.h"

enum { AENV_LEVELS = 20 };

/*
 * The parent of p, or of the event's thread if p is NULL.  level: number of steps before this one,
 * limited in case parents form a cycle.
 */
static struct thread *next_ancestor(const struct extract *x, struct thread *p, unsigned level)
{
	struct thread *from = p ? p : x->ev->thread;

	return from && level < FIELD_VALUES_MAX ? thread_ancestor(from, 1) : NULL;
}

static struct thread *ancestor(const struct extract *x, int64_t level)
{
	if (!x->ev->thread || level < 0 || level >= FIELD_VALUES_MAX)
		return NULL;
	return thread_ancestor(x->ev->thread, (unsigned)level);
}

/* Unknown text of another process is empty, not absent. */
static struct str text_of(const struct image *image, int64_t what)
{
	struct str s = image_text(image, what);

	return s.p ? s : STR_LIT("");
}

GETTER(parent_text)
{
	struct thread *p = ancestor(x, 1);

	return p ? set_text(out, text_of(p->image, ref->field->variant)) : 0;
}

GETTER(proc_ppid)
{
	struct thread *p = ancestor(x, 1);

	(void)ref;
	return p ? set_s64(out, p->pid) : 0;
}

GETTER(proc_pvpid)
{
	struct thread *p = ancestor(x, 1);

	(void)ref;
	return p ? set_s64(out, p->vpid) : 0;
}

GETTER(proc_ppid_ts)
{
	struct thread *p = ancestor(x, 1);

	(void)ref;
	return p ? set_u64(out, p->clone_ts) : 0;
}

/*
 * A text of all ancestors, parent first: in a comparison one value per ancestor, in an output one
 * joined text.
 */
static unsigned all_ancestors(struct extract *x, int64_t what, struct value *out)
{
	struct line l = line_in(x->scratch);
	struct thread *p = NULL;
	unsigned n = 0;

	while ((p = next_ancestor(x, p, n))) {
		out[n++].str = text_of(p->image, what);
	}
	if (!x->printing)
		return n;
	for (unsigned i = 0; i < n; i++) {
		if (i)
			line_char(&l, ' ');
		line_str(&l, out[i].str);
	}
	return n ? set_text(out, line_done(&l)) : 0;
}

GETTER(ancestor_text)
{
	struct thread *p;

	if (ref->index < 0)
		return all_ancestors(x, ref->field->variant, out);
	p = ancestor(x, ref->index);
	return p ? set_text(out, text_of(p->image, ref->field->variant)) : 0;
}

GETTER(ancestor_pid)
{
	struct thread *p = NULL;
	unsigned n = 0;

	if (ref->index < 0 && x->printing)
		return x->ev->thread ? set_s64(out, x->ev->thread->pid) : 0;
	if (ref->index >= 0)
		return (p = ancestor(x, ref->index)) ? set_s64(out, p->pid) : 0;
	while ((p = next_ancestor(x, p, n)))
		out[n++].s = p->pid;
	return n;
}

/* quirk: without a level, the arguments of all ancestors are joined before they are compared. */
GETTER(ancestor_args)
{
	struct line l = line_in(x->scratch);
	struct thread *p = NULL;
	bool any = false;

	if (ref->index >= 0)
		return (p = ancestor(x, ref->index)) ? set_text(out, strv_join(x, p->image->args))
						     : 0;
	for (unsigned n = 0; (p = next_ancestor(x, p, n)); n++) {
		struct str args = strv_join(x, p->image->args);

		if (any)
			line_char(&l, ' ');
		line_str(&l, args);
		any |= args.n != 0;
	}
	return any ? set_text(out, line_done(&l)) : 0;
}

static unsigned nearest_variable(struct extract *x, const struct field_ref *ref, struct value *out)
{
	struct thread *p = NULL;
	struct str s;

	if (!x->ev->thread)
		return 0;
	for (unsigned n = 0; n < AENV_LEVELS && (p = next_ancestor(x, p, n)); n++)
		if ((s = env_value(p->image->env, ref->arg)).n)
			return set_text(out, s);
	return set_text(out, STR_LIT(""));
}

/* quirk: a condition ignores the level and compares with every ancestor. */
GETTER(ancestor_env)
{
	struct thread *p = NULL;
	unsigned n = 0;

	if (ref->arg.p && ref->index < 0)
		return nearest_variable(x, ref, out);
	if (x->printing && ref->index >= 0)
		return (p = ancestor(x, ref->index)) ? set_text(out, strv_join(x, p->image->env))
						     : 0;
	while ((p = next_ancestor(x, p, n)))
		out[n++].str = strv_join(x, p->image->env);
	return n;
}

GETTER(proc_loginshellid)
{
	int64_t pid = -1;
	struct thread *p = x->ev->thread ? thread_main(x->ev->thread) : NULL;

	(void)ref;
	for (unsigned n = 0; p; p = next_ancestor(x, p, n++))
		if (str_ends(p->image->comm, STR_LIT("sh")))
			pid = p->pid;
	return pid != -1 ? set_s64(out, pid) : 0;
}

static int64_t id_at(const struct thread *t, size_t member)
{
	return *(const int64_t *)((const char *)t + member);
}

/* The oldest of the consecutive ancestors with this id; NULL if the parent has another id. */
static struct thread *oldest_ancestor_with(struct extract *x, size_t member, int64_t id)
{
	struct thread *p = NULL, *oldest = NULL;

	for (unsigned n = 0; (p = next_ancestor(x, p, n)) && id_at(p, member) == id; n++)
		oldest = p;
	return oldest;
}

/*
 * Text of the leader: the thread whose tid is the id, if both are in the same pid namespace; else
 * the oldest ancestor with the same id.  Empty without a leader.
 */
static unsigned leader_text(struct extract *x, size_t member, bool host_id, int64_t what,
			    struct value *out)
{
	struct thread *t = x->ev->thread, *lead = NULL;
	int64_t id;

	if (!t)
		return 0;
	t = thread_main(t);
	id = id_at(t, member);
	if (id < 0)
		return set_text(out, STR_LIT(""));
	if (host_id || t->tid == t->vtid)
		lead = state_thread(x->state, id);
	if (!lead)
		lead = oldest_ancestor_with(x, member, id);
	return set_text(out, lead ? text_of(lead->image, what) : STR_LIT(""));
}

GETTER(leader_of_session)
{
	return leader_text(x, offsetof(struct thread, sid), false, ref->field->variant, out);
}

GETTER(leader_of_vgroup)
{
	return leader_text(x, offsetof(struct thread, vpgid), false, ref->field->variant, out);
}

GETTER(leader_of_group)
{
	return leader_text(x, offsetof(struct thread, pgid), true, ref->field->variant, out);
}
