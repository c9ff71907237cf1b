/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Differences between kernels that no compiler can see; each with its reason and the condition for deleting it. */
#ifndef FALCO_BEHAVIOUR_H
#define FALCO_BEHAVIOUR_H

#include <linux/preempt.h>
#include <linux/version.h>

/*
 * v6.13: probes of system calls run preemptible (tracing: Allow system call tracepoints to handle page faults), and later
 * those of ordinary tracepoints too.  A record needs its CPU for itself.
 * Delete the other branch when the floor is 6.13.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
#define compat_pin_cpu() preempt_disable_notrace()
#define compat_unpin_cpu() preempt_enable_notrace()
#else
#define compat_pin_cpu() barrier()
#define compat_unpin_cpu() barrier()
#endif

/*
 * Where the child of a clone does not come back through sys_exit, sched_process_fork speaks for it.
 * A property of architectures' ret_from_fork, not of versions.
 */
#if defined(CONFIG_X86) || defined(CONFIG_PPC64)
#define COMPAT_CHILD_FROM_FORK 0
#else
#define COMPAT_CHILD_FROM_FORK 1
#endif

#endif
