/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Differences in the kernel objects that collect_*.c reads. */
#ifndef FALCO_COMPAT_FACTS_H
#define FALCO_COMPAT_FACTS_H

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kernfs.h>
#include <linux/mm_types.h>
#include <linux/ptrace.h>
#include <linux/rcupdate.h>
#include <linux/sched/task_stack.h>
#include <linux/uaccess.h>
#include <asm/syscall.h>
#ifdef CONFIG_IA32_EMULATION
#include <asm/unistd_32_ia32.h>
#endif

#include "compat.h"

#ifndef fd_file
#define fd_file(f) ((f).file)
#endif

#ifndef HAVE_INODE_STATE_READ_ONCE
#define inode_state_read_once(inode) READ_ONCE((inode)->i_state)
#endif

#ifndef HAVE_INODE_GET_CTIME
#define inode_get_ctime(inode) ((inode)->i_ctime)
#endif

#ifndef HAVE_INODE_GET_MTIME
#define inode_get_mtime(inode) ((inode)->i_mtime)
#endif

/*
 * Before, d_real() took the inode that is looked for; NULL: whichever overlayfs shows.
 */
#ifndef HAVE_D_REAL_TYPE
#define D_REAL_METADATA NULL
#endif

#ifndef HAVE_FILE_OWNER_OR_CAPABLE
#define file_owner_or_capable(file) inode_owner_or_capable(file_inode(file))
#endif

/* get_mm_exe_file(), which not every kernel exports. */
static inline struct file *compat_mm_exe_file(struct mm_struct *mm)
{
	struct file *file;

	rcu_read_lock();
#ifdef get_file_rcu /* a macro, until files became reusable under RCU in v6.7 */
	file = rcu_dereference(mm->exe_file);
	if (file && !get_file_rcu(file))
		file = NULL;
#else
	file = get_file_rcu(&mm->exe_file);
#endif
	rcu_read_unlock();
	return file;
}

static inline u64 compat_cap_bits(const kernel_cap_t *set)
{
#ifdef KERNEL_CAP_T_IS_U64
	return set->val;
#else
	return set->cap[0] | (u64)set->cap[1] << 32;
#endif
}

/* Of a node that is kept alive. */
static inline const struct kernfs_node *compat_kernfs_parent(const struct kernfs_node *node)
{
#ifdef KERNFS_PARENT_IS_RCU
	return rcu_dereference_raw(node->__parent);
#else
	return READ_ONCE(node->parent);
#endif
}

static inline const char *compat_kernfs_name(const struct kernfs_node *node)
{
#ifdef KERNFS_PARENT_IS_RCU
	return rcu_dereference_raw(node->name);
#else
	return READ_ONCE(node->name);
#endif
}

/* Does a 32-bit caller's call have 64-bit times?  Only ppoll has both, under one event. */
static inline bool compat_time64(void)
{
#if defined(CONFIG_IA32_EMULATION) && defined(__NR_ia32_ppoll_time64)
	return syscall_get_nr(current, current_pt_regs()) == __NR_ia32_ppoll_time64;
#elif defined(COMPAT_IA32_TABLE)
	/* numbers above 402 are no architecture's own */
	return syscall_get_nr(current, current_pt_regs()) == 414;
#else
	return false;
#endif
}

/* Is it one of the oldest 32-bit calls, whose user and group ids have 16 bits? */
static inline bool compat_narrow_ids(void)
{
#ifdef CONFIG_IA32_EMULATION
	switch (syscall_get_nr(current, current_pt_regs())) {
	case __NR_ia32_lchown:
	case __NR_ia32_chown:
	case __NR_ia32_fchown:
	case __NR_ia32_setuid:
	case __NR_ia32_setgid:
	case __NR_ia32_setreuid:
	case __NR_ia32_setregid:
	case __NR_ia32_setresuid:
	case __NR_ia32_setresgid:
	case __NR_ia32_getresuid:
	case __NR_ia32_getresgid:
		return true;
	}
#endif
	return false;
}

#ifndef untagged_addr
#define untagged_addr(addr) (addr)
#endif

#ifndef TASK_SIZE_MAX
#define TASK_SIZE_MAX TASK_SIZE
#endif

#ifndef user_read_access_begin
#define user_read_access_begin user_access_begin
#define user_read_access_end user_access_end
#endif

#endif
