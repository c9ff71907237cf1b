// SPDX-License-Identifier: Apache-2.0
#include "app/batch.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/vec.h"

/* In front of the offsets (if they are its own) and the record. */
struct entry {
	uint32_t size;			/* of all of it, a multiple of 8 */
	uint32_t len;			/* of the record */
	uint16_t type, cpu, n_params;
	uint16_t flags;
};
enum { ENTRY_USUAL = 1, ENTRY_OWN_AT = 2, ENTRY_STATE_ONLY = 4 };

static const struct run no_run;

bool batch_init(struct batch *b, unsigned n_readers)
{
	*b = (struct batch){
		.n_readers = n_readers, .found = calloc(n_readers, sizeof(*b->found)), .run = (struct run *)&no_run,
	};
	return b->found;
}

void batch_free(struct batch *b)
{
	for (unsigned i = 0; b->found && i < b->n_readers; i++) {
		buf_free(&b->found[i].text);
		vec_free(&b->found[i]);
	}
	free(b->found);
	memory_put(b->runs);
	buf_free(&b->bytes);
}

void batch_clear(struct batch *b)
{
	b->bytes.n = 0;
	b->n_events = b->n_runs = 0;
	b->run = (struct run *)&no_run;
	for (unsigned i = 0; i < b->n_readers; i++) {
		buf_clear(&b->found[i].text);
		b->found[i].n = b->found[i].told = 0;
	}
}

static size_t aligned(size_t n)
{
	return (n + 7) & ~(size_t)7;
}

static __attribute__((noinline)) struct run *run_new(struct batch *b, const struct event *ev, bool local)
{
	if (b->n_runs == b->runs_capacity) {
		b->runs_capacity = b->runs_capacity ? 2 * b->runs_capacity : 64;
		b->runs = memory_resize(b->runs, b->runs_capacity, sizeof(*b->runs));
	}
	b->run = &b->runs[b->n_runs++];
	*b->run = (struct run){ .tid = ev->tid, .local = local };
	return b->run;
}

/* Time that goes back ends a run: the last event's time has to stand for all. */
static inline void run_add(struct batch *b, const struct event *ev, bool local)
{
	struct run *r = b->run;

	if (!local || !r->local || r->tid != ev->tid || ev->ts < r->ts)
		r = run_new(b, ev, local);
	r->end = b->bytes.n;
	r->ts = ev->ts;
	r->n++;
}

static inline char *room(struct batch *b, size_t n)
{
	return b->bytes.cap > b->bytes.n + n ? b->bytes.p + b->bytes.n : buf_room(&b->bytes, n);
}

/* Offsets in sixteens: struct event has room for that. */
static inline size_t put_offsets(char *to, const uint32_t *at, unsigned n)
{
	size_t done = 0, size = n * sizeof(*at);

	do {
		memcpy(to + done, (const char *)at + done, 16);
		done += 16;
	} while (done < size);
	return aligned(size);
}

void batch_add(struct batch *b, const struct event *ev, bool whole, bool local)
{
	uint32_t len = whole ? ev->len : EVENT_HEADER, n_params = whole ? ev->n_params : 0;
	uint16_t flags = ev->state_only ? ENTRY_STATE_ONLY : 0;
	size_t offsets = 0, record = aligned(len), size;
	char *to = room(b, sizeof(struct entry) + sizeof(ev->own_at) + record);
	struct entry *e = (struct entry *)to;

	to += sizeof(*e);
	if (whole) {
		flags |= ev->usual ? ENTRY_USUAL : 0;
		if (ev->at == ev->own_at) {
			flags |= ENTRY_OWN_AT;
			offsets = put_offsets(to, ev->own_at, n_params + 1);
		}
	}
	size = sizeof(*e) + offsets + record;
	e->size = (uint32_t)size;
	e->len = len;
	e->type = ev->type;
	e->cpu = ev->cpu;
	e->n_params = (uint16_t)n_params;
	e->flags = flags;
	memcpy(to + offsets, ev->rec, len);
	b->bytes.n += size;
	b->n_events++;
	run_add(b, ev, local);
}

bool batch_next(const struct batch *b, size_t *at, struct event *ev)
{
	const uint8_t *from = (const uint8_t *)b->bytes.p + *at;
	const struct entry *e = (const struct entry *)from;

	if (*at >= b->bytes.n)
		return false;
	*at += e->size;
	from += sizeof(*e);
	ev->info = &event_infos[e->type];
	ev->at = ev->info->usual_at;
	if (e->flags & ENTRY_OWN_AT) {
		ev->at = (const uint32_t *)from;
		from += aligned((e->n_params + 1u) * sizeof(ev->at[0]));
	}
	ev->rec = from;
	ev->len = e->len;
	memcpy(&ev->ts, ev->rec, sizeof(ev->ts));
	memcpy(&ev->tid, ev->rec + 8, sizeof(ev->tid));
	ev->type = e->type;
	ev->n_params = e->n_params;
	ev->cpu = e->cpu;
	ev->state_only = e->flags & ENTRY_STATE_ONLY;
	ev->usual = e->flags & ENTRY_USUAL ? ev->info->usual : 0;
	return true;
}

/* ---- alerts ---- */

void findings_add(struct findings *f, uint64_t num, const struct rule *rule, struct str line)
{
	vec_push(f, (struct alert){ num, rule, f->text.n, line.n });
	buf_str(&f->text, line);
}

const struct alert *batch_alert(struct batch *b, uint64_t num, struct str *line)
{
	struct findings *first = NULL;
	const struct alert *a;

	for (unsigned i = 0; i < b->n_readers; i++) {
		struct findings *f = &b->found[i];

		if (f->told < f->n && f->v[f->told].num <= num && (!first || f->v[f->told].num < first->v[first->told].num))
			first = f;
	}
	if (!first)
		return NULL;
	a = &first->v[first->told++];
	*line = (struct str){ first->text.p + a->at, a->n };
	return a;
}
