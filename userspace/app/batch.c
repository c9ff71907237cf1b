// SPDX-License-Identifier: Apache-2.0
#include "app/batch.h"

#include <stdlib.h>

#include "base/vec.h"

/* In front of the offsets (if they are its own) and the record. */
struct entry {
	uint32_t size;			/* of all of it, a multiple of 8 */
	uint32_t len;			/* of the record */
	uint16_t type, n_params, cpu;
	bool state_only, usual, own_at;
};

bool batch_init(struct batch *b, unsigned n_readers)
{
	*b = (struct batch){ .n_readers = n_readers, .found = calloc(n_readers, sizeof(*b->found)) };
	return b->found;
}

void batch_free(struct batch *b)
{
	for (unsigned i = 0; b->found && i < b->n_readers; i++) {
		buf_free(&b->found[i].text);
		vec_free(&b->found[i]);
	}
	free(b->found);
	buf_free(&b->bytes);
}

void batch_clear(struct batch *b)
{
	b->bytes.n = 0;
	b->n_events = 0;
	for (unsigned i = 0; i < b->n_readers; i++) {
		buf_clear(&b->found[i].text);
		b->found[i].n = b->found[i].told = 0;
	}
}

static size_t aligned(size_t n)
{
	return (n + 7) & ~(size_t)7;
}

void batch_add(struct batch *b, const struct event *ev, bool whole)
{
	struct entry e = {
		.len = whole ? ev->len : EVENT_HEADER, .type = ev->type, .n_params = whole ? ev->n_params : 0,
		.cpu = ev->cpu, .state_only = ev->state_only, .usual = whole && ev->usual,
		.own_at = whole && ev->at == ev->own_at,
	};
	size_t offsets = e.own_at ? aligned((e.n_params + 1u) * sizeof(ev->at[0])) : 0;
	char *to;

	e.size = (uint32_t)(sizeof(e) + offsets + aligned(e.len));
	to = buf_room(&b->bytes, e.size);
	memcpy(to, &e, sizeof(e));
	if (offsets)
		memcpy(to + sizeof(e), ev->at, (e.n_params + 1u) * sizeof(ev->at[0]));
	memcpy(to + sizeof(e) + offsets, ev->rec, e.len);
	b->bytes.n += e.size;
	b->n_events++;
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
	ev->at = e->own_at ? (const uint32_t *)from : ev->info->usual_at;
	ev->rec = e->own_at ? from + aligned((e->n_params + 1u) * sizeof(ev->at[0])) : from;
	ev->len = e->len;
	memcpy(&ev->ts, ev->rec, sizeof(ev->ts));
	memcpy(&ev->tid, ev->rec + 8, sizeof(ev->tid));
	ev->type = e->type;
	ev->n_params = e->n_params;
	ev->cpu = e->cpu;
	ev->state_only = e->state_only;
	ev->usual = e->usual;
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
