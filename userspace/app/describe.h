/* SPDX-License-Identifier: Apache-2.0 */
/* -L and -l as JSON: rules, and the macros and lists that they use. */
#ifndef APP_DESCRIBE_H
#define APP_DESCRIBE_H

#include "app/ruleset.h"
#include "base/json.h"

/*
 * Write one object.  only: the name of one rule, shown with the macros and lists it uses; NULL for
 * all rules.
 */
void describe_json(const struct ruleset *rs, const char *only, struct json *out);

#endif
