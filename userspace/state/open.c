/* SPDX-License-Identifier: Apache-2.0 */
/* open, openat, openat2, creat, open_by_handle_at: one function. */
#include "state/engine.h"

/* Flags that only the exit knows: what the file turned out to be. */
enum { EXIT_FLAGS = ~(file_flags_O_F_CREATED - 1) };

struct opening {
	struct str path;
	uint64_t flags;
	int64_t dirfd;
};

static uint64_t creat_wire_flags(const struct event *ev)
{
	uint64_t layer = ev_u64(ev, IX(creat, creat_flags), 0), flags = 0;

	if (layer & creat_flags_FD_UPPER_LAYER_CREAT)
		flags |= file_flags_FD_UPPER_LAYER;
	if (layer & creat_flags_FD_LOWER_LAYER_CREAT)
		flags |= file_flags_FD_LOWER_LAYER;
	return flags;
}

static struct opening opening_of(const struct event *ev)
{
	bool creat = ev->type == EV_creat || ev->type == EV_creat_enter;
	struct opening o = { .flags = creat ? creat_wire_flags(ev) : 0, .dirfd = -100 };

	if (ev_role(ev, ROLE_PATH) >= 0)
		o.path = ev_text(ev, (unsigned)ev_role(ev, ROLE_PATH));
	if (!creat && ev_role(ev, ROLE_FLAGS) >= 0)
		o.flags = ev_u64(ev, (unsigned)ev_role(ev, ROLE_FLAGS), 0);
	if (ev_role(ev, ROLE_DIRFD) >= 0)
		o.dirfd = ev_s64(ev, (unsigned)ev_role(ev, ROLE_DIRFD), -100);
	return o;
}

/* What the call was given cannot have been changed behind its back in the enter event. */
static void opening_prefer_enter(struct state *s, struct event *ev, struct opening *o)
{
	struct event enter;
	struct opening first;

	if (ev->type == EV_open_by_handle_at || !ev->thread || !thread_box(ev->thread)->stash ||
	    !ev_unstash(s, ev, &enter))
		return;
	first = opening_of(&enter);
	if (!first.path.p)
		return;		/* the page was not there yet: the exit knows better */
	o->path = first.path;
	o->dirfd = first.dirfd;
	if (ev->type != EV_creat)
		o->flags = (first.flags & ~(uint64_t)EXIT_FLAGS) | (o->flags & (uint64_t)EXIT_FLAGS);
}

struct str state_base(const struct thread *t, int64_t dirfd)
{
	const struct thread *leader = thread_main((struct thread *)t);
	struct fd *dir;

	if (dirfd == -100)
		return leader->cwd;
	dir = dirfd >= 0 ? fd_table_get(leader->fds, dirfd) : NULL;
	return dir ? dir->name : STR_LIT("<UNKNOWN>");
}

void state_open(struct state *s, struct event *ev)
{
	char joined[PATH_LIMIT];
	struct opening o = opening_of(ev);
	struct fd fd = { .num = ev->result };
	int ino = ev->info->n_params, dev;

	opening_prefer_enter(s, ev, &o);
	if (!ev_ok(ev) || !ev->thread)
		return;
	/* dev and ino are the last two parameters, but for creat. */
	ino = ev->type == EV_creat ? (int)IX(creat, ino) : ino - 1;
	dev = ino - 1;
	fd.type = o.flags & file_flags_O_DIRECTORY ? FD_DIRECTORY : FD_FILE;
	fd.open_flags = (uint32_t)o.flags;
	fd.dev = (uint32_t)ev_u64(ev, (unsigned)dev, 0);
	fd.ino = ev_u64(ev, (unsigned)ino, 0);
	fd.name_raw = o.path;
	if (ev->type == EV_open_by_handle_at)
		o.dirfd = -100;
	fd.name = path_join(joined, o.path.n && o.path.p[0] == '/' ? STR_NONE : state_base(ev->thread, o.dirfd), o.path);
	fd.flags = (o.flags & file_flags_O_CLOEXEC ? FDF_CLOEXEC : 0) |
		   (o.flags & file_flags_FD_UPPER_LAYER ? FDF_UPPER : 0) |
		   (o.flags & file_flags_FD_LOWER_LAYER ? FDF_LOWER : 0);
	ev_new_fd(ev, &fd);
}

void state_memfd(struct state *s, struct event *ev)
{
	uint64_t flags = ev_u64(ev, IX(memfd_create, flags), 0);
	struct fd fd = { .num = ev->result, .type = FD_MEMFD, .open_flags = (uint32_t)flags };

	(void)s;
	if (!ev_ok(ev))
		return;
	fd.name = ev_text(ev, IX(memfd_create, name));
	fd.flags = flags & memfd_create_flags_MFD_CLOEXEC ? FDF_CLOEXEC : 0;
	ev_new_fd(ev, &fd);
}
