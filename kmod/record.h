/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Append one parameter to the record.
 *
 * rec_<type>(): one per type of schema/types.def.  No error is returned: what does not fit sets
 * ctx->full, which stays set, and dispatch.c tests it once, at the end.  A parameter that cannot be
 * read is empty and does not lose the event.
 */
#ifndef FALCO_RECORD_H
#define FALCO_RECORD_H

#include <linux/string.h>

#include "event_ctx.h"

enum { PARAM_MAX = 65000 }; /* bytes of one parameter */

/* Bytes of a type of fixed size, else 0: SIZE_u32, ... */
#define TYPE(name, wire, size, shown) SIZE_##name = size,
enum {
#include "schema/types.def"
};
#undef TYPE

/*
 * Write position of a filler, in registers instead of in struct event_ctx.  It is stored to ctx->at
 * before a collect macro is evaluated that writes there itself.
 */
struct record_writer {
	u8 *lens, *at;
};

/*
 * The space for all parameters of fixed size is set aside before the first: none of them is
 * checked, and their lengths are written at once.  ctx->end limits the variable ones to the rest.
 */
static __always_inline struct record_writer record_begin(struct event_ctx *ctx, const u16 *lengths,
							 u32 n, u32 fixed)
{
	struct record_writer w = { ctx->lens, ctx->lens + n * sizeof(*lengths) };

	ctx->end -= fixed;
	memcpy(w.lens, lengths, n * sizeof(*lengths));
	return w;
}

static __always_inline void record_length(struct record_writer *w, u16 len)
{
	memcpy(w->lens, &len, sizeof(len));
	w->lens += sizeof(len);
}

#define FIXED(name, type)                                                                      \
	static __always_inline void rec_##name(struct event_ctx *ctx, struct record_writer *w, \
					       type value)                                     \
	{                                                                                      \
		static_assert(sizeof(value) == SIZE_##name);                                   \
		memcpy(w->at, &value, sizeof(value));                                          \
		w->at += sizeof(value);                                                        \
		w->lens += sizeof(u16);                                                        \
	}
FIXED(s8, s8)
FIXED(s16, s16)
FIXED(s32, s32)
FIXED(s64, s64)
FIXED(u8, u8)
FIXED(u16, u16)
FIXED(u32, u32)
FIXED(u64, u64)
FIXED(err, s64)
FIXED(fd, s64)
FIXED(fd_new, s64)
FIXED(dirfd, s64)
FIXED(pid, s64)
FIXED(syscallid, u16)
FIXED(sig, u8)
FIXED(reltime, u64)
FIXED(abstime, u64)
FIXED(flags8, u8)
FIXED(flags16, u16)
FIXED(flags32, u32)
FIXED(enum8, u8)
FIXED(enum16, u16)
FIXED(enum32, u32)
FIXED(uid, u32)
FIXED(gid, u32)
FIXED(sigset, u32)
FIXED(mode, u32)
#undef FIXED

/*
 * Copy to ctx->at; return the number of bytes, 0 if it is absent, unreadable or does not fit
 * (ctx->full).
 */
u32 record_ustr(struct event_ctx *ctx, struct ustr s);
u32 record_uspan(struct event_ctx *ctx, struct uspan s);
u32 record_span(struct event_ctx *ctx, struct span s);

static __always_inline u32 record_written(struct event_ctx *ctx, struct written l)
{
	return l.len;
}

/*
 * How many bytes a variable parameter at ctx->at can have.  Signed arithmetic, here and below:
 * parameters of fixed size have their space after ctx->end, so ctx->at may be beyond it.
 */
static inline u32 record_space(const struct event_ctx *ctx)
{
	return clamp_t(ptrdiff_t, ctx->end - ctx->at, 0, PARAM_MAX);
}

/* Space for n bytes at ctx->at; NULL: it does not fit, and ctx->full is set. */
static inline u8 *record_reserve(struct event_ctx *ctx, size_t n)
{
	if (likely(ctx->end - ctx->at >= (ptrdiff_t)n))
		return ctx->at;
	ctx->full = true;
	return NULL;
}

static __always_inline void record_claim(struct record_writer *w, u32 n)
{
	w->at += n;
	record_length(w, n);
}

/* Variadic because of the commas in compound literals. */
#define record_variable(ctx, w, write, ...)                 \
	do {                                                \
		(ctx)->at = (w)->at;                        \
		record_claim(w, (write)(ctx, __VA_ARGS__)); \
	} while (0)

#define rec_str(ctx, w, ...)                                   \
	record_variable(ctx, w,                                \
			_Generic((__VA_ARGS__), struct ustr    \
				 : record_ustr, struct span    \
				 : record_span, struct written \
				 : record_written),            \
			__VA_ARGS__)
#define rec_bytes(ctx, w, ...)                                 \
	record_variable(ctx, w,                                \
			_Generic((__VA_ARGS__), struct uspan   \
				 : record_uspan, struct span   \
				 : record_span, struct written \
				 : record_written),            \
			__VA_ARGS__)
#define rec_written(ctx, w, ...) record_variable(ctx, w, record_written, __VA_ARGS__)
#define rec_path rec_str
#define rec_relpath rec_str
#define rec_strv rec_written
#define rec_sockaddr rec_written
#define rec_socktuple rec_written
#define rec_fdlist rec_written
#define rec_dyn rec_written

#endif
