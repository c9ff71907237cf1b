/* SPDX-License-Identifier: Apache-2.0 */
/* proc.* and thread.* fields of the event's own process and thread. */
#include <inttypes.h>

#include "base/line.h"
#include "event/names.h"
#include "fields/extract.h"

struct str image_text(const struct image *image, int64_t what)
{
	switch (what) {
	case PROC_EXE:
		return image->exe;
	case PROC_EXEPATH:
		return image->exepath;
	case PROC_CMDLINE:
		return image->cmdline;
	default:
		return image->comm;
	}
}

/* Unknown text is empty, not absent. */
static unsigned set_text_or_empty(struct value *out, struct str s)
{
	out->str = s.p ? s : STR_LIT("");
	return 1;
}

GETTER(proc_text)
{
	return x->ev->thread ? set_text_or_empty(out, image_text(x->ev->thread->image,
								 ref->field->variant))
			     : 0;
}

struct str strv_next(struct str *rest)
{
	struct str s;

	if (!rest->n)
		return STR_NONE;
	s = (struct str){ rest->p, strnlen(rest->p, rest->n) };
	*rest = str_skip(*rest, s.n + 1);
	return s;
}

static void strv_join_to(struct line *l, struct str strv)
{
	l->n += image_join_args(strv, line_reserve(l, 3 * strv.n));
}

struct str strv_join(struct extract *x, struct str strv)
{
	struct line l = line_in(x->scratch);

	strv_join_to(&l, strv);
	return line_done(&l);
}

GETTER(proc_args)
{
	struct str rest, s;

	if (!x->ev->thread)
		return 0;
	rest = x->ev->thread->image->args;
	if (ref->index < 0)
		return set_text(out, strv_join(x, rest));
	for (int64_t i = 0; (s = strv_next(&rest)).p; i++)
		if (i == ref->index)
			return set_text(out, strv_join(x, s));
	return set_text(out, STR_LIT(""));
}

GETTER(proc_args_count)
{
	uint64_t n = 0;
	struct str rest;

	(void)ref;
	if (!x->ev->thread)
		return 0;
	for (rest = x->ev->thread->image->args; strv_next(&rest).p;)
		n++;
	return set_u64(out, n);
}

GETTER(proc_args_length)
{
	uint64_t n = 0;
	struct str rest, s;

	(void)ref;
	if (!x->ev->thread)
		return 0;
	for (rest = x->ev->thread->image->args; (s = strv_next(&rest)).p;)
		n += s.n;
	return set_u64(out, n);
}

/* quirk: a blank follows argv[0] even without arguments. */
GETTER(proc_exeline)
{
	struct line l = line_in(x->scratch);

	(void)ref;
	if (!x->ev->thread)
		return 0;
	line_str(&l, x->ev->thread->image->exe);
	line_char(&l, ' ');
	strv_join_to(&l, x->ev->thread->image->args);
	return set_text(out, line_done(&l));
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static struct str trimmed(struct str s)
{
	while (s.n && is_blank(s.p[0]))
		s = str_skip(s, 1);
	while (s.n && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

struct str env_value(struct str env, struct str name)
{
	struct str s;

	while ((s = strv_next(&env)).p)
		if (s.n > name.n && s.p[name.n] == '=' && str_starts(s, name))
			return trimmed(str_skip(s, name.n + 1));
	return STR_LIT("");
}

GETTER(proc_env)
{
	if (!x->ev->thread)
		return 0;
	if (ref->arg.p)
		return set_text(out, env_value(x->ev->thread->image->env, ref->arg));
	return set_text(out, strv_join(x, x->ev->thread->image->env));
}

GETTER(proc_cwd)
{
	(void)ref;
	return x->ev->thread ? set_text_or_empty(out, thread_main(x->ev->thread)->cwd) : 0;
}

/* A member of struct thread, by its offset. */
#define MEMBER(t, type, ref) (*(const type *)((const char *)(t) + (ref)->field->variant))

GETTER(thread_u32)
{
	return x->ev->thread ? set_u64(out, MEMBER(x->ev->thread, uint32_t, ref)) : 0;
}

GETTER(thread_u64)
{
	return x->ev->thread ? set_u64(out, MEMBER(x->ev->thread, uint64_t, ref)) : 0;
}

GETTER(thread_s64)
{
	return x->ev->thread ? set_s64(out, MEMBER(x->ev->thread, int64_t, ref)) : 0;
}

GETTER(thread_nonzero)
{
	uint64_t v = x->ev->thread ? MEMBER(x->ev->thread, uint64_t, ref) : 0;

	return v ? set_u64(out, v) : 0;
}

GETTER(main_s64)
{
	return x->ev->thread ? set_s64(out, MEMBER(thread_main(x->ev->thread), int64_t, ref)) : 0;
}

GETTER(image_nonzero)
{
	uint64_t v = x->ev->thread ? MEMBER(x->ev->thread->image, uint64_t, ref) : 0;

	return v ? set_u64(out, v) : 0;
}

GETTER(proc_pid)
{
	int64_t pid = x->ev->thread ? x->ev->thread->pid : -2;

	(void)ref;
	return pid >= -1 && pid <= UINT32_MAX ? set_s64(out, pid) : 0;
}

/* An id in the thread's own pid namespace; no value for -1 (unknown). */
GETTER(proc_vid)
{
	int64_t id = x->ev->thread ? MEMBER(x->ev->thread, int64_t, ref) : -1;

	return id != -1 ? set_s64(out, id) : 0;
}

GETTER(proc_exe_flag)
{
	return x->ev->thread ? set_bool(out, x->ev->thread->image->exe_flags & ref->field->variant)
			     : 0;
}

GETTER(proc_leads)
{
	const struct thread *t = x->ev->thread;

	if (!t)
		return 0;
	switch (ref->field->variant) {
	case LEADS_SESSION:
		return set_bool(out, t->sid == t->vpid);
	case LEADS_VGROUP:
		return set_bool(out, t->vpgid == t->vpid);
	default:
		return set_bool(out, t->pgid == t->pid);
	}
}

GETTER(proc_duration)
{
	const struct thread *t = x->ev->thread;

	(void)ref;
	return t && t->clone_ts ? set_u64(out, x->ev->ts - t->clone_ts) : 0;
}

static unsigned fd_count(const struct thread *t)
{
	const struct thread *main = thread_main((struct thread *)t);

	/* quirk: 0 for a placeholder thread (pid unknown). */
	return main->fds && main->pid >= 0 ? fd_table_count(main->fds) : 0;
}

GETTER(proc_fd_count)
{
	(void)ref;
	return x->ev->thread ? set_u64(out, fd_count(x->ev->thread)) : 0;
}

/* quirk: if the parent's start time is unknown, Falco's value is the number of open descriptors. */
GETTER(proc_ppid_duration)
{
	const struct thread *p = x->ev->thread ? thread_ancestor(x->ev->thread, 1) : NULL;

	(void)ref;
	if (!p)
		return 0;
	return set_u64(out, p->clone_ts ? x->ev->ts - p->clone_ts : fd_count(x->ev->thread));
}

GETTER(proc_ctime_to_start)
{
	const struct thread *t = x->ev->thread;

	(void)ref;
	if (!t || !t->clone_ts || !t->image->exe_ctime || t->clone_ts == t->image->exe_ctime)
		return 0;
	return set_u64(out, t->clone_ts - t->image->exe_ctime);
}

GETTER(proc_pidns_to_ctime)
{
	const struct thread *t = x->ev->thread;

	(void)ref;
	if (!t || !t->pidns_start_ts || t->image->exe_ctime <= t->pidns_start_ts)
		return 0;
	return set_u64(out, t->image->exe_ctime - t->pidns_start_ts);
}

GETTER(thread_caps)
{
	struct line l = line_in(x->scratch);
	uint64_t caps;

	if (!x->ev->thread)
		return 0;
	caps = MEMBER(x->ev->thread, uint64_t, ref);
	for (unsigned bit = 0; bit < 64 && caps; bit++, caps >>= 1) {
		const char *name = caps & 1 ? capability_name(bit) : NULL;

		if (!name)
			continue;
		if (l.n)
			line_char(&l, ' ');
		line_cstr(&l, name);
	}
	return set_text(out, line_done(&l));
}

GETTER(proc_fd_usage)
{
	int64_t limit = x->ev->thread ? thread_main(x->ev->thread)->fd_limit : 0;

	(void)ref;
	if (!x->ev->thread)
		return 0;
	out->d = limit > 0 ? 100.0 * fd_count(x->ev->thread) / (double)limit : 0;
	if (out->d > 100)
		out->d = 100;
	return 1;
}

GETTER(thread_tid)
{
	(void)ref;
	return set_s64(out, x->ev->tid);
}

GETTER(thread_is_main)
{
	(void)ref;
	return x->ev->thread ? set_bool(out, x->ev->thread->tid == x->ev->thread->pid) : 0;
}

GETTER(thread_nametid)
{
	const struct thread *t = x->ev->thread;

	(void)ref;
	if (!t)
		return 0;
	return set_text(out, arena_printf(x->scratch, "%.*s%" PRId64, STR_ARGS(t->image->comm),
					  x->ev->tid));
}

GETTER(thread_zero)
{
	(void)ref;
	return x->ev->thread ? set_u64(out, 0) : 0;
}

GETTER(thread_cgroups)
{
	(void)ref;
	if (!x->ev->thread || !x->ev->thread->cgroups->list.n)
		return 0;
	return set_text(out, strv_join(x, x->ev->thread->cgroups->list));
}

GETTER(thread_cgroup)
{
	struct str rest, s;

	if (!x->ev->thread)
		return 0;
	for (rest = x->ev->thread->cgroups->list; (s = strv_next(&rest)).p;)
		if (s.n > ref->arg.n && s.p[ref->arg.n] == '=' && str_starts(s, ref->arg))
			return set_text(out, str_skip(s, ref->arg.n + 1));
	return 0;
}

/* variant: 0 counts all threads, 1 all but the main thread. */
GETTER(proc_nthreads)
{
	unsigned n;

	if (!x->ev->thread)
		return 0;
	n = thread_main(x->ev->thread)->n_threads;
	return set_u64(out,
		       n > (unsigned)ref->field->variant ? n - (unsigned)ref->field->variant : 0);
}

/*
 * Always 0: the CPU share needs two procinfo events.  Drivers do not send them any more, and old
 * captures have one.
 */
GETTER(thread_cpu)
{
	const struct thread *t = x->ev->thread;

	(void)ref;
	out->d = 0;
	return x->ev->type == EV_procinfo && t;
}

GETTER(thread_memory)
{
	const struct thread *t = x->ev->thread;
	int64_t what = ref->field->variant;
	uint64_t kib = 0;

	if (!t)
		return 0;
	if (t->tid == t->pid)
		kib = what & THREAD_SIZE ? t->vm_size : t->vm_rss;
	return set_u64(out, what & THREAD_BYTES ? kib * 1024 : kib);
}

static struct fd *stdio(const struct extract *x, const struct field_ref *ref)
{
	struct thread *t = x->ev->thread ? thread_main(x->ev->thread) : NULL;

	return t && t->fds ? fd_table_get(t->fds, ref->field->variant) : NULL;
}

GETTER(proc_stdio_type)
{
	struct fd *fd = stdio(x, ref);

	return fd ? set_text(out, str_of(fd_type_name(fd))) : 0;
}

GETTER(proc_stdio_name)
{
	struct fd *fd = stdio(x, ref);

	return fd ? set_text_or_empty(out, fd->name) : 0;
}
