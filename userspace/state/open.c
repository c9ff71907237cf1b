/* SPDX-License-Identifier: Apache-2.0 */
/* open, openat, openat2, creat, open_by_handle_at: one function. */
#include "state/engine.h"

/* Flags that only the exit knows: what the file turned out to be. */
enum { EXIT_FLAGS = ~(file_flags_O_F_CREATED - 1) };

struct opening {
	struct str path;
	uint64_t flags;
	int64_t dirfd;
	uint32_t dev;
	uint64_t ino;
};

static uint64_t creat_wire_flags(const struct event *ev)
{
	uint64_t layer = EV_U64(ev, creat, creat_flags, 0), flags = 0;

	if (layer & creat_flags_FD_UPPER_LAYER_CREAT)
		flags |= file_flags_FD_UPPER_LAYER;
	if (layer & creat_flags_FD_LOWER_LAYER_CREAT)
		flags |= file_flags_FD_LOWER_LAYER;
	return flags;
}

/* What the call was given, and what came of it. */
#define GIVEN(event, path, flags, dirfd)                                    \
	{                                                                   \
		ev_text(ev, IX(event, path)), flags, (int64_t)(dirfd), 0, 0 \
	}
#define OPENED(event, path, flags, dirfd)                                              \
	{                                                                              \
		ev_text(ev, IX(event, path)), flags, (int64_t)(dirfd),                 \
			(uint32_t)EV_U64(ev, event, dev, 0), EV_U64(ev, event, ino, 0) \
	}
#define FLAGS(event) EV_U64(ev, event, flags, 0)
#define DIRFD(event) EV_U64(ev, event, dirfd, -100)

static inline struct opening opening_of(const struct event *ev)
{
	switch (ev->type) {
	case EV_openat:
		return (struct opening)OPENED(openat, name, FLAGS(openat), DIRFD(openat));
	case EV_openat2:
		return (struct opening)OPENED(openat2, name, FLAGS(openat2), DIRFD(openat2));
	case EV_open:
		return (struct opening)OPENED(open, name, FLAGS(open), -100);
	case EV_creat:
		return (struct opening)OPENED(creat, name, creat_wire_flags(ev), -100);
	case EV_open_by_handle_at:
		return (struct opening)OPENED(open_by_handle_at, path, FLAGS(open_by_handle_at),
					      -100);
	case EV_openat_enter:
		return (struct opening)GIVEN(openat_enter, name, FLAGS(openat_enter),
					     DIRFD(openat_enter));
	case EV_openat2_enter:
		return (struct opening)GIVEN(openat2_enter, name, FLAGS(openat2_enter),
					     DIRFD(openat2_enter));
	case EV_open_enter:
		return (struct opening)GIVEN(open_enter, name, FLAGS(open_enter), -100);
	default:
		return (struct opening)GIVEN(creat_enter, name, 0, -100);
	}
}

#undef DIRFD
#undef FLAGS
#undef OPENED
#undef GIVEN

/* What the call was given cannot have been changed behind its back in the enter event. */
static __attribute__((noinline)) void opening_prefer_enter(struct state *s, struct event *ev,
							   struct opening *o)
{
	struct event enter;
	struct opening first;

	if (ev->type == EV_open_by_handle_at || !ev_unstash(s, ev, &enter))
		return;
	first = opening_of(&enter);
	if (!first.path.p)
		return; /* the page was not there yet: the exit knows better */
	o->path = first.path;
	o->dirfd = first.dirfd;
	if (ev->type != EV_creat)
		o->flags = (first.flags & ~(uint64_t)EXIT_FLAGS) | (o->flags & (uint64_t)EXIT_FLAGS);
}

struct str state_base_dir(const struct thread *t, int64_t dirfd)
{
	const struct thread *leader = thread_main((struct thread *)t);
	struct fd *dir;

	if (dirfd == -100)
		return leader->cwd;
	dir = dirfd >= 0 ? fd_table_get(leader->fds, dirfd) : NULL;
	return dir ? dir->name : STR_LIT("<UNKNOWN>");
}

static uint16_t flags_of_opening(uint64_t flags)
{
	return (flags & file_flags_O_CLOEXEC ? FDF_CLOEXEC : 0) |
	       (flags & file_flags_FD_UPPER_LAYER ? FDF_UPPER : 0) |
	       (flags & file_flags_FD_LOWER_LAYER ? FDF_LOWER : 0);
}

void state_open(struct state *s, struct event *ev)
{
	char joined[PATH_LIMIT];
	struct opening o = opening_of(ev);
	struct fd fd = { .num = ev->result };

	if (ev->thread && thread_box(ev->thread)->stash)
		opening_prefer_enter(s, ev, &o);
	if (!ev_ok(ev) || !ev->thread)
		return;
	fd.type = o.flags & file_flags_O_DIRECTORY ? FD_DIRECTORY : FD_FILE;
	fd.open_flags = (uint32_t)o.flags;
	fd.dev = o.dev;
	fd.ino = o.ino;
	fd.name_raw = o.path;
	fd.name = path_join(joined,
			    o.path.n && o.path.p[0] == '/' ? STR_NONE
							   : state_base_dir(ev->thread, o.dirfd),
			    o.path);
	fd.flags = flags_of_opening(o.flags);
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
