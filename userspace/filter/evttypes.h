/* SPDX-License-Identifier: Apache-2.0 */
/* Names of events in conditions.  The sets of events are declared in filter/check.h. */
#ifndef FILTER_EVTTYPES_H
#define FILTER_EVTTYPES_H

#include "filter/ast.h"

/* Whether an event or a system call has this name. */
bool evttypes_known(struct str name);
/* Whether e is evt.type or syscall.type. */
bool evttypes_is_type(const struct expr *e);

#endif
