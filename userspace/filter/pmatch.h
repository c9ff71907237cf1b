/* SPDX-License-Identifier: Apache-2.0 */
/* The operator pmatch: comparison of path prefixes by component. */
#ifndef FILTER_PMATCH_H
#define FILTER_PMATCH_H

#include <stdbool.h>

#include "base/str.h"

/*
 * Whether prefix is path or one of its ancestor directories; components of prefix may be glob
 * patterns.
 */
bool path_has_prefix(struct str path, struct str prefix);

#endif
