/* SPDX-License-Identifier: Apache-2.0 */
/* What the decoder has computed from the event table before the first record. */
#ifndef EVENT_DECODE_H
#define EVENT_DECODE_H

#include "event/event.h"

enum { PLAN_PARAMS = 11 };

/*
 * The layout of one event's complete records: every parameter is sent, and those of fixed size have
 * all their bytes.  Such a record is recognized by its length fields, and the parameters before the
 * first one of variable size lie at known offsets.
 */
struct decode_plan {
	/* the length fields, four in each; 0 for a parameter of variable size */
	uint64_t lengths[3];
	uint64_t fixed[3]; /* which of them: ones for a parameter of fixed size */
	/* from the start of the record; up to offsets[n_front] */
	uint32_t offsets[PLAN_PARAMS + 1];
	const struct event_info *info;
	uint32_t min_len; /* length of the shortest complete record */
	uint8_t n_params;
	uint8_t n_front; /* parameters before the first one of variable size */
	uint8_t layout;	 /* enum event_layout of complete records */
};

/* Computes all plans; for schema_init(), once roles and texts of event_infos are set. */
void decode_init(void);

#endif
