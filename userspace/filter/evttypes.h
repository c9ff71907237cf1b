/* SPDX-License-Identifier: Apache-2.0 */
/* Event names in conditions; the sets themselves are declared in filter/check.h. */
#ifndef FILTER_EVTTYPES_H
#define FILTER_EVTTYPES_H

#include "filter/ast.h"

/* An event or a system call has this name. */
bool evttypes_known(struct str name);
/* evt.type, syscall.type: fields whose values are names of events. */
bool evttypes_is_type(const struct expr *e);

#endif
