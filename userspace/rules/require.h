/* SPDX-License-Identifier: Apache-2.0 */
/* required_plugin_versions of rules files. */
#ifndef RULES_REQUIRE_H
#define RULES_REQUIRE_H

#include "rules/item.h"

/*
 * True if every requirement is met; else *why, in the arena, is the message about the first unmet
 * one.
 */
bool require_check(struct arena *a, const struct collection *c, struct str *why);

#endif
