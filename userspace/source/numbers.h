/* SPDX-License-Identifier: Apache-2.0 */
/* Syscall codes of the schema -> this machine's own system call numbers. */
#ifndef SOURCE_NUMBERS_H
#define SOURCE_NUMBERS_H

/* The native number of a syscall code (SC_*); -1: this architecture has no such system call. */
int numbers_native(unsigned code);

#endif
