/* SPDX-License-Identifier: Apache-2.0 */
/* From system call codes (SC_*) to the system call numbers of this machine's architecture. */
#ifndef SOURCE_SYSCALL_NUMBERS_H
#define SOURCE_SYSCALL_NUMBERS_H

/* The native number of a system call code; -1: this architecture has no such system call. */
int syscall_native_number(unsigned code);

#endif
