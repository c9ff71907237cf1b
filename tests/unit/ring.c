/* SPDX-License-Identifier: Apache-2.0 */
/* Reading one ring: order, wrap-around, publishing the tail, corrupt records and ring pages. */
#include "test.h"

#include "base/macros.h"
#include "ring_producer.h"

enum { SIZE = 4096 };

static struct producer *w;
static struct ring r;

static void reset(void)
{
	if (w)
		producer_free(w);
	w = producer_new(SIZE);
	ring_init(&r, &w->page, w->data, SIZE, 0);
}

TEST(empty)
{
	reset();
	EXPECT_INT(ring_refill(&r), 0);
	EXPECT(!ring_peek(&r));
	EXPECT_INT(r.n_corrupt, 0);
}

TEST(no_record_before_refill)
{
	reset();
	producer_write_record(w, 5, 1, 0);
	EXPECT(!ring_peek(&r));
	EXPECT_INT(ring_refill(&r), EVENT_HEADER);
	EXPECT(ring_peek(&r));
	EXPECT_INT(r.ts, 5);
	EXPECT_INT(r.len, EVENT_HEADER);
}

/* Records of different lengths wrap around many times; every byte read is the byte written. */
TEST(wrap)
{
	uint64_t sent = 0, got = 0;

	reset();
	while (got < 10000) {
		while (sent < 10000 &&
		       producer_write_record(w, sent, sent, (uint32_t)(sent * 37 % 300)))
			sent++;
		ring_refill(&r);
		while (ring_peek(&r)) {
			const uint8_t *rec = ring_record(&r);

			EXPECT_INT(r.ts, got);
			EXPECT_INT(r.len, EVENT_HEADER + got * 37 % 300);
			for (uint32_t i = EVENT_HEADER; i < r.len; i++)
				if (rec[i] != (got & 0xff)) {
					EXPECT_INT(rec[i], got & 0xff);
					return;
				}
			got++;
			ring_advance(&r);
		}
	}
	EXPECT_INT(r.n_corrupt, 0);
	EXPECT_INT(w->page.tail, w->page.head);
}

TEST(tail_is_published_in_batches)
{
	uint32_t last = 0, stores = 0;

	reset();
	for (int i = 0; i < 60; i++)
		producer_write_record(w, 1, 1, 38); /* 64 bytes each */
	ring_refill(&r);
	for (int i = 0; i < 59; i++) {
		EXPECT(ring_peek(&r));
		EXPECT(w->page.tail <= r.tail); /* never after the record that is being read */
		EXPECT(r.tail - w->page.tail < SIZE / 8);
		ring_advance(&r);
		stores += w->page.tail != last;
		last = w->page.tail;
	}
	EXPECT_INT(stores, 7); /* 59 * 64 bytes in batches of 512 */
	EXPECT(w->page.tail != w->page.head);
	ring_peek(&r);
	ring_advance(&r);
	EXPECT_INT(w->page.tail, w->page.head); /* empty ring: published immediately */
}

TEST(publish_on_demand)
{
	reset();
	producer_write_record(w, 1, 1, 0);
	producer_write_record(w, 1, 1, 0);
	ring_refill(&r);
	ring_peek(&r);
	ring_advance(&r);
	EXPECT_INT(w->page.tail, 0);
	ring_publish(&r);
	EXPECT_INT(w->page.tail, EVENT_HEADER);
}

/* An invalid length: the rest of the ring is dropped, and later records are read. */
static void corrupt_length(uint32_t len)
{
	reset();
	producer_write_record(w, 1, 1, 10);
	producer_write_record(w, 2, 2, 10);
	producer_write_record(w, 3, 3, 10);
	memcpy(w->data + 36 + 16, &len, 4);
	ring_refill(&r);
	EXPECT(ring_peek(&r));
	ring_advance(&r);
	EXPECT(!ring_peek(&r));
	EXPECT_INT(r.n_corrupt, 1);
	EXPECT_INT(w->page.tail, w->page.head);
	producer_write_record(w, 4, 4, 10);
	ring_refill(&r);
	EXPECT(ring_peek(&r));
	EXPECT_INT(r.ts, 4);
}

TEST(corrupt_lengths)
{
	static const uint32_t lens[] = { 0, 1, EVENT_HEADER - 1, 73, 4096, 0x7fffffff, 0xffffffff };

	for (size_t i = 0; i < ARRAY_SIZE(lens); i++)
		corrupt_length(lens[i]);
}

TEST(fewer_bytes_than_a_header)
{
	reset();
	producer_write_bytes(w, "0123456789", 10);
	EXPECT_INT(ring_refill(&r), 10);
	EXPECT(!ring_peek(&r));
	EXPECT_INT(r.n_corrupt, 1);
	EXPECT_INT(w->page.tail, 10);
}

TEST(head_outside_the_ring)
{
	static const uint32_t heads[] = { SIZE, SIZE + 1, 0x80000000, 0xffffffff };

	reset();
	for (size_t i = 0; i < ARRAY_SIZE(heads); i++) {
		w->page.head = heads[i];
		EXPECT_INT(ring_refill(&r), 0);
		EXPECT(!ring_peek(&r));
		EXPECT_INT(r.n_corrupt, i + 1);
	}
	w->page.head = 0;
	producer_write_record(w, 9, 1, 0);
	ring_refill(&r);
	EXPECT(ring_peek(&r));
	EXPECT_INT(r.ts, 9);
}

TEST(tail_outside_the_ring_at_start)
{
	reset();
	w->page.tail = 0x12345678;
	ring_init(&r, &w->page, w->data, SIZE, 0);
	EXPECT(r.tail < SIZE);
}

/* Random heads and record bytes are counted as corrupt and cause no invalid access. */
TEST(random_bytes)
{
	uint64_t x = 88172645463325252u;

	reset();
	for (uint32_t i = 0; i < 2 * SIZE; i++) {
		x = x * 6364136223846793005u + 1442695040888963407u;
		w->data[i] = (uint8_t)((x >> 40) % 5 ? 0 : x >> 33);
	}
	for (int i = 0; i < 100000; i++) {
		x = x * 6364136223846793005u + 1442695040888963407u;
		w->page.head = (uint32_t)(x >> 33) % (SIZE + 100);
		ring_refill(&r);
		for (int j = 0; j < 4 && ring_peek(&r); j++) {
			EXPECT(r.len >= EVENT_HEADER && r.len <= ring_left(&r));
			ring_advance(&r);
		}
		EXPECT(w->page.tail < SIZE);
	}
	EXPECT(r.n_corrupt > 0);
}
