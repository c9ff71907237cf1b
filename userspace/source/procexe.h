/* SPDX-License-Identifier: Apache-2.0 */
/* The executable file of a process, and the network interfaces of the machine. */
#ifndef SOURCE_PROCEXE_H
#define SOURCE_PROCEXE_H

#include "source/proc.h"

/*
 * Fills exepath, exe_flags, exe_ino, exe_ctime and exe_mtime of s, whose credentials must be set.
 * p->text must hold /proc/<pid>/status.
 */
void procexe_read(struct proc *p, int pid_dir, struct proc_seed *s);
/* source/procif.c: seeds state with the addresses of all interfaces. */
void procif_seed(struct state *state);

#endif
