/* SPDX-License-Identifier: Apache-2.0 */
/* Handler of execve and execveat. */
#include "state/handlers.h"
#include "state/path.h"
#include "state/rcstr.h"

_Static_assert(IX(execve, gid) == IX(execveat, gid), "same parameters in both");

/*
 * The path of the program: as the kernel resolved it or, in records of drivers without that
 * parameter, as passed to execve, relative to the current directory.
 */
static struct str exec_path(const struct event *ev, char joined[PATH_LIMIT])
{
	struct str path = ev_text(ev, IX(execve, trusted_exepath));

	if (path.p || ev->type != EV_execve)
		return path_strip_deleted(path);
	return path_join(joined, thread_main(ev->thread)->cwd, ev_text(ev, IX(execve, filename)));
}

static void exec_image(struct thread *t, const struct event *ev)
{
	char joined[PATH_LIMIT];
	struct image_info info = {
		.comm = ev_text(ev, IX(execve, comm)),
		.exe = ev_text(ev, IX(execve, exe)),
		.exepath = exec_path(ev, joined),
		.args = ev_bytes(ev, IX(execve, args)),
		.env = ev_bytes(ev, IX(execve, env)),
		.exe_flags = (uint32_t)ev_u64(ev, IX(execve, flags), 0),
		.exe_ino = ev_u64(ev, IX(execve, exe_ino), 0),
		.exe_ctime = ev_u64(ev, IX(execve, exe_ino_ctime), 0),
		.exe_mtime = ev_u64(ev, IX(execve, exe_ino_mtime), 0),
	};
	struct image *image;

	/* quirk: an empty environment leaves the previous one in place. */
	if (!info.env.n)
		info.env = t->image->env;
	image = image_get(t->image, &info);
	if (image)
		thread_set_image(t, image);
}

/* A placeholder gets the ids of the event; its current directory stays unknown. */
static void exec_placeholder(struct thread *t, const struct event *ev)
{
	t->ptid = ev_s64(ev, IX(execve, ptid), -1);
	t->vtid = t->tid;
	t->vpid = ev_s64(ev, IX(execve, pid), t->pid);
	rcstr_set(&t->cwd, STR_LIT(""));
}

static void exec_ids(struct thread *t, const struct event *ev)
{
	if (t->flags & THREAD_INVALID)
		exec_placeholder(t, ev);
	t->fd_limit = ev_s64(ev, IX(execve, fdlimit), 0);
	t->pf_major = ev_u64(ev, IX(execve, pgft_maj), 0);
	t->pf_minor = ev_u64(ev, IX(execve, pgft_min), 0);
	t->vm_size = (uint32_t)ev_u64(ev, IX(execve, vm_size), 0);
	t->vm_rss = (uint32_t)ev_u64(ev, IX(execve, vm_rss), 0);
	t->vm_swap = (uint32_t)ev_u64(ev, IX(execve, vm_swap), 0);
	t->tty = (uint32_t)ev_u64(ev, IX(execve, tty), 0);
	t->vpgid = ev_s64(ev, IX(execve, vpgid), t->vpgid);
	t->pgid = ev_s64(ev, IX(execve, pgid), -1);
	t->loginuid = (uint32_t)ev_u64(ev, IX(execve, loginuid), UINT32_MAX);
	t->cap_inheritable = ev_u64(ev, IX(execve, cap_inheritable), t->cap_inheritable);
	t->cap_permitted = ev_u64(ev, IX(execve, cap_permitted), t->cap_permitted);
	t->cap_effective = ev_u64(ev, IX(execve, cap_effective), t->cap_effective);
	t->uid = (uint32_t)ev_u64(ev, IX(execve, uid), t->uid);
	t->gid = (uint32_t)ev_u64(ev, IX(execve, gid), t->gid);
}

void state_on_exec(struct state *s, struct event *ev)
{
	struct thread *t = ev->thread;

	if (!ev_ok(ev) || !t)
		return;
	exec_image(t, ev);
	exec_ids(t, ev);
	thread_set_cgroups(s, t, ev_bytes(ev, IX(execve, cgroups)));
	t->exec_ts = ev->ts;
	t->flags &= ~(THREAD_INVALID | THREAD_DEAD);
	thread_set_group(s, t, ev_s64(ev, IX(execve, pid), t->pid));
	if (t->leader == t)
		thread_remove_others(s, t);
	fd_table_remove_range(t->fds, 0, INT64_MAX, FDF_CLOEXEC);
	thread_touch(t);
}
