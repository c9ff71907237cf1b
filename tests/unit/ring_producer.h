/* SPDX-License-Identifier: Apache-2.0 */
/* A fake of the kernel's side of a ring: a producer that writes records to a ring in memory. */
#ifndef RING_PRODUCER_H
#define RING_PRODUCER_H

#include <stdlib.h>
#include <string.h>

#include "event/event.h"
#include "source/ring.h"

struct producer {
	struct falco_ring_page page;
	uint8_t *data;
	uint32_t size;
	uint64_t n_written, n_lost;
};

static struct producer *producer_new(uint32_t size)
{
	struct producer *w = calloc(1, sizeof(*w));

	w->data = calloc(2, size);
	w->size = size;
	return w;
}

static void producer_free(struct producer *w)
{
	free(w->data);
	free(w);
}

static void producer_write_bytes(struct producer *w, const void *bytes, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		uint32_t at = (w->page.head + i) % w->size;

		w->data[at] = w->data[at + w->size] = ((const uint8_t *)bytes)[i];
	}
	w->page.head = (w->page.head + n) % w->size;
}

/* A record with `extra` bytes after its header.  False if the ring has no space for it. */
static inline bool producer_write_record(struct producer *w, uint64_t ts, uint64_t tid,
					 uint32_t extra)
{
	uint8_t rec[4096] = { 0 };
	struct falco_event_header h = {
		.ts = ts, .tid = tid, .len = EVENT_HEADER + extra, .type = EV_close
	};
	uint32_t used = (w->page.head + w->size - w->page.tail) % w->size;

	if (used + h.len >= w->size) {
		w->n_lost++;
		return false;
	}
	memcpy(rec, &h, sizeof(h));
	memset(rec + EVENT_HEADER, (int)(tid & 0xff), extra);
	producer_write_bytes(w, rec, h.len);
	w->n_written++;
	return true;
}

static inline uint64_t record_tid(const struct ring *r)
{
	uint64_t tid;

	memcpy(&tid, ring_record(r) + 8, sizeof(tid));
	return tid;
}

#endif
