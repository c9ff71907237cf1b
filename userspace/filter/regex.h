/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Regular expressions with the syntax of RE2, matched by PCRE2: no back-references, no look-around,
 * bounded time.  A pattern must match the whole value.
 */
#ifndef FILTER_REGEX_H
#define FILTER_REGEX_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/reason.h"
#include "base/str.h"

struct regex;

/*
 * The result is freed with regex_free().  If the pattern is not allowed: NULL and *why, text in the
 * arena.
 */
struct regex *regex_compile(struct arena *a, struct str pattern, struct reason *why);
/* r may be NULL. */
void regex_free(struct regex *r);
/* False also if the match exceeds the limits of regex.c.  Not thread-safe. */
bool regex_matches(const struct regex *r, struct str s);

#endif
