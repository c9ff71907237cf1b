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
	       (info->n_params <= 4 ||
		(usual_four(info, 1, lens) && (info->n_params <= 8 || usual_four(info, 2, lens))));
}

/* Offsets behind parameter `first` move by as much as it is long. */
static inline void usual_shift(uint32_t *restrict to, const uint32_t *restrict from, unsigned first,
			       uint32_t by)
{
	/* A window into it is all ones for those behind. */
	static const uint32_t behind[2 * USUAL_PARAMS + 2] = {
		[USUAL_PARAMS + 1 ... 2 * USUAL_PARAMS + 1] = UINT32_MAX
	};
	const uint32_t *moves = behind + USUAL_PARAMS - first;

	for (unsigned i = 0; i <= USUAL_PARAMS; i++)
		to[i] = from[i] + (by & moves[i]);
}

/* For events with variable parameters: lengths -> offsets. */
static inline bool usual_variable(struct event *ev)
{
	const struct event_info *info = ev->info;
	const uint8_t *lens = ev->rec + EVENT_HEADER;

	usual_shift(ev->own_at, info->usual_at, info->n_front,
		    (uint32_t)ev_load(lens + 2 * info->n_front, 2, false));
	for (unsigned i = info->second; i < info->n_params; i++)
		ev->own_at[i + 1] = ev->own_at[i] + (uint32_t)ev_load(lens + 2 * i, 2, false);
	ev->at = ev->own_at;
	return ev->own_at[info->n_params] <= ev->len;
}

static inline bool usual_is_fixed(const struct event *ev)
{
	return ev->info->n_front == ev->info->n_params;
}

/*
 * As event_parse(), but false whenever that has to find out what is wrong or different with the record.  There are room
 * bytes, and at least EVENT_HEADER.  Whoever calls it goes on with usual_variable() and event_texts_fault() where an event
 * has such parameters.
 */
static inline bool usual_layout(struct event *ev, const uint8_t *rec, size_t room)
{
	const struct event_info *info;

	ev->rec = rec;
	ev->ts = ev_load(rec, 8, false);
	ev->tid = (int64_t)ev_load(rec + 8, 8, false);
	ev->len = (uint32_t)ev_load(rec + 16, 4, false);
	ev->type = (uint16_t)ev_load(rec + 20, 2, false);
	if (ev->len > room || ev->type >= EVENT_NUMBERS)
		return false;
	info = &event_infos[ev->type];
	__asm__("" : "+r"(info)); /* stay in a register: all of the rest asks it */
	ev->info = info;
	if (ev->len < info->usual_len || ev_load(rec + 22, 4, false) != info->n_params ||
	    !usual_lengths(info, rec + EVENT_HEADER))
		return false;
	ev->at = info->usual_at;
	ev->n_params = info->n_params;
	ev->usual = info->usual;
	return true;
}

static inline bool event_usual(struct event *ev, const uint8_t *rec, size_t room)
{
	return usual_layout(ev, rec, room) && (usual_is_fixed(ev) || usual_variable(ev)) &&
	       (!ev->info->has_texts || !event_texts_fault(ev));
}

#endif
