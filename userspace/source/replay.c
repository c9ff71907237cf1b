// SPDX-License-Identifier: Apache-2.0
/*
 * A capture file as a source.
 *
 * In: blocks of one or several sections.  Out: events in place in the block, in file order; the lists in front of them
 * go to state on the way.  Events of the past are converted, in memory of the converter.  A file that is not what it
 * says ends the run with its offset, never with a guess.
 */
#include "source/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event/usual.h"
#include "source/block.h"
#include "source/convert.h"
#include "source/lists.h"

enum {
	SECTION_MAGIC = 0x1A2B3C4D,
	SECTION_SWAPPED = 0x4D3C2B1A,
	SECTION_MAJOR = 1,
	SECTION_BODY = 16
};
enum { OLD_EVENT_HEADER = 22 };

struct replay {
	struct source src;
	struct state *state;
	struct block_reader in;
	struct convert *convert;
	bool in_section, in_events, any_event;
	uint32_t front; /* bytes in front of a record in blocks like the last */
	struct source_stats stats;
	char name[256];
};

static enum source_result replay_fail(struct replay *r, uint64_t at, const char *why)
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
	memcpy(&magic, b->body, sizeof(magic));
	memcpy(&major, b->body + 4, sizeof(major));
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

/* What may stand in front of the events.  false with *at and why. */
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

static uint32_t load32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* The length of a record of the first layout if it has n parameters, or more than limit. */
static uint32_t old_length(const uint8_t *lens, uint32_t n, uint32_t size, uint32_t limit)
{
	uint32_t sum = OLD_EVENT_HEADER + n * size;
	uint16_t one;

	for (uint32_t i = 0; i < n && sum <= limit; i++) {
		memcpy(&one, lens + i * size, sizeof(one));
		sum += size == 2 ? one : load32(lens + i * size) & 0xffffff;
	}
	return sum;
}

/*
 * A header of the first layout has no parameter count: make room for it in the bytes in front (the block header has
 * been read) and find the count that explains the length, from the schema's own downwards.  NULL if none does.
 */
static uint8_t *widen_header(uint8_t *old)
{
	uint8_t *rec = old - (EVENT_HEADER - OLD_EVENT_HEADER);
	uint32_t len = load32(old + 16), n, size, sum;
	const struct event_info *info;
	uint16_t type;

	memcpy(&type, old + 20, sizeof(type));
	info = convert_info(type);
	if (!info)
		return NULL;
	/* quirk: two metaevents were written three bytes too long. */
	if (type == EV_notification || type == EV_infra)
		len -= 3;
	size = info->flags & LARGE_PAYLOAD ? 4 : 2;
	n = info->n_params;
	while ((sum = old_length(old + OLD_EVENT_HEADER, n, size, len)) != len && n)
		n--;
	if (sum != len)
		return NULL;
	memmove(rec, old, OLD_EVENT_HEADER);
	len += EVENT_HEADER - OLD_EVENT_HEADER;
	memcpy(rec + 16, &len, sizeof(len));
	memcpy(rec + 22, &n, sizeof(n));
	return rec;
}

/* What the parser said of a record, and what the converter makes of it: 1: *ev is filled; 0: nothing; -1 with why. */
static int event_convert(struct replay *r, enum event_error parsed, struct event *ev, char *why,
			 size_t why_size)
{
	if (parsed == EVENT_OK && !convert_due(ev))
		return 1;
	return convert_event(r->convert, ev, why, why_size);
}

/* 1: *ev is filled; 0: nothing to tell; -1 with why. */
static int event_read(struct replay *r, struct block *b, struct event *ev, char *why,
		      size_t why_size)
{
	uint32_t front = b->variant & BLOCK_FLAGS ? BLOCK_FRONT_FLAGS : BLOCK_FRONT, flags = 0,
		 header;
	size_t room = b->len;
	uint8_t *rec = b->body + front;
	const char *fault = NULL;
	enum event_error parsed;
	uint16_t cpu;
	int result;

	header = b->version == 1 ? OLD_EVENT_HEADER : EVENT_HEADER;
	if (room < front + header) {
		snprintf(why, why_size, "event block of %u bytes is shorter than an event", b->len);
		return -1;
	}
	room -= front;
	memcpy(&cpu, b->body, sizeof(cpu));
	if (front == BLOCK_FRONT_FLAGS)
		flags = load32(b->body + 2);
	if (load32(rec + 16) < header || load32(rec + 16) > room) {
		snprintf(why, why_size, "event length %u in a block with room for %zu",
			 load32(rec + 16), room);
		return -1;
	}
	if (b->version == 1) {
		rec = widen_header(rec);
		if (!rec)
			return 0;
		room += EVENT_HEADER - OLD_EVENT_HEADER;
	}
	parsed = event_parse(ev, rec, room, &fault);
	if (parsed == EVENT_CORRUPT) {
		snprintf(why, why_size, "event %u: %s", (unsigned)(rec[20] | rec[21] << 8), fault);
		return -1;
	}
	result = event_convert(r, parsed, ev, why, why_size);
	ev->cpu = cpu;
	ev->state_only = flags & BLOCK_STATE_ONLY;
	return result;
}

static enum source_result replay_end(struct replay *r)
{
	if (!r->in_section)
		return replay_fail(r, block_offset(&r->in), "not a capture file: empty");
	if (!r->any_event)
		return replay_fail(r, block_offset(&r->in), "no event in the file");
	return SOURCE_END;
}

/* One block: an event, or SOURCE_TIMEOUT: nothing to tell. */
static enum source_result replay_one(struct replay *r, struct event *ev)
{
	char why[256];
	struct block b;
	uint64_t at;
	enum block_result got = block_next(&r->in, &b, &at, why, sizeof(why));
	int read;

	if (got != BLOCK_OK)
		return got == BLOCK_BAD ? replay_fail(r, at, why) : replay_end(r);
	if (b.kind != BLOCK_event || !r->in_section) {
		at = b.offset;
		return header_read(r, &b, &at, why, sizeof(why)) ? SOURCE_TIMEOUT
								 : replay_fail(r, at, why);
	}
	if (!r->in_events)
		state_seed_end(r->state);
	r->in_events = r->any_event = true;
	r->front = b.variant & BLOCK_FLAGS ? BLOCK_FRONT_FLAGS : BLOCK_FRONT;
	block_expect(&r->in, b.version == 1 ? 0 : r->front + EVENT_HEADER);
	read = event_read(r, &b, ev, why, sizeof(why));
	if (read < 0)
		return replay_fail(r, b.offset, why);
	if (read == 0) {
		r->stats.n_unknown++;
		return SOURCE_TIMEOUT;
	}
	r->stats.n_evts++;
	return SOURCE_EVENT;
}

static __attribute__((noinline)) enum source_result replay_block(struct replay *r, struct event *ev)
{
	enum source_result got;

	do
		got = replay_one(r, ev);
	while (got == SOURCE_TIMEOUT);
	return got;
}

/* What the short way took for an event, and is none of its kind. */
static __attribute__((noinline)) enum source_result replay_again(struct replay *r, struct event *ev,
								 uint32_t len)
{
	block_put_back(&r->in, len);
	r->stats.n_evts--;
	return replay_block(r, ev);
}

static __attribute__((noinline)) enum source_result replay_texts(struct replay *r, struct event *ev,
								 uint32_t len)
{
	return event_texts_fault(ev) ? replay_again(r, ev, len) : SOURCE_EVENT;
}

static __attribute__((noinline)) enum source_result replay_variable(struct replay *r,
								    struct event *ev, uint32_t len)
{
	if (!usual_variable(ev))
		return replay_again(r, ev, len);
	return ev->info->has_texts ? replay_texts(r, ev, len) : SOURCE_EVENT;
}

/*
 * The short way for nearly every event: a block like the last, and nothing to convert or to complain of.  Whatever else it
 * is, the long way will find out.  All calls come last here: none of them makes the common case save registers.
 */
static enum source_result replay_next(struct source *src, struct event *ev, int timeout_ms)
{
	struct replay *r = (struct replay *)src;
	uint32_t len, front = r->front;
	const uint8_t *body = block_again(&r->in, &len);

	(void)timeout_ms;
	if (!body)
		return replay_block(r, ev);
	memcpy(&ev->cpu, body, sizeof(ev->cpu));
	ev->state_only = front == BLOCK_FRONT_FLAGS &&
			 (load32(body + BLOCK_FRONT) & BLOCK_STATE_ONLY);
	r->stats.n_evts++;
	if (!usual_layout(ev, body + front, len - front))
		return replay_again(r, ev, len);
	return usual_is_fixed(ev) ? SOURCE_EVENT : replay_variable(r, ev, len);
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
