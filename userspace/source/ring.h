/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reader of one ring of the driver (kmod/doc/ring-protocol.md).
 *
 * In: a mapped ring page and its records.  Out: one record at a time, in place.
 *
 * The page is shared and not trusted: head must be within the ring, and a record between tail and
 * head; otherwise these bytes are skipped, and the corruption is counted.  The tail is published
 * only after publish_bytes, because every store takes a cache line away from the producer; it never
 * passes the record that was returned last.
 */
#ifndef SOURCE_RING_H
#define SOURCE_RING_H

#include <stdbool.h>
#include <stdint.h>

#include "uapi/ring.h"

struct ring {
	struct falco_ring_page *page; /* shared with the kernel */
	const uint8_t *data;	      /* 2 * size bytes: the ring is mapped twice */
	uint32_t size;
	uint32_t head;		/* as last read from the page */
	uint32_t tail;		/* the current record */
	uint32_t published;	/* the tail as last written to the page */
	uint32_t publish_bytes; /* the tail is published after this many bytes */
	uint16_t cpu;
	uint64_t n_corrupt;

	/* Of the record at tail, after ring_peek() returned true. */
	uint64_t ts;
	uint32_t len;
};

/* page and data are borrowed; size is the size of the ring in bytes. */
void ring_init(struct ring *r, struct falco_ring_page *page, const uint8_t *data, uint32_t size,
	       uint16_t cpu);
/* Reads head from the page.  Returns the bytes between tail and head. */
uint32_t ring_refill(struct ring *r);
/* True if there is a record at tail; sets ts and len.  A corrupt one is skipped and counted. */
bool ring_peek(struct ring *r);
/* Moves the tail past the record of the last ring_peek(). */
void ring_advance(struct ring *r);
/* Writes the tail to the page: the producer may use the bytes before it. */
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
