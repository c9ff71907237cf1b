/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text and JSON of --list-events, -i, -L, --config-schema and --rule-schema (--list:
 * fields/list.c). All functions append to out.
 */
#ifndef APP_LIST_H
#define APP_LIST_H

#include "app/options.h"

/* --list-events, in the format of o->format. */
void list_events(const struct options *o, struct buf *out);
/* One rule of -L: the name, then the description from column 51 on, wrapped. */
void list_rule(struct str name, struct str desc, struct buf *out);
/* app/schema.c: JSON schema (draft-06) of falco.yaml and of rules files. */
void list_config_schema(struct buf *out);
void list_rule_schema(struct buf *out);
/* -i: names of the events that are not recorded unless base_syscalls.all. */
void list_ignored(struct buf *out);

#endif
