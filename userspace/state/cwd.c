/* SPDX-License-Identifier: Apache-2.0 */
/* Where relative paths start. */
#include "state/engine.h"

static void cwd_set(struct thread *t, struct str base, struct str path)
{
	struct thread *leader = thread_main(t);
	char joined[PATH_LIMIT + 1];
	struct str to = path_join(joined, base, path);

	if (!to.n || to.n >= PATH_LIMIT)
		return;
	memmove(joined, to.p, to.n);
	if (joined[to.n - 1] != '/')
		joined[to.n++] = '/';
	if (text_set(&leader->cwd, (struct str){ joined, to.n }))
		thread_touch(leader);
}

void state_chdir(struct state *s, struct event *ev)
{
	(void)s;
	if (ev_ok(ev) && ev->thread)
		cwd_set(ev->thread, thread_main(ev->thread)->cwd, ev_text(ev, IX(chdir, path)));
}

void state_fchdir(struct state *s, struct event *ev)
{
	(void)s;
	if (ev_ok(ev) && ev->fd)
		cwd_set(ev->thread, STR_NONE, ev->fd->name);
}

void state_getcwd(struct state *s, struct event *ev)
{
	(void)s;
	if (ev_ok(ev) && ev->thread)
		cwd_set(ev->thread, STR_NONE, ev_text(ev, IX(getcwd, path)));
}

void state_chroot(struct state *s, struct event *ev)
{
	char joined[PATH_LIMIT];
	struct thread *leader;

	(void)s;
	if (!ev->has_result || ev->result || !ev->thread)
		return;
	leader = thread_main(ev->thread);
	if (text_set(&leader->root, path_join(joined, leader->cwd, ev_text(ev, IX(chroot, path)))))
		thread_touch(leader);
}
