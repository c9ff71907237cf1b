// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Reads of user memory with page faults disabled, and faulting in what they missed. */
#include <linux/compat.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/mm.h>
#include <linux/uaccess.h>
#include <linux/userfaultfd_k.h>
#include <asm/word-at-a-time.h>

#include "compat/facts.h"
#include "user.h"

/* Up to this size a loop of words is faster than raw_copy_from_user(). */
enum { SHORT_COPY = 256 };

/*
 * Preemption is off.  Where that is counted (PREEMPT_COUNT), faulthandler_disabled() holds already.
 */
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

DEFINE_PER_CPU(struct user_misses, falco_user_misses);

static noinline void note_miss(unsigned long at, u32 n)
{
	struct user_misses *misses = this_cpu_ptr(&falco_user_misses);

	if (misses->n < USER_MISSES) {
		misses->of[misses->n].at = at;
		misses->of[misses->n++].n = n;
	}
}

static __always_inline void missed(const void __user *from, u32 n)
{
	if (COMPAT_MAY_FAULT)
		note_miss((unsigned long)from, n);
}

/*
 * An unaligned store.  Not memcpy(): with KASAN that is a call, which objtool rejects while user
 * access is enabled.
 */
#define PUT(type, to, value) (((struct { type v; } __packed *)(to))->v = (value))

#define COPY(type, at)                                                            \
	do {                                                                      \
		type piece;                                                       \
                                                                                  \
		unsafe_get_user(piece, (const type __user *)(src + (at)), fault); \
		PUT(type, dst + (at), piece);                                     \
	} while (0)

/* In the largest pieces that fit; the last piece overlaps the one before it. */
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

	if (!from) /* frequent, and cheaper than an exception */
		return false;
	faults_off();
	if (n <= SHORT_COPY)
		ok = read_short(to, from, n);
	else
		ok = access_ok(from, n) && !raw_copy_from_user(to, from, n);
	faults_on();
	if (unlikely(!ok))
		missed(from, n);
	return ok;
}

size_t user_read_some(void *to, const void __user *from, size_t n)
{
	size_t left = n;

	faults_off();
	if (n <= SHORT_COPY && read_short(to, from, n))
		left = 0;
	else if (access_ok(from, n))
		left = raw_copy_from_user(to, from, n);
	faults_on();
	if (unlikely(left))
		missed(from + n - left, 1);
	return n - left;
}

/*
 * By words, and by bytes where a word reaches into a page that is not resident.  0: a byte faulted,
 * at *fault_at.
 */
static __always_inline u32 read_string(char *to, u32 space, const char __user *from, u32 *fault_at)
{
	const struct word_at_a_time constants = WORD_AT_A_TIME_CONSTANTS;
	unsigned long word, zeroes;
	u32 n = 0;
	char byte;

	while (n + sizeof(word) <= space) {
		unsafe_get_user(word, (const unsigned long __user *)(from + n), by_bytes);
		PUT(unsigned long, to + n, word);
		if (has_zero(word, &zeroes, &constants)) {
			zeroes = prep_zero_mask(word, zeroes, &constants);
			return n + find_zero(create_zero_mask(zeroes)) + 1;
		}
		n += sizeof(word);
	}
by_bytes:
	while (n < space) {
		unsafe_get_user(byte, from + n, fault);
		to[n++] = byte;
		if (!byte)
			return n;
	}
	to[space - 1] = 0;
	return space;
fault:
	*fault_at = n;
	return 0;
}

u32 user_string(char *to, u32 space, const char __user *from)
{
	unsigned long address = (unsigned long)untagged_addr(from);
	u32 n = 0, fault_at = 0;

	if (address >= TASK_SIZE_MAX)
		return 0;
	space = min_t(unsigned long, space, TASK_SIZE_MAX - address);
	faults_off();
	if (user_read_access_begin(from, space)) {
		n = read_string(to, space, from, &fault_at);
		user_read_access_end();
	}
	faults_on();
	if (unlikely(!n))
		missed(from + fault_at, 1);
	return n;
}

bool user_word(const struct event_ctx *ctx, unsigned long *to, unsigned long array, u32 n)
{
	if (ctx->compat) {
		compat_ulong_t word;
		bool ok = user_get(&word, array + n * sizeof(word));

		*to = word;
		return ok;
	}
	return user_get(to, array + n * sizeof(*to));
}

struct user_misses user_take_misses(void)
{
	struct user_misses misses = *this_cpu_ptr(&falco_user_misses);

	user_forget_misses();
	return misses;
}

#if COMPAT_MAY_FAULT
/* Pages come from a program, which may delay them for ever. */
static bool is_served_by_userspace(struct vm_area_struct *vma)
{
	return userfaultfd_armed(vma) ||
	       (vma->vm_file && file_inode(vma->vm_file)->i_sb->s_magic == FUSE_SUPER_MAGIC);
}

static bool fetch_page(struct mm_struct *mm, unsigned long at)
{
	struct vm_area_struct *vma = find_vma(mm, at);

	return vma && vma->vm_start <= at && !is_served_by_userspace(vma) &&
	       get_user_pages(at, 1, 0, NULL) == 1;
}

static bool fetch_pages(struct mm_struct *mm, unsigned long at, u32 n)
{
	unsigned long last = at + n - 1;
	bool got = at < TASK_SIZE_MAX && last >= at;

	for (at &= PAGE_MASK; got && at <= last; at += PAGE_SIZE)
		got = fetch_page(mm, at);
	return got;
}

bool user_fetch(const struct user_misses *misses)
{
	struct mm_struct *mm = current->mm;
	bool got = false;
	u32 i;

	if (!mm || mmap_read_lock_killable(mm))
		return false;
	for (i = 0; i < misses->n; i++)
		got |= fetch_pages(mm, untagged_addr(misses->of[i].at), misses->of[i].n);
	mmap_read_unlock(mm);
	return got;
}
#else
bool user_fetch(const struct user_misses *misses)
{
	return false;
}
#endif

bool user_read_early(void *to, const void __user *from, size_t n)
{
	struct user_misses misses;
	bool ok;

	compat_pin_cpu();
	ok = user_read(to, from, n);
	misses = user_take_misses();
	compat_unpin_cpu();
	if (ok || !user_fetch(&misses))
		return ok;
	compat_pin_cpu();
	ok = user_read(to, from, n);
	user_forget_misses();
	compat_unpin_cpu();
	return ok;
}
