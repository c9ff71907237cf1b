/* SPDX-License-Identifier: Apache-2.0 */
/* Priorities of rules and alerts. */
#ifndef BASE_PRIORITY_H
#define BASE_PRIORITY_H

#include <stdbool.h>

#include "base/str.h"

/* With the values of syslog(3). */
enum priority {
	PRIO_EMERGENCY,
	PRIO_ALERT,
	PRIO_CRITICAL,
	PRIO_ERROR,
	PRIO_WARNING,
	PRIO_NOTICE,
	PRIO_INFORMATIONAL,
	PRIO_DEBUG
};

/* "Emergency", ... */
const char *priority_name(enum priority p);
/*
 * The priority of a name, or of "info", in any letter case.  Other text: false and
 * PRIO_INFORMATIONAL.
 */
bool priority_parse(struct str s, enum priority *out);

#endif
