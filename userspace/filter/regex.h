/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Regular expressions with the limits of RE2, on PCRE2: no back-references, no look-around, bounded time.  A pattern must
 * match the whole value.
 */
#ifndef FILTER_REGEX_H
#define FILTER_REGEX_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/reason.h"
#include "base/str.h"

struct regex;

/* To be freed with regex_free().  NULL with *why (text in the arena) for a pattern that is not allowed. */
struct regex *regex_compile(struct arena *a, struct str pattern, struct reason *why);
/* NULL is fine. */
void regex_free(struct regex *r);
/* False too if matching needs too many steps.  Not for several threads at once. */
bool regex_matches(const struct regex *r, struct str s);

#endif
