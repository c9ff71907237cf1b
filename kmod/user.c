// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Reads of user memory that neither fault nor sleep. */
#include <linux/compat.h>
#include <linux/uaccess.h>
#include <asm/word-at-a-time.h>

#include "compat/facts.h"
#include "user.h"

/* Up to here a loop of words is quicker than setting up the processor's block copy. */
enum { SHORT_COPY = 256 };

/* A record is written with preemption off, and where that is counted, no fault is handled anyway. */
static __always_inline void faults_off(void)
{
	if (!IS_ENABLED(CONFIG_PREEMPT_COUNT))
		pagefault_disable();
}

static __always_inline void faults_on(void)
{
	if (!IS_ENABLED(CONFIG_PREEMPT_COUNT))
		pagefault_enable();
}

#define COPY(type, at)								\
do {										\
	type piece;								\
										\
	unsafe_get_user(piece, (const type __user *)(src + (at)), fault);	\
	memcpy(dst + (at), &piece, sizeof(type));				\
} while (0)

/* By the largest pieces that fit; the last one reaches back over the one before. */
static __always_inline bool read_short(char *dst, const char __user *src, size_t n)
{
	size_t at;

	if (!user_read_access_begin(src, n))
		return false;
	if (n >= 8) {
		for (at = 0; at + 8 < n; at += 8)
			COPY(u64, at);
		COPY(u64, n - 8);
	} else if (n >= 4) {
		COPY(u32, 0);
		COPY(u32, n - 4);
	} else if (n >= 2) {
		COPY(u16, 0);
		COPY(u16, n - 2);
	} else if (n) {
		COPY(u8, 0);
	}
	user_read_access_end();
	return true;
fault:
	user_read_access_end();
	return false;
}

#undef COPY

bool user_read(void *to, const void __user *from, size_t n)
{
	bool ok;

	if (!from)		/* often, and an exception is a slow way to find out */
		return false;
	faults_off();
	if (n <= SHORT_COPY)
		ok = read_short(to, from, n);
	else
		ok = access_ok(from, n) && !raw_copy_from_user(to, from, n);
	faults_on();
	return ok;
}

size_t user_read_some(void *to, const void __user *from, size_t n)
{
	faults_off();
	if (n > SHORT_COPY || !read_short(to, from, n))
		n = access_ok(from, n) ? n - raw_copy_from_user(to, from, n) : 0;
	faults_on();
	return n;
}

/* Words may reach into a page that is not there though the string ends before it: then by bytes. */
static u32 read_string(char *to, u32 room, const char __user *from)
{
	const struct word_at_a_time constants = WORD_AT_A_TIME_CONSTANTS;
	unsigned long word, zeroes;
	u32 n = 0;
	char byte;

	while (n + sizeof(word) <= room) {
		unsafe_get_user(word, (const unsigned long __user *)(from + n), by_bytes);
		memcpy(to + n, &word, sizeof(word));
		if (has_zero(word, &zeroes, &constants)) {
			zeroes = prep_zero_mask(word, zeroes, &constants);
			return n + find_zero(create_zero_mask(zeroes)) + 1;
		}
		n += sizeof(word);
	}
by_bytes:
	while (n < room) {
		unsafe_get_user(byte, from + n, fault);
		to[n++] = byte;
		if (!byte)
			return n;
	}
	to[room - 1] = 0;
	return room;
fault:
	return 0;
}

u32 user_string(char *to, u32 room, const char __user *from)
{
	unsigned long address = (unsigned long)untagged_addr(from);
	u32 n = 0;

	if (address >= TASK_SIZE_MAX)
		return 0;
	room = min_t(unsigned long, room, TASK_SIZE_MAX - address);
	faults_off();
	if (user_read_access_begin(from, room)) {
		n = read_string(to, room, from);
		user_read_access_end();
	}
	faults_on();
	return n;
}

bool user_word(const struct capture *c, unsigned long *to, unsigned long array, u32 n)
{
	if (c->compat) {
		compat_ulong_t word;
		bool ok = user_get(&word, array + n * sizeof(word));

		*to = word;
		return ok;
	}
	return user_get(to, array + n * sizeof(*to));
}
