/* SPDX-License-Identifier: Apache-2.0 */
/* Which system calls the driver shall record: what rules ask for, what the tables in state/ live on. */
#ifndef APP_SYSCALLS_H
#define APP_SYSCALLS_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config.h"
#include "rules/rule.h"
#include "filter/check.h"

/*
 * wanted: the mask.  Rules that name ignored calls only and names in custom_set that are none are put into remarks,
 * one line each.
 */
void syscalls_wanted(const struct rules *rules, const struct config *c,
		     uint64_t wanted[SYSCALL_WORDS], struct buf *remarks);
unsigned syscalls_count(const uint64_t set[SYSCALL_WORDS]);
/* Moves plain I/O, which is frequent and changes nothing that state/ keeps: not recorded unless base_syscalls.all. */
bool syscalls_is_ignored(unsigned code);
/* A call without an event of its own. */
bool syscalls_is_generic(unsigned code);
/* Names of the events of ignored calls, sorted: at most max. */
unsigned syscalls_ignored_events(const char **names, unsigned max);

#endif
