/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Included before schema/events.def: removes the events that userspace makes, not the
 * module. It has no include guard, as it redefines USER_EVENT for one source file.
 */
#undef USER_EVENT
#define USER_EVENT(...)
