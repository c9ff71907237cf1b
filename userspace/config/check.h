/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with a configuration, and what is only worth saying. */
#ifndef CONFIG_CHECK_H
#define CONFIG_CHECK_H

#include "config/config.h"

/* Values that make a start impossible; fills the members that are derived from text. */
bool config_check(struct config *c, struct buf *errors);
/* Unknown keys, each with its place; then one line that names the keys that are set and have no effect here. */
void config_remarks(const struct config *c, struct buf *remarks);

#endif
