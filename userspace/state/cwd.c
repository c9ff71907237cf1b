/* SPDX-License-Identifier: Apache-2.0 */
/* Handlers of events that change the current or root directory. */
#include "state/handlers.h"
#include "state/path.h"
#include "state/rcstr.h"

/* A path that is too long leaves the directory unchanged. */
static void cwd_set(struct thread *t, struct str base, struct str path)
{
	struct thread *leader = thread_main(t);
	char joined[PATH_LIMIT + 1];
	struct str dir = path_join(joined, base, path);

	if (!dir.n || dir.n >= PATH_LIMIT)
		return;
	memmove(joined, dir.p, dir.n);
	if (joined[dir.n - 1] != '/')
		joined[dir.n++] = '/';
	if (rcstr_set(&leader->cwd, (struct str){ joined, dir.n }))
		thread_touch(leader);
}

void state_on_chdir(struct state *s, struct event *ev)
{
	(void)s;
	if (ev_ok(ev) && ev->thread)
		cwd_set(ev->thread, thread_main(ev->thread)->cwd, ev_text(ev, IX(chdir, path)));
}

void state_on_fchdir(struct state *s, struct event *ev)
{
	(void)s;
	if (ev_ok(ev) && ev->fd)
		cwd_set(ev->thread, STR_NONE, ev->fd->name);
}

void state_on_getcwd(struct state *s, struct event *ev)
{
	(void)s;
	if (ev_ok(ev) && ev->thread)
		cwd_set(ev->thread, STR_NONE, ev_text(ev, IX(getcwd, path)));
}

void state_on_chroot(struct state *s, struct event *ev)
{
	char joined[PATH_LIMIT];
	struct thread *leader;

	(void)s;
	if (!ev->has_result || ev->result || !ev->thread)
		return;
	leader = thread_main(ev->thread);
	if (rcstr_set(&leader->root, path_join(joined, leader->cwd, ev_text(ev, IX(chroot, path)))))
		thread_touch(leader);
}
