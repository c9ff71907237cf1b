/* SPDX-License-Identifier: Apache-2.0 */
/* Path prefixes, component by component: what `pmatch` asks. */
#ifndef FILTER_PMATCH_H
#define FILTER_PMATCH_H

#include <stdbool.h>

#include "base/str.h"

/* True when prefix equals path or is one of its ancestor directories; its components may be glob patterns. */
bool path_has_prefix(struct str path, struct str prefix);

#endif
