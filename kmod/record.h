/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Append one parameter to the record.
 *
 * One function per type of schema/types.def.  They return nothing: what does not fit sets full, which stays set, and
 * ring.c looks once, at the end.  A parameter that cannot be read is empty, never a reason to lose the event.
 */
#ifndef FALCO_RECORD_H
#define FALCO_RECORD_H

#include <linux/string.h>

#include "capture.h"

enum { PARAM_MAX = 65000 };		/* bytes of one parameter */

static __always_inline void record_length(struct capture *c, u16 len)
{
	memcpy(c->lens, &len, sizeof(len));
	c->lens += sizeof(len);
}

static __always_inline void record_fixed(struct capture *c, const void *value, u16 n)
{
	u8 *at = c->at;

	if (unlikely(c->end - at < n)) {
		c->full = true;
		return;
	}
	memcpy(at, value, n);
	c->at = at + n;
	record_length(c, n);
}

#define FIXED(name, type)							\
static __always_inline void rec_##name(struct capture *c, type value)		\
{										\
	record_fixed(c, &value, sizeof(value));					\
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

void record_ustr(struct capture *c, struct ustr s);
void record_uspan(struct capture *c, struct uspan s);
void record_span(struct capture *c, struct span s);

/* The bytes are there already. */
static inline void record_laid(struct capture *c, struct laid l)
{
	c->at += l.len;
	record_length(c, l.len);
}

/* Room for a value that is laid down at c->at: at most this much of it. */
static inline u32 record_room(const struct capture *c)
{
	return min_t(size_t, c->end - c->at, PARAM_MAX);
}

/* n bytes to be laid down at c->at, or NULL and the record is full. */
static inline u8 *record_reserve(struct capture *c, size_t n)
{
	if (likely((size_t)(c->end - c->at) >= n))
		return c->at;
	c->full = true;
	return NULL;
}

/* Variadic: a compound literal's commas are not the macro's. */
#define rec_str(c, ...)								\
	_Generic((__VA_ARGS__), struct ustr: record_ustr, struct span: record_span, struct laid: record_laid)	\
		(c, __VA_ARGS__)
#define rec_bytes(c, ...)							\
	_Generic((__VA_ARGS__), struct uspan: record_uspan, struct span: record_span, struct laid: record_laid)	\
		(c, __VA_ARGS__)
#define rec_path rec_str
#define rec_relpath rec_str
#define rec_strv record_laid
#define rec_sockaddr record_laid
#define rec_socktuple record_laid
#define rec_fdlist record_laid
#define rec_dyn record_laid

#endif
