/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The ring of one CPU and one consumer: reserve and commit (doc/ring-protocol.md).
 *
 * In: struct event_ctx, which falco_ring_reserve() gives the space to write to.  Out: struct
 * falco_ring_page and the data.
 *
 * The data pages are mapped twice back to back in the kernel, too, so that a record is written in
 * place and contiguously wherever it starts.  Only the ring's own CPU writes, with preemption off;
 * `busy` rejects the one writer that can still nest, an exception that is an event itself (page
 * fault, signal).
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
	u32 reserve; /* bytes that only VITAL events may use */
	u32 wake_at; /* unread bytes from which on wakeup.c is called; written by wakeup.c as well */
	u8 *data;    /* NULL: this CPU has no ring */
	struct falco_ring_page
		*page; /* shared with the reader: write-only, except for a tail that is in bounds */
	char *scratch; /* one page, of the record that is being written */
	struct falco_ring_page own; /* private copy of what `page` shows */

	/* Set once. */
	struct falco_consumer *consumer;
	unsigned int cpu;
	struct page **pages;
	struct irq_work wake;

	u64 lost[EVENT_NUMBERS]; /* by event number; of a CPU without an open ring too */
};

/*
 * Process context, falco_mutex held, may sleep.  size: bytes, a power of two.  -ENOMEM leaves the
 * ring without memory.
 */
int falco_ring_alloc(struct falco_ring *ring, size_t size);
/* No probe, irq_work or mapping may be using it; also of a ring that was never allocated. */
void falco_ring_free(struct falco_ring *ring);
/* Empties it and clears its counters; no probe may be using it. */
void falco_ring_reset(struct falco_ring *ring);
/* mmap() of the ring page or of the data, by length; -EIO for anything else. */
int falco_ring_map(struct falco_ring *ring, struct vm_area_struct *vma);

static inline size_t falco_ring_bytes(const struct falco_ring *ring)
{
	return (size_t)ring->mask + 1;
}

/* Unread bytes; garbage below the ring size if the reader writes garbage to tail.  Any context. */
static inline u32 falco_ring_used(const struct falco_ring *ring)
{
	return (READ_ONCE(ring->own.head) - READ_ONCE(ring->page->tail)) & ring->mask;
}

/* The producer: probe context, on ring->cpu, preemption off. */

static __always_inline u32 falco_ring_tail(struct falco_ring *ring)
{
	/*
	 * acquire: pairs with the release of tail in userspace/source/ring.c; what was read may be
	 * overwritten
	 */
	u32 tail = smp_load_acquire(&ring->page->tail);

	if (likely(tail <= ring->mask))
		ring->own.tail = tail;
	return ring->own.tail;
}

/*
 * Space for a record of at least size bytes that leaves reserve bytes free; false: there is none.
 * What follows the header goes between ctx->lens and ctx->end.
 */
static __always_inline bool falco_ring_reserve(struct falco_ring *ring, struct event_ctx *ctx,
					       u32 size, u32 reserve)
{
	u8 *start = ring->data + ring->own.head;
	u32 space = (falco_ring_tail(ring) - ring->own.head - 1) & ring->mask;

	if (unlikely(space < size + reserve))
		return false;
	ctx->lens = start + sizeof(struct falco_event_header);
	ctx->end = start + space - reserve;
	ctx->known = 0;
	ctx->full = false;
	ctx->fault = false;
	return true;
}

/* One page of this CPU, for the record that is being written. */
static inline char *falco_ring_scratch(const struct falco_consumer *consumer)
{
	return this_cpu_ptr(consumer->rings)->scratch;
}

/* Publishes the record; returns the number of unread bytes. */
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
	/* release: pairs with the acquire of head in userspace/source/ring.c */
	smp_store_release(&ring->page->head, head);
	return (head - ring->own.tail) & ring->mask;
}

#endif
