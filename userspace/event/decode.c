/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Record -> parameters.
 *
 * In: bytes from a ring or a file, all of them hostile.  Out: struct event with the offset of every parameter.
 * For records that are not usual (event/usual.h): one pass over the lengths, and one over the texts where there are any.
 */
#include "event/usual.h"

static inline uint16_t load16(const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static inline uint32_t load32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static inline uint64_t load64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static __attribute__((noinline)) const char *lists_fault(const struct event *ev)
{
	for (uint32_t left = ev->info->lists; left; left &= left - 1) {
		struct str s = ev_bytes(ev, (unsigned)__builtin_ctz(left));

		if (s.n && s.p[s.n - 1])
			return "list of texts without NUL at its end";
	}
	return NULL;
}

/* A text of length 0 is an absent one; any other ends with its NUL, and has no other. */
const char *event_texts_fault(const struct event *ev)
{
	for (uint32_t left = ev->info->texts; left; left &= left - 1) {
		struct str s = ev_bytes(ev, (unsigned)__builtin_ctz(left));

		if (s.n && memchr(s.p, 0, s.n) != s.p + s.n - 1)
			return "text without one NUL at its end";
	}
	return ev->info->lists ? lists_fault(ev) : NULL;
}

/*
 * Lengths -> offsets.  Parameters beyond the schema's are somebody's future: skipped.  Those that nobody could tell when
 * an old capture was converted have no bytes.
 */
static inline const char *params_parse(struct event *ev, uint32_t sent, unsigned width)
{
	const struct event_info *info = ev->info;
	const uint8_t *lens = ev->rec + EVENT_HEADER;
	const uint16_t *sizes = info->sizes;
	uint64_t at = EVENT_HEADER + (uint64_t)sent * width;
	uint32_t n = sent < info->n_params ? sent : info->n_params;
	bool other_size = false;

	if (at > ev->len)
		return "parameter lengths beyond the record";
	for (uint32_t i = 0; i < n; i++, lens += width) {
		uint32_t size = width == 2 ? load16(lens) : load32(lens), fixed = sizes[i];

		other_size |= fixed && size && size != fixed;
		ev->own_at[i] = (uint32_t)at;
		at += size;
	}
	if (at > ev->len)
		return "parameter beyond the record";
	if (other_size)
		return "fixed-size parameter of another size";
	ev->own_at[n] = (uint32_t)at;
	ev->at = ev->own_at;
	ev->usual = 0;
	ev->n_params = (uint16_t)n;
	return (info->texts | info->lists) ? event_texts_fault(ev) : NULL;
}

/* Everything in front of the parameters; false with *why. */
static inline bool header_parse(struct event *ev, const uint8_t *rec, size_t room, uint32_t *sent,
				const char **why)
{
	if (room < EVENT_HEADER || load32(rec + 16) < EVENT_HEADER || load32(rec + 16) > room) {
		*why = "record length";
		return false;
	}
	ev->rec = rec;
	ev->ts = load64(rec);
	ev->tid = (int64_t)load64(rec + 8);
	ev->len = load32(rec + 16);
	ev->type = load16(rec + 20);
	ev->n_params = 0;
	ev->usual = 0;
	ev->at = ev->own_at;
	*sent = load32(rec + 22);
	if (*sent > MAX_PARAMS)
		*why = "more than 32 parameters";
	return *sent <= MAX_PARAMS;
}

static inline enum event_error body_parse(struct event *ev, uint32_t sent, const char **why)
{
	*why = ev->info->flags & LARGE_PAYLOAD ? params_parse(ev, sent, 4)
					       : params_parse(ev, sent, 2);
	return *why ? EVENT_CORRUPT : EVENT_OK;
}

enum event_error event_parse(struct event *ev, const uint8_t *rec, size_t room, const char **why)
{
	uint32_t sent;

	if (!header_parse(ev, rec, room, &sent, why))
		return EVENT_CORRUPT;
	if (ev->type >= EVENT_NUMBERS || !event_infos[ev->type].name) {
		*why = "unknown event number";
		return EVENT_UNKNOWN;
	}
	ev->info = &event_infos[ev->type];
	return body_parse(ev, sent, why);
}

enum event_error event_parse_as(struct event *ev, const struct event_info *info, const uint8_t *rec,
				size_t room, const char **why)
{
	uint32_t sent;

	if (!header_parse(ev, rec, room, &sent, why))
		return EVENT_CORRUPT;
	ev->info = info;
	return body_parse(ev, sent, why);
}
