// SPDX-License-Identifier: Apache-2.0
/*
 * The expected record of a row, computed from the wire format and the arguments of the row.
 * Independent of the code of the module.
 *
 * In: a row and the result of its call.  Out: the bytes of one parameter.
 */
#include <arpa/inet.h>
#include <linux/io_uring.h>
#include <string.h>
#include <sys/quota.h>
#include <sys/socket.h>

#include "arg_case.h"
#include "schema/schema.h"
#include "arg_collect.h"

enum { SNAPLEN = 80, NOBODY = 65534, SOCKADDR_MAX = 110 /* sockaddr_un */ };

static const uint8_t sizes[T_COUNT] = {
#define TYPE(name, wire, size, shown) [T_##name] = size,
#include "schema/types.def"
#undef TYPE
};

/* The expected bytes of one parameter, while they are computed. */
struct wire {
	const struct case_row *row;
	const struct case_source *source;
	uint16_t event;
	uint8_t type;
	bool paged_in;
	uint8_t *out;
	int n;
};

static void put(struct wire *w, const void *bytes, uint32_t n)
{
	memcpy(w->out + w->n, bytes, n);
	w->n += (int)n;
}

/* Appends v with the size of the type of the parameter. */
static void put_value(struct wire *w, uint64_t v)
{
	put(w, &v, sizes[w->type]);
}

static const struct case_memory *memory_of(const struct wire *w)
{
	return &w->row->memory[w->source->arg];
}

/* k bytes at this offset of the memory of the argument, or NULL if they cannot be read. */
static const uint8_t *user_bytes(const struct wire *w, uint32_t offset, uint32_t k)
{
	const struct case_row *row = w->row;
	const struct case_memory *p = memory_of(w);
	bool paged_out = row->defect == CASE_PAGED_OUT && row->defect_arg == w->source->arg;

	return p->bytes && offset + k <= p->readable && (w->paged_in || !paged_out)
		       ? p->bytes + offset
		       : NULL;
}

static unsigned long arg(const struct wire *w)
{
	return w->row->arg[w->source->arg];
}

/* ---- memory ---- */

static bool string(struct wire *w)
{
	for (uint32_t n = 1; user_bytes(w, 0, n); n++)
		if (!user_bytes(w, 0, n)[n - 1]) {
			put(w, user_bytes(w, 0, n), n);
			return true;
		}
	return false;
}

static void bytes(struct wire *w, uint32_t n)
{
	if (n && user_bytes(w, 0, n))
		put(w, user_bytes(w, 0, n), n);
}

/* Data read from /dev/zero. */
static void zeros(struct wire *w, int64_t n)
{
	for (int64_t i = 0; i < n && i < SNAPLEN; i++)
		put(w, "", 1);
}

static void user_number(struct wire *w, uint32_t offset, uint32_t width)
{
	uint64_t v = 0;

	if (user_bytes(w, offset, width))
		memcpy(&v, user_bytes(w, offset, width), width);
	put_value(w, v);
}

static bool has_32_bit_fields(const struct wire *w)
{
	return w->row->ia32 && !strstr(w->row->call->name, "64");
}

static void timespec(struct wire *w)
{
	/* 0 s and 1000 ns */
	bool readable = user_bytes(w, 0, has_32_bit_fields(w) ? 8 : 16);

	put_value(w, readable ? 1000 : 0);
}

static void rlimit(struct wire *w)
{
	uint32_t width = has_32_bit_fields(w) ? 4 : 8;

	user_number(w, (uint32_t)w->source->value * width, width);
}

static void pollfds(struct wire *w)
{
	uint16_t n = (uint16_t)memory_of(w)->count, invalid = poll_flags_POLLNVAL;

	if (!user_bytes(w, 0, n * 8u))
		n = 0;
	put(w, &n, 2);
	for (uint16_t i = 0; i < n; i++) {
		int64_t fd = 0x5000 + i;

		put(w, &fd, 8);
		put(w, &invalid, 2);
	}
}

static void address(struct wire *w)
{
	static const uint8_t wire[7] = { AF_INET, 10, 11, 12, 13, 0x34, 0x12 };
	uint32_t n = memory_of(w)->count;

	/* the module reads at most the longest address */
	if (n && user_bytes(w, 0, n < SOCKADDR_MAX ? n : SOCKADDR_MAX))
		put(w, wire, sizeof(wire));
}

/* ---- iovec arrays ---- */

static bool array_is_readable(const struct wire *w)
{
	return memory_of(w)->n && user_bytes(w, 0, memory_of(w)->n);
}

/* The size of the payload in bytes, at most limit; 0 if limit is an error. */
static uint32_t payload_size(const struct wire *w, int64_t limit)
{
	uint32_t total = array_is_readable(w) ? memory_of(w)->total : 0;

	return limit < 0 ? 0 : limit < total ? (uint32_t)limit : total;
}

static void iov_payload(struct wire *w)
{
	uint32_t n = payload_size(w, SNAPLEN);

	/* the payload ends before the first byte that cannot be read */
	for (uint32_t i = 0; i < n && memory_of(w)->inner == CASE_VALID; i++)
		w->out[w->n++] = case_pattern(i);
}

/* ---- structures ---- */

static void dyn_string(struct wire *w)
{
	put(w, "\1", 1);
	string(w);
}

static void dyn_number(struct wire *w, uint8_t index, uint64_t v, uint32_t width)
{
	put(w, &index, 1);
	put(w, &v, width);
}

/*
 * SEARCH and RESTRICT_KEYRING have two strings, the third and fourth argument; only SEARCH has a
 * fifth argument.
 */
static void keyctl(struct wire *w)
{
	if (w->row->role[w->source->arg].class == C_STRING)
		dyn_string(w);
	else
		dyn_number(w, 0, w->source->arg < 4 || w->row->variant == 0 ? arg(w) : 0, 8);
}

static void sockopt(struct wire *w)
{
	uint32_t len = 0;

	if (w->row->arg[1] == SOL_SOCKET) {
		if (user_bytes(w, 0, 4))
			memcpy(&len, user_bytes(w, 0, 4), 4);
		dyn_number(w, 2, len, 4);
		return;
	}
	put(w, "", 1);
	len = (uint32_t)w->row->arg[4];
	if (w->row->role[4].class == C_U32) {
		struct case_source to_length = { .arg = 4 };
		struct wire l = *w;

		l.source = &to_length;
		len = user_bytes(&l, 0, 4) ? memory_of(w)->count : 0;
	}
	bytes(w, len);
}

enum { DQBLK = 68, DQINFO = 24 };

static void quota(struct wire *w)
{
	uint8_t class = w->row->role[3].class;
	bool info = w->source->value >= QUOTA_dqi_bgrace;
	/* without dqb_curinodes, which is not recorded */
	static const uint64_t values[] = { 1001, 1002, 1003, 1004, 1005, 1007, 1008, 1009, 1010, 0 };

	if (class == (info ? C_DQINFO : C_DQBLK) && user_bytes(w, 0, info ? DQINFO : DQBLK))
		put_value(w, values[w->source->value]);
	else
		put_value(w, 0);
}

static bool is_exec(const struct wire *w)
{
	return w->event == EV_execve || w->event == EV_execveat;
}

/* Stores the readable strings of the argv in argument `argv`; returns their number, at most two. */
static int readable_strings(struct wire *w, int argv, const char *s[2])
{
	struct case_source array = { .arg = (int8_t)argv };
	uint32_t width = w->row->ia32 ? 4 : 8;
	const struct case_memory *p = &w->row->memory[argv];
	const struct case_source *source = w->source;
	int n = 0;

	w->source = &array;
	for (uint32_t i = 0; i < 2 && p->n > width && user_bytes(w, i * width, width); i++) {
		if (!i && p->inner == CASE_INNER_NULL)
			break;
		if (i || p->inner == CASE_VALID)
			s[n++] = case_strings[i];
	}
	w->source = source;
	return n;
}

static void put_strings(struct wire *w, const char *const s[2], int from, int to)
{
	for (; from < to; from++)
		put(w, s[from], (uint32_t)strlen(s[from]) + 1);
}

/* A failed execve is recorded with its arguments, a failed clone without arguments. */
static void exec_strings(struct wire *w)
{
	const char *s[2];
	int argv = w->event == EV_execve ? 1 : 2, n = is_exec(w) ? readable_strings(w, argv, s) : 0;

	switch (w->source->kind) {
	case K_EXE:
		if (n)
			put_strings(w, s, 0, 1);
		else
			put(w, "", 1);
		return;
	case K_ARGS:
		put_strings(w, s, 1, n);
		return;
	default:
		put_strings(w, s, 0, readable_strings(w, argv + 1, s));
	}
}

/* ---- all sources ---- */

static uint64_t pair(const struct wire *w, int high, int low)
{
	return w->row->arg[high] << 32 | (uint32_t)w->row->arg[low];
}

static uint64_t id(const struct wire *w)
{
	return arg(w); /* all ids of the test cases fit in 16 bits */
}

static void put_number(struct wire *w)
{
	long ret = w->row->ret;

	switch (w->source->kind) {
	case K_RET:
		put_value(w, (uint64_t)ret);
		return;
	case K_RET32:
		put_value(w, (uint64_t)(int)ret);
		return;
	case K_CONST:
		put_value(w, (uint64_t)w->source->value);
		return;
	case K_CODE:
		put_value(w, w->row->call->code);
		return;
	case K_NATIVE:
		put_value(w, (uint64_t)w->row->call->bit);
		return;
	case K_ARG:
		put_value(w, arg(w));
		return;
	case K_PAIR:
		put_value(w, pair(w, w->source->arg, w->source->other));
		return;
	case K_POS:
		put_value(w, w->row->ia32 ? pair(w, w->source->arg + 1, w->source->arg) : arg(w));
		return;
	case K_LONG:
		put_value(w, w->row->ia32 ? (uint64_t)(int)arg(w) : arg(w));
		return;
	case K_INT:
		put_value(w, (uint64_t)(int)arg(w));
		return;
	case K_ID:
		put_value(w, id(w));
		return;
	case K_FLAG:
		put_value(w, case_flag_wire(w->source->value, arg(w)));
		return;
	case K_OPEN_FLAGS:
		put_value(w, file_flags_O_CREAT | file_flags_O_RDWR);
		return;
	case K_MODE:
		put_value(w, 0640);
		return;
	case K_CLONE_FLAGS:
		put_value(w, clone_flags_CLONE_SIGHAND);
		return;
	case K_CLONE3_FLAGS:
		put_value(w, user_bytes(w, 0, 8) ? clone_flags_CLONE_SIGHAND : 0);
		return;
	case K_ZERO:
		put_value(w, 0);
		return;
	case K_SOCKOPT_NAME:
		put_value(w, w->row->arg[1] == SOL_SOCKET ? sockopt_options_SO_KEEPALIVE : 0);
		return;
	case K_QUOTA_FMT_OUT:
		put_value(w, quotactl_quota_fmts_QFMT_NOT_USED);
		return;
	case K_QUOTA_ID:
		put_value(w, w->row->variant == 0 ? arg(w) : 0);
		return;
	case K_QUOTA_FMT:
		put_value(w, w->row->variant == 1 ? quotactl_quota_fmts_QFMT_VFS_OLD
						  : quotactl_quota_fmts_QFMT_NOT_USED);
		return;
	}
}

static void put_structure(struct wire *w)
{
	switch (w->source->kind) {
	case K_OFFSET:
		user_number(w, 0, has_32_bit_fields(w) ? 4 : 8);
		return;
	case K_TIMESPEC:
		timespec(w);
		return;
	case K_U32:
		user_number(w, 0, 4);
		return;
	case K_POLLFDS:
		pollfds(w);
		return;
	case K_HOW_FLAGS:
		put_value(w, user_bytes(w, 0, 24) ? file_flags_O_CREAT | file_flags_O_RDWR : 0);
		return;
	case K_HOW_MODE:
		put_value(w, user_bytes(w, 0, 24) ? 0640 : 0);
		return;
	case K_HOW_RESOLVE:
		put_value(w, user_bytes(w, 0, 24) ? openat2_flags_RESOLVE_BENEATH : 0);
		return;
	case K_ADDRESS:
		address(w);
		return;
	case K_SOCKOPT:
		sockopt(w);
		return;
	case K_RLIMIT_IN:
		rlimit(w);
		return;
	case K_KEYCTL:
		keyctl(w);
		return;
	case K_DYN_ZERO:
		dyn_number(w, 0, 0, 8);
		return;
	case K_URING:
		user_bytes(w, 0, 24) ? user_number(w, (uint32_t)w->source->value, 4)
				     : put_value(w, 0);
		return;
	case K_QUOTA:
		quota(w);
		return;
	case K_QUOTA_FILE:
		if (w->row->role[3].class == C_STRING)
			string(w);
		return;
	case K_EXE:
	case K_ARGS:
	case K_ENV:
		exec_strings(w);
		return;
	default:
		put_number(w);
	}
}

/*
 * False for parameters that cannot be derived from the arguments, or whose value after a successful
 * call is checked by other tests.
 */
static bool is_checked(const struct wire *w)
{
	switch (w->source->kind) {
	case K_UNCHECKED:
		return false;
	case K_NOT_CREATED:
	case K_NOTHING:
	case K_ZERO:
	case K_RLIMIT_OUT:
	case K_EXE:
	case K_ARGS:
	case K_ENV:
		return w->row->ret < 0 || (w->source->arg < 0 && w->source->other < 0);
	default:
		return true;
	}
}

int case_expected(const struct case_row *row, uint16_t event, unsigned i, bool paged_in,
		  uint8_t *out)
{
	const struct case_param *p = &case_event(event)->params[i];
	struct wire w = { .row = row,
			  .source = &p->source,
			  .event = event,
			  .type = p->type,
			  .paged_in = paged_in,
			  .out = out };
	long ret = row->ret;

	if (!is_checked(&w))
		return CASE_ANY;
	switch (p->source.kind) {
	case K_STR:
	case K_PRCTL_STR:
		string(&w);
		break;
	case K_PATH_OUT:
		if (ret >= 0)
			put(&w, "/", 2);
		break;
	case K_BYTES:
		bytes(&w, (uint32_t)row->arg[p->source.other]);
		break;
	case K_READ:
		zeros(&w, ret);
		break;
	case K_WRITE:
		bytes(&w, row->arg[p->source.other] < SNAPLEN ? (uint32_t)row->arg[p->source.other]
							      : SNAPLEN);
		break;
	case K_NOT_CREATED:
		put_value(&w, (uint64_t)p->source.value);
		break;
	case K_ID_OUT:
		put_value(&w, ret ? UINT64_MAX : NOBODY);
		break;
	case K_NOTHING:
		break;
	case K_IOV_OUT_SIZE:
		put_value(&w, payload_size(&w, INT64_MAX));
		break;
	case K_IOV_OUT_DATA:
		iov_payload(&w);
		break;
	case K_IOV_IN_SIZE:
		put_value(&w, payload_size(&w, ret));
		break;
	case K_IOV_IN_DATA:
		zeros(&w, payload_size(&w, ret));
		break;
	case K_RLIMIT_OUT:
		put_value(&w, UINT64_MAX);
		break;
	default:
		put_structure(&w);
	}
	return w.n;
}
