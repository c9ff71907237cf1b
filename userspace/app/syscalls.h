/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which system calls the driver records: those that rules match, and those that state/ needs.
 */
#ifndef APP_SYSCALLS_H
#define APP_SYSCALLS_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config.h"
#include "rules/rule.h"
#include "filter/check.h"

/*
 * Set wanted, a bit per system call code.  Appends one line to remarks for each rule that matches
 * ignored calls only, and for each unknown name in base_syscalls.custom_set.
 */
void syscalls_wanted(const struct rules *rules, const struct config *c,
		     uint64_t wanted[SYSCALL_WORDS], struct buf *remarks);
/* Number of bits in set. */
unsigned syscalls_count(const uint64_t set[SYSCALL_WORDS]);
/*
 * Calls for plain I/O (read, write, ...): frequent, and without effect on state/.  They are not
 * recorded unless base_syscalls.all is set.
 */
bool syscalls_is_ignored(unsigned code);
/* A call without an event of its own: recorded as the generic event. */
bool syscalls_is_generic(unsigned code);
/*
 * Fill names with at most max names of events of ignored calls, sorted, each once.  Returns their
 * number.  The names are static.
 */
unsigned syscalls_ignored_events(const char **names, unsigned max);

#endif
