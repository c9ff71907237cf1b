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
	CONVERT_BAD = -1,    /* why says what is wrong */
};

/* NULL when out of memory. */
struct convert *convert_new(void);
void convert_free(struct convert *c);

/* Whether a parsed event of a capture has to go through convert_event(). */
static inline bool convert_due(const struct event *ev)
{
	return (ev->info->flags & MANAGED) && (ev->n_params < ev->info->n_params || !ev_is_exit(ev));
}

/* ev is as event_parse() left it, with EVENT_OK or EVENT_UNKNOWN; its record has ev->len bytes. */
enum convert_result convert_event(struct convert *c, struct event *ev, char *why, size_t why_size);

/* An event of today's schema or of the past, NULL if that number was never used. */
const struct event_info *convert_info(unsigned number);

#endif
