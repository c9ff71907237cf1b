// SPDX-License-Identifier: Apache-2.0
#include "source/batch.h"

#include <stdlib.h>

#include "base/memory.h"

void batch_types_init(struct batch_types *t, bool (*is_local)(uint16_t type))
{
	for (uint16_t i = 0; i < EVENT_NUMBERS; i++) {
		const struct event_info *info = &event_infos[i];
		bool converts = (info->flags & MANAGED) && !(i & 1); /* convert_due() */

		t->v[i] = (struct batch_type){ info->name && !converts ? info->n_params : -1,
					       is_local(i) };
	}
}

void batch_init(struct batch *b, const struct batch_types *types, unsigned max_events)
{
	*b = (struct batch){ .types = types, .max_events = max_events };
	batch_break(b);
}

void batch_free(struct batch *b)
{
	memory_put(b->runs);
	buf_free(&b->copies);
	free(b->window);
}

void batch_clear(struct batch *b)
{
	b->copies.n = 0;
	b->n_events = b->n_runs = 0;
	b->last_ts = 0;
	batch_break(b);
}

void batch_end_run(struct batch *b, const struct run *r)
{
	struct run *last = b->n_runs ? &b->runs[b->n_runs - 1] : NULL;

	b->last_ts = r->ts;
	if (last && b->run == last && last->at == r->at && last->copied == r->copied) {
		*last = *r;
		return;
	}
	if (b->n_runs == b->runs_capacity) {
		b->runs_capacity = b->runs_capacity ? 2 * b->runs_capacity : 64;
		b->runs = memory_resize(b->runs, b->runs_capacity, sizeof(*b->runs));
	}
	b->runs[b->n_runs] = *r;
	b->run = &b->runs[b->n_runs++];
}

static uint32_t frame_size(uint32_t front, uint32_t len)
{
	return (BLOCK_HEADER + front + len + BLOCK_TRAILER + 7) & ~7u;
}

static void copy(struct batch *b, const uint8_t *rec, uint32_t len, uint16_t cpu, bool state_only)
{
	uint8_t front = state_only ? BLOCK_FRONT_FLAGS : BLOCK_FRONT;
	uint32_t size = frame_size(front, len), flags = BLOCK_STATE_ONLY;
	uint8_t *frame = (uint8_t *)buf_room(&b->copies, size);
	size_t at = b->copies.n;
	struct run run;

	memcpy(frame + 4, &size, sizeof(size));
	memcpy(frame + BLOCK_HEADER, &cpu, sizeof(cpu));
	if (state_only)
		memcpy(frame + BLOCK_HEADER + sizeof(cpu), &flags, sizeof(flags));
	memcpy(frame + BLOCK_HEADER + front, rec, len);
	b->copies.n += size;
	b->n_events++;
	run = *b->run;
	if (!batch_joins(b, &run, rec, front, true))
		run = batch_run_of(b, rec, at, front, true);
	batch_end_run(b, &run);
}

void batch_copy(struct batch *b, const uint8_t *rec, uint16_t cpu)
{
	copy(b, rec, (uint32_t)ev_load(rec + 16, 4, false), cpu, false);
}

void batch_add(struct batch *b, const struct event *ev)
{
	copy(b, ev->rec, ev->len, ev->cpu, ev->state_only);
}

const char *frame_parse(struct event *ev, const struct event_info *info, size_t room)
{
	const char *why = NULL;

	return event_parse_as(ev, info, ev->rec, room, &why) == EVENT_OK ? NULL : why;
}
