/* SPDX-License-Identifier: Apache-2.0 */
/* fs.path.* and evt.abspath: path parameters of the event as absolute paths. */
#include "fields/format.h"
#include "fields/extract.h"
#include "state/path.h"

static struct str join(struct extract *x, struct str base, struct str path)
{
	return path_join(arena_bytes(x->scratch, PATH_LIMIT), base, path);
}

struct str dirfd_path(struct extract *x, int dirfd, struct str path, const char *unknown)
{
	struct thread *t = x->ev->thread ? thread_main(x->ev->thread) : NULL;
	int64_t num = dirfd < 0 ? AT_CWD : ev_s64(x->ev, (unsigned)dirfd, AT_CWD);
	struct fd *fd;

	if (path.n && path.p[0] == '/')
		return join(x, STR_LIT("/"), path);
	if (num == AT_CWD)
		return join(x, t ? t->cwd : STR_LIT(""), path);
	fd = t && t->fds ? fd_table_get(t->fds, num) : NULL;
	if (!fd)
		return join(x, str_of(unknown), path);
	return join(x, arena_printf(x->scratch, "%.*s/", STR_ARGS(fd->name)), path);
}

static bool is_open(const struct event *ev)
{
	return ev->type == EV_open || ev->type == EV_openat || ev->type == EV_openat2;
}

/* quirk: an open counts as successful unless it returned exactly -1. */
static bool succeeded(const struct event *ev)
{
	return ev->has_result && (is_open(ev) ? ev->result != -1 : ev->result == 0);
}

/* fchmod and fchown: the name of the descriptor. */
static unsigned descriptor_path(struct extract *x, struct value *out)
{
	return x->ev->fd ? set_text(out, x->ev->fd->name) : 0;
}

/*
 * quirk: in calls with a directory descriptor, a relative path is resolved only if the descriptor
 * is an open directory, not for the working directory (AT_FDCWD); after a failed openat the base is
 * <UNKNOWN>.
 */
static struct str absolute(struct extract *x, unsigned i, struct str path)
{
	const struct event *ev = x->ev;
	bool relative = path.n && path.p[0] != '/';

	if (relative && ev->type == EV_openat)
		return ev->fd ? ev->fd->name : STR_LIT("<UNKNOWN>");
	if (relative && ev->info->flags & USES_FD && ev_role(ev, ROLE_DIRFD) >= 0) {
		if (!ev->fd || ev->fd->type != FD_DIRECTORY)
			return join(x, STR_LIT("<UNKNOWN>"), path);
		return join(x, arena_printf(x->scratch, "%.*s/", STR_ARGS(ev->fd->name)), path);
	}
	return dirfd_path(x, ev->info->params[i].type == T_relpath ? format_dirfd(ev, i) : -1, path,
			  "<UNKNOWN>");
}

GETTER(fs_path)
{
	static const enum param_role roles[] = {
		[FS_NAME] = ROLE_FS_NAME,
		[FS_SOURCE] = ROLE_FS_SOURCE,
		[FS_TARGET] = ROLE_FS_TARGET,
	};
	const struct event *ev = x->ev;
	int64_t what = ref->field->variant & ~FS_RAW;
	bool raw = ref->field->variant & FS_RAW;
	struct str path;
	int i;

	if (!ev->thread || !succeeded(ev))
		return 0;
	if (ev->type == EV_fchmod || ev->type == EV_fchown)
		return what == FS_NAME ? descriptor_path(x, out) : 0;
	i = ev_role(ev, roles[what]);
	path = i < 0 ? STR_NONE : ev_text(ev, (unsigned)i);
	return set_text(out, !path.p || raw ? path : absolute(x, (unsigned)i, path));
}

/* Whether evt.abspath has a value for this event. */
static bool has_abspath(const struct event *ev)
{
	switch (ev->type) {
	case EV_openat:
	case EV_openat2:
	case EV_renameat:
	case EV_renameat2:
	case EV_linkat:
	case EV_symlinkat:
	case EV_unlinkat:
	case EV_mkdirat:
	case EV_fchmodat:
	case EV_fchownat:
		return true;
	case EV_open_by_handle_at:
		return ev->result > 0;
	default:
		return false;
	}
}

/* Index of the nth path parameter that is relative to a directory descriptor, -1 for none. */
static int nth_path(const struct event *ev, unsigned n)
{
	for (unsigned i = 0; i < ev->info->n_params; i++)
		if (ev->info->params[i].type == T_relpath && n-- == 0)
			return (int)i;
	return -1;
}

/* quirk: a path relative to an open "/" starts with two slashes. */
static bool is_relative_to_root(const struct extract *x, int dirfd)
{
	int64_t num = dirfd < 0 ? AT_CWD : ev_s64(x->ev, (unsigned)dirfd, AT_CWD);
	struct thread *t = thread_main(x->ev->thread);
	struct fd *fd = num >= 0 && t->fds ? fd_table_get(t->fds, num) : NULL;

	return fd && str_is(fd->name, "/");
}

GETTER(evt_abspath)
{
	const struct event *ev = x->ev;
	struct str path;
	int i, dirfd;

	if (!ev->thread || !has_abspath(ev))
		return 0;
	if (ev->type == EV_open_by_handle_at)
		i = ev_role(ev, ROLE_PATH);
	else
		i = nth_path(ev, str_is(ref->arg, "dst"));
	path = i < 0 ? STR_NONE : ev_text(ev, (unsigned)i);
	if (!path.p)
		return 0;
	dirfd = format_dirfd(ev, (unsigned)i);
	if (path.p[0] != '/' && is_relative_to_root(x, dirfd))
		return set_text(out, arena_printf(x->scratch, "/%.*s",
						  STR_ARGS(dirfd_path(x, dirfd, path, ""))));
	return set_text(out, dirfd_path(x, dirfd, path, "<UNKNOWN>/"));
}
