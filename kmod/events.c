// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The event table, and the check of its rows. */
#include "schema/schema.h"
#include "schema/check.h"

#define EVENT(id, sym, row, ...) EVENT_DESC(id, sym, row)
#define P(name, type, show, collect)
const struct event_desc event_descs[EVENT_NUMBERS] = {
#include "schema/events.def"
};
