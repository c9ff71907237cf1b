/* SPDX-License-Identifier: Apache-2.0 */
/* fd.* fields of all kinds of descriptors, and fdlist.*. */
#include <inttypes.h>

#include "base/line.h"
#include "base/net.h"
#include "base/pair.h"
#include "fields/format.h"
#include "fields/extract.h"

bool fd_exists(const struct extract *x)
{
	return x->ev->thread && x->ev->info->flags & (CREATES_FD | USES_FD | DESTROYS_FD);
}

GETTER(fd_number)
{
	(void)ref;
	return fd_exists(x) ? set_s64(out, x->ev->fd_num) : 0;
}

GETTER(fd_type)
{
	(void)ref;
	return x->ev->fd ? set_text(out, str_of(fd_type_name(x->ev->fd))) : 0;
}

static bool is_open(const struct event *ev)
{
	return ev->type == EV_open || ev->type == EV_openat || ev->type == EV_openat2 ||
	       ev->type == EV_open_by_handle_at || ev->type == EV_creat;
}

/* The fd.typechar of a descriptor that is not in the table, guessed from the event. */
static const char *guess_char(const struct event *ev)
{
	int i = ev_role(ev, ROLE_TUPLE);
	struct str tuple = i < 0 ? STR_NONE : ev_bytes(ev, (unsigned)i);

	/* quirk: Falco does not count open() here. */
	if (is_open(ev) && ev->type != EV_open)
		return "f";
	if (!tuple.n)
		return "o";
	return tuple.p[0] == socket_families_AF_INET	? "4"
	       : tuple.p[0] == socket_families_AF_INET6 ? "6"
							: "u";
}

GETTER(fd_typechar)
{
	(void)ref;
	if (!fd_exists(x))
		return 0;
	return set_text(out,
			(struct str){ x->ev->fd ? fd_type_char(x->ev->fd) : guess_char(x->ev), 1 });
}

/*
 * The name of a descriptor that is not in the table (the call failed, or the event that opened it
 * was lost).
 */
static struct str name_from_event(struct extract *x)
{
	const struct event *ev = x->ev;
	int path = ev_role(ev, ROLE_PATH), tuple = ev_role(ev, ROLE_TUPLE);

	if (is_open(ev) && path >= 0 && ev_text(ev, (unsigned)path).p)
		return dirfd_path(x, format_dirfd(ev, (unsigned)path), ev_text(ev, (unsigned)path),
				  "<UNKNOWN>");
	if (tuple >= 0 && (ev->type == EV_accept || ev->type == EV_accept4 || ev->type == EV_connect))
		return format_tuple(x->scratch, ev_bytes(ev, (unsigned)tuple));
	return STR_NONE;
}

struct str fd_name_text(struct extract *x)
{
	struct str s = x->ev->fd ? x->ev->fd->name : name_from_event(x);

	return s.p ? s : STR_LIT("");
}

GETTER(fd_name)
{
	(void)ref;
	return fd_exists(x) ? set_text(out, fd_name_text(x)) : 0;
}

static bool is_file(const struct fd *fd)
{
	return fd->type == FD_FILE || fd->type == FD_FILE_V2;
}

/* Offset of the last slash, SIZE_MAX without one. */
static size_t last_slash(struct str s)
{
	const char *slash = s.n ? memrchr(s.p, '/', s.n) : NULL;

	return slash ? (size_t)(slash - s.p) : SIZE_MAX;
}

struct str fd_directory_text(struct extract *x)
{
	const struct fd *fd = x->ev->fd;
	struct str name = fd_name_text(x);
	size_t slash;

	if (fd && fd->type == FD_DIRECTORY)
		return name;
	if (fd && !is_file(fd))
		return STR_NONE;
	slash = last_slash(name);
	return slash == 0 || slash == SIZE_MAX ? STR_LIT("/") : (struct str){ name.p, slash };
}

GETTER(fd_directory)
{
	(void)ref;
	return fd_exists(x) ? set_text(out, fd_directory_text(x)) : 0;
}

GETTER(fd_filename)
{
	struct str name;
	size_t slash;

	(void)ref;
	if (!x->ev->fd || !is_file(x->ev->fd))
		return 0;
	name = x->ev->fd->name;
	slash = last_slash(name);
	return set_text(out, slash == SIZE_MAX || slash + 1 == name.n ? STR_LIT("/")
								      : str_skip(name, slash + 1));
}

GETTER(fd_uid)
{
	(void)ref;
	if (!fd_exists(x))
		return 0;
	return set_text(out,
			arena_printf(x->scratch, "%" PRId64 "%" PRId64, x->ev->tid, x->ev->fd_num));
}

static unsigned set_with_container(struct extract *x, struct value *out, struct str s)
{
	struct str id;

	if (!fd_exists(x) || !s.p)
		return 0;
	id = container_id_text(x->ev->thread);
	return set_text(out, arena_printf(x->scratch, "%.*s:%.*s", STR_ARGS(id), STR_ARGS(s)));
}

GETTER(fd_containername)
{
	(void)ref;
	return set_with_container(x, out, fd_name_text(x));
}

GETTER(fd_containerdirectory)
{
	(void)ref;
	return set_with_container(x, out, fd_directory_text(x));
}

GETTER(fd_flag)
{
	return x->ev->fd ? set_bool(out, x->ev->fd->flags & ref->field->variant) : 0;
}

GETTER(fd_name_changed)
{
	(void)ref;
	return x->ev->fd ? set_bool(out, x->ev->fd_name_changed) : 0;
}

/* The kernel's encoding: minor in bits 0-7 and 20-31, major in bits 8-19. */
GETTER(fd_dev)
{
	uint32_t dev;

	if (!x->ev->fd)
		return 0;
	dev = x->ev->fd->dev;
	switch (ref->field->variant) {
	case DEV_MAJOR:
		return set_s64(out, (dev & 0xfff00) >> 8);
	case DEV_MINOR:
		return set_s64(out, (dev & 0xff) | ((dev >> 12) & 0xfff00));
	default:
		return set_s64(out, (int32_t)dev);
	}
}

GETTER(fd_ino)
{
	(void)ref;
	return x->ev->fd ? set_u64(out, x->ev->fd->ino) : 0;
}

/* s with runs of slashes replaced by one. */
static struct str single_slashes(struct extract *x, struct str s)
{
	char *p;
	size_t n = 0;

	if (!pair_of_slashes(s))
		return s.p ? s : STR_LIT("");
	p = arena_bytes(x->scratch, s.n);
	for (size_t i = 0; i < s.n; i++)
		if (!n || s.p[i] != '/' || p[n - 1] != '/')
			p[n++] = s.p[i];
	return (struct str){ p, n };
}

GETTER(fd_nameraw)
{
	int path = ev_role(x->ev, ROLE_PATH);

	(void)ref;
	if (!fd_exists(x))
		return 0;
	if (x->ev->fd)
		return set_text(out, single_slashes(x, x->ev->fd->name_raw));
	return set_text(out, single_slashes(x, is_open(x->ev) && path >= 0
						       ? ev_text(x->ev, (unsigned)path)
						       : STR_NONE));
}

struct type_list {
	struct value *out;
	unsigned n;
};

static bool add_type(struct fd *fd, void *arg)
{
	struct type_list *l = arg;
	struct str name = str_of(fd_type_name(fd));

	for (unsigned i = 0; i < l->n; i++)
		if (str_eq(l->out[i].str, name))
			return true;
	if (l->n < FIELD_VALUES_MAX)
		l->out[l->n++].str = name;
	return true;
}

GETTER(fd_types)
{
	struct thread *t = x->ev->thread ? thread_main(x->ev->thread) : NULL;
	struct type_list list = { out, 0 };
	struct fd *fd;

	if (!t || !t->fds || !fd_exists(x))
		return 0;
	if (ref->index >= 0) {
		fd = fd_table_get(t->fds, ref->index);
		return fd ? set_text(out, str_of(fd_type_name(fd))) : 0;
	}
	fd_table_each(t->fds, add_type, &list);
	return list.n;
}

/*
 * Append the part of one descriptor; false if the list has no entry for it.  fd: NULL if unknown.
 */
static bool fdlist_part(struct line *l, const struct fd *fd, int64_t num, int64_t what)
{
	bool pair = fd && (fd->type == FD_IPV4_SOCK || fd->type == FD_IPV6_SOCK);
	bool server = fd && (fd->type == FD_IPV4_SERVER || fd->type == FD_IPV6_SERVER);
	char ip[NET_IP_TEXT];
	const struct endpoint *end;

	switch (what) {
	case FDLIST_NUMS:
		l->n += (size_t)snprintf(line_reserve(l, 24), 24, "%" PRId64, num);
		return true;
	case FDLIST_NAMES:
		line_str(l, fd && fd->name.n ? fd->name : STR_LIT("<NA>"));
		return true;
	case FDLIST_CIPS:
	case FDLIST_SIPS:
		if (!pair && !(server && what == FDLIST_SIPS))
			return false;
		end = what == FDLIST_CIPS ? &fd->tuple.source : &fd->tuple.dest;
		line_cstr(l, net_ip_format(end->ip, ip));
		return true;
	default:
		if (!pair)
			return false;
		end = what == FDLIST_CPORTS ? &fd->tuple.source : &fd->tuple.dest;
		l->n += (size_t)snprintf(line_reserve(l, 8), 8, "%u", end->port);
		return true;
	}
}

static int fdlist_param(const struct event *ev)
{
	for (unsigned i = 0; i < ev->info->n_params; i++)
		if (ev->info->params[i].type == T_fdlist)
			return (int)i;
	return -1;
}

GETTER(fdlist_text)
{
	struct thread *t = x->ev->thread ? thread_main(x->ev->thread) : NULL;
	struct line l = line_in(x->scratch);
	int param = fdlist_param(x->ev);
	struct str list = param < 0 ? STR_NONE : ev_bytes(x->ev, (unsigned)param);

	if (!t)
		return 0;
	for (list = str_skip(list, 2); list.n >= 10; list = str_skip(list, 10)) {
		size_t before = l.n;
		int64_t num;

		memcpy(&num, list.p, sizeof(num));
		if (before)
			line_char(&l, ',');
		if (!fdlist_part(&l, t->fds ? fd_table_get(t->fds, num) : NULL, num,
				 ref->field->variant))
			l.n = before;
	}
	return l.n ? set_text(out, line_done(&l)) : 0;
}
