/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Reads of user memory; there are no others in the module.  They check the address, do not fault
 * and do not sleep: what is not resident is unreadable.
 */
#ifndef FALCO_USER_H
#define FALCO_USER_H

#include <linux/percpu.h>

#include "event_ctx.h"
#include "compat/compat.h"

/*
 * Per CPU: ranges that were read and not resident, oldest first, the first USER_MISSES of them.
 * Where probes may fault (v6.13), dispatch.c faults them in and writes the record again.
 */
enum { USER_MISSES = 8 };

struct user_misses {
	u32 n;
	struct {
		u32 n;
		unsigned long at;
	} of[USER_MISSES];
};

DECLARE_PER_CPU(struct user_misses, falco_user_misses);

/* All of these: CPU pinned. */
static __always_inline bool user_missed(void)
{
	return COMPAT_MAY_FAULT && this_cpu_read(falco_user_misses.n);
}

static __always_inline void user_forget_misses(void)
{
	if (COMPAT_MAY_FAULT)
		this_cpu_write(falco_user_misses.n, 0);
}

struct user_misses user_take_misses(void);

/*
 * Faults the ranges in; CPU not pinned, in a probe that may fault.  False: no progress.  Pages that
 * a program serves (userfaultfd, FUSE) are not fetched: it could block the probe, and with it the
 * grace period that close() waits for.
 */
bool user_fetch(const struct user_misses *misses);

/* As user_read(), but faults pages in where that is possible.  CPU not pinned, no record begun. */
bool user_read_early(void *to, const void __user *from, size_t n);

/* All n bytes, or false; then `to` is undefined. */
bool user_read(void *to, const void __user *from, size_t n);

/* The readable bytes from the start; returns how many. */
size_t user_read_some(void *to, const void __user *from, size_t n);

/*
 * A string; returns its length, NUL included.  Truncated to space bytes (at least 1), with a NUL as
 * the last.  0: unreadable.
 */
u32 user_string(char *to, u32 space, const char __user *from);

static inline void __user *user_ptr(unsigned long address)
{
	return (void __user *)address;
}

/* One object of the type of *to, zeroed if it cannot be read; whether it could. */
#define user_get(to, address)                                                 \
	({                                                                    \
		bool got = user_read((to), user_ptr(address), sizeof(*(to))); \
                                                                              \
		if (!got)                                                     \
			memset((to), 0, sizeof(*(to)));                       \
		got;                                                          \
	})

/* Element n of an array of pointers or longs, 32 bits wide for a compat caller. */
bool user_word(const struct event_ctx *ctx, unsigned long *to, unsigned long array, u32 n);

#endif
