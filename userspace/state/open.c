/* SPDX-License-Identifier: Apache-2.0 */
/* Handlers of open, openat, openat2, creat, open_by_handle_at, memfd_create. */
#include <fcntl.h>

#include "state/handlers.h"
#include "state/path.h"

/* Flags in exit events only: properties of the opened file (O_F_CREATED and above). */
enum { EXIT_FLAGS = ~(file_flags_O_F_CREATED - 1) };

struct open_args {
	struct str path;
	uint64_t flags;
	int64_t dirfd;
	uint32_t dev;
	uint64_t ino;
};

/* The file_flags of a creat event: its overlayfs layer. */
static uint64_t creat_wire_flags(const struct event *ev)
{
	uint64_t layer = EV_U64(ev, creat, creat_flags, 0), flags = 0;

	if (layer & creat_flags_FD_UPPER_LAYER_CREAT)
		flags |= file_flags_FD_UPPER_LAYER;
	if (layer & creat_flags_FD_LOWER_LAYER_CREAT)
		flags |= file_flags_FD_LOWER_LAYER;
	return flags;
}

/* Initialisers of struct open_args from an enter and from an exit event. */
#define ENTER_ARGS(event, path, flags, dirfd)                               \
	{                                                                   \
		ev_text(ev, IX(event, path)), flags, (int64_t)(dirfd), 0, 0 \
	}
#define EXIT_ARGS(event, path, flags, dirfd)                                           \
	{                                                                              \
		ev_text(ev, IX(event, path)), flags, (int64_t)(dirfd),                 \
			(uint32_t)EV_U64(ev, event, dev, 0), EV_U64(ev, event, ino, 0) \
	}
#define FLAGS(event) EV_U64(ev, event, flags, 0)
#define DIRFD(event) EV_U64(ev, event, dirfd, AT_FDCWD)

static inline struct open_args open_args_of(const struct event *ev)
{
	switch (ev->type) {
	case EV_openat:
		return (struct open_args)EXIT_ARGS(openat, name, FLAGS(openat), DIRFD(openat));
	case EV_openat2:
		return (struct open_args)EXIT_ARGS(openat2, name, FLAGS(openat2), DIRFD(openat2));
	case EV_open:
		return (struct open_args)EXIT_ARGS(open, name, FLAGS(open), AT_FDCWD);
	case EV_creat:
		return (struct open_args)EXIT_ARGS(creat, name, creat_wire_flags(ev), AT_FDCWD);
	case EV_open_by_handle_at:
		return (struct open_args)EXIT_ARGS(open_by_handle_at, path,
						   FLAGS(open_by_handle_at), AT_FDCWD);
	case EV_openat_enter:
		return (struct open_args)ENTER_ARGS(openat_enter, name, FLAGS(openat_enter),
						    DIRFD(openat_enter));
	case EV_openat2_enter:
		return (struct open_args)ENTER_ARGS(openat2_enter, name, FLAGS(openat2_enter),
						    DIRFD(openat2_enter));
	case EV_open_enter:
		return (struct open_args)ENTER_ARGS(open_enter, name, FLAGS(open_enter), AT_FDCWD);
	default:
		return (struct open_args)ENTER_ARGS(creat_enter, name, 0, AT_FDCWD);
	}
}

#undef DIRFD
#undef FLAGS
#undef EXIT_ARGS
#undef ENTER_ARGS

/*
 * TOCTOU: user memory may have changed between the kernel's use of the path and the exit; therefore
 * the arguments of the enter event replace those of the exit event.
 */
static __attribute__((noinline)) void open_args_prefer_enter(struct state *s, struct event *ev,
							     struct open_args *o)
{
	struct event enter;
	struct open_args at_enter;

	if (ev->type == EV_open_by_handle_at || !ev_unstash(s, ev, &enter))
		return;
	at_enter = open_args_of(&enter);
	if (!at_enter.path.p)
		return; /* the page was not resident at enter; the exit event has the path */
	o->path = at_enter.path;
	o->dirfd = at_enter.dirfd;
	if (ev->type != EV_creat)
		o->flags = (at_enter.flags & ~(uint64_t)EXIT_FLAGS) |
			   (o->flags & (uint64_t)EXIT_FLAGS);
}

struct str state_base_dir(const struct thread *t, int64_t dirfd)
{
	const struct thread *leader = thread_main((struct thread *)t);
	struct fd *dir;

	if (dirfd == AT_FDCWD)
		return leader->cwd;
	dir = dirfd >= 0 ? fd_table_get(leader->fds, dirfd) : NULL;
	return dir ? dir->name : STR_LIT("<UNKNOWN>");
}

static uint16_t fd_flags_of_open(uint64_t flags)
{
	return (flags & file_flags_O_CLOEXEC ? FDF_CLOEXEC : 0) |
	       (flags & file_flags_FD_UPPER_LAYER ? FDF_UPPER : 0) |
	       (flags & file_flags_FD_LOWER_LAYER ? FDF_LOWER : 0);
}

void state_on_open(struct state *s, struct event *ev)
{
	char joined[PATH_LIMIT];
	struct open_args o = open_args_of(ev);
	struct fd fd = { .num = ev->result };

	if (ev->thread && thread_priv(ev->thread)->stash)
		open_args_prefer_enter(s, ev, &o);
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
	fd.flags = fd_flags_of_open(o.flags);
	ev_new_fd(ev, &fd);
}

void state_on_memfd(struct state *s, struct event *ev)
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
