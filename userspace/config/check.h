/* SPDX-License-Identifier: Apache-2.0 */
/* Errors and remarks about a configuration. */
#ifndef CONFIG_CHECK_H
#define CONFIG_CHECK_H

#include "config/config.h"

/* False, with a line in errors for each, if values are not usable; sets the members that are derived from others. */
bool config_check(struct config *c, struct buf *errors);
/* Appends a line per unknown key, and one with all keys that are set and have no effect. */
void config_remarks(const struct config *c, struct buf *remarks);

#endif
