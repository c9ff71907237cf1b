// SPDX-License-Identifier: Apache-2.0
/* Reads a ring: kmod/doc/ring-protocol.md. */
#include "source/ring.h"

#include <string.h>

#include "event/event.h"

enum { PUBLISH_MAX = 128 << 10 };

void ring_init(struct ring *r, struct falco_ring_page *page, const uint8_t *data, uint32_t size,
	       uint16_t cpu)
{
	uint32_t tail = __atomic_load_n(&page->tail, __ATOMIC_RELAXED);

	memset(r, 0, sizeof(*r));
	r->page = page;
	r->data = data;
	r->size = size;
	r->cpu = cpu;
	r->publish_bytes = size / 8 < PUBLISH_MAX ? size / 8 : PUBLISH_MAX;
	r->head = r->tail = r->published = tail < size ? tail : 0;
}

uint32_t ring_refill(struct ring *r)
{
	/* Acquire: records before head are complete; pairs with the release in kmod/ring.c. */
	uint32_t head = __atomic_load_n(&r->page->head, __ATOMIC_ACQUIRE);

	if (head < r->size)
		r->head = head;
	else
		r->n_corrupt++;
	return ring_left(r);
}

bool ring_peek(struct ring *r)
{
	const uint8_t *rec = ring_record(r);
	uint32_t left = ring_left(r);

	if (!left)
		return false;
	if (left >= EVENT_HEADER) {
		memcpy(&r->ts, rec, sizeof(r->ts));
		memcpy(&r->len, rec + 16, sizeof(r->len));
		if (r->len >= EVENT_HEADER && r->len <= left)
			return true;
	}
	/* The start of the next record is unknown: all bytes up to head are skipped. */
	r->n_corrupt++;
	r->tail = r->head;
	ring_publish(r);
	return false;
}

void ring_advance(struct ring *r)
{
	uint32_t unpublished;

	r->tail += r->len;
	if (r->tail >= r->size)
		r->tail -= r->size;
	unpublished = r->tail >= r->published ? r->tail - r->published
					      : r->size - r->published + r->tail;
	if (unpublished >= r->publish_bytes || r->tail == r->head)
		ring_publish(r);
}

void ring_publish(struct ring *r)
{
	if (r->published == r->tail)
		return;
	/* Release: the bytes before tail have been read; pairs with the acquire in kmod/ring.c. */
	__atomic_store_n(&r->page->tail, r->tail, __ATOMIC_RELEASE);
	r->published = r->tail;
}
