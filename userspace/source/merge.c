// SPDX-License-Identifier: Apache-2.0
/* Merges rings by time: a binary heap of the rings that have records. */
#include "source/merge.h"

#include <stdlib.h>
#include <string.h>

int merge_init(struct merge *m, struct ring *rings, unsigned n_rings)
{
	memset(m, 0, sizeof(*m));
	m->rings = rings;
	m->n_rings = n_rings;
	m->heap = calloc(n_rings, sizeof(*m->heap));
	m->queued = calloc(n_rings, sizeof(*m->queued));
	if (m->heap && m->queued)
		return 0;
	merge_free(m);
	return -1;
}

void merge_free(struct merge *m)
{
	free(m->heap);
	free(m->queued);
	memset(m, 0, sizeof(*m));
}

static bool before(struct merge_entry a, struct merge_entry b)
{
	return a.key != b.key ? a.key < b.key : a.ring < b.ring;
}

static uint64_t key_of(const struct merge *m, const struct ring *r)
{
	return r->ts < m->now ? r->ts : m->now;
}

static void heap_push(struct merge *m, struct merge_entry e)
{
	unsigned i = m->n_heap++, up;

	for (; i; i = up) {
		up = (i - 1) / 2;
		if (!before(e, m->heap[up]))
			break;
		m->heap[i] = m->heap[up];
	}
	m->heap[i] = e;
}

/* Replaces the first entry by e, and restores the heap. */
static void heap_replace_first(struct merge *m, struct merge_entry e)
{
	unsigned i = 0, down;

	for (; (down = 2 * i + 1) < m->n_heap; i = down) {
		if (down + 1 < m->n_heap && before(m->heap[down + 1], m->heap[down]))
			down++;
		if (!before(m->heap[down], e))
			break;
		m->heap[i] = m->heap[down];
	}
	m->heap[i] = e;
}

static void merge_queue(struct merge *m, unsigned i)
{
	if (m->queued[i] || !ring_peek(&m->rings[i]))
		return;
	m->queued[i] = true;
	heap_push(m, (struct merge_entry){ key_of(m, &m->rings[i]), i });
}

/* Advances the ring that merge_next() returned past its record, and moves it in the heap. */
static void merge_advance(struct merge *m)
{
	struct ring *r = m->current;
	uint32_t i = (uint32_t)(r - m->rings);

	m->current = NULL;
	ring_advance(r);
	if (ring_peek(r)) {
		heap_replace_first(m, (struct merge_entry){ key_of(m, r), i });
		return;
	}
	m->queued[i] = false;
	if (--m->n_heap)
		heap_replace_first(m, m->heap[m->n_heap]);
}

uint64_t merge_refill(struct merge *m, uint64_t now)
{
	uint64_t sum = 0, slack = MERGE_SLACK;

	if (m->current)
		merge_advance(m);
	for (unsigned i = 0; i < m->n_rings; i++) {
		uint32_t left = ring_refill(&m->rings[i]);

		sum += left;
		if (left >= m->rings[i].size / 8)
			slack = MERGE_SLACK_FULL;
	}
	m->now = now;
	m->horizon = now > slack ? now - slack : 0;
	for (unsigned i = 0; i < m->n_rings; i++)
		merge_queue(m, i);
	return sum;
}

struct ring *merge_next(struct merge *m)
{
	if (m->current)
		merge_advance(m);
	if (!m->n_heap || m->heap[0].key > m->horizon)
		return NULL;
	m->current = &m->rings[m->heap[0].ring];
	return m->current;
}

void merge_publish(struct merge *m)
{
	for (unsigned i = 0; i < m->n_rings; i++)
		ring_publish(&m->rings[i]);
}
