/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shell patterns, as fnmatch(3) without flags matches them in the C locale: '*' matches '/' too,
 * '\' quotes, [...] may contain ranges, [:classes:], and '!' or '^' for negation.  Time: O(length
 * of pattern * length of text).
 */
#ifndef BASE_GLOB_H
#define BASE_GLOB_H

#include <stdbool.h>

#include "base/str.h"

/* Whether the pattern matches all of text; fold: ignores the case of ASCII letters. */
bool glob_match(struct str pattern, struct str text, bool fold);
/* True if the pattern has no special character. */
bool glob_is_plain(struct str pattern);

#endif
