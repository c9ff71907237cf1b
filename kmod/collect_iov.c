// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Scattered payload: iovec arrays and messages.
 *
 * In: an array in the caller's layout, native or 32-bit.  Out: the first bytes of the payload, in
 * the ring, and the sum of the lengths.  An unreadable array is empty; at most UIO_MAXIOV elements
 * are read.
 */
#include <linux/compat.h>
#include <linux/socket.h>
#include <linux/uio.h>
#include <net/compat.h>

#include "compat/facts.h"
#include "record.h"
#include "snaplen.h"
#include "user.h"
#include "collect_macros.h"

/* n elements of an array from `first` on. */
static bool read_iov(const struct event_ctx *ctx, struct iovec *to, unsigned long array, u32 first,
		     u32 n)
{
	struct compat_iovec narrow[CTX_IOV] __compat_uninitialized;
	u32 i;

	if (!ctx->compat)
		return user_read(to, user_ptr(array + first * sizeof(*to)), n * sizeof(*to));
	if (!user_read(narrow, user_ptr(array + first * sizeof(*narrow)), n * sizeof(*narrow)))
		return false;
	for (i = 0; i < n; i++) {
		to[i].iov_base = user_ptr(narrow[i].iov_base);
		to[i].iov_len = narrow[i].iov_len;
	}
	return true;
}

/* Each length counts as at most U32_MAX, so that the sum cannot overflow. */
static u64 sum_of(const struct iovec *iov, u32 n)
{
	u64 sum = 0;

	while (n--)
		sum += min_t(u64, iov[n].iov_len, U32_MAX);
	return sum;
}

/* Adds what comes after the first elements; false if any of the array cannot be read. */
static noinline bool sum_more(const struct event_ctx *ctx, unsigned long array, u32 n, u64 *sum)
{
	struct iovec more[CTX_IOV] __compat_uninitialized;
	u32 i, piece;

	for (i = CTX_IOV; i < n; i += piece) {
		piece = min_t(u32, n - i, CTX_IOV);
		if (!read_iov(ctx, more, array, i, piece))
			return false;
		*sum += sum_of(more, piece);
	}
	return true;
}

/* The sum of all lengths, and the first elements; 0 if any of the array cannot be read. */
static u64 read_array(struct event_ctx *ctx, unsigned long array, u32 n)
{
	u32 first = min_t(u32, n, CTX_IOV);
	u64 sum;

	if (!n || !read_iov(ctx, ctx->iov, array, 0, first))
		return 0;
	sum = sum_of(ctx->iov, first);
	return likely(n <= CTX_IOV) || sum_more(ctx, array, n, &sum) ? sum : 0;
}

static u32 iov_sum(struct event_ctx *ctx, unsigned long array, unsigned long n)
{
	if (!(ctx->known & KNOWN_IOV)) {
		ctx->known |= KNOWN_IOV;
		ctx->iov_size = min_t(u64,
				      read_array(ctx, array, min_t(unsigned long, n, UIO_MAXIOV)),
				      U32_MAX);
	}
	return ctx->iov_size;
}

u32 collect_iov_size(struct event_ctx *ctx, unsigned long array, unsigned long n, s64 limit)
{
	return limit > 0 ? min_t(u64, iov_sum(ctx, array, n), limit) : 0;
}

/*
 * Copies payload into the ring.  Bytes in front of an unreadable one are kept, as the kernel
 * transfers them, too.
 */
struct gathering {
	u8 *at, *end;
	size_t skip; /* bytes of the array that are there already */
};

/* Whether to go on with further elements. */
static __always_inline bool gather_elements(struct gathering *g, const struct iovec *iov, u32 n)
{
	size_t len, got;

	for (; n; n--, iov++) {
		if (iov->iov_len <= g->skip) {
			g->skip -= iov->iov_len;
			continue;
		}
		len = min_t(size_t, iov->iov_len - g->skip, g->end - g->at);
		got = user_read_some(g->at, iov->iov_base + g->skip, len);
		g->at += got;
		g->skip = 0;
		if (got < len || g->at == g->end)
			return false;
	}
	return true;
}

static noinline void gather_more(struct event_ctx *ctx, struct gathering *g, unsigned long array,
				 u32 n)
{
	struct iovec more[CTX_IOV] __compat_uninitialized;
	u32 i, piece;

	for (i = CTX_IOV; i < n; i += piece) {
		piece = min_t(u32, n - i, CTX_IOV);
		if (!read_iov(ctx, more, array, i, piece) || !gather_elements(g, more, piece))
			return;
	}
}

static void gather(struct event_ctx *ctx, unsigned long array, unsigned long n, u32 *done, u32 most)
{
	struct gathering g = { ctx->at + *done, ctx->at + most, *done };

	if (*done >= most)
		return;
	if (gather_elements(&g, ctx->iov, min_t(unsigned long, n, CTX_IOV)) && n > CTX_IOV)
		gather_more(ctx, &g, array, min_t(unsigned long, n, UIO_MAXIOV));
	*done = g.at - ctx->at;
}

struct written collect_iov_data(struct event_ctx *ctx, unsigned long array, unsigned long n,
				s64 limit)
{
	u32 total = min_t(u32, collect_iov_size(ctx, array, n, limit), PARAM_MAX), done = 0;
	u32 most = min_t(u32, total, READ_ONCE(ctx->consumer->snaplen));

	if (READ_ONCE(ctx->consumer->dynamic_snaplen) && total > most) {
		u32 look = min_t(u32, total, SNAPLEN_PEEK);

		if (!record_reserve(ctx, look))
			return (struct written){ 0 };
		gather(ctx, array, n, &done, look);
		most = min(total, snaplen_dynamic(ctx, ctx->at, done));
	}
	if (!record_reserve(ctx, most))
		return (struct written){ 0 };
	gather(ctx, array, n, &done, most);
	return (struct written){ min(done, most) };
}

/* Messages. */

static void read_native(struct message *msg, unsigned long from)
{
	struct user_msghdr h __compat_uninitialized;

	user_get(&h, from);
	*msg = (struct message){
		.name = h.msg_name,
		.iov = h.msg_iov,
		.control = h.msg_control,
		.name_len = h.msg_namelen,
		.n_iov = min_t(size_t, h.msg_iovlen, UIO_MAXIOV),
		.control_len = min_t(size_t, h.msg_controllen, PARAM_MAX),
	};
}

static void read_compat(struct message *msg, unsigned long from)
{
	struct compat_msghdr h __compat_uninitialized;

	user_get(&h, from);
	*msg = (struct message){
		.name = compat_ptr(h.msg_name),
		.iov = compat_ptr(h.msg_iov),
		.control = compat_ptr(h.msg_control),
		.name_len = h.msg_namelen,
		.n_iov = min_t(u32, h.msg_iovlen, UIO_MAXIOV),
		.control_len = min_t(u32, h.msg_controllen, PARAM_MAX),
	};
}

/* The one of sendmsg and recvmsg, or element msg_index of the array of sendmmsg and recvmmsg. */
const struct message *collect_message(struct event_ctx *ctx, int arg)
{
	bool many = ctx->event == EV_sendmmsg || ctx->event == EV_recvmmsg;
	unsigned long from = ctx->args[arg];
	u32 len = 0;

	if (ctx->known & KNOWN_ARGUMENT)
		return &ctx->msg;
	ctx->known |= KNOWN_ARGUMENT;
	if (ctx->compat) {
		from += many ? ctx->msg_index * sizeof(struct compat_mmsghdr) : 0;
		read_compat(&ctx->msg, from);
		from += offsetof(struct compat_mmsghdr, msg_len);
	} else {
		from += many ? ctx->msg_index * sizeof(struct mmsghdr) : 0;
		read_native(&ctx->msg, from);
		from += offsetof(struct mmsghdr, msg_len);
	}
	if (many)
		user_get(&len, from);
	ctx->msg.len = len;
	return &ctx->msg;
}

struct written collect_msg_data(struct event_ctx *ctx, int arg, s64 limit)
{
	const struct message *msg = collect_message(ctx, arg);

	return collect_iov_data(ctx, (unsigned long)msg->iov, msg->n_iov, limit);
}

u32 collect_msg_size(struct event_ctx *ctx, int arg, s64 limit)
{
	const struct message *msg = collect_message(ctx, arg);

	return collect_iov_size(ctx, (unsigned long)msg->iov, msg->n_iov, limit);
}

struct written collect_msg_tuple(struct event_ctx *ctx, int arg, int fd, enum direction direction)
{
	const struct message *msg = collect_message(ctx, arg);

	return collect_tuple(ctx, fd, direction, msg->name, msg->name_len);
}

struct uspan collect_msg_control(struct event_ctx *ctx, int arg)
{
	const struct message *msg = collect_message(ctx, arg);

	return (struct uspan){ ctx->ret < 0 ? NULL : msg->control, msg->control_len, .snap = true };
}

s64 collect_mmsg_res(struct event_ctx *ctx)
{
	return ctx->ret < 0 ? ctx->ret : collect_message(ctx, 1)->len;
}
