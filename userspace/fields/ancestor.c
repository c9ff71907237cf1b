/* SPDX-License-Identifier: Apache-2.0 */
/* Whom the process descends from, and who leads its session and groups. */
#include "base/line.h"
#include "fields/extract.h"

enum { AENV_LEVELS = 20 };

/* One generation up from p; from the thread itself for NULL.  level counts, so that a loop ends. */
static struct thread *older(const struct extract *x, struct thread *p, unsigned level)
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

/* What is not known of another process is the empty text. */
static struct str text_of(const struct image *image, int64_t what)
{
	struct str s = image_text(image, what);

	return s.p ? s : STR_LIT("");
}

GETTER(parent_text)
{
	struct thread *p = ancestor(x, 1);

	return p ? give_text(out, text_of(p->image, ref->field->what)) : 0;
}

GETTER(proc_ppid)
{
	struct thread *p = ancestor(x, 1);

	(void)ref;
	return p ? give_s64(out, p->pid) : 0;
}

GETTER(proc_pvpid)
{
	struct thread *p = ancestor(x, 1);

	(void)ref;
	return p ? give_s64(out, p->vpid) : 0;
}

GETTER(proc_ppid_ts)
{
	struct thread *p = ancestor(x, 1);

	(void)ref;
	return p ? give_u64(out, p->clone_ts) : 0;
}

/*
 * What every ancestor answers, the parent first: one value each, or one joined text when printing.
 */
static unsigned every_ancestor(struct extract *x, int64_t what, struct value *out)
{
	struct line l = line_in(x->scratch);
	struct thread *p = NULL;
	unsigned n = 0;

	while ((p = older(x, p, n))) {
		out[n++].str = text_of(p->image, what);
	}
	if (!x->printing)
		return n;
	for (unsigned i = 0; i < n; i++) {
		if (i)
			line_char(&l, ' ');
		line_str(&l, out[i].str);
	}
	return n ? give_text(out, line_done(&l)) : 0;
}

GETTER(ancestor_text)
{
	struct thread *p;

	if (ref->index < 0)
		return every_ancestor(x, ref->field->what, out);
	p = ancestor(x, ref->index);
	return p ? give_text(out, text_of(p->image, ref->field->what)) : 0;
}

GETTER(ancestor_pid)
{
	struct thread *p = NULL;
	unsigned n = 0;

	if (ref->index < 0 && x->printing)
		return x->ev->thread ? give_s64(out, x->ev->thread->pid) : 0;
	if (ref->index >= 0)
		return (p = ancestor(x, ref->index)) ? give_s64(out, p->pid) : 0;
	while ((p = older(x, p, n)))
		out[n++].s = p->pid;
	return n;
}

/* quirk: without a level this is one text of all ancestors, compared as such. */
GETTER(ancestor_args)
{
	struct line l = line_in(x->scratch);
	struct thread *p = NULL;
	bool any = false;

	if (ref->index >= 0)
		return (p = ancestor(x, ref->index)) ? give_text(out, strv_join(x, p->image->args))
						     : 0;
	for (unsigned n = 0; (p = older(x, p, n)); n++) {
		struct str args = strv_join(x, p->image->args);

		if (any)
			line_char(&l, ' ');
		line_str(&l, args);
		any |= args.n != 0;
	}
	return any ? give_text(out, line_done(&l)) : 0;
}

static unsigned nearest_variable(struct extract *x, const struct field_ref *ref, struct value *out)
{
	struct thread *p = NULL;
	struct str s;

	if (!x->ev->thread)
		return 0;
	for (unsigned n = 0; n < AENV_LEVELS && (p = older(x, p, n)); n++)
		if ((s = env_value(p->image->env, ref->arg)).n)
			return give_text(out, s);
	return give_text(out, STR_LIT(""));
}

/* quirk: in a condition a level is ignored, every ancestor is asked. */
GETTER(ancestor_env)
{
	struct thread *p = NULL;
	unsigned n = 0;

	if (ref->arg.p && ref->index < 0)
		return nearest_variable(x, ref, out);
	if (x->printing && ref->index >= 0)
		return (p = ancestor(x, ref->index)) ? give_text(out, strv_join(x, p->image->env))
						     : 0;
	while ((p = older(x, p, n)))
		out[n++].str = strv_join(x, p->image->env);
	return n;
}

GETTER(proc_loginshellid)
{
	int64_t pid = -1;
	struct thread *p = x->ev->thread ? thread_main(x->ev->thread) : NULL;

	(void)ref;
	for (unsigned n = 0; p; p = older(x, p, n++))
		if (str_ends(p->image->comm, STR_LIT("sh")))
			pid = p->pid;
	return pid != -1 ? give_s64(out, pid) : 0;
}

static int64_t id_at(const struct thread *t, size_t member)
{
	return *(const int64_t *)((const char *)t + member);
}

/*
 * The oldest of the unbroken line of ancestors that carry the id; NULL if not even the parent does.
 */
static struct thread *oldest_with(struct extract *x, size_t member, int64_t id)
{
	struct thread *p = NULL, *oldest = NULL;

	for (unsigned n = 0; (p = older(x, p, n)) && id_at(p, member) == id; n++)
		oldest = p;
	return oldest;
}

/*
 * Who leads: the thread whose number is the id, where both count in the same namespace; else the
 * oldest ancestor that carries the same id.  Nobody: the empty text.
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
		return give_text(out, STR_LIT(""));
	if (host_id || t->tid == t->vtid)
		lead = state_thread(x->state, id);
	if (!lead)
		lead = oldest_with(x, member, id);
	return give_text(out, lead ? text_of(lead->image, what) : STR_LIT(""));
}

GETTER(leader_of_session)
{
	return leader_text(x, offsetof(struct thread, sid), false, ref->field->what, out);
}

GETTER(leader_of_vgroup)
{
	return leader_text(x, offsetof(struct thread, vpgid), false, ref->field->what, out);
}

GETTER(leader_of_group)
{
	return leader_text(x, offsetof(struct thread, pgid), true, ref->field->what, out);
}
