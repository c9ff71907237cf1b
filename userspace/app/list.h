/* SPDX-License-Identifier: Apache-2.0 */
/* The tables, for people and programs: --list-events, -i, -L.  (--list is fields/list.c.) */
#ifndef APP_LIST_H
#define APP_LIST_H

#include "app/options.h"

void list_events(const struct options *o, struct buf *out);
/* One line of -L: the name, then the description from column 51 on. */
void list_rule(struct str name, struct str desc, struct buf *out);
/* app/schema.c: --config-schema, --rule-schema. */
void list_config_schema(struct buf *out);
void list_rule_schema(struct buf *out);
void list_ignored(struct buf *out);

#endif
