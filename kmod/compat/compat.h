/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Differences between kernels that the compiler sees.
 *
 * The rest of the module is written for the newest kernel.  What an older one lacks is defined here
 * under its name; what differs in form has one name with COMPAT_ or compat_.  probe_results.h, made by
 * Kbuild, has a macro for each file of compat/probe/ that compiles with this kernel.
 */
#ifndef FALCO_COMPAT_H
#define FALCO_COMPAT_H

#include <linux/compiler.h>
#include <linux/device.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/version.h>

#include "probe_results.h"

#if LINUX_VERSION_CODE < KERNEL_VERSION(4, 18, 0)
#error "Linux 4.18 or later, please"
#endif

#ifndef CLASS_CREATE_TAKES_ONE_ARG
static inline struct class *compat_class_create(const char *name)
{
	return class_create(THIS_MODULE, name);
}
#undef class_create
#define class_create(name) compat_class_create(name)
#endif

#ifdef DEVNODE_TAKES_CONST
#define COMPAT_DEVNODE_DEVICE const struct device
#else
#define COMPAT_DEVNODE_DEVICE struct device
#endif

#ifndef HAVE_VM_FLAGS_SET
static inline void vm_flags_set(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->vm_flags |= flags;
}

static inline void vm_flags_clear(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->vm_flags &= ~flags;
}
#endif

#ifndef SYSCALL_GET_ARGUMENTS_TAKES_THREE_ARGS
#define syscall_get_arguments(task, regs, args) syscall_get_arguments(task, regs, 0, 6, args)
#endif

/*
 * Is the call in progress one of 32-bit programs, which have a table of their own?  "ia32"
 * throughout, after the first of them; on arm64 it is 32-bit ARM.
 */
#ifdef CONFIG_IA32_EMULATION
#include <linux/compat.h>
#define COMPAT_IA32_TABLE
#define compat_syscall_is_ia32() in_ia32_syscall()
#elif defined(CONFIG_ARM64) && defined(CONFIG_COMPAT)
#include <linux/compat.h>
#define COMPAT_IA32_TABLE
#define compat_syscall_is_ia32() is_compat_task()
#else
#define compat_syscall_is_ia32() false
#endif

/*
 * Which register of such a program a 64-bit argument begins at, were it the nth: 32-bit ARM wants
 * an even one.
 */
#ifdef CONFIG_ARM64
#define compat_pair_at(n) (((n) + 1) & ~1)
#else
#define compat_pair_at(n) (n)
#endif

/* Prototypes of tracepoints. */
#ifdef SCHED_PROCESS_EXIT_HAS_GROUP_DEAD
#define COMPAT_PROCESS_EXIT_ARGS struct task_struct *p, bool group_dead
#else
#define COMPAT_PROCESS_EXIT_ARGS struct task_struct *p
#endif

#ifdef SCHED_SWITCH_HAS_PREV_STATE
#define COMPAT_SWITCH_ARGS \
	bool preempt, struct task_struct *prev, struct task_struct *next, unsigned int prev_state
#else
#define COMPAT_SWITCH_ARGS bool preempt, struct task_struct *prev, struct task_struct *next
#endif

#ifndef HAVE_KERNEL_SIGINFO
#define kernel_siginfo siginfo
#endif

/*
 * Probes of system calls that run preemptible may wait for a page.  Those of ordinary tracepoints
 * run preemptible from some later version on: pinning what is pinned already costs nothing there
 * that is worth a question.  A record needs its CPU for itself.
 */
#ifdef SYSCALL_TRACEPOINTS_MAY_FAULT
#define COMPAT_MAY_FAULT 1
#define compat_pin_cpu() preempt_disable_notrace()
#define compat_unpin_cpu() preempt_enable_notrace()
#else
#define COMPAT_MAY_FAULT 0
#define compat_pin_cpu() barrier()
#define compat_unpin_cpu() barrier()
#endif

/* Page fault tracepoints have left arch/x86 in v6.15. */
#ifdef CONFIG_X86
#if __has_include(<trace/events/exceptions.h>)
#include <trace/events/exceptions.h>
#else
#include <asm/trace/exceptions.h>
#endif
#define COMPAT_PAGE_FAULTS
#endif

#if __has_include(<linux/unaligned.h>) /* v6.12 */
#include <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif

/*
 * Kernels built with -ftrivial-auto-var-init would zero a struct that is about to be filled anyway,
 * once per event.
 */
#if __has_attribute(uninitialized)
#define __compat_uninitialized __attribute__((uninitialized))
#else
#define __compat_uninitialized
#endif

#endif
