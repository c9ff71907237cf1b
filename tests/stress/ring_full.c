// SPDX-License-Identifier: Apache-2.0
/* Keeps a ring nearly full and checks what the module writes to it: ring_full.h. */
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ring_full.h"

enum { UNREAD_BYTES = 4096 }; /* bytes after the free space that are checked */
enum { NO_ERROR, MALFORMED_RECORD, RECORD_TOO_LONG, UNREAD_OVERWRITTEN };

/* State of this process. */
static struct {
	struct ring_full *ring;
	struct reader *r;
	unsigned cpu;
	struct rng *rng;
	bool tail_set;		      /* ring_full_next() has set head, space and unread */
	uint32_t head, space;	      /* head and free bytes before the call */
	uint8_t unread[UNREAD_BYTES]; /* copy of the bytes after the free space */
} self;

static void count_record(struct reader *r, const struct falco_event_header *h, const uint8_t *param)
{
	(void)r;
	(void)param;
	self.ring->n[h->type]++;
}

void ring_full_take_over(void)
{
	self.ring->owner = (pid_t)syscall(SYS_gettid);
	self.tail_set = false;
}

void ring_full_start(struct ring_full *ring, struct reader *r, unsigned cpu, struct rng *rng)
{
	self.ring = ring;
	self.r = r;
	self.cpu = cpu;
	self.rng = rng;
	r->on_record = count_record;
	pin_to_cpu(cpu);
	ring_full_take_over();
}

static bool set_error(int error)
{
	self.ring->error = error;
	return false;
}

static bool is_unread_intact(void)
{
	const uint32_t mask = self.r->ring_size - 1;
	const uint8_t *now = self.r->data[self.cpu] + ((self.head + self.space + 1) & mask);
	struct ring_full *ring = self.ring;

	if (!memcmp(self.unread, now, UNREAD_BYTES))
		return true;
	for (uint32_t i = UNREAD_BYTES; i--;)
		if (self.unread[i] != now[i]) {
			ring->first_changed = i;
			ring->n_changed++;
		}
	return false;
}

/* Checks the records between the last checked offset and head. */
static bool check_new_records(uint32_t head)
{
	struct ring_full *ring = self.ring;
	uint64_t before = self.r->n_read, done = ring->done;

	ring->space = self.space;
	ring->used = (head - self.head) & (self.r->ring_size - 1);
	if (self.tail_set && ring->used > self.space)
		return set_error(RECORD_TOO_LONG);
	if (!reader_check(self.r, self.cpu, (uint32_t)done, head))
		return set_error(MALFORMED_RECORD);
	if (self.tail_set && !is_unread_intact())
		return set_error(UNREAD_OVERWRITTEN);
	ring->done = ((done >> 32) + (self.r->n_read - before)) << 32 | head;
	return true;
}

/*
 * Chooses how many bytes to leave free. An eighth of the ring is reserved for process events, which
 * are rare in this test: in two of three cases that many bytes are left free in addition. In half
 * of the cases the space is about the smallest size of the record.
 */
static uint32_t choose_space(unsigned event)
{
	static const unsigned limits[] = { 20, 100, 600, 2000, 8000 };
	uint32_t reserve = rng_below(self.rng, 3) ? self.r->ring_size / 8 : 0;

	if (rng_below(self.rng, 2))
		return reserve + reader_min_size(event) + (uint32_t)rng_below(self.rng, 40);
	return reserve +
	       (uint32_t)rng_below(self.rng, limits[rng_below(self.rng, ARRAY_SIZE(limits))]);
}

/*
 * Only interrupts write records on this CPU while this function runs: if head has changed, the new
 * tail leaves the wrong space, and the loop sets it again.
 */
bool ring_full_next(const char *call, unsigned event)
{
	struct falco_ring_page *page = self.r->page[self.cpu];
	const uint32_t mask = self.r->ring_size - 1;
	uint32_t head;

	if (self.ring->owner != (pid_t)syscall(SYS_gettid))
		_exit(0);
	do {
		head = __atomic_load_n(&page->head, __ATOMIC_ACQUIRE);
		if (!check_new_records(head))
			return false;
		self.tail_set = false;
		self.head = head;
		self.space = choose_space(event);
		__atomic_store_n(&page->tail, (head + self.space + 1) & mask, __ATOMIC_SEQ_CST);
	} while (head != __atomic_load_n(&page->head, __ATOMIC_ACQUIRE));
	memcpy(self.unread, self.r->data[self.cpu] + ((head + self.space + 1) & mask), UNREAD_BYTES);
	strncpy(self.ring->call, call, sizeof(self.ring->call) - 1);
	self.tail_set = true;
	return true;
}

bool ring_full_finish(struct ring_full *ring, struct reader *r, unsigned cpu)
{
	uint64_t done = ring->done;
	uint32_t head = __atomic_load_n(&r->page[cpu]->head, __ATOMIC_ACQUIRE);
	bool ok = reader_check(r, cpu, (uint32_t)done, head);

	r->n_read += done >> 32;
	for (unsigned i = 0; i < EVENT_NUMBERS; i++)
		r->n[i] += ring->n[i];
	switch (ring->error) {
	case RECORD_TOO_LONG:
		ok = failure("%u bytes were written, but only %u were free", ring->used,
			     ring->space);
		break;
	case UNREAD_OVERWRITTEN:
		ok = failure("%u bytes free, %u written; %u unread bytes overwritten, the first at +%u",
			     ring->space, ring->used, ring->n_changed, ring->first_changed);
		break;
	}
	if (ring->error)
		ok = failure("CPU %u, after %s, at offset %u", cpu, ring->call, (uint32_t)done);
	return ok;
}
