/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events of old captures, brought to today's schema.
 *
 * In: a parsed event of fewer parameters than today's, an enter event, or an event that only the museum knows.
 * Out: an event of today's schema in the converter's own memory, valid until the next one; or nothing: what an enter
 * event brought is kept for its exit.
 */
#ifndef SOURCE_CONVERT_H
#define SOURCE_CONVERT_H

#include "event/event.h"

struct convert;

enum convert_result {
	CONVERT_EVENT = 1,   /* *ev is of today's schema */
	CONVERT_NOTHING = 0, /* kept for its exit, or of no use */
	CONVERT_BAD = -1,    /* ev->fault says what is wrong */
};

/* NULL when out of memory. */
struct convert *convert_new(void);
void convert_free(struct convert *c);

/* The rest of convert_record(), after event_decode() returned decoded. */
enum convert_result convert_decoded(struct convert *c, struct event *ev, enum event_error decoded);

/* Whether an event, of the number of one of today's schema, has the layout of an older one. */
static inline bool convert_due(const struct event *ev)
{
	return (ev->info->flags & MANAGED) && (ev->n_params < ev->info->n_params || !ev_is_exit(ev));
}

/*
 * The way from a record, of a ring or a capture, to an event: decodes it, and converts it where its schema is older.  c may be
 * NULL for records of today's schema.  CONVERT_BAD: ev->fault says why, until the next call.
 */
static inline enum convert_result convert_record(struct convert *c, struct event *ev,
						 const uint8_t *rec, size_t room)
{
	enum event_error decoded = event_decode(ev, rec, room);

	/* Complete records have the layout of today. */
	return decoded == EVENT_OK && ev->layout ? CONVERT_EVENT : convert_decoded(c, ev, decoded);
}

/* An event of today's schema or of the past, NULL if that number was never used. */
const struct event_info *convert_info(unsigned number);

#endif
