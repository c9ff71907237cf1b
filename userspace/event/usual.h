/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The short way from record to parameters, for nearly every event: one of few parameters, all of them sent and the fixed
 * ones complete (struct event_info).  Their lengths are compared with the table's all at once, and what lies in front of
 * the first variable one lies where it always does.
 */
#ifndef EVENT_USUAL_H
#define EVENT_USUAL_H

#include "event/event.h"

/* What is wrong with the texts of a parsed event, NULL if nothing is.  event/decode.c */
const char *event_texts_fault(const struct event *ev);

/* Four lengths as they lie in a usual record. */
static inline bool usual_four(const struct event_info *info, unsigned i, const uint8_t *lens)
{
	return !((ev_load(lens + 8 * i, 8, false) ^ info->usual_lens[i]) & info->fixed_lens[i]);
}

/* Whether its lengths are those of this event. */
static inline bool usual_lengths(const struct event_info *info, const uint8_t *lens)
{
	return usual_four(info, 0, lens) &&
	       (info->n_params <= 4 || (usual_four(info, 1, lens) && (info->n_params <= 8 || usual_four(info, 2, lens))));
}

/* Lengths -> offsets, from the first variable parameter on. */
static inline bool usual_variable(struct event *ev, const struct event_info *info, const uint8_t *lens)
{
	uint32_t i = info->n_front, at = info->usual_at[i];

	memcpy(ev->own_at, info->usual_at, USUAL_PARAMS * sizeof(ev->own_at[0]));
	for (lens += 2 * i; i < info->n_params; lens += 2) {
		at += (uint32_t)ev_load(lens, 2, false);
		ev->own_at[++i] = at;
	}
	ev->at = ev->own_at;
	return at <= ev->len;
}

/*
 * As event_parse(), but false whenever that has to find out what is wrong or different with the record.  There are room
 * bytes, and at least EVENT_HEADER.  Whoever calls it looks at the texts, where there are any.
 */
static inline bool usual_layout(struct event *ev, const uint8_t *rec, size_t room)
{
	uint32_t len = (uint32_t)ev_load(rec + 16, 4, false), type = (uint32_t)ev_load(rec + 20, 2, false);
	const struct event_info *info;

	if (type >= EVENT_NUMBERS)
		return false;
	info = &event_infos[type];
	if (len > room || len < info->usual_len || ev_load(rec + 22, 4, false) != info->n_params ||
	    !usual_lengths(info, rec + EVENT_HEADER))
		return false;
	ev->rec = rec;
	ev->len = len;
	ev->ts = ev_load(rec, 8, false);
	ev->tid = (int64_t)ev_load(rec + 8, 8, false);
	ev->type = (uint16_t)type;
	ev->n_params = info->n_params;
	ev->usual = true;
	ev->info = info;
	ev->at = info->usual_at;
	return info->n_front == info->n_params || usual_variable(ev, info, rec + EVENT_HEADER);
}

static inline bool event_usual(struct event *ev, const uint8_t *rec, size_t room)
{
	return usual_layout(ev, rec, room) && (!ev->info->has_texts || !event_texts_fault(ev));
}

#endif
