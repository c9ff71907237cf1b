/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shell patterns as fnmatch(3) without flags reads them in the C locale: '*' crosses '/', '\' quotes, [...] with ranges,
 * '!' or '^', and [:classes:].  Work is bounded by pattern times text.
 */
#ifndef BASE_GLOB_H
#define BASE_GLOB_H

#include <stdbool.h>

#include "base/str.h"

/* fold: ASCII letters match in either case. */
bool glob_match(struct str pattern, struct str text, bool fold);
/* True if the pattern has no special character: it is a literal. */
bool glob_is_plain(struct str pattern);

#endif
