// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Structures and values that only one call or one family has.
 *
 * In: user memory in the caller's layout.  Out: numbers, strings, DYN values; zero or empty where it is unreadable.
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
#include "words.h"

/* The pair that pipe and socketpair return. */
const int *capture_fds(struct capture *c, int arg)
{
	if (!(c->known & KNOWN_ARGUMENT)) {
		c->known |= KNOWN_ARGUMENT;
		if (c->ret || !user_get(&c->fds, c->args[arg]))
			c->fds[0] = c->fds[1] = -1;
	}
	return c->fds;
}

u32 capture_u32(const struct capture *c, int arg)
{
	u32 value;

	user_get(&value, c->args[arg]);
	return value;
}

/* The oldest 32-bit calls have ids of 16 bits, -1 among them; what lies above is not looked at. */
u32 capture_narrow_id(const struct capture *c, u32 id)
{
	if (!compat_narrow_ids())
		return id;
	return (u16)id == (u16)-1 ? -1 : (u16)id;
}

/* -1 is no id. */
u32 capture_user_id(const struct capture *c, int arg)
{
	u32 id = -1;
	u16 narrow;

	if (c->ret)
		return -1;
	if (c->compat && compat_narrow_ids())
		return user_get(&narrow, c->args[arg]) ? narrow : -1;
	return user_get(&id, c->args[arg]) ? id : -1;
}

u64 capture_offset(const struct capture *c, int arg)
{
	compat_off_t narrow;
	u64 offset;

	if (c->compat && c->code == SC_sendfile) {
		user_get(&narrow, c->args[arg]);
		return (s64)narrow;
	}
	user_get(&offset, c->args[arg]);
	return offset;
}

u64 capture_timespec(const struct capture *c, int arg)
{
	struct old_timespec32 narrow;
	struct __kernel_timespec t;

	if (c->compat && !compat_time64()) {
		user_get(&narrow, c->args[arg]);
		return narrow.tv_sec * (s64)NSEC_PER_SEC + narrow.tv_nsec;
	}
	user_get(&t, c->args[arg]);
	return t.tv_sec * NSEC_PER_SEC + t.tv_nsec;
}

/* u16 count, then per element the descriptor as i64 and what happened to it as u16. */
enum { POLL_ENTRY = 10, POLL_MAX = 1024, POLL_PIECE = 16 };

static void lay_poll(u8 *at, const struct pollfd *p)
{
	s64 fd = p->fd;
	u16 events = conv_poll_events((u16)p->revents);

	memcpy(at, &fd, sizeof(fd));
	memcpy(at + sizeof(fd), &events, sizeof(events));
}

struct laid capture_pollfds(struct capture *c, int arg, int n_arg)
{
	u16 n = min_t(u32, c->args[n_arg], POLL_MAX), i, j, piece;
	struct pollfd fds[POLL_PIECE] __compat_uninitialized;
	u8 *start = record_reserve(c, sizeof(n) + n * POLL_ENTRY);

	if (!start)
		return (struct laid){ 0 };
	for (i = 0; i < n; i += piece) {
		piece = min_t(u16, n - i, POLL_PIECE);
		if (!user_read(fds, user_ptr(c->args[arg] + i * sizeof(*fds)),
			       piece * sizeof(*fds))) {
			n = 0;
			break;
		}
		for (j = 0; j < piece; j++)
			lay_poll(start + sizeof(n) + (i + j) * POLL_ENTRY, &fds[j]);
	}
	memcpy(start, &n, sizeof(n));
	return (struct laid){ sizeof(n) + n * POLL_ENTRY };
}

/* Callers older than Linux 2.4 still mark their flags as such. */
u32 capture_mount_flags(u32 flags)
{
	return (flags & MS_MGC_MSK) == MS_MGC_VAL ? flags & ~MS_MGC_MSK : flags;
}

/* DYN: an index that says what follows, and the value. */

static struct laid lay_dyn(struct capture *c, u8 index, const void *value, u32 n)
{
	u8 *at = record_reserve(c, 1 + n);

	if (!at)
		return (struct laid){ 0 };
	*at = index;
	memcpy(at + 1, value, n);
	return (struct laid){ 1 + n };
}

static struct laid lay_dyn_string(struct capture *c, u8 index, unsigned long string)
{
	u32 room = record_room(c), n = 0;

	if (!record_reserve(c, 2))
		return (struct laid){ 0 };
	*c->at = index;
	if (string)
		n = user_string(c->at + 1, room - 1, user_ptr(string));
	if (n == room - 1 && room < PARAM_MAX)
		c->full = true;
	return (struct laid){ 1 + n };
}

static struct laid lay_dyn_bytes(struct capture *c, u8 index, unsigned long bytes, u32 n)
{
	u8 *at;

	n = bytes ? min_t(u32, n, PARAM_MAX) : 0;
	at = record_reserve(c, 1 + n);
	if (!at)
		return (struct laid){ 0 };
	*at = index;
	if (n && !user_read(at + 1, user_ptr(bytes), n))
		n = 0;
	return (struct laid){ 1 + n };
}

struct laid capture_number(struct capture *c, u8 index, u64 number)
{
	return lay_dyn(c, index, &number, sizeof(number));
}

/* Indices of sockopt_dynamic_param. */
enum { OPT_BYTES, OPT_ERRNO, OPT_U32, OPT_U64, OPT_TIME };

static u64 sockopt_time(const struct capture *c, unsigned long value, bool wide)
{
	struct {
		s64 sec, usec;
	} t;
	struct {
		s32 sec, usec;
	} narrow;

	if (c->compat && !wide) {
		user_get(&narrow, value);
		t.sec = narrow.sec;
		t.usec = narrow.usec;
	} else {
		user_get(&t, value);
	}
	return t.sec * NSEC_PER_SEC + t.usec * NSEC_PER_USEC;
}

static struct laid sockopt_of_socket(struct capture *c, int name, unsigned long value, u32 len)
{
	u64 wide;
	s64 err;
	u32 number;

	switch (conv_sockopt_optname(name)) {
	case sockopt_options_SO_ERROR:
		user_get(&number, value);
		err = -(s64)(int)number;
		return lay_dyn(c, OPT_ERRNO, &err, sizeof(err));
	case sockopt_options_SO_RCVTIMEO:
	case sockopt_options_SO_SNDTIMEO:
		return capture_number(c, OPT_TIME,
				      sockopt_time(c, value,
						   name != SO_RCVTIMEO_OLD &&
							   name != SO_SNDTIMEO_OLD));
	case sockopt_options_SO_COOKIE:
		user_get(&wide, value);
		return capture_number(c, OPT_U64, wide);
	case 0:
	case sockopt_options_SO_LINGER:
	case sockopt_options_SO_PEERCRED:
	case sockopt_options_SO_ATTACH_FILTER:
	case sockopt_options_SO_PEERNAME:
	case sockopt_options_SO_ATTACH_BPF:
	case sockopt_options_SO_PEERGROUPS:
	case sockopt_options_SO_MEMINFO:
		return lay_dyn_bytes(c, OPT_BYTES, value, len);
	default:
		user_get(&number, value);
		return lay_dyn(c, OPT_U32, &number, sizeof(number));
	}
}

struct laid capture_sockopt(struct capture *c, int level, int name, unsigned long value, u32 len)
{
	return level == SOL_SOCKET ? sockopt_of_socket(c, name, value, len)
				   : lay_dyn_bytes(c, OPT_BYTES, value, len);
}

/* prlimit's structure is 64 bits wide for everybody. */
s64 capture_rlimit(const struct capture *c, int arg, int which)
{
	compat_ulong_t narrow;
	u64 limit;

	if (!c->args[arg])
		return 0;
	if (c->compat && c->event != EV_prlimit) {
		user_get(&narrow, c->args[arg] + which * sizeof(narrow));
		return narrow == (compat_ulong_t)-1 ? -1 : (s64)narrow;
	}
	user_get(&limit, c->args[arg] + which * sizeof(limit));
	return limit;
}

const struct sembuf *capture_semops(struct capture *c)
{
	if (!(c->known & KNOWN_ARGUMENT)) {
		u32 n = c->ret ? 0 : min_t(u32, c->args[2], 2);

		c->known |= KNOWN_ARGUMENT;
		memset(c->semops, 0, sizeof(c->semops));
		if (n && !user_read(c->semops, user_ptr(c->args[1]), n * sizeof(*c->semops)))
			memset(c->semops, 0, sizeof(c->semops));
	}
	return c->semops;
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
struct laid capture_keyctl(struct capture *c, int n)
{
	const struct key_shape shape = key_shape(c->args[0]);

	n -= 2;
	if (shape.strings & 1 << n)
		return lay_dyn_string(c, 1, c->args[1 + n]);
	return capture_number(c, 0, n < shape.n ? c->args[1 + n] : 0);
}

struct laid capture_ptrace_data(struct capture *c, u32 request, unsigned long data)
{
	unsigned long word;
	u8 signal = data;

	if (c->ret < 0)
		return capture_number(c, 0, 0);
	switch (request) {
	case PTRACE_PEEKTEXT:
	case PTRACE_PEEKDATA:
	case PTRACE_PEEKUSR:
		if (!user_word(c, &word, data, 0))
			word = 0;
		return capture_number(c, 0, word);
	case PTRACE_CONT:
	case PTRACE_SINGLESTEP:
	case PTRACE_DETACH:
	case PTRACE_SYSCALL:
		return lay_dyn(c, 1, &signal, sizeof(signal));
	default:
		return capture_number(c, 0, data);
	}
}

struct ustr capture_prctl_str(const struct capture *c, u32 option, unsigned long arg)
{
	return (struct ustr){ option == PR_SET_NAME || option == PR_GET_NAME ? user_ptr(arg)
									     : NULL };
}

s64 capture_prctl_int(const struct capture *c, u32 option, unsigned long arg)
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

/* What the kernel has answered; the parameters stand at the front of the structure. */
void capture_uring(struct capture *c, int arg)
{
	if (c->known & KNOWN_ARGUMENT)
		return;
	c->known |= KNOWN_ARGUMENT;
	BUILD_BUG_ON(offsetof(struct io_uring_params, features) != sizeof(c->uring) - sizeof(u32));
	user_get(&c->uring, c->args[arg]);
}

/* quotactl: which structure is behind addr, if any, depends on the command in the upper bits of the first argument. */
static u32 quota_cmd(const struct capture *c)
{
	return (u32)c->args[0] >> SUBCMDSHIFT;
}

/* What a call that failed should have filled in is whatever the caller's memory held before. */
static bool quota_is_answered(const struct capture *c)
{
	switch (quota_cmd(c)) {
	case Q_GETQUOTA:
	case Q_GETINFO:
	case Q_GETFMT:
		return c->ret >= 0;
	default:
		return true;
	}
}

/* For a 32-bit caller it ends after its last member: those 4 bytes less may be all there is. */
static void read_dqblk(struct capture *c)
{
	struct if_dqblk d;

	if (!user_read(&d, user_ptr(c->args[3]), offsetofend(struct if_dqblk, dqb_valid)))
		return;
	if (d.dqb_valid & QIF_BLIMITS) {
		c->quota.dqb_bhardlimit = d.dqb_bhardlimit;
		c->quota.dqb_bsoftlimit = d.dqb_bsoftlimit;
	}
	if (d.dqb_valid & QIF_SPACE)
		c->quota.dqb_curspace = d.dqb_curspace;
	if (d.dqb_valid & QIF_ILIMITS) {
		c->quota.dqb_ihardlimit = d.dqb_ihardlimit;
		c->quota.dqb_isoftlimit = d.dqb_isoftlimit;
	}
	if (d.dqb_valid & QIF_BTIME)
		c->quota.dqb_btime = d.dqb_btime;
	if (d.dqb_valid & QIF_ITIME)
		c->quota.dqb_itime = d.dqb_itime;
}

static void read_dqinfo(struct capture *c)
{
	struct if_dqinfo d;

	user_get(&d, c->args[3]);
	if (d.dqi_valid & IIF_BGRACE)
		c->quota.dqi_bgrace = d.dqi_bgrace;
	if (d.dqi_valid & IIF_IGRACE)
		c->quota.dqi_igrace = d.dqi_igrace;
	if (d.dqi_valid & IIF_FLAGS)
		c->quota.dqi_flags = d.dqi_flags;
}

void capture_quota(struct capture *c)
{
	if (c->known & KNOWN_ARGUMENT)
		return;
	c->known |= KNOWN_ARGUMENT;
	memset(&c->quota, 0, sizeof(c->quota));
	if (!quota_is_answered(c))
		return;
	switch (quota_cmd(c)) {
	case Q_GETQUOTA:
	case Q_SETQUOTA:
		read_dqblk(c);
		break;
	case Q_GETINFO:
	case Q_SETINFO:
		read_dqinfo(c);
		break;
	}
}

struct ustr capture_quota_file(const struct capture *c, int arg)
{
	return (struct ustr){ quota_cmd(c) == Q_QUOTAON ? user_ptr(c->args[arg]) : NULL };
}

u8 capture_quota_fmt_out(const struct capture *c, int arg)
{
	return quota_cmd(c) == Q_GETFMT && quota_is_answered(c)
		       ? conv_quotactl_fmt(capture_u32(c, arg))
		       : quotactl_quota_fmts_QFMT_NOT_USED;
}

u32 capture_quota_id(const struct capture *c, int arg)
{
	switch (quota_cmd(c)) {
	case Q_GETQUOTA:
	case Q_SETQUOTA:
	case Q_XGETQUOTA:
	case Q_XSETQLIM:
		return c->args[arg];
	default:
		return 0;
	}
}

u8 capture_quota_fmt(const struct capture *c, int arg)
{
	return quota_cmd(c) == Q_QUOTAON ? conv_quotactl_fmt(c->args[arg])
					 : quotactl_quota_fmts_QFMT_NOT_USED;
}

/* enum fsconfig_command, which kernels before v5.2 do not have. */
enum { SET_STRING = 1, SET_BINARY = 2, SET_PATH = 3, SET_PATH_EMPTY = 4 };

struct ustr capture_fsconfig_str(const struct capture *c, u32 cmd, unsigned long value)
{
	bool is_string = cmd == SET_STRING || cmd == SET_PATH || cmd == SET_PATH_EMPTY;

	return (struct ustr){ c->ret >= 0 && is_string ? user_ptr(value) : NULL };
}

struct uspan capture_fsconfig_bytes(const struct capture *c, u32 cmd, unsigned long value, u32 len)
{
	return (struct uspan){ c->ret >= 0 && cmd == SET_BINARY ? user_ptr(value) : NULL, len };
}
