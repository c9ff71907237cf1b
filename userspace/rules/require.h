/* SPDX-License-Identifier: Apache-2.0 */
/* required_plugin_versions: what rules files ask for beside the engine. */
#ifndef RULES_REQUIRE_H
#define RULES_REQUIRE_H

#include "rules/item.h"

/* True if every requirement is met; else *why names the first that is not, in the arena. */
bool require_check(struct arena *a, const struct collection *c, struct str *why);

#endif
