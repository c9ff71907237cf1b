/* SPDX-License-Identifier: Apache-2.0 */
/* Several rings: order by time, against a naive search and against a writer that goes on writing. */
#include "test.h"

#include "rings.h"
#include "source/merge.h"

enum { MAX = 64, SIZE = 65536 };

static struct writer *w[MAX];
static struct ring rings[MAX];
static struct merge m;
static unsigned n;
static uint64_t seed;

static uint32_t rng(uint32_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((seed >> 33) % below);
}

static void fresh(unsigned count)
{
	for (unsigned i = 0; i < n; i++)
		writer_free(w[i]);
	merge_free(&m);
	n = count;
	for (unsigned i = 0; i < n; i++) {
		w[i] = writer_new(SIZE);
		ring_init(&rings[i], &w[i]->page, w[i]->data, SIZE, (uint16_t)i);
	}
	merge_init(&m, rings, n);
	seed = count + 1;
}

static const uint64_t LATER = 1000 * MERGE_SLACK;

TEST(empty_rings)
{
	fresh(3);
	EXPECT(!merge_next(&m));
	EXPECT_INT(merge_refill(&m, LATER), 0);
	EXPECT(!merge_next(&m));
}

TEST(two_rings)
{
	static const uint64_t want[] = { 1, 2, 3, 4, 5 };
	struct ring *r;

	fresh(2);
	writer_record(w[0], 1, 0, 0);
	writer_record(w[1], 2, 0, 0);
	writer_record(w[1], 3, 0, 0);
	writer_record(w[0], 4, 0, 0);
	writer_record(w[1], 5, 0, 0);
	EXPECT_INT(merge_refill(&m, LATER), 5 * EVENT_HEADER);
	for (unsigned i = 0; i < 5; i++) {
		r = merge_next(&m);
		EXPECT(r && r->ts == want[i]);
	}
	EXPECT(!merge_next(&m));
	EXPECT_INT(w[0]->page.tail, w[0]->page.head);
	EXPECT_INT(w[1]->page.tail, w[1]->page.head);
}

TEST(equal_times_by_ring)
{
	fresh(5);
	for (int i = 4; i >= 0; i--)
		writer_record(w[i], 7, 0, 0);
	merge_refill(&m, LATER);
	for (int i = 0; i < 5; i++)
		EXPECT_INT(merge_next(&m)->cpu, i);
}

/* A record that is too young waits: an older one may yet appear elsewhere. */
TEST(records_after_the_horizon_wait)
{
	uint64_t now = LATER;

	fresh(2);
	writer_record(w[0], now - 10, 1, 0);
	merge_refill(&m, now);
	EXPECT(!merge_next(&m));
	writer_record(w[1], now - 20, 2, 0);
	merge_refill(&m, now + MERGE_SLACK);
	EXPECT_INT(record_tid(merge_next(&m)), 2);
	EXPECT_INT(record_tid(merge_next(&m)), 1);
}

/* A ring that fills is read sooner. */
TEST(a_full_ring_moves_the_horizon)
{
	uint64_t now = LATER;

	fresh(2);
	writer_record(w[1], now - MERGE_SLACK_FULL - 2, 1, 0);
	for (unsigned i = 0; i < SIZE / 8 / EVENT_HEADER; i++)
		writer_record(w[0], now - MERGE_SLACK_FULL - 1, 2, 0);
	merge_refill(&m, now);
	EXPECT(!merge_next(&m));
	writer_record(w[0], now, 2, 0);
	merge_refill(&m, now);
	EXPECT_INT(record_tid(merge_next(&m)), 1);
	EXPECT_INT(record_tid(merge_next(&m)), 2);
}

/* The wall clock went back: a record of the old time holds up nobody for longer than the slack. */
TEST(a_record_with_a_future_time)
{
	uint64_t now = LATER;

	fresh(2);
	writer_record(w[0], now + 3600000000000u, 1, 0);
	writer_record(w[0], now + 1, 2, 0);
	writer_record(w[1], now - 1, 3, 0);
	merge_refill(&m, now);
	EXPECT(!merge_next(&m));
	merge_refill(&m, now + MERGE_SLACK + 2);
	EXPECT_INT(record_tid(merge_next(&m)), 3);
	EXPECT_INT(record_tid(merge_next(&m)), 1);
	EXPECT_INT(record_tid(merge_next(&m)), 2);
}

/* All written first: the heap must agree with a search of all rings, event by event. */
static void against_naive(unsigned count)
{
	uint64_t at[MAX] = { 0 }, total = 0, id = 0;
	struct ring naive[MAX], *r;

	fresh(count);
	for (unsigned i = 0; i < n; i++) {
		unsigned records = rng(120);

		for (unsigned j = 0; j < records; j++) {
			at[i] += rng(50);
			total += writer_record(w[i], 1 + at[i], id++, rng(40));
		}
		naive[i] = rings[i];
		ring_refill(&naive[i]);
	}
	merge_refill(&m, LATER);
	for (uint64_t k = 0; k < total; k++) {
		struct ring *best = NULL;

		for (unsigned i = 0; i < n; i++)
			if (ring_peek(&naive[i]) && (!best || naive[i].ts < best->ts))
				best = &naive[i];
		r = merge_next(&m);
		EXPECT(r && best);
		if (!r || !best)
			return;
		EXPECT_INT(record_tid(r), record_tid(best));
		best->tail = (best->tail + best->len) % best->size;
	}
	EXPECT(!merge_next(&m));
}

TEST(heap_equals_linear_search)
{
	for (unsigned count = 1; count <= MAX; count += count < 8 ? 1 : 7)
		against_naive(count);
}

/*
 * A machine that goes on: records begin in order on a clock, each appears in its ring a while later (less than the
 * slack), rings fill, drain and overflow; the reader must see every record that was not lost, in order.
 */
struct pending {
	uint64_t ts, shown;
	unsigned ring;
};

TEST(concurrent_producers)
{
	static struct pending queue[64];
	uint64_t now = LATER, last = 0, seen = 0, written = 0, misplaced = 0;
	uint64_t next_free[16] = { 0 };
	unsigned n_queue = 0;
	struct ring *r;

	fresh(16);
	for (unsigned step = 0; step < 60000; step++) {
		now += 1 + rng(200000);
		if (n_queue < 60) {
			struct pending p = { now, now + rng(MERGE_SLACK), rng(n) };

			/* One ring publishes in order. */
			if (p.shown < next_free[p.ring])
				p.shown = next_free[p.ring];
			next_free[p.ring] = p.shown;
			if (p.shown < p.ts + MERGE_SLACK)
				queue[n_queue++] = p;
		}
		for (unsigned i = 0; i < n_queue;) {
			if (queue[i].shown > now) {
				i++;
				continue;
			}
			written += writer_record(w[queue[i].ring], queue[i].ts, 0, rng(100));
			memmove(&queue[i], &queue[i + 1], (--n_queue - i) * sizeof(queue[0]));
		}
		if (rng(20))
			continue;
		merge_refill(&m, now);
		for (unsigned budget = rng(300); budget && (r = merge_next(&m)); budget--) {
			misplaced += r->ts < last;
			last = r->ts;
			seen++;
		}
	}
	merge_refill(&m, now + 2 * MERGE_SLACK);
	for (unsigned i = 0; i < n_queue; i++)
		queue[i].shown = 0;
	while ((r = merge_next(&m))) {
		misplaced += r->ts < last;
		last = r->ts;
		seen++;
	}
	EXPECT(written > 40000);
	EXPECT_INT(seen, written);
	EXPECT_INT(misplaced, 0);
}

/* A ring with a broken record loses its rest, the others go on. */
TEST(one_corrupt_ring)
{
	uint32_t len = 5;
	unsigned seen = 0;

	fresh(3);
	for (unsigned i = 0; i < 3; i++)
		for (unsigned j = 0; j < 10; j++)
			writer_record(w[i], 1 + 10 * j + i, 0, 0);
	memcpy(w[1]->data + 3 * EVENT_HEADER + 16, &len, 4);
	merge_refill(&m, LATER);
	while (merge_next(&m))
		seen++;
	EXPECT_INT(seen, 23);
	EXPECT_INT(rings[1].n_corrupt, 1);
	EXPECT_INT(w[1]->page.tail, w[1]->page.head);
}
