/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records of older schemas as events of today's.
 *
 * In: a record of a ring or a capture: an event of today's schema, one with fewer parameters, an
 * enter event, or a legacy event (source/legacy_events.def).  Out: an event of today's schema, if
 * converted in memory of the converter and valid until the next call; or nothing, if the parameters
 * of an enter event are stored for its exit event.
 */
#ifndef SOURCE_CONVERT_H
#define SOURCE_CONVERT_H

#include "event/event.h"

struct convert;

enum convert_result {
	CONVERT_EVENT = 1,   /* *ev is of today's schema */
	CONVERT_NOTHING = 0, /* no event: stored for its exit event, ignored, or unknown */
	CONVERT_BAD = -1,    /* ev->fault is the reason */
};

/* NULL: out of memory. */
struct convert *convert_new(void);
/* c may be NULL. */
void convert_free(struct convert *c);

/* The rest of convert_record(), after event_decode() returned decoded. */
enum convert_result convert_decoded(struct convert *c, struct event *ev, enum event_error decoded);

/*
 * Whether an event that event_decode() accepted has the parameters of an older schema, or is an
 * enter event.
 */
static inline bool convert_due(const struct event *ev)
{
	return (ev->info->flags & MANAGED) && (ev->n_params < ev->info->n_params || !ev_is_exit(ev));
}

/*
 * Decodes a record of a ring or a capture, and converts it if its schema is older.  c may be NULL
 * for records of today's schema.  CONVERT_BAD: ev->fault is the reason, valid until the next call.
 */
static inline enum convert_result convert_record(struct convert *c, struct event *ev,
						 const uint8_t *rec, size_t room)
{
	enum event_error decoded = event_decode(ev, rec, room);

	/* Complete records are of today's schema. */
	return decoded == EVENT_OK && ev->layout ? CONVERT_EVENT : convert_decoded(c, ev, decoded);
}

/*
 * The row of an event of today's schema or of a legacy event; NULL: the number was never used.
 */
const struct event_info *convert_info(unsigned number);

#endif
