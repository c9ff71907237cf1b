/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The only reads of user memory.  They check the address, never fault, never sleep: what is not in memory is
 * unreadable.
 */
#ifndef FALCO_USER_H
#define FALCO_USER_H

#include <linux/percpu.h>

#include "event_ctx.h"
#include "compat/compat.h"

/*
 * What on this CPU was looked for and not in memory, oldest first, as much as there is room for.  Where a probe may
 * fault, dispatch.c has it brought there and begins the record again.
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

/* Pinned. */
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
 * Not pinned, where a probe may fault.  False: none of it can be had, or not without waiting for another program
 * (userfaultfd, FUSE): whoever could make a probe wait could make whoever closes a ring wait.
 */
bool user_fetch(const struct user_misses *misses);

/* As user_read(), where no record has begun. */
bool user_read_early(void *to, const void __user *from, size_t n);

/* All n bytes, or false. */
bool user_read(void *to, const void __user *from, size_t n);

/* As much as is there, from the start; for what matters even cut. */
size_t user_read_some(void *to, const void __user *from, size_t n);

/*
 * A string, NUL included; its length.  Cut at room (at least 1), and then the last byte is a NUL.  0: unreadable.
 */
u32 user_string(char *to, u32 room, const char __user *from);

static inline void __user *user_ptr(unsigned long address)
{
	return (void __user *)address;
}

/* One object; zeroes where it cannot be read. */
#define user_get(to, address)                                                 \
	({                                                                    \
		bool got = user_read((to), user_ptr(address), sizeof(*(to))); \
                                                                              \
		if (!got)                                                     \
			memset((to), 0, sizeof(*(to)));                       \
		got;                                                          \
	})

/* Element n of an array of pointers or longs, in the caller's layout. */
bool user_word(const struct event_ctx *ctx, unsigned long *to, unsigned long array, u32 n);

#endif
