/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Regular expressions with RE2's promises, on PCRE2: no back-references, no look-around, bounded work.  A pattern must
 * match the whole value.
 */
#ifndef FILTER_REGEX_H
#define FILTER_REGEX_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/reason.h"
#include "base/str.h"

struct regex;

/* Freed with regex_free().  NULL and *why in the arena for a pattern that is not allowed. */
struct regex *regex_compile(struct arena *a, struct str pattern, struct reason *why);
void regex_free(struct regex *r);
bool regex_matches(const struct regex *r, struct str s);

#endif
