/* SPDX-License-Identifier: Apache-2.0 */
/* The file a process runs, and the machine's network interfaces. */
#ifndef SOURCE_PROCEXE_H
#define SOURCE_PROCEXE_H

#include "source/proc.h"

/*
 * Fills exepath, exe_flags and the inode's numbers from /proc/<pid>/exe; the credentials must be
 * there already.
 */
void procexe_read(struct proc *p, int pid_dir, struct proc_seed *s);
/* source/procif.c */
void procif_seed(struct state *state);

#endif
