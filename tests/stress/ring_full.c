// SPDX-License-Identifier: Apache-2.0
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ring_full.h"

enum { BEHIND = 4096 };
enum { WELL, BAD_RECORD, TOO_MUCH, OVERWRITTEN };

/* This process's. */
static struct {
	struct ring_full *ring;
	struct reader *r;
	unsigned cpu;
	struct dice *dice;
	bool filled;
	uint32_t head, room;
	uint8_t behind[BEHIND];
} mine;

static void count(struct reader *r, const struct falco_event_header *h, const uint8_t *param)
{
	(void)r;
	(void)param;
	mine.ring->n[h->type]++;
}

void ring_full_take_over(void)
{
	mine.ring->owner = (pid_t)syscall(SYS_gettid);
	mine.filled = false;
}

void ring_full_start(struct ring_full *b, struct reader *r, unsigned cpu, struct dice *d)
{
	mine.ring = b;
	mine.r = r;
	mine.cpu = cpu;
	mine.dice = d;
	r->each = count;
	stay_on(cpu);
	ring_full_take_over();
}

static bool broken(int how)
{
	mine.ring->broken = how;
	return false;
}

static bool is_untouched(void)
{
	const uint32_t mask = mine.r->ring_size - 1;
	const uint8_t *now = mine.r->data[mine.cpu] + ((mine.head + mine.room + 1) & mask);
	struct ring_full *b = mine.ring;

	if (!memcmp(mine.behind, now, BEHIND))
		return true;
	for (uint32_t i = BEHIND; i--;)
		if (mine.behind[i] != now[i]) {
			b->at = i;
			b->n_changed++;
		}
	return false;
}

static bool holds(uint32_t head)
{
	struct ring_full *b = mine.ring;
	uint64_t before = mine.r->n_read, done = b->done;

	b->room = mine.room;
	b->used = (head - mine.head) & (mine.r->ring_size - 1);
	if (mine.filled && b->used > mine.room)
		return broken(TOO_MUCH);
	if (!reader_walk(mine.r, mine.cpu, (uint32_t)done, head))
		return broken(BAD_RECORD);
	if (mine.filled && !is_untouched())
		return broken(OVERWRITTEN);
	b->done = ((done >> 32) + (mine.r->n_read - before)) << 32 | head;
	return true;
}

/*
 * An eighth of the ring is for births, images and the like, which are rare among calls: mostly, that much is free too.
 * Where a record hardly fits there is most to go wrong.
 */
static uint32_t some_room(unsigned event)
{
	static const unsigned more[] = { 20, 100, 600, 2000, 8000 };
	uint32_t spare = dice_below(mine.dice, 3) ? mine.r->ring_size / 8 : 0;

	if (dice_below(mine.dice, 2))
		return spare + reader_least(event) + (uint32_t)dice_below(mine.dice, 40);
	return spare +
	       (uint32_t)dice_below(mine.dice,
				    more[dice_below(mine.dice, sizeof(more) / sizeof(*more))]);
}

/*
 * On this CPU no record is being written while we run. But we may be interrupted: until the head has stayed where it was,
 * the new tail says nothing.
 */
bool ring_full_next(const char *call, unsigned event)
{
	struct falco_ring_page *page = mine.r->page[mine.cpu];
	const uint32_t mask = mine.r->ring_size - 1;
	uint32_t head;

	if (mine.ring->owner != (pid_t)syscall(SYS_gettid))
		_exit(0);
	do {
		head = __atomic_load_n(&page->head, __ATOMIC_ACQUIRE);
		if (!holds(head))
			return false;
		mine.filled = false;
		mine.head = head;
		mine.room = some_room(event);
		__atomic_store_n(&page->tail, (head + mine.room + 1) & mask, __ATOMIC_SEQ_CST);
	} while (head != __atomic_load_n(&page->head, __ATOMIC_ACQUIRE));
	memcpy(mine.behind, mine.r->data[mine.cpu] + ((head + mine.room + 1) & mask), BEHIND);
	strncpy(mine.ring->call, call, sizeof(mine.ring->call) - 1);
	mine.filled = true;
	return true;
}

bool ring_full_finish(struct ring_full *b, struct reader *r, unsigned cpu)
{
	uint64_t done = b->done;
	uint32_t head = __atomic_load_n(&r->page[cpu]->head, __ATOMIC_ACQUIRE);
	bool ok = reader_walk(r, cpu, (uint32_t)done, head);

	r->n_read += done >> 32;
	for (unsigned i = 0; i < EVENT_NUMBERS; i++)
		r->n[i] += b->n[i];
	switch (b->broken) {
	case TOO_MUCH:
		ok = wrong("%u bytes were written where %u were free", b->used, b->room);
		break;
	case OVERWRITTEN:
		ok = wrong("%u bytes free, %u written; of those behind %u are others, from %u on",
			   b->room, b->used, b->n_changed, b->at);
		break;
	}
	if (b->broken)
		ok = wrong("that was CPU %u after %s, from %u on", cpu, b->call, (uint32_t)done);
	return ok;
}
