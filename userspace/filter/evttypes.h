/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of event types in conditions.  See evttypes_of() in filter/check.h for the sets of events.
 */
#ifndef FILTER_EVTTYPES_H
#define FILTER_EVTTYPES_H

#include "filter/ast.h"

/*
 * Whether this is the name of an event, of a system call, or of an event type that no longer
 * occurs.
 */
bool evttypes_known(struct str name);
/* Whether e is the field evt.type or syscall.type. */
bool evttypes_is_type(const struct expr *e);

#endif
