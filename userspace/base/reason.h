/* SPDX-License-Identifier: Apache-2.0 */
/* Why something that a user wrote does not compile. */
#ifndef BASE_REASON_H
#define BASE_REASON_H

#include <stdbool.h>

#include "base/str.h"

struct reason {
	struct str text; /* one sentence for the user, usually in the arena of what was compiled */
	bool unknown_name; /* it names a field or an event type that does not exist: skip-if-unknown-filter */
};

static inline void reason_set(struct reason *r, struct str text)
{
	*r = (struct reason){ .text = text };
}

static inline void reason_set_unknown(struct reason *r, struct str text)
{
	*r = (struct reason){ .text = text, .unknown_name = true };
}

#endif
