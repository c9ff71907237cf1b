/* SPDX-License-Identifier: Apache-2.0 */
/* --list-events: the schema for people, for documents, for programs. */
#ifndef EVENT_LISTING_H
#define EVENT_LISTING_H

#include <stdbool.h>
#include <stdio.h>

enum listing_form { LISTING_TEXT, LISTING_MARKDOWN, LISTING_JSON };

void listing_print(FILE *out, enum listing_form form, const char *schema_version);
/* True for reads and writes that carry no state: not captured unless a rule asks for them (-A, base_syscalls). */
bool listing_is_ignored(const char *event_name);

#endif
