/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of a configuration: errors, which are fatal, and remarks, which are logged. */
#ifndef CONFIG_CHECK_H
#define CONFIG_CHECK_H

#include "config/config.h"

/*
 * False if a value is not valid; appends a line to errors for each.  Also sets the members of c
 * that are derived from other members.
 */
bool config_check(struct config *c, struct buf *errors);
/*
 * Appends a line for each unknown key, and one line with all keys that are set but have no effect.
 */
void config_remarks(const struct config *c, struct buf *remarks);

#endif
