// SPDX-License-Identifier: Apache-2.0
/*
 * A capture file as a source.
 *
 * In: blocks of one or several sections.  Out: events, in place in the block, in file order; the
 * lists before them are seeded into state.  Events of older schemas are converted into memory of
 * the converter.  The first malformed block ends the replay with an error that has its offset.
 */
#include "source/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/block.h"
#include "source/convert.h"
#include "source/lists.h"

enum {
	SECTION_MAGIC = 0x1A2B3C4D,
	SECTION_SWAPPED = 0x4D3C2B1A,
	SECTION_MAJOR = 1,
	SECTION_BODY = 16
};
enum { EVENT_HEADER_V1 = 22 };

struct replay {
	struct source src;
	struct state *state;
	struct block_reader in;
	struct convert *convert;
	bool in_section, in_events, any_event;
	struct source_stats stats;
	char name[256];
};

static __attribute__((noinline)) enum source_result replay_fail(struct replay *r, uint64_t at,
								const char *why)
{
	snprintf(r->src.error, sizeof(r->src.error), "%.240s: offset %llu: %s", r->name,
		 (unsigned long long)at, why);
	return SOURCE_FAILED;
}

static bool section_read(struct replay *r, const struct block *b, char *why, size_t why_size)
{
	uint32_t magic;
	uint16_t major;

	if (b->len < SECTION_BODY) {
		snprintf(why, why_size, "section header of %u bytes, expected %d", b->len,
			 SECTION_BODY);
		return false;
	}
	magic = load32(b->body);
	major = load16(b->body + 4);
	if (magic == SECTION_SWAPPED) {
		snprintf(why, why_size,
			 "section header: written on a machine of the other byte order");
		return false;
	}
	if (magic != SECTION_MAGIC) {
		snprintf(why, why_size, "section header: magic 0x%x, expected 0x%x", magic,
			 SECTION_MAGIC);
		return false;
	}
	if (major > SECTION_MAJOR) {
		snprintf(why, why_size, "section header: format version %u, newest known is %d",
			 major, SECTION_MAJOR);
		return false;
	}
	r->in_section = true;
	r->in_events = false;
	return true;
}

/* A block that may precede the events; false with *at and why. */
static bool header_read(struct replay *r, struct block *b, uint64_t *at, char *why, size_t why_size)
{
	if (b->kind == BLOCK_section)
		return section_read(r, b, why, why_size);
	if (!r->in_section) {
		snprintf(why, why_size,
			 "not a capture file: block type 0x%x where a section header belongs",
			 b->type);
		return false;
	}
	if (r->in_events) {
		snprintf(why, why_size, "block type 0x%x between events", b->type);
		return false;
	}
	return b->kind == BLOCK_unknown || lists_read(r->state, b, at, why, why_size);
}

/*
 * The length of a version 1 record that has n parameters; any number above limit if it is longer.
 */
static uint32_t length_v1(const uint8_t *lens, uint32_t n, uint32_t size, uint32_t limit)
{
	uint32_t sum = EVENT_HEADER_V1 + n * size;

	for (uint32_t i = 0; i < n && sum <= limit; i++)
		sum += size == 2 ? load16(lens + i * size) : load32(lens + i * size) & 0xffffff;
	return sum;
}

/*
 * The header of version 1 has no parameter count.  Moves it towards the start of the block, over
 * bytes that have been read, and inserts the count for which header, lengths and parameters add up
 * to the length of the record: the count of the event's row, or a smaller one.  NULL: there is
 * none.
 */
static uint8_t *widen_header(uint8_t *old)
{
	uint8_t *rec = old - (EVENT_HEADER - EVENT_HEADER_V1);
	uint32_t len = load32(old + 16), n, size, sum;
	const struct event_info *info;
	uint16_t type = load16(old + 20);

	info = convert_info(type);
	if (!info)
		return NULL;
	/* quirk: the length of two metaevents was written three bytes too large. */
	if (type == EV_notification || type == EV_infra)
		len -= 3;
	size = info->flags & LARGE_PAYLOAD ? 4 : 2;
	n = info->n_params;
	while ((sum = length_v1(old + EVENT_HEADER_V1, n, size, len)) != len && n)
		n--;
	if (sum != len)
		return NULL;
	memmove(rec, old, EVENT_HEADER_V1);
	len += EVENT_HEADER - EVENT_HEADER_V1;
	memcpy(rec + 16, &len, sizeof(len));
	memcpy(rec + 22, &n, sizeof(n));
	return rec;
}

/* ---- events ---- */

static __attribute__((noinline)) enum source_result event_short(struct replay *r)
{
	char why[80];

	snprintf(why, sizeof(why), "event block of %u bytes is shorter than an event",
		 r->in.block.len);
	return replay_fail(r, block_start(&r->in), why);
}

static __attribute__((noinline)) enum source_result event_length_bad(struct replay *r, uint32_t len)
{
	const struct block *b = &r->in.block;
	char why[80];

	snprintf(why, sizeof(why), "event length %u in a block with room for %u", len,
		 b->len - b->prefix);
	return replay_fail(r, block_start(&r->in), why);
}

/* A record that did not become an event: skipped and counted, or the end of the replay. */
static __attribute__((noinline)) enum source_result
event_refused(struct replay *r, const struct event *ev, enum convert_result converted)
{
	uint32_t room = r->in.block.len - r->in.block.prefix;

	if (converted == CONVERT_NOTHING) {
		r->stats.n_unknown++;
		return SOURCE_TIMEOUT;
	}
	if (r->in.block.version == 2 && (ev->len < EVENT_HEADER || ev->len > room))
		return event_length_bad(r, ev->len);
	return replay_fail(r, block_start(&r->in), ev->fault);
}

/* The bytes of the body before the record. */
static inline void prefix_read(const struct block *b, struct event *ev)
{
	ev->cpu = load16(b->body);
	ev->state_only = b->prefix == BLOCK_PREFIX_FLAGS &&
			 load32(b->body + BLOCK_PREFIX) & BLOCK_STATE_ONLY;
}

static inline enum source_result record_read(struct replay *r, struct event *ev, const uint8_t *rec,
					     uint32_t room)
{
	enum convert_result converted = convert_record(r->convert, ev, rec, room);

	if (converted != CONVERT_EVENT)
		return event_refused(r, ev, converted);
	r->stats.n_evts++;
	return SOURCE_EVENT;
}

static inline enum source_result event_read(struct replay *r, struct event *ev)
{
	const struct block *b = &r->in.block;

	prefix_read(b, ev);
	return record_read(r, ev, b->body + b->prefix, b->len - b->prefix);
}

/* An event block of version 1. */
static enum source_result event_v1_read(struct replay *r, struct event *ev)
{
	const struct block *b = &r->in.block;
	uint32_t room = b->len - b->prefix;
	uint8_t *rec = b->body + b->prefix;

	if (b->len < (uint32_t)b->prefix + EVENT_HEADER_V1)
		return event_short(r);
	if (load32(rec + 16) < EVENT_HEADER_V1 || load32(rec + 16) > room)
		return event_length_bad(r, load32(rec + 16));
	/* widen_header() overwrites the prefix. */
	prefix_read(b, ev);
	rec = widen_header(rec);
	if (!rec)
		return event_refused(r, ev, CONVERT_NOTHING);
	return record_read(r, ev, rec, room + EVENT_HEADER - EVENT_HEADER_V1);
}

static enum source_result replay_end(struct replay *r)
{
	if (!r->in_section)
		return replay_fail(r, block_offset(&r->in), "not a capture file: empty");
	if (!r->any_event)
		return replay_fail(r, block_offset(&r->in), "no event in the file");
	return SOURCE_END;
}

/* SOURCE_TIMEOUT: the block holds no event. */
static enum source_result header_block(struct replay *r)
{
	uint64_t at = block_start(&r->in);
	char why[256];

	return header_read(r, &r->in.block, &at, why, sizeof(why)) ? SOURCE_TIMEOUT
								   : replay_fail(r, at, why);
}

/* The block just read: SOURCE_EVENT, or SOURCE_TIMEOUT when it holds none. */
static __attribute__((noinline)) enum source_result block_read(struct replay *r, struct event *ev)
{
	const struct block *b = &r->in.block;

	if (b->kind != BLOCK_event || !r->in_section)
		return header_block(r);
	if (!r->in_events)
		state_seed_end(r->state);
	r->in_events = r->any_event = true;
	if (b->version == 1)
		return event_v1_read(r, ev);
	if (b->len < (uint32_t)b->prefix + EVENT_HEADER)
		return event_short(r);
	return event_read(r, ev);
}

/* Reads blocks up to the next event. */
static __attribute__((noinline)) enum source_result replay_next_slow(struct replay *r,
								     struct event *ev)
{
	enum source_result got = SOURCE_TIMEOUT;

	while (got == SOURCE_TIMEOUT) {
		switch (block_next(&r->in)) {
		case BLOCK_OK:
			got = block_read(r, ev);
			break;
		case BLOCK_BAD:
			return replay_fail(r, r->in.fault_at, r->in.fault);
		case BLOCK_END:
			return replay_end(r);
		}
	}
	return got;
}

static enum source_result replay_next(struct source *src, struct event *ev, int timeout_ms)
{
	struct replay *r = (struct replay *)src;
	enum source_result got;

	(void)timeout_ms;
	/* A block that the fast path takes follows another event: r->in_events is set. */
	if (!block_next_fast(&r->in))
		return replay_next_slow(r, ev);
	got = event_read(r, ev);
	return got == SOURCE_TIMEOUT ? replay_next_slow(r, ev) : got;
}

static void replay_stats(struct source *src, struct source_stats *out)
{
	*out = ((struct replay *)src)->stats;
}

static void replay_close(struct source *src)
{
	struct replay *r = (struct replay *)src;

	block_close(&r->in);
	convert_free(r->convert);
	free(r);
}

static const struct source_ops replay_ops = {
	.next = replay_next,
	.stats = replay_stats,
	.close = replay_close,
};

struct source *source_replay_open(const char *path, struct state *state, char *err, size_t err_size)
{
	struct replay *r = calloc(1, sizeof(*r));

	if (r)
		r->convert = convert_new();
	if (!r || !r->convert) {
		snprintf(err, err_size, "%s: out of memory", path);
		free(r);
		return NULL;
	}
	if (block_open(&r->in, path, err, err_size) < 0) {
		convert_free(r->convert);
		free(r);
		return NULL;
	}
	r->src.ops = &replay_ops;
	r->state = state;
	snprintf(r->name, sizeof(r->name), "%s", path);
	return &r->src;
}
