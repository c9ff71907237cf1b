// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Structures of single system calls.
 *
 * In: user memory in the caller's layout.  Out: numbers, strings, DYN values; zero or empty where
 * it is unreadable.
 */
#include <linux/compat.h>
#include <linux/dqblk_xfs.h>
#include <uapi/linux/io_uring.h>
#include <linux/keyctl.h>
#include <linux/mount.h>
#include <linux/poll.h>
#include <linux/prctl.h>
#include <linux/ptrace.h>
#include <linux/quota.h>
#include <linux/resource.h>
#include <linux/sem.h>
#include <linux/socket.h>
#include <linux/time64.h>
#include <uapi/linux/mount.h>

#include "compat/facts.h"
#include "record.h"
#include "user.h"
#include "collect_macros.h"

/* The pair that pipe and socketpair return. */
const int *collect_fds(struct event_ctx *ctx, int arg)
{
	if (!(ctx->known & KNOWN_ARGUMENT)) {
		ctx->known |= KNOWN_ARGUMENT;
		if (ctx->ret || !user_get(&ctx->fds, ctx->args[arg]))
			ctx->fds[0] = ctx->fds[1] = -1;
	}
	return ctx->fds;
}

u32 collect_u32(const struct event_ctx *ctx, int arg)
{
	u32 value;

	user_get(&value, ctx->args[arg]);
	return value;
}

/* The oldest i386 calls take ids of 16 bits, -1 among them. */
u32 collect_narrow_id(const struct event_ctx *ctx, u32 id)
{
	if (!compat_narrow_ids())
		return id;
	return (u16)id == (u16)-1 ? -1 : (u16)id;
}

/* -1: the call failed, or unreadable. */
u32 collect_user_id(const struct event_ctx *ctx, int arg)
{
	u32 id = -1;
	u16 narrow;

	if (ctx->ret)
		return -1;
	if (ctx->compat && compat_narrow_ids())
		return user_get(&narrow, ctx->args[arg]) ? narrow : -1;
	return user_get(&id, ctx->args[arg]) ? id : -1;
}

u64 collect_offset(const struct event_ctx *ctx, int arg)
{
	compat_off_t narrow;
	u64 offset;

	if (ctx->compat && ctx->code == SC_sendfile) {
		user_get(&narrow, ctx->args[arg]);
		return (s64)narrow;
	}
	user_get(&offset, ctx->args[arg]);
	return offset;
}

u64 collect_timespec(const struct event_ctx *ctx, int arg)
{
	struct old_timespec32 narrow;
	struct __kernel_timespec t;

	if (ctx->compat && !compat_time64()) {
		user_get(&narrow, ctx->args[arg]);
		return narrow.tv_sec * (s64)NSEC_PER_SEC + narrow.tv_nsec;
	}
	user_get(&t, ctx->args[arg]);
	return t.tv_sec * NSEC_PER_SEC + t.tv_nsec;
}

/* fdlist of doc/wire-format.md. */
enum { POLL_ENTRY = 10, POLL_MAX = 1024, POLL_PIECE = 16 };

static void write_poll(u8 *at, const struct pollfd *p)
{
	s64 fd = p->fd;
	u16 events = map_poll_events((u16)p->revents);

	memcpy(at, &fd, sizeof(fd));
	memcpy(at + sizeof(fd), &events, sizeof(events));
}

struct written collect_pollfds(struct event_ctx *ctx, int arg, int n_arg)
{
	u16 n = min_t(u32, ctx->args[n_arg], POLL_MAX), i, j, piece;
	struct pollfd fds[POLL_PIECE] __compat_uninitialized;
	u8 *start = record_reserve(ctx, sizeof(n) + n * POLL_ENTRY);

	if (!start)
		return (struct written){ 0 };
	for (i = 0; i < n; i += piece) {
		piece = min_t(u16, n - i, POLL_PIECE);
		if (!user_read(fds, user_ptr(ctx->args[arg] + i * sizeof(*fds)),
			       piece * sizeof(*fds))) {
			n = 0;
			break;
		}
		for (j = 0; j < piece; j++)
			write_poll(start + sizeof(n) + (i + j) * POLL_ENTRY, &fds[j]);
	}
	memcpy(start, &n, sizeof(n));
	return (struct written){ sizeof(n) + n * POLL_ENTRY };
}

/* Flags of callers older than Linux 2.4 have a magic number in the upper half. */
u32 collect_mount_flags(u32 flags)
{
	return (flags & MS_MGC_MSK) == MS_MGC_VAL ? flags & ~MS_MGC_MSK : flags;
}

/* dyn of doc/wire-format.md: an index byte and the value. */

static struct written write_dyn(struct event_ctx *ctx, u8 index, const void *value, u32 n)
{
	u8 *at = record_reserve(ctx, 1 + n);

	if (!at)
		return (struct written){ 0 };
	*at = index;
	memcpy(at + 1, value, n);
	return (struct written){ 1 + n };
}

static struct written write_dyn_string(struct event_ctx *ctx, u8 index, unsigned long string)
{
	u32 space = record_space(ctx), n = 0;

	if (!record_reserve(ctx, 2))
		return (struct written){ 0 };
	*ctx->at = index;
	if (string)
		n = user_string(ctx->at + 1, space - 1, user_ptr(string));
	if (n == space - 1 && space < PARAM_MAX)
		ctx->full = true;
	return (struct written){ 1 + n };
}

static struct written write_dyn_bytes(struct event_ctx *ctx, u8 index, unsigned long bytes, u32 n)
{
	u8 *at;

	n = bytes ? min_t(u32, n, PARAM_MAX) : 0;
	at = record_reserve(ctx, 1 + n);
	if (!at)
		return (struct written){ 0 };
	*at = index;
	if (n && !user_read(at + 1, user_ptr(bytes), n))
		n = 0;
	return (struct written){ 1 + n };
}

struct written collect_number(struct event_ctx *ctx, u8 index, u64 number)
{
	return write_dyn(ctx, index, &number, sizeof(number));
}

/* Indices of sockopt_dynamic_param. */
enum { OPT_BYTES, OPT_ERRNO, OPT_U32, OPT_U64, OPT_TIME };

static u64 sockopt_time(const struct event_ctx *ctx, unsigned long value, bool wide)
{
	struct {
		s64 sec, usec;
	} t;
	struct {
		s32 sec, usec;
	} narrow;

	if (ctx->compat && !wide) {
		user_get(&narrow, value);
		t.sec = narrow.sec;
		t.usec = narrow.usec;
	} else {
		user_get(&t, value);
	}
	return t.sec * NSEC_PER_SEC + t.usec * NSEC_PER_USEC;
}

static struct written sockopt_of_socket(struct event_ctx *ctx, int name, unsigned long value,
					u32 len)
{
	u64 wide;
	s64 err;
	u32 number;

	switch (map_sockopt_optname(name)) {
	case sockopt_options_SO_ERROR:
		user_get(&number, value);
		err = -(s64)(int)number;
		return write_dyn(ctx, OPT_ERRNO, &err, sizeof(err));
	case sockopt_options_SO_RCVTIMEO:
	case sockopt_options_SO_SNDTIMEO:
		return collect_number(ctx, OPT_TIME,
				      sockopt_time(ctx, value,
						   name != SO_RCVTIMEO_OLD &&
							   name != SO_SNDTIMEO_OLD));
	case sockopt_options_SO_COOKIE:
		user_get(&wide, value);
		return collect_number(ctx, OPT_U64, wide);
	case 0:
	case sockopt_options_SO_LINGER:
	case sockopt_options_SO_PEERCRED:
	case sockopt_options_SO_ATTACH_FILTER:
	case sockopt_options_SO_PEERNAME:
	case sockopt_options_SO_ATTACH_BPF:
	case sockopt_options_SO_PEERGROUPS:
	case sockopt_options_SO_MEMINFO:
		return write_dyn_bytes(ctx, OPT_BYTES, value, len);
	default:
		user_get(&number, value);
		return write_dyn(ctx, OPT_U32, &number, sizeof(number));
	}
}

struct written collect_sockopt(struct event_ctx *ctx, int level, int name, unsigned long value,
			       u32 len)
{
	return level == SOL_SOCKET ? sockopt_of_socket(ctx, name, value, len)
				   : write_dyn_bytes(ctx, OPT_BYTES, value, len);
}

/* prlimit's structure is 64 bits wide for 32-bit callers, too. */
s64 collect_rlimit(const struct event_ctx *ctx, int arg, int which)
{
	compat_ulong_t narrow;
	u64 limit;

	if (!ctx->args[arg])
		return 0;
	if (ctx->compat && ctx->event != EV_prlimit) {
		user_get(&narrow, ctx->args[arg] + which * sizeof(narrow));
		return narrow == (compat_ulong_t)-1 ? -1 : (s64)narrow;
	}
	user_get(&limit, ctx->args[arg] + which * sizeof(limit));
	return limit;
}

const struct sembuf *collect_semops(struct event_ctx *ctx)
{
	if (!(ctx->known & KNOWN_ARGUMENT)) {
		u32 n = ctx->ret ? 0 : min_t(u32, ctx->args[2], 2);

		ctx->known |= KNOWN_ARGUMENT;
		memset(ctx->semops, 0, sizeof(ctx->semops));
		if (n && !user_read(ctx->semops, user_ptr(ctx->args[1]), n * sizeof(*ctx->semops)))
			memset(ctx->semops, 0, sizeof(ctx->semops));
	}
	return ctx->semops;
}

/* keyctl: how many arguments an operation has, and which of arg2 to arg5 are strings. */
struct key_shape {
	u8 n;
	u8 strings; /* bit 0 is arg2 */
};

enum { ARG2 = 1, ARG3 = 2, ARG4 = 4 };

static struct key_shape key_shape(u32 operation)
{
	static const struct key_shape shapes[] = {
		[KEYCTL_GET_KEYRING_ID] = { 2 },
		[KEYCTL_JOIN_SESSION_KEYRING] = { 1, ARG2 },
		[KEYCTL_UPDATE] = { 3 },
		[KEYCTL_REVOKE] = { 1 },
		[KEYCTL_CHOWN] = { 3 },
		[KEYCTL_SETPERM] = { 2 },
		[KEYCTL_DESCRIBE] = { 3 },
		[KEYCTL_CLEAR] = { 1 },
		[KEYCTL_LINK] = { 2 },
		[KEYCTL_UNLINK] = { 2 },
		[KEYCTL_SEARCH] = { 4, ARG3 | ARG4 },
		[KEYCTL_READ] = { 3 },
		[KEYCTL_INSTANTIATE] = { 4 },
		[KEYCTL_NEGATE] = { 3 },
		[KEYCTL_SET_REQKEY_KEYRING] = { 1 },
		[KEYCTL_SET_TIMEOUT] = { 2 },
		[KEYCTL_ASSUME_AUTHORITY] = { 1 },
		[KEYCTL_GET_SECURITY] = { 3 },
		[KEYCTL_REJECT] = { 4 },
		[KEYCTL_INSTANTIATE_IOV] = { 4 },
		[KEYCTL_INVALIDATE] = { 1 },
		[KEYCTL_GET_PERSISTENT] = { 2 },
		[KEYCTL_DH_COMPUTE] = { 4 },
		[KEYCTL_PKEY_QUERY] = { 4, ARG4 },
		[KEYCTL_PKEY_ENCRYPT] = { 4, ARG3 },
		[KEYCTL_PKEY_DECRYPT] = { 4, ARG3 },
		[KEYCTL_PKEY_SIGN] = { 4, ARG3 },
		[KEYCTL_PKEY_VERIFY] = { 4, ARG3 },
		[KEYCTL_RESTRICT_KEYRING] = { 3, ARG3 | ARG4 },
		[KEYCTL_MOVE] = { 4 },
		[KEYCTL_CAPABILITIES] = { 2 },
		[KEYCTL_WATCH_KEY] = { 3 },
	};

	return operation < ARRAY_SIZE(shapes) ? shapes[operation] : (struct key_shape){ 0 };
}

/* arg2 is args[1]. */
struct written collect_keyctl(struct event_ctx *ctx, int n)
{
	const struct key_shape shape = key_shape(ctx->args[0]);

	n -= 2;
	if (shape.strings & 1 << n)
		return write_dyn_string(ctx, 1, ctx->args[1 + n]);
	return collect_number(ctx, 0, n < shape.n ? ctx->args[1 + n] : 0);
}

struct written collect_ptrace_data(struct event_ctx *ctx, u32 request, unsigned long data)
{
	unsigned long word;
	u8 signal = data;

	if (ctx->ret < 0)
		return collect_number(ctx, 0, 0);
	switch (request) {
	case PTRACE_PEEKTEXT:
	case PTRACE_PEEKDATA:
	case PTRACE_PEEKUSR:
		if (!user_word(ctx, &word, data, 0))
			word = 0;
		return collect_number(ctx, 0, word);
	case PTRACE_CONT:
	case PTRACE_SINGLESTEP:
	case PTRACE_DETACH:
	case PTRACE_SYSCALL:
		return write_dyn(ctx, 1, &signal, sizeof(signal));
	default:
		return collect_number(ctx, 0, data);
	}
}

struct ustr collect_prctl_str(const struct event_ctx *ctx, u32 option, unsigned long arg)
{
	return (struct ustr){ option == PR_SET_NAME || option == PR_GET_NAME ? user_ptr(arg)
									     : NULL };
}

s64 collect_prctl_int(const struct event_ctx *ctx, u32 option, unsigned long arg)
{
	int value;

	switch (option) {
	case PR_SET_NAME:
	case PR_GET_NAME:
		return 0;
	case PR_GET_CHILD_SUBREAPER:
		user_get(&value, arg);
		return value;
	default:
		return arg;
	}
}

/* As the kernel has filled it in; the parameters are its first members. */
void collect_uring(struct event_ctx *ctx, int arg)
{
	if (ctx->known & KNOWN_ARGUMENT)
		return;
	ctx->known |= KNOWN_ARGUMENT;
	BUILD_BUG_ON(offsetof(struct io_uring_params, features) != sizeof(ctx->uring) - sizeof(u32));
	user_get(&ctx->uring, ctx->args[arg]);
}

/* quotactl: the command, in the upper bits of the first argument, decides what addr points to. */
static u32 quota_cmd(const struct event_ctx *ctx)
{
	return (u32)ctx->args[0] >> SUBCMDSHIFT;
}

/*
 * Whether the call has filled its output: after a failure it is what the caller's memory held
 * before.
 */
static bool quota_has_output(const struct event_ctx *ctx)
{
	switch (quota_cmd(ctx)) {
	case Q_GETQUOTA:
	case Q_GETINFO:
	case Q_GETFMT:
		return ctx->ret >= 0;
	default:
		return true;
	}
}

/* Up to the last member: for a 32-bit caller the structure has no padding at its end. */
static void read_dqblk(struct event_ctx *ctx)
{
	struct if_dqblk d;

	if (!user_read(&d, user_ptr(ctx->args[3]), offsetofend(struct if_dqblk, dqb_valid)))
		return;
	if (d.dqb_valid & QIF_BLIMITS) {
		ctx->quota.dqb_bhardlimit = d.dqb_bhardlimit;
		ctx->quota.dqb_bsoftlimit = d.dqb_bsoftlimit;
	}
	if (d.dqb_valid & QIF_SPACE)
		ctx->quota.dqb_curspace = d.dqb_curspace;
	if (d.dqb_valid & QIF_ILIMITS) {
		ctx->quota.dqb_ihardlimit = d.dqb_ihardlimit;
		ctx->quota.dqb_isoftlimit = d.dqb_isoftlimit;
	}
	if (d.dqb_valid & QIF_BTIME)
		ctx->quota.dqb_btime = d.dqb_btime;
	if (d.dqb_valid & QIF_ITIME)
		ctx->quota.dqb_itime = d.dqb_itime;
}

static void read_dqinfo(struct event_ctx *ctx)
{
	struct if_dqinfo d;

	user_get(&d, ctx->args[3]);
	if (d.dqi_valid & IIF_BGRACE)
		ctx->quota.dqi_bgrace = d.dqi_bgrace;
	if (d.dqi_valid & IIF_IGRACE)
		ctx->quota.dqi_igrace = d.dqi_igrace;
	if (d.dqi_valid & IIF_FLAGS)
		ctx->quota.dqi_flags = d.dqi_flags;
}

void collect_quota(struct event_ctx *ctx)
{
	if (ctx->known & KNOWN_ARGUMENT)
		return;
	ctx->known |= KNOWN_ARGUMENT;
	memset(&ctx->quota, 0, sizeof(ctx->quota));
	if (!quota_has_output(ctx))
		return;
	switch (quota_cmd(ctx)) {
	case Q_GETQUOTA:
	case Q_SETQUOTA:
		read_dqblk(ctx);
		break;
	case Q_GETINFO:
	case Q_SETINFO:
		read_dqinfo(ctx);
		break;
	}
}

struct ustr collect_quota_file(const struct event_ctx *ctx, int arg)
{
	return (struct ustr){ quota_cmd(ctx) == Q_QUOTAON ? user_ptr(ctx->args[arg]) : NULL };
}

u8 collect_quota_fmt_out(const struct event_ctx *ctx, int arg)
{
	return quota_cmd(ctx) == Q_GETFMT && quota_has_output(ctx)
		       ? map_quotactl_fmt(collect_u32(ctx, arg))
		       : quotactl_quota_fmts_QFMT_NOT_USED;
}

u32 collect_quota_id(const struct event_ctx *ctx, int arg)
{
	switch (quota_cmd(ctx)) {
	case Q_GETQUOTA:
	case Q_SETQUOTA:
	case Q_XGETQUOTA:
	case Q_XSETQLIM:
		return ctx->args[arg];
	default:
		return 0;
	}
}

u8 collect_quota_fmt(const struct event_ctx *ctx, int arg)
{
	return quota_cmd(ctx) == Q_QUOTAON ? map_quotactl_fmt(ctx->args[arg])
					   : quotactl_quota_fmts_QFMT_NOT_USED;
}

/* enum fsconfig_command, which kernels before v5.2 do not have. */
enum { SET_STRING = 1, SET_BINARY = 2, SET_PATH = 3, SET_PATH_EMPTY = 4 };

struct ustr collect_fsconfig_str(const struct event_ctx *ctx, u32 cmd, unsigned long value)
{
	bool is_string = cmd == SET_STRING || cmd == SET_PATH || cmd == SET_PATH_EMPTY;

	return (struct ustr){ ctx->ret >= 0 && is_string ? user_ptr(value) : NULL };
}

struct uspan collect_fsconfig_bytes(const struct event_ctx *ctx, u32 cmd, unsigned long value,
				    u32 len)
{
	return (struct uspan){ ctx->ret >= 0 && cmd == SET_BINARY ? user_ptr(value) : NULL, len };
}
