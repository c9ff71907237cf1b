/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Some events in a row, as they came, for several readers.
 *
 * In: frames, by the source, which does not look into them beyond the header.  Out: the same events, any number of times,
 * for any number of readers, each of which decodes those that it needs.
 *
 * A frame is what a capture's event block is: type and total length, CPU, maybe flags, the record, four bytes.  A capture's
 * are not copied: the batch takes over the window they were read into.  What comes out of a ring, or had to be converted,
 * is copied into frames.
 */
#ifndef SOURCE_BATCH_H
#define SOURCE_BATCH_H

#include "base/buf.h"
#include "event/usual.h"
#include "source/block.h"
#include "source/convert.h"

enum { BATCH_BYTES = 128 << 10 }; /* of copies: a batch with more is full */

/* By event number. */
struct batch_type {
	int64_t n_params; /* a record with so many is an event, or corrupt; -1: ask the parser and the converter */
	bool local; /* about its process alone: may be in a run with others */
};
struct batch_types {
	struct batch_type v[EVENT_NUMBERS];
};

/* Events in a row that are about one process alone: whoever passes over the first passes over them all. */
struct run {
	uint32_t at; /* of its first frame, in bytes of the window or of the copies */
	uint32_t n;
	int64_t tid;
	uint64_t ts;   /* of the last, which is the latest */
	uint8_t front; /* BLOCK_FRONT* */
	bool copied;
	bool local; /* else there is one event in it */
};

struct batch {
	const struct batch_types *types;
	uint8_t *window; /* a capture's */
	size_t room;	 /* allocated for it */
	uint64_t base;	 /* offset in the file of its first byte */
	struct buf copies;
	struct run *runs;      /* every event is in one */
	const struct run *run; /* the last of them, while it may grow; else one that takes no event */
	unsigned n_runs, runs_capacity;
	unsigned n_events, max_events;
	uint64_t first_num; /* evt.num of its first event */
	uint64_t last_ts;   /* of its last event */
};

/* Whether parameters of an event are worth asking the converter depends on the schema alone; local on state/shard.h. */
void batch_types_init(struct batch_types *t, bool (*is_local)(uint16_t type));

void batch_init(struct batch *b, const struct batch_types *types, unsigned max_events);
void batch_free(struct batch *b);
/* Forgets the events; the memory is kept. */
void batch_clear(struct batch *b);

/* ---- for sources ---- */

/* A parsed event: a copy of its record. */
void batch_add(struct batch *b, const struct event *ev);
/* A plain record. */
void batch_copy(struct batch *b, const uint8_t *rec, uint16_t cpu);
/* The next frame is not behind the last one. */
static inline void batch_break(struct batch *b)
{
	static const struct run none;

	b->run = &none;
}

/* Full, or its last event is at or after until. */
static inline bool batch_done(const struct batch *b, uint64_t until)
{
	return b->n_events &&
	       (b->n_events >= b->max_events || b->copies.n >= BATCH_BYTES || b->last_ts >= until);
}

/*
 * Whether a record, of which room bytes are there and at least EVENT_HEADER, needs no look from whoever reads the source: it
 * is one event of today's schema, unless its parameters turn out corrupt.
 */
static inline bool batch_is_plain(const struct batch *b, const uint8_t *rec, size_t room)
{
	uint32_t len = (uint32_t)ev_load(rec + 16, 4, false);
	uint16_t type = (uint16_t)ev_load(rec + 20, 2, false);

	return len >= EVENT_HEADER && len <= room && type < EVENT_NUMBERS &&
	       (int64_t)ev_load(rec + 22, 4, false) == b->types->v[type].n_params;
}

/* A plain record in a frame at an offset, as the first of a run. */
static inline struct run batch_run_of(const struct batch *b, const uint8_t *rec, size_t at,
				      uint8_t front, bool copied)
{
	return (struct run){
		.at = (uint32_t)at,
		.n = 1,
		.tid = (int64_t)ev_load(rec + 8, 8, false),
		.ts = ev_load(rec, 8, false),
		.front = front,
		.copied = copied,
		.local = b->types->v[(uint16_t)ev_load(rec + 20, 2, false)].local,
	};
}

/* As the next of a run, if it is one.  Time that goes back ends a run: the last event's time has to stand for all. */
static inline bool batch_joins(const struct batch *b, struct run *r, const uint8_t *rec,
			       uint8_t front, bool copied)
{
	uint64_t ts = ev_load(rec, 8, false);

	if (!r->local || r->tid != (int64_t)ev_load(rec + 8, 8, false) || r->ts > ts ||
	    r->front != front || r->copied != copied ||
	    !b->types->v[(uint16_t)ev_load(rec + 20, 2, false)].local)
		return false;
	r->ts = ts;
	r->n++;
	return true;
}

/* A run that may go on later: replaces the last one if it is that. */
void batch_end_run(struct batch *b, const struct run *r);

/* ---- for readers ---- */

/* The first frame of a run. */
static inline const uint8_t *batch_first(const struct batch *b, const struct run *r)
{
	return (r->copied ? (const uint8_t *)b->copies.p : b->window) + r->at;
}

/* Of a frame in the window: where in the file. */
static inline uint64_t batch_offset(const struct batch *b, const uint8_t *frame)
{
	return b->base + (uint64_t)(frame - b->window);
}

static inline const uint8_t *frame_next(const uint8_t *frame)
{
	return frame + ev_load(frame + 4, 4, false);
}

/* Bytes for the record and its parameters. */
static inline size_t frame_room(const uint8_t *frame, const struct run *r)
{
	return (size_t)ev_load(frame + 4, 4, false) - BLOCK_HEADER - r->front - BLOCK_TRAILER;
}

static inline void frame_front(const uint8_t *frame, const struct run *r, struct event *ev)
{
	ev->cpu = (uint16_t)ev_load(frame + BLOCK_HEADER, 2, false);
	ev->state_only = r->front == BLOCK_FRONT_FLAGS &&
			 (ev_load(frame + BLOCK_HEADER + 2, 4, false) & BLOCK_STATE_ONLY);
}

/* Whoever converted may have left an event of the past as it was. */
static inline const struct event_info *frame_info(const struct run *r, uint16_t type)
{
	const struct event_info *info = &event_infos[type];

	return __builtin_expect(r->copied && !info->name, 0) ? convert_info(type) : info;
}

/* What all readers want to know of an event; it has no parameters yet. */
static inline void frame_head(const uint8_t *frame, const struct run *r, struct event *ev)
{
	const uint8_t *rec = frame + BLOCK_HEADER + r->front;

	frame_front(frame, r, ev);
	ev->rec = rec;
	ev->ts = ev_load(rec, 8, false);
	ev->tid = (int64_t)ev_load(rec + 8, 8, false);
	ev->type = (uint16_t)ev_load(rec + 20, 2, false);
	ev->info = frame_info(r, ev->type);
	ev->len = EVENT_HEADER;
	ev->n_params = 0;
}

/* All of an event; false if it has to be looked at more closely, by frame_body(). */
static inline bool frame_event(const uint8_t *frame, const struct run *r, struct event *ev)
{
	frame_front(frame, r, ev);
	return event_usual(ev, frame + BLOCK_HEADER + r->front, frame_room(frame, r));
}

/* As event_parse_as(): what is wrong with the record, static text; NULL if nothing is. */
const char *frame_parse(struct event *ev, const struct event_info *info, size_t room);

/* Parameters of the event that frame_head() began.  The short way knows today's events only. */
static inline const char *frame_body(const uint8_t *frame, const struct run *r, struct event *ev)
{
	size_t room = frame_room(frame, r);

	return event_usual(ev, ev->rec, room) ? NULL
					      : frame_parse(ev, frame_info(r, ev->type), room);
}

#endif
