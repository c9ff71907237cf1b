/* SPDX-License-Identifier: Apache-2.0 */
/* -L and -l as JSON: rules, and the macros and lists they are made of. */
#ifndef APP_DESCRIBE_H
#define APP_DESCRIBE_H

#include "app/ruleset.h"
#include "base/json.h"

/* One value.  only: one rule's name, with what it refers to; NULL for everything. */
void describe_json(const struct ruleset *rs, const char *only, struct json *out);

#endif
