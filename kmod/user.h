/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The only reads of user memory.  They check the address, never fault, never sleep: what is not in memory is
 * unreadable.
 */
#ifndef FALCO_USER_H
#define FALCO_USER_H

#include "capture.h"

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
#define user_get(to, address)							\
({										\
	bool got = user_read((to), user_ptr(address), sizeof(*(to)));		\
										\
	if (!got)								\
		memset((to), 0, sizeof(*(to)));					\
	got;									\
})

/* Element n of an array of pointers or longs, in the caller's layout. */
bool user_word(const struct capture *c, unsigned long *to, unsigned long array, u32 n);

#endif
