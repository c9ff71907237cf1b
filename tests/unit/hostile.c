/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events with corrupted bytes through state/ and every field: no invalid access (under sanitizers), no
 * endless loop.  ROUNDS=n (default 1): replays of each capture, each with other corruptions.
 */
#include "test.h"

#include <stdlib.h>

#include "fields/field.h"
#include "source/source.h"

#include "data.h"

enum { CORRUPT_ONE_IN = 3, EXTRACT_ONE_IN = 8, RECORD_SIZE_MAX = 1 << 17 };

static uint32_t random_state;

static uint32_t random_below(uint32_t n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state % n;
}

/* Every field once, with a valid argument where it takes one. */
static unsigned all_fields(struct arena *a, struct field_ref *refs, unsigned max)
{
	unsigned n = 0;

	for (unsigned i = 0; i < fields_count() && n < max; i++) {
		const struct field *f = field_at(i);
		const char *arg = NULL;
		struct reason why;

		if (f->flags & FIELD_ARG_INDEX)
			arg = "1";
		else if (f->flags & FIELD_ARG_REQUIRED)
			arg = strstr(f->name, "type.is") ? "open" : "data";
		n += field_resolve(a, str_of(f->name), arg ? str_of(arg) : STR_NONE, &refs[n], &why);
		if (f->flags & FIELD_ARG_OPTIONAL && n < max)
			n += field_resolve(a, str_of(f->name), STR_NONE, &refs[n], &why);
	}
	return n;
}

static uint64_t extract_all(struct extract *x, const struct field_ref *refs, unsigned n)
{
	struct value values[FIELD_VALUES_MAX];
	uint64_t sum = 0;

	for (unsigned i = 0; i < n; i++) {
		unsigned got = field_get_values(x, &refs[i], values);

		for (unsigned k = 0; k < got; k++) {
			struct str s = field_format(x, &refs[i], &values[k]);

			for (size_t b = 0; b < s.n; b++)
				sum += (unsigned char)s.p[b];
		}
		arena_reset(x->scratch);
	}
	return sum;
}

/*
 * Replaces ev by a copy in buffer with some bytes changed; false, with ev unchanged, if that does not
 * parse.
 */
static bool corrupt(struct event *ev, uint8_t *buffer)
{
	struct event corrupted = *ev;

	if (ev->len > RECORD_SIZE_MAX)
		return false;
	memcpy(buffer, ev->rec, ev->len);
	for (uint32_t i = random_below(6) + 1; i > 0; i--) {
		static const uint8_t likely[] = { 0, 1, 0x7f, 0x80, 0xff, '/', '.', '\n' };
		uint32_t at = random_below(ev->len);

		/* Mostly in the parameters, sometimes in header and lengths. */
		if (at < EVENT_HEADER && random_below(8))
			at = ev->len - 1 -
			     random_below(ev->len - EVENT_HEADER ? ev->len - EVENT_HEADER : 1);
		buffer[at] = random_below(2) ? likely[random_below(sizeof(likely))]
					     : (uint8_t)random_below(256);
	}
	/* Decoded again, because struct event points into itself and cannot be assigned. */
	return event_decode(&corrupted, buffer, ev->len) == EVENT_OK &&
	       event_decode(ev, buffer, ev->len) == EVENT_OK;
}

static unsigned replay(const char *path, unsigned *n_corrupted)
{
	struct state_options options = { .host_root = "", .thread_limit = 2000, .fd_limit = 100 };
	struct arena arena = { 0 }, scratch = { 0 };
	struct state *state = state_new(&options);
	static struct field_ref refs[512];
	static uint8_t buffer[RECORD_SIZE_MAX];
	struct event ev = { 0 };
	unsigned n_events = 0, n_refs = all_fields(&arena, refs, 512);
	uint64_t sum = 0;
	char err[512];
	struct source *source = source_replay_open(path, state, err, sizeof(err));

	while (source && source_next(source, &ev, 0) == SOURCE_EVENT) {
		struct extract x = { &ev, state, &scratch, random_below(2) };

		if (!random_below(CORRUPT_ONE_IN))
			*n_corrupted += corrupt(&ev, buffer);
		state_process(state, &ev);
		if (!random_below(EXTRACT_ONE_IN))
			sum += extract_all(&x, refs, n_refs);
		n_events++;
	}
	EXPECT(source && sum);
	if (source)
		source->ops->close(source);
	state_free(state);
	arena_free(&arena);
	arena_free(&scratch);
	return n_events;
}

TEST(corrupt_events)
{
	static const char *const names[] = { "net", "shell", "attack" };
	const char *rounds = getenv("ROUNDS");

	schema_init();
	random_state = 1;
	for (int r = rounds ? atoi(rounds) : 1; r > 0; r--) {
		for (unsigned i = 0; i < 3; i++) {
			unsigned n_corrupted = 0;
			char path[512];

			EXPECT(data_capture(path, sizeof(path), names[i]));
			EXPECT(replay(path, &n_corrupted) > 10000);
			EXPECT(n_corrupted > 1000);
		}
	}
}
