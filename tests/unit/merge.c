/* SPDX-License-Identifier: Apache-2.0 */
/* Merging several rings by time: compared with a linear search, and with concurrent producers. */
#include "test.h"

#include "ring_producer.h"
#include "source/merge.h"

enum { MAX = 64, SIZE = 65536 };

static struct producer *w[MAX];
static struct ring rings[MAX];
static struct merge m;
static unsigned n;
static uint64_t seed;

static uint32_t rng(uint32_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((seed >> 33) % below);
}

static void reset(unsigned count)
{
	for (unsigned i = 0; i < n; i++)
		producer_free(w[i]);
	merge_free(&m);
	n = count;
	for (unsigned i = 0; i < n; i++) {
		w[i] = producer_new(SIZE);
		ring_init(&rings[i], &w[i]->page, w[i]->data, SIZE, (uint16_t)i);
	}
	merge_init(&m, rings, n);
	seed = count + 1;
}

static const uint64_t AFTER_HORIZON = 1000 * MERGE_SLACK;

TEST(empty_rings)
{
	reset(3);
	EXPECT(!merge_next(&m));
	EXPECT_INT(merge_refill(&m, AFTER_HORIZON), 0);
	EXPECT(!merge_next(&m));
}

TEST(two_rings)
{
	static const uint64_t want[] = { 1, 2, 3, 4, 5 };
	struct ring *r;

	reset(2);
	producer_write_record(w[0], 1, 0, 0);
	producer_write_record(w[1], 2, 0, 0);
	producer_write_record(w[1], 3, 0, 0);
	producer_write_record(w[0], 4, 0, 0);
	producer_write_record(w[1], 5, 0, 0);
	EXPECT_INT(merge_refill(&m, AFTER_HORIZON), 5 * EVENT_HEADER);
	for (unsigned i = 0; i < 5; i++) {
		r = merge_next(&m);
		EXPECT(r && r->ts == want[i]);
	}
	EXPECT(!merge_next(&m));
	EXPECT_INT(w[0]->page.tail, w[0]->page.head);
	EXPECT_INT(w[1]->page.tail, w[1]->page.head);
}

TEST(equal_times_are_ordered_by_ring)
{
	reset(5);
	for (int i = 4; i >= 0; i--)
		producer_write_record(w[i], 7, 0, 0);
	merge_refill(&m, AFTER_HORIZON);
	for (int i = 0; i < 5; i++)
		EXPECT_INT(merge_next(&m)->cpu, i);
}

/* A record after the horizon waits: an older record may still be written to another ring. */
TEST(records_after_the_horizon_wait)
{
	uint64_t now = AFTER_HORIZON;

	reset(2);
	producer_write_record(w[0], now - 10, 1, 0);
	merge_refill(&m, now);
	EXPECT(!merge_next(&m));
	producer_write_record(w[1], now - 20, 2, 0);
	merge_refill(&m, now + MERGE_SLACK);
	EXPECT_INT(record_tid(merge_next(&m)), 2);
	EXPECT_INT(record_tid(merge_next(&m)), 1);
}

/* The horizon is closer to the present while a ring is nearly full. */
TEST(a_full_ring_moves_the_horizon)
{
	uint64_t now = AFTER_HORIZON;

	reset(2);
	producer_write_record(w[1], now - MERGE_SLACK_FULL - 2, 1, 0);
	for (unsigned i = 0; i < SIZE / 8 / EVENT_HEADER; i++)
		producer_write_record(w[0], now - MERGE_SLACK_FULL - 1, 2, 0);
	merge_refill(&m, now);
	EXPECT(!merge_next(&m));
	producer_write_record(w[0], now, 2, 0);
	merge_refill(&m, now);
	EXPECT_INT(record_tid(merge_next(&m)), 1);
	EXPECT_INT(record_tid(merge_next(&m)), 2);
}

/* The wall clock was set back: a record with a future time delays others by at most MERGE_SLACK. */
TEST(a_record_with_a_future_time)
{
	uint64_t now = AFTER_HORIZON;

	reset(2);
	producer_write_record(w[0], now + 3600000000000u, 1, 0);
	producer_write_record(w[0], now + 1, 2, 0);
	producer_write_record(w[1], now - 1, 3, 0);
	merge_refill(&m, now);
	EXPECT(!merge_next(&m));
	merge_refill(&m, now + MERGE_SLACK + 2);
	EXPECT_INT(record_tid(merge_next(&m)), 3);
	EXPECT_INT(record_tid(merge_next(&m)), 1);
	EXPECT_INT(record_tid(merge_next(&m)), 2);
}

/* The merge of complete rings must return the records that a linear search of the rings finds. */
static void compare_with_linear_search(unsigned count)
{
	uint64_t at[MAX] = { 0 }, total = 0, id = 0;
	struct ring unmerged[MAX], *r;

	reset(count);
	for (unsigned i = 0; i < n; i++) {
		unsigned records = rng(120);

		for (unsigned j = 0; j < records; j++) {
			at[i] += rng(50);
			total += producer_write_record(w[i], 1 + at[i], id++, rng(40));
		}
		unmerged[i] = rings[i];
		ring_refill(&unmerged[i]);
	}
	merge_refill(&m, AFTER_HORIZON);
	for (uint64_t k = 0; k < total; k++) {
		struct ring *best = NULL;

		for (unsigned i = 0; i < n; i++)
			if (ring_peek(&unmerged[i]) && (!best || unmerged[i].ts < best->ts))
				best = &unmerged[i];
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
		compare_with_linear_search(count);
}

/*
 * A simulation of concurrent producers.  Records get increasing times; each is published in its
 * ring up to MERGE_SLACK later; rings fill, drain and overflow.  The reader must get every record
 * that was not lost, in order of time.
 */
struct pending {
	uint64_t ts, published_at;
	unsigned ring;
};

TEST(concurrent_producers)
{
	static struct pending queue[64];
	uint64_t now = AFTER_HORIZON, last = 0, seen = 0, written = 0, misplaced = 0;
	uint64_t last_published[16] = { 0 };
	unsigned n_queue = 0;
	struct ring *r;

	reset(16);
	for (unsigned step = 0; step < 60000; step++) {
		now += 1 + rng(200000);
		if (n_queue < 60) {
			struct pending p = { now, now + rng(MERGE_SLACK), rng(n) };

			/* A ring publishes its records in order. */
			if (p.published_at < last_published[p.ring])
				p.published_at = last_published[p.ring];
			last_published[p.ring] = p.published_at;
			if (p.published_at < p.ts + MERGE_SLACK)
				queue[n_queue++] = p;
		}
		for (unsigned i = 0; i < n_queue;) {
			if (queue[i].published_at > now) {
				i++;
				continue;
			}
			written += producer_write_record(w[queue[i].ring], queue[i].ts, 0, rng(100));
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
		queue[i].published_at = 0;
	while ((r = merge_next(&m))) {
		misplaced += r->ts < last;
		last = r->ts;
		seen++;
	}
	EXPECT(written > 40000);
	EXPECT_INT(seen, written);
	EXPECT_INT(misplaced, 0);
}

/* The rest of a ring with a corrupt record is dropped; other rings are not affected. */
TEST(one_corrupt_ring)
{
	uint32_t len = 5;
	unsigned seen = 0;

	reset(3);
	for (unsigned i = 0; i < 3; i++)
		for (unsigned j = 0; j < 10; j++)
			producer_write_record(w[i], 1 + 10 * j + i, 0, 0);
	memcpy(w[1]->data + 3 * EVENT_HEADER + 16, &len, 4);
	merge_refill(&m, AFTER_HORIZON);
	while (merge_next(&m))
		seen++;
	EXPECT_INT(seen, 23);
	EXPECT_INT(rings[1].n_corrupt, 1);
	EXPECT_INT(w[1]->page.tail, w[1]->page.head);
}
