/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * One CPU's bytes on their way to one reader.
 *
 * In: struct event_ctx, told where to write by falco_ring_reserve().  Out: struct falco_ring_page and the data behind it.
 *
 * The data pages are mapped twice back to back in the kernel too, so a record is written in place and contiguous
 * wherever it starts.  Only the ring's own CPU writes, and only in a probe that cannot be moved or interrupted by
 * another task; `busy` is for the one thing that can still come between, an exception that is itself an event.
 */
#ifndef FALCO_RING_H
#define FALCO_RING_H

#include <linux/irq_work.h>
#include <linux/types.h>

#include "event_ctx.h"
#include "consumer.h"
#include "stats.h"
#include "uapi/ring.h"

struct page;
struct vm_area_struct;

struct falco_ring {
	/* Producer: this CPU, in a probe. */
	bool open;   /* written by open and close, under falco_mutex */
	bool busy;   /* a record is being written */
	bool stale;  /* closed since the last grace period; falco_mutex */
	u32 mask;    /* size - 1 */
	u32 reserve; /* bytes that only vital events may use */
	u32 wake_at; /* bytes unread at which someone wants to know; written by wakeup.c as well */
	u8 *data;    /* NULL: this CPU has no ring */
	struct falco_ring_page
		*page; /* shared with the reader: never believed, but for a tail within bounds */
	char *scratch; /* one page */
	struct falco_ring_page own; /* the truth of what `page` shows */

	/* Set once. */
	struct falco_consumer *consumer;
	unsigned int cpu;
	struct page **pages;
	struct irq_work wake;

	u64 lost[EVENT_NUMBERS]; /* by event number; of a CPU without an open ring too */
};

/* From consumer.c and hotplug.c; may sleep. */
int falco_ring_alloc(struct falco_ring *ring, size_t size);
void falco_ring_free(struct falco_ring *ring);
void falco_ring_reset(struct falco_ring *ring);
/* From mmap. */
int falco_ring_map(struct falco_ring *ring, struct vm_area_struct *vma);

static inline size_t falco_ring_bytes(const struct falco_ring *ring)
{
	return (size_t)ring->mask + 1;
}

/* Bytes unread, as far as the reader can be believed.  Any context. */
static inline u32 falco_ring_used(const struct falco_ring *ring)
{
	return (READ_ONCE(ring->own.head) - READ_ONCE(ring->page->tail)) & ring->mask;
}

/* The producer; probe context, pinned to ring->cpu. */

/* acquire: pairs with the release of tail in userspace/source/: what was read may be overwritten */
static __always_inline u32 falco_ring_tail(struct falco_ring *ring)
{
	u32 tail = smp_load_acquire(&ring->page->tail);

	if (likely(tail <= ring->mask))
		ring->own.tail = tail;
	return ring->own.tail;
}

/* Room for a record of at least size bytes; what follows its header goes between c->lens and c->end. */
static __always_inline bool falco_ring_reserve(struct falco_ring *ring, struct event_ctx *ctx,
					       u32 size, u32 reserve)
{
	u8 *start = ring->data + ring->own.head;
	u32 room = (falco_ring_tail(ring) - ring->own.head - 1) & ring->mask;

	if (unlikely(room < size + reserve))
		return false;
	ctx->lens = start + sizeof(struct falco_event_header);
	ctx->end = start + room - reserve;
	ctx->known = 0;
	ctx->full = false;
	ctx->fault = false;
	return true;
}

/* One page of this CPU, the record's while it is written. */
static inline char *falco_ring_scratch(const struct falco_consumer *consumer)
{
	return this_cpu_ptr(consumer->rings)->scratch;
}

/* How many bytes the reader has now not read. */
static __always_inline u32 falco_ring_commit(struct falco_ring *ring, const struct event_ctx *ctx,
					     u32 n_params)
{
	struct falco_event_header *h = (void *)(ctx->lens - sizeof(*h));
	u32 len = ctx->at - (u8 *)h, head = (ring->own.head + len) & ring->mask;

	h->ts = ctx->ts;
	h->tid = ctx->task->pid;
	h->len = len;
	h->type = ctx->event;
	h->nparams = n_params;
	WRITE_ONCE(ring->own.head, head);
	/* release: pairs with the acquire of head in userspace/source/ */
	smp_store_release(&ring->page->head, head);
	return (head - ring->own.tail) & ring->mask;
}

#endif
