/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One ring of the driver, from the reader's side.
 *
 * In: a mapped ring page and its records.  Out: one record at a time, in place.
 *
 * The page is not ours: head must lie within the ring and a record within the bytes between tail
 * and head, or the rest of what is there is skipped and counted.  The tail goes back to the kernel
 * in batches, because every store of it takes a cache line away from the writer; it never passes
 * the record that was handed out last.
 */
#ifndef SOURCE_RING_H
#define SOURCE_RING_H

#include <stdbool.h>
#include <stdint.h>

#include "uapi/ring.h"

struct ring {
	struct falco_ring_page *page; /* shared with the kernel */
	const uint8_t *data;	      /* 2 * size bytes: the same ring twice */
	uint32_t size;
	uint32_t head;	    /* as last read from the page */
	uint32_t tail;	    /* the record that ring_peek() shows */
	uint32_t published; /* the tail that the kernel knows */
	uint32_t batch;	    /* bytes after which the tail is published */
	uint16_t cpu;
	uint64_t n_corrupt;

	/* The record at tail, once ring_peek() has said yes. */
	uint64_t ts;
	uint32_t len;
};

void ring_init(struct ring *r, struct falco_ring_page *page, const uint8_t *data, uint32_t size,
	       uint16_t cpu);
/* Look for new records.  Bytes there are to read now. */
uint32_t ring_refill(struct ring *r);
/* True if there is a record at tail; fills ts and len. */
bool ring_peek(struct ring *r);
/* Past the record that ring_peek() showed. */
void ring_advance(struct ring *r);
/* Give what has been passed back to the kernel. */
void ring_publish(struct ring *r);

static inline uint32_t ring_left(const struct ring *r)
{
	return r->head >= r->tail ? r->head - r->tail : r->size - r->tail + r->head;
}

static inline const uint8_t *ring_record(const struct ring *r)
{
	return r->data + r->tail;
}

#endif
