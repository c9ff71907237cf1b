// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Scattered payload: iovec arrays, and the messages that hold them.
 *
 * In: an array in the caller's layout, native or 32-bit.  Out: the first bytes of what it points to, put together in
 * the ring, and the sum of its lengths.  An array that cannot be read is empty; no more of it is looked at than the
 * kernel itself accepts.
 */
#include <linux/compat.h>
#include <linux/socket.h>
#include <linux/uio.h>
#include <net/compat.h>

#include "compat/facts.h"
#include "record.h"
#include "snaplen.h"
#include "user.h"
#include "words.h"

/* n elements of an array from `first` on. */
static bool read_iov(const struct capture *c, struct iovec *to, unsigned long array, u32 first,
		     u32 n)
{
	struct compat_iovec narrow[CAPTURE_IOV] __compat_uninitialized;
	u32 i;

	if (!c->compat)
		return user_read(to, user_ptr(array + first * sizeof(*to)), n * sizeof(*to));
	if (!user_read(narrow, user_ptr(array + first * sizeof(*narrow)), n * sizeof(*narrow)))
		return false;
	for (i = 0; i < n; i++) {
		to[i].iov_base = user_ptr(narrow[i].iov_base);
		to[i].iov_len = narrow[i].iov_len;
	}
	return true;
}

/* Each counts for at most 32 bits: no choice of lengths makes the sum come round to a small one. */
static u64 sum_of(const struct iovec *iov, u32 n)
{
	u64 sum = 0;

	while (n--)
		sum += min_t(u64, iov[n].iov_len, U32_MAX);
	return sum;
}

/* Adds what comes after the first elements; false if any of the array cannot be read. */
static noinline bool sum_more(const struct capture *c, unsigned long array, u32 n, u64 *sum)
{
	struct iovec more[CAPTURE_IOV] __compat_uninitialized;
	u32 i, piece;

	for (i = CAPTURE_IOV; i < n; i += piece) {
		piece = min_t(u32, n - i, CAPTURE_IOV);
		if (!read_iov(c, more, array, i, piece))
			return false;
		*sum += sum_of(more, piece);
	}
	return true;
}

/* The sum of all lengths, and the first elements; 0 if any of the array cannot be read. */
static u64 read_array(struct capture *c, unsigned long array, u32 n)
{
	u32 first = min_t(u32, n, CAPTURE_IOV);
	u64 sum;

	if (!n || !read_iov(c, c->iov, array, 0, first))
		return 0;
	sum = sum_of(c->iov, first);
	return likely(n <= CAPTURE_IOV) || sum_more(c, array, n, &sum) ? sum : 0;
}

static u32 iov_sum(struct capture *c, unsigned long array, unsigned long n)
{
	if (!(c->known & KNOWN_IOV)) {
		c->known |= KNOWN_IOV;
		c->iov_size = min_t(u64, read_array(c, array, min_t(unsigned long, n, UIO_MAXIOV)),
				    U32_MAX);
	}
	return c->iov_size;
}

u32 capture_iov_size(struct capture *c, unsigned long array, unsigned long n, s64 limit)
{
	return limit > 0 ? min_t(u64, iov_sum(c, array, n), limit) : 0;
}

/*
 * Into the ring from offset done on, up to most bytes in all.  The kernel writes what lies before the first byte that
 * cannot be read, and so it is kept here.
 */
struct gathering {
	u8 *at, *end;
	size_t skip; /* bytes of the array that are there already */
};

/* Is there to be more? */
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

static noinline void gather_more(struct capture *c, struct gathering *g, unsigned long array, u32 n)
{
	struct iovec more[CAPTURE_IOV] __compat_uninitialized;
	u32 i, piece;

	for (i = CAPTURE_IOV; i < n; i += piece) {
		piece = min_t(u32, n - i, CAPTURE_IOV);
		if (!read_iov(c, more, array, i, piece) || !gather_elements(g, more, piece))
			return;
	}
}

static void gather(struct capture *c, unsigned long array, unsigned long n, u32 *done, u32 most)
{
	struct gathering g = { c->at + *done, c->at + most, *done };

	if (*done >= most)
		return;
	if (gather_elements(&g, c->iov, min_t(unsigned long, n, CAPTURE_IOV)) && n > CAPTURE_IOV)
		gather_more(c, &g, array, min_t(unsigned long, n, UIO_MAXIOV));
	*done = g.at - c->at;
}

struct laid capture_iov_data(struct capture *c, unsigned long array, unsigned long n, s64 limit)
{
	u32 total = min_t(u32, capture_iov_size(c, array, n, limit), PARAM_MAX), done = 0;
	u32 most = min_t(u32, total, READ_ONCE(c->who->snaplen));

	if (READ_ONCE(c->who->dynamic_snaplen) && total > most) {
		u32 look = min_t(u32, total, SNAPLEN_LOOK);

		if (!record_reserve(c, look))
			return (struct laid){ 0 };
		gather(c, array, n, &done, look);
		most = min(total, snaplen_dynamic(c, c->at, done));
	}
	if (!record_reserve(c, most))
		return (struct laid){ 0 };
	gather(c, array, n, &done, most);
	return (struct laid){ min(done, most) };
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
const struct message *capture_message(struct capture *c, int arg)
{
	bool many = c->event == EV_sendmmsg || c->event == EV_recvmmsg;
	unsigned long from = c->args[arg];
	u32 len = 0;

	if (c->known & KNOWN_ARGUMENT)
		return &c->msg;
	c->known |= KNOWN_ARGUMENT;
	if (c->compat) {
		from += many ? c->msg_index * sizeof(struct compat_mmsghdr) : 0;
		read_compat(&c->msg, from);
		from += offsetof(struct compat_mmsghdr, msg_len);
	} else {
		from += many ? c->msg_index * sizeof(struct mmsghdr) : 0;
		read_native(&c->msg, from);
		from += offsetof(struct mmsghdr, msg_len);
	}
	if (many)
		user_get(&len, from);
	c->msg.len = len;
	return &c->msg;
}

struct laid capture_msg_data(struct capture *c, int arg, s64 limit)
{
	const struct message *msg = capture_message(c, arg);

	return capture_iov_data(c, (unsigned long)msg->iov, msg->n_iov, limit);
}

u32 capture_msg_size(struct capture *c, int arg, s64 limit)
{
	const struct message *msg = capture_message(c, arg);

	return capture_iov_size(c, (unsigned long)msg->iov, msg->n_iov, limit);
}

struct laid capture_msg_tuple(struct capture *c, int arg, int fd, enum direction direction)
{
	const struct message *msg = capture_message(c, arg);

	return capture_tuple(c, fd, direction, msg->name, msg->name_len);
}

struct uspan capture_msg_control(struct capture *c, int arg)
{
	const struct message *msg = capture_message(c, arg);

	return (struct uspan){ c->ret < 0 ? NULL : msg->control, msg->control_len, .snap = true };
}

s64 capture_mmsg_res(struct capture *c)
{
	return c->ret < 0 ? c->ret : capture_message(c, 1)->len;
}
