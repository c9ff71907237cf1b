/* SPDX-License-Identifier: Apache-2.0 */
/* Why a condition, an output format or a field that a user wrote does not compile. */
#ifndef BASE_REASON_H
#define BASE_REASON_H

#include <stdbool.h>

#include "base/str.h"

struct reason {
	struct str text;   /* one sentence for the user */
	bool unknown_name; /* unknown field or event type: see skip-if-unknown-filter */
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
