// SPDX-License-Identifier: Apache-2.0
/*
 * The event table that the kernel module uses, too, and the check of its rows.
 *
 * In: kmod/schema/events.def.  Out: event_descs[].
 */
#include "schema/schema.h"
#include "schema/check.h"

#define EVENT(id, sym, row, ...) EVENT_DESC(id, sym, row)
#define P(name, type, show, collect)
const struct event_desc event_descs[EVENT_NUMBERS] = {
#include "schema/events.def"
};
