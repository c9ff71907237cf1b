/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Formats event parameters as text.
 *
 * In: a decoded event, the state.  Out: text for evt.arg, evt.args and alert output.
 */
#include "fields/format.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "base/line.h"
#include "base/macros.h"
#include "base/net.h"
#include "event/flags.h"
#include "event/names.h"
#include "state/path.h"
#include "state/state.h"

enum { FLAGS_TEXT_MAX = 2048, NO_ID = UINT32_MAX };

/*
 * A parameter's value and description.  For a dyn parameter, info describes the variant that its
 * index selects (flags_dynamic()).
 */
struct item {
	const struct param_info *info;
	struct str bytes;
	unsigned index; /* of the parameter it belongs to */
};

static uint64_t item_number(const struct item *it)
{
	uint64_t v = 0;
	size_t n = it->bytes.n < 8 ? it->bytes.n : 8;

	if (!n)
		return 0;
	memcpy(&v, it->bytes.p, n);
	if (it->info->sign && n < 8)
		v = (uint64_t)((int64_t)(v << (64 - 8 * n)) >> (64 - 8 * n));
	return v;
}

struct str format_bytes(struct arena *a, struct str bytes)
{
	char *p = arena_bytes(a, bytes.n + 1);

	for (size_t i = 0; i < bytes.n; i++)
		p[i] = bytes.p[i] >= 0x20 && bytes.p[i] < 0x7f ? bytes.p[i] : '.';
	return (struct str){ p, bytes.n };
}

static struct ip ip_at(const char *p, uint8_t v)
{
	struct ip ip = { .v = v };

	memcpy(ip.b, p, v == 4 ? 4 : 16);
	return ip;
}

/* Appends "address:port". */
static void append_endpoint(struct line *t, const char *p, uint8_t v)
{
	char ip[NET_IP_TEXT];
	uint16_t port;
	size_t room = NET_IP_TEXT + 8;

	memcpy(&port, p + (v == 4 ? 4 : 16), sizeof(port));
	t->n += (size_t)snprintf(line_reserve(t, room), room, "%s:%u",
				 net_ip_format(ip_at(p, v), ip), port);
}

/* The path that starts at byte n of a unix address, up to its NUL. */
static struct str unix_path(struct str bytes, size_t n)
{
	struct str s = str_skip(bytes, n);

	return (struct str){ s.p, strnlen(s.p, s.n) };
}

struct str format_tuple(struct arena *a, struct str b)
{
	struct line t = line_in(a);
	uint64_t ends[2];

	if (b.n == 13 && b.p[0] == socket_families_AF_INET) {
		append_endpoint(&t, b.p + 1, 4);
		line_cstr(&t, "->");
		append_endpoint(&t, b.p + 7, 4);
	} else if (b.n == 37 && b.p[0] == socket_families_AF_INET6) {
		append_endpoint(&t, b.p + 1, 6);
		line_cstr(&t, "->");
		append_endpoint(&t, b.p + 19, 6);
	} else if (b.n >= 17 && b.p[0] == socket_families_AF_UNIX) {
		memcpy(ends, b.p + 1, sizeof(ends));
		return arena_printf(a, "%" PRIx64 "->%" PRIx64 " %.*s", ends[0], ends[1],
				    STR_ARGS(unix_path(b, 17)));
	} else {
		return STR_NONE;
	}
	return line_done(&t);
}

struct str format_sockaddr(struct arena *a, struct str b)
{
	struct line t = line_in(a);

	if (b.n == 7 && b.p[0] == socket_families_AF_INET)
		append_endpoint(&t, b.p + 1, 4);
	else if (b.n == 19 && b.p[0] == socket_families_AF_INET6)
		append_endpoint(&t, b.p + 1, 6);
	else if (b.n >= 1 && b.p[0] == socket_families_AF_UNIX)
		return unix_path(b, 1);
	else
		return STR_NONE;
	return line_done(&t);
}

static struct fd *find_fd(const struct event *ev, int64_t num)
{
	struct thread *t = ev->thread ? thread_main(ev->thread) : NULL;

	return t && t->fds ? fd_table_get(t->fds, num) : NULL;
}

/*
 * Wire form: u16 count, then per entry s64 descriptor and u16 poll flags.  quirk: descriptor -1
 * prints as unsigned.
 */
static struct str format_fdlist(struct arena *a, const struct event *ev, struct str b)
{
	struct line t = line_in(a);
	uint16_t n, events;
	int64_t num;

	if (b.n < 2)
		return STR_LIT("NULL");
	memcpy(&n, b.p, 2);
	b = str_skip(b, 2);
	for (unsigned i = 0; i < n && b.n >= 10; i++, b = str_skip(b, 10)) {
		struct fd *fd;

		memcpy(&num, b.p, 8);
		memcpy(&events, b.p + 8, 2);
		fd = find_fd(ev, num);
		if (t.n)
			line_char(&t, ' ');
		t.n += (size_t)snprintf(line_reserve(&t, 32), 32, "%" PRIu64 ":%c%x", (uint64_t)num,
					fd ? *fd_type_char(fd) : '?', events);
	}
	return line_done(&t);
}

static struct str format_number(struct arena *a, const struct item *it)
{
	uint64_t v = item_number(it);

	switch (it->info->type == T_err ? SHOW_dec : it->info->show) {
	case SHOW_hex:
		return arena_printf(a, "%" PRIX64, v);
	case SHOW_oct:
		return arena_printf(a, "%#" PRIo64, v);
	default:
		break;
	}
	/* quirk: Falco prints u64 and u32 as signed: an offset of -77, a group of -1. */
	if (it->info->type == T_u64)
		return arena_printf(a, "%" PRId64, (int64_t)v);
	if (it->info->type == T_u32)
		return arena_printf(a, "%" PRId32, (int32_t)v);
	return it->info->sign ? arena_printf(a, "%" PRId64, (int64_t)v)
			      : arena_printf(a, "%" PRIu64, v);
}

/* The text of a parameter that the event does not have. */
static struct str missing_text(uint8_t type)
{
	switch (type) {
	case T_bytes:
	case T_strv:
	case T_socktuple:
	case T_fdlist:
	case T_strarray:
	case T_dyn:
		return STR_LIT("NULL");
	default:
		return STR_LIT("<NA>");
	}
}

static struct str time_text(struct arena *a, uint64_t ns)
{
	time_t seconds = (time_t)(ns / NSEC_PER_SEC);
	char day[32];
	struct tm tm;

	if (!localtime_r(&seconds, &tm))
		return STR_LIT("<NA>");
	strftime(day, sizeof(day), "%Y-%m-%d %H:%M:%S", &tm);
	return arena_printf(a, "%s.%09u", day, (unsigned)(ns % NSEC_PER_SEC));
}

static bool dyn_item(const struct event *ev, unsigned i, struct item *it);

static struct str raw_item(struct arena *a, const struct event *ev, const struct item *it)
{
	struct str b = it->bytes, s;

	if (!b.n)
		return missing_text(it->info->type);
	switch (it->info->type) {
	case T_str:
	case T_path:
	case T_relpath:
		return (struct str){ b.p, strnlen(b.p, b.n) };
	case T_bytes:
	case T_strv:
	case T_strarray:
		return format_bytes(a, b);
	case T_sockaddr:
		s = format_sockaddr(a, b);
		return s.p ? s : missing_text(T_sockaddr);
	case T_socktuple:
		s = format_tuple(a, b);
		return s.p ? s : missing_text(T_socktuple);
	case T_fdlist:
		return format_fdlist(a, ev, b);
	case T_abstime:
		return time_text(a, item_number(it));
	case T_mode:
		return arena_printf(a, "%#" PRIo64, item_number(it));
	case T_uid:
	case T_gid:
		if (item_number(it) == NO_ID)
			return STR_LIT("-1");
		return format_number(a, it);
	case T_ipv4:
	case T_ipv6: {
		char *ip = arena_bytes(a, NET_IP_TEXT);

		return str_of(net_ip_format(ip_at(b.p, it->info->type == T_ipv4 ? 4 : 6), ip));
	}
	default:
		return format_number(a, it);
	}
}

static struct item item_of(const struct event *ev, unsigned i)
{
	struct item it = { &ev->info->params[i], ev_bytes(ev, i), i };

	if (it.info->type == T_dyn && it.bytes.n)
		dyn_item(ev, i, &it);
	return it;
}

/* The value inside a dyn parameter: its first byte selects the type.  False: unknown type. */
static bool dyn_item(const struct event *ev, unsigned i, struct item *it)
{
	static const struct param_info plain = { "", T_bytes, 0, SHOW_hex, false };
	const struct param_info *info =
		flags_dynamic(ev->info->params[i].show, (uint8_t)it->bytes.p[0]);

	it->bytes = str_skip(it->bytes, 1);
	it->info = info ? info : &plain;
	if (it->info->size && it->bytes.n != it->info->size)
		it->info = &plain;
	return info != NULL;
}

struct str format_raw(struct arena *a, const struct event *ev, unsigned i)
{
	struct item it = item_of(ev, i);

	return raw_item(a, ev, &it);
}

static struct str name_or_none(const char *name)
{
	return name ? str_of(name) : STR_NONE;
}

static struct str resolve_fd(struct arena *a, const struct event *ev, int64_t num)
{
	static const char l4[] = { [L4_TCP] = 't', [L4_UDP] = 'u', [L4_ICMP] = 'i', [L4_RAW] = 'r' };
	struct line t = line_in(a);
	struct fd *fd;

	if (num == AT_CWD)
		return STR_LIT("AT_FDCWD");
	if (num < 0)
		return name_or_none(num > -4096 ? errno_name((unsigned)-num) : NULL);
	fd = find_fd(ev, num);
	if (!fd)
		return STR_NONE;
	line_char(&t, '<');
	line_char(&t, *fd_type_char(fd));
	if (fd_l4(fd) < sizeof(l4) && l4[fd_l4(fd)])
		line_char(&t, l4[fd_l4(fd)]);
	line_char(&t, '>');
	line_str(&t, fd->name);
	return line_done(&t);
}

int format_dirfd(const struct event *ev, unsigned i)
{
	while (i-- > 0)
		if (ev->info->params[i].type == T_dirfd)
			return (int)i;
	return -1;
}

/* The base directory of a relative path parameter; STR_NONE: unknown. */
static struct str path_base(struct arena *a, const struct event *ev, const struct item *it)
{
	struct thread *t = ev->thread ? thread_main(ev->thread) : NULL;
	int dirfd = it->info->type == T_relpath ? format_dirfd(ev, it->index) : -1;
	int64_t num = dirfd >= 0 ? ev_s64(ev, (unsigned)dirfd, AT_CWD) : AT_CWD;
	struct fd *fd;

	if (num == AT_CWD)
		return t ? t->cwd : STR_NONE;
	fd = find_fd(ev, num);
	return fd ? arena_printf(a, "%.*s/", STR_ARGS(fd->name)) : STR_NONE;
}

static struct str resolve_path(struct arena *a, const struct event *ev, const struct item *it)
{
	struct str path = { it->bytes.p, strnlen(it->bytes.p, it->bytes.n) }, base;

	if (!path.n || path.p[0] == '/')
		return STR_NONE;
	base = path_base(a, ev, it);
	return base.p ? path_join(arena_bytes(a, PATH_LIMIT), base, path) : STR_NONE;
}

static struct str resolve_flags(struct arena *a, const struct item *it)
{
	char *room;
	unsigned n;

	if (!flags_table(it->info->show, &n))
		return STR_NONE;
	room = arena_bytes(a, FLAGS_TEXT_MAX);
	return flags_text(it->info->show, type_is_single(it->info->type), item_number(it), room,
			  FLAGS_TEXT_MAX);
}

static struct str resolve_id(struct state *s, const struct event *ev, const struct item *it)
{
	uint32_t id = (uint32_t)item_number(it);
	const struct user *user;
	struct str group;

	if (id == NO_ID)
		return STR_LIT("<NONE>");
	if (it->info->type == T_uid) {
		user = ev->thread ? state_user(s, ev->thread, id) : NULL;
		return user ? user->name : id ? STR_LIT("<NA>") : STR_LIT("root");
	}
	group = ev->thread ? state_group(s, ev->thread, id) : STR_NONE;
	return group.p ? group : id ? STR_LIT("<NA>") : STR_LIT("root");
}

static struct str reltime_text(struct arena *a, uint64_t ns)
{
	unsigned rest = (unsigned)(ns % NSEC_PER_SEC);

	ns /= NSEC_PER_SEC;
	return arena_printf(a, "%" PRIu64 ".%09us", ns, rest);
}

static struct str resolve_item(struct arena *a, struct state *s, const struct event *ev,
			       const struct item *it)
{
	struct thread *t;
	int64_t v;

	if (!it->bytes.n)
		return STR_NONE;
	v = (int64_t)item_number(it);
	switch (it->info->type) {
	case T_fd:
	case T_fd_new:
	case T_dirfd:
	case T_fd32:
		return resolve_fd(a, ev, v);
	case T_pid:
	case T_pid32:
		t = state_thread(s, v);
		return t ? t->image->comm : STR_NONE;
	case T_err:
		return name_or_none(v < 0 && v > -4096 ? errno_name((unsigned)-v) : NULL);
	case T_path:
	case T_relpath:
		return resolve_path(a, ev, it);
	case T_sig:
		return name_or_none(signal_name((unsigned)v));
	case T_syscallid:
		return name_or_none(syscall_name((unsigned)v));
	case T_uid:
	case T_gid:
		return resolve_id(s, ev, it);
	case T_reltime:
		return reltime_text(a, (uint64_t)v);
	case T_flags8:
	case T_flags16:
	case T_flags32:
	case T_enum8:
	case T_enum16:
	case T_enum32:
	case T_mode:
		return resolve_flags(a, it);
	default:
		return STR_NONE;
	}
}

struct str format_resolved(struct arena *a, struct state *s, const struct event *ev, unsigned i)
{
	struct item it = item_of(ev, i);
	struct str text = resolve_item(a, s, ev, &it);

	return text.n ? text : STR_NONE;
}

struct str format_args(struct arena *a, struct state *s, const struct event *ev)
{
	struct line t = line_in(a);

	if (ev->type == EV_generic)
		return STR_LIT("");
	for (unsigned i = 0; i < ev->n_params; i++) {
		struct item it = item_of(ev, i);
		struct str resolved = resolve_item(a, s, ev, &it);

		if (i)
			line_char(&t, ' ');
		line_cstr(&t, ev->info->params[i].name);
		line_char(&t, '=');
		line_str(&t, raw_item(a, ev, &it));
		if (!resolved.n)
			continue;
		line_char(&t, '(');
		line_str(&t, resolved);
		line_char(&t, ')');
	}
	return line_done(&t);
}
