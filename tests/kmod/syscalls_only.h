/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Before schema/events.def: leaves out the rows of userspace, which no system call makes.  For one source file, so
 * without a guard.
 */
#undef USER_EVENT
#define USER_EVENT(...)
