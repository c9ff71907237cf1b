/* SPDX-License-Identifier: Apache-2.0 */
/* evt.*: time, type, result and properties of the event. */
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "base/macros.h"
#include "event/names.h"
#include "fields/extract.h"
#include "fields/format.h"

/* A field that never has a value. */
GETTER(field_absent)
{
	UNUSED_GETTER_ARGS;
	return 0;
}

GETTER(field_zero)
{
	UNUSED_GETTER_ARGS;
	return set_u64(out, 0);
}

GETTER(evt_num)
{
	(void)ref;
	return set_u64(out, x->ev->num);
}

GETTER(evt_time)
{
	static const char *const formats[] = {
		[EVT_TIME] = "%H:%M:%S",
		[EVT_TIME_S] = "%H:%M:%S",
		[EVT_ISO8601] = "%Y-%m-%dT%H:%M:%S",
		[EVT_DATETIME] = "%Y-%m-%d %H:%M:%S",
		[EVT_DATETIME_S] = "%Y-%m-%d %H:%M:%S",
	};
	int64_t what = ref->field->variant;
	time_t seconds = (time_t)(x->ev->ts / NSEC_PER_SEC);
	unsigned ns = (unsigned)(x->ev->ts % NSEC_PER_SEC);
	char day[32];
	struct tm tm;

	if (!(what == EVT_ISO8601 ? gmtime_r(&seconds, &tm) : localtime_r(&seconds, &tm)))
		return 0;
	strftime(day, sizeof(day), formats[what], &tm);
	if (what == EVT_TIME_S || what == EVT_DATETIME_S)
		return set_text(out, arena_printf(x->scratch, "%s", day));
	return set_text(out, arena_printf(x->scratch, "%s.%09u%s", day, ns,
					  what == EVT_ISO8601 ? "+0000" : ""));
}

GETTER(evt_rawtime)
{
	return set_u64(out, ns_part(x->ev->ts, ref->field->variant));
}

GETTER(evt_reltime)
{
	return set_u64(out, ns_part(x->ev->ts - state_first_ts(x->state), ref->field->variant));
}

/* Time since the previous evaluation of the same condition; 0 in outputs. */
GETTER(evt_deltatime)
{
	uint64_t *last = ref->priv, delta = *last && !x->printing ? x->ev->ts - *last : 0;

	*last = x->ev->ts;
	return set_u64(out, ns_part(delta, ref->field->variant));
}

GETTER(util_count)
{
	(void)x;
	return set_u64(out, ++*(uint64_t *)ref->priv);
}

GETTER(evt_source)
{
	UNUSED_GETTER_ARGS;
	return set_text(out, STR_LIT("syscall"));
}

static bool is_meta(const struct event *ev)
{
	return ev->info->category & SRC_METAEVENT;
}

GETTER(evt_is_async)
{
	(void)ref;
	return set_bool(out, is_meta(x->ev));
}

GETTER(evt_asynctype)
{
	(void)ref;
	if (!is_meta(x->ev))
		return 0;
	if (x->ev->type == EV_asyncevent)
		return set_text(out, ev_text(x->ev, IX(asyncevent, name)));
	return set_text(out, str_of(x->ev->info->name));
}

GETTER(evt_hostname)
{
	const char *name = getenv("FALCO_HOSTNAME");

	(void)ref;
	return set_text(out, str_of(name ? name : state_machine(x->state)->hostname));
}

GETTER(evt_latency_human)
{
	UNUSED_GETTER_ARGS;
	return set_text(out, STR_LIT("0ns"));
}

GETTER(evt_dir)
{
	(void)ref;
	return set_text(out, x->ev->info->dir == '>' ? STR_LIT(">") : STR_LIT("<"));
}

static struct str type_name(const struct event *ev)
{
	const char *name = ev->info->name;

	if (ev->type == EV_asyncevent)
		return ev_text(ev, IX(asyncevent, name));
	if (ev->type == EV_generic)
		name = syscall_name((unsigned)ev_u64(ev, IX(generic, ID), SYSCALL_CODES));
	return str_of(name ? name : ev->info->name);
}

GETTER(evt_type)
{
	(void)ref;
	return set_text(out, type_name(x->ev));
}

GETTER(evt_type_is)
{
	bool same = str_eq(ref->arg, type_name(x->ev)) ||
		    (ref->arg.p[0] >= '0' && ref->arg.p[0] <= '9' &&
		     strtoul(ref->arg.p, NULL, 10) == x->ev->type);

	return set_u64(out, same);
}

GETTER(syscall_type)
{
	(void)ref;
	return x->ev->info->category & SRC_SYSCALL ? set_text(out, type_name(x->ev)) : 0;
}

static const char *io_category(const struct fd *fd)
{
	if (!fd)
		return "unknown";
	switch (fd->type) {
	case FD_FILE:
	case FD_FILE_V2:
	case FD_DIRECTORY:
		return "file";
	case FD_FIFO:
	case FD_UNIX:
	case FD_EVENTFD:
	case FD_SIGNALFD:
	case FD_TIMERFD:
	case FD_INOTIFY:
		return "ipc";
	default:
		return fd_is_ip(fd) ? "net" : "unknown";
	}
}

static bool is_io(const struct event *ev)
{
	unsigned cat = ev->info->category & 0xff;

	return cat >= CAT_IO_READ && cat <= CAT_IO_OTHER;
}

GETTER(evt_category)
{
	static const char *const names[] = {
		[CAT_UNKNOWN] = "unknown",
		[CAT_OTHER] = "other",
		[CAT_FILE] = "file",
		[CAT_NET] = "net",
		[CAT_IPC] = "IPC",
		[CAT_MEMORY] = "memory",
		[CAT_PROCESS] = "process",
		[CAT_SLEEP] = "sleep",
		[CAT_SYSTEM] = "system",
		[CAT_SIGNAL] = "signal",
		[CAT_USER] = "user",
		[CAT_TIME] = "time",
		[CAT_PROCESSING] = "processing",
		[CAT_WAIT] = "wait",
		[CAT_SCHEDULER] = "scheduler",
	};
	unsigned cat = x->ev->info->category;

	(void)ref;
	if (cat & CAT_INTERNAL)
		return set_text(out, STR_LIT("internal"));
	cat &= 0xff;
	if (is_io(x->ev))
		return set_text(out, str_of(io_category(x->ev->fd)));
	return set_text(out, str_of(cat < ARRAY_SIZE(names) && names[cat] ? names[cat] : "unknown"));
}

GETTER(evt_cpu)
{
	(void)ref;
	return set_s64(out, x->ev->cpu);
}

GETTER(evt_buffer)
{
	int i = ev_role(x->ev, ROLE_DATA);
	struct str b = i < 0 ? STR_NONE : ev_bytes(x->ev, (unsigned)i);

	(void)ref;
	return b.n ? set_text(out, b) : 0;
}

/* The evt.buflen.* fields that have a value for this event; its descriptor is known. */
static unsigned buflen_kinds(const struct event *ev)
{
	unsigned kinds = 0;

	if (ev->info->flags & WRITES_TO_FD)
		kinds |= BUFLEN_OUT;
	else if (ev->info->flags & READS_FROM_FD)
		kinds |= BUFLEN_IN;
	if (ev->fd->type == FD_FILE || ev->fd->type == FD_FILE_V2)
		kinds |= BUFLEN_FILE;
	else if (fd_is_ip(ev->fd))
		kinds |= BUFLEN_NET;
	return kinds;
}

GETTER(evt_buflen)
{
	unsigned want = (unsigned)ref->field->variant, have;

	if (!x->ev->fd || !x->ev->has_result || x->ev->result < 0 || !is_io(x->ev))
		return 0;
	have = buflen_kinds(x->ev);
	if (want & (BUFLEN_IN | BUFLEN_OUT) && !(want & have & (BUFLEN_IN | BUFLEN_OUT)))
		return 0;
	if (want & (BUFLEN_FILE | BUFLEN_NET) && !(want & have & (BUFLEN_FILE | BUFLEN_NET)))
		return 0;
	return set_s64(out, x->ev->result);
}

GETTER(evt_res)
{
	int64_t res = x->ev->result;
	const char *name = res < 0 && res > -4096 ? errno_name((unsigned)-res) : NULL;

	(void)ref;
	if (!x->ev->has_result)
		return 0;
	if (res >= 0)
		return set_text(out, STR_LIT("SUCCESS"));
	return set_text(out, name ? str_of(name) : arena_printf(x->scratch, "%" PRId64, res));
}

GETTER(evt_rawres)
{
	(void)ref;
	return x->ev->has_result ? set_s64(out, x->ev->result) : 0;
}

static bool failed(const struct event *ev)
{
	return ev->has_result && ev->result < 0;
}

GETTER(evt_failed)
{
	(void)ref;
	return x->ev->has_result ? set_bool(out, failed(x->ev)) : 0;
}

GETTER(evt_has_flag)
{
	return set_bool(out, x->ev->info->flags & ref->field->variant);
}

GETTER(evt_io_dir)
{
	(void)ref;
	if (x->ev->info->flags & WRITES_TO_FD)
		return set_text(out, STR_LIT("write"));
	return x->ev->info->flags & READS_FROM_FD ? set_text(out, STR_LIT("read")) : 0;
}

GETTER(evt_is_syslog)
{
	const struct event *ev = x->ev;

	(void)ref;
	return set_bool(out, ev->info->flags & WRITES_TO_FD && ev->fd && ev->fd->name.n &&
				     memmem(ev->fd->name.p, ev->fd->name.n, "/dev/log", 8));
}

GETTER(evt_one)
{
	UNUSED_GETTER_ARGS;
	return set_u64(out, 1);
}

static bool is_open(const struct event *ev)
{
	return ev->type == EV_open || ev->type == EV_openat || ev->type == EV_openat2 ||
	       ev->type == EV_open_by_handle_at;
}

/*
 * Whether a call counts for evt.count.error.KIND.  Some calls count for two kinds; "other" is for
 * calls that are not of file, net or memory.
 */
static bool is_error_kind(const struct event *ev, int64_t kind)
{
	const struct fd *fd = ev->fd;
	bool file = fd &&
		    (fd->type == FD_FILE || fd->type == FD_FILE_V2 || fd->type == FD_DIRECTORY);
	bool net = fd && (fd_is_ip(fd) || fd->type == FD_UNIX);
	bool memory = (ev->info->category & 0xff) == CAT_MEMORY;

	file |= is_open(ev) || ev->type == EV_creat;
	net |= ev->type == EV_accept || ev->type == EV_accept4 || ev->type == EV_connect;
	switch (kind) {
	case ERROR_ANY:
		return true;
	case ERROR_FILE:
		return file;
	case ERROR_NET:
		return net;
	case ERROR_MEMORY:
		return memory;
	default:
		return !file && !net && (fd || !memory);
	}
}

GETTER(evt_count_error)
{
	if (!x->ev->has_result || !is_error_kind(x->ev, ref->field->variant))
		return 0;
	return set_u64(out, failed(x->ev));
}

GETTER(evt_count_exit)
{
	(void)ref;
	return ev_is_exit(x->ev) ? set_u64(out, 1) : 0;
}

GETTER(evt_count_procinfo)
{
	const struct thread *t = x->ev->thread;
	bool counts = x->ev->type == EV_procinfo &&
		      (!ref->field->variant || (t && t->tid == t->pid));

	return set_u64(out, counts);
}

/* Distance of the event from the time in brackets, in milliseconds, rounded up. */
GETTER(evt_around)
{
	uint64_t t = (uint64_t)ref->index, distance = x->ev->ts > t ? x->ev->ts - t : t - x->ev->ts;

	return set_u64(out, (distance + 999999) / 1000000);
}

static uint64_t open_flags(const struct event *ev)
{
	int i = ev_role(ev, ROLE_OPEN_FLAGS);

	return i < 0 ? 0 : ev_fixed(ev, (unsigned)i, SIZE_flags32, SIGN_flags32, 0);
}

GETTER(evt_is_open)
{
	return set_bool(out, open_flags(x->ev) & (uint64_t)ref->field->variant);
}

GETTER(evt_is_open_create)
{
	uint64_t flags = open_flags(x->ev);

	(void)ref;
	return set_bool(out, flags & file_flags_O_F_CREATED ||
				     (flags & file_flags_O_TMPFILE && x->ev->result >= 0));
}

static uint64_t open_mode(const struct event *ev)
{
	switch (ev->type) {
	case EV_open:
		return ev_u64(ev, IX(open, mode), 0);
	case EV_openat:
		return ev_u64(ev, IX(openat, mode), 0);
	case EV_openat2:
		return ev_u64(ev, IX(openat2, mode), 0);
	case EV_creat:
		return ev_u64(ev, IX(creat, mode), 0);
	default:
		return 0;
	}
}

GETTER(evt_is_open_exec)
{
	uint64_t create_flags = file_flags_O_CREAT | file_flags_O_TMPFILE;
	bool creates = x->ev->type == EV_creat || open_flags(x->ev) & create_flags;

	(void)ref;
	return set_bool(out, creates && open_mode(x->ev) & 0111);
}
