/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Included before schema/events.def: leaves out the events of userspace, which no system call
 * makes. Without include guard, as it redefines USER_EVENT for one source file.
 */
#undef USER_EVENT
#define USER_EVENT(...)
