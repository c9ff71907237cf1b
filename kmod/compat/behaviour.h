/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Differences in behaviour, which the compiler does not see; each with its reason. */
#ifndef FALCO_BEHAVIOUR_H
#define FALCO_BEHAVIOUR_H

/*
 * Where the child of a clone does not return through sys_exit, sched_process_fork records it.
 * A property of architectures' ret_from_fork, not of versions.
 */
#if defined(CONFIG_X86) || defined(CONFIG_PPC64)
#define COMPAT_CHILD_FROM_FORK 0
#else
#define COMPAT_CHILD_FROM_FORK 1
#endif

#endif
