/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Differences between kernels that no compiler can see; each with its reason and the condition for
 * deleting it.
 */
#ifndef FALCO_BEHAVIOUR_H
#define FALCO_BEHAVIOUR_H

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
