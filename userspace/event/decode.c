/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Record -> parameters.
 *
 * In: bytes from a ring or a file, all of them hostile.  Out: struct event with the offset of every parameter.
 * This runs for every event: one pass over the lengths, and one look at the last byte of each text.
 */
#include "event/event.h"

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

/* What the bytes of a variable parameter must look like. */
enum shape { SHAPE_FIXED, SHAPE_ANY, SHAPE_TEXT, SHAPE_TEXTS };

static const uint8_t type_shape[T_COUNT] = {
	[T_str] = SHAPE_TEXT, [T_path] = SHAPE_TEXT, [T_relpath] = SHAPE_TEXT,
	[T_bytes] = SHAPE_ANY, [T_sockaddr] = SHAPE_ANY, [T_socktuple] = SHAPE_ANY, [T_fdlist] = SHAPE_ANY,
	[T_dyn] = SHAPE_ANY,
	[T_strv] = SHAPE_TEXTS, [T_strarray] = SHAPE_TEXTS,
};

/* A text of length 0 is an absent one; any other ends with its NUL. */
static inline const char *param_wrong(const struct param_info *p, const uint8_t *at, uint32_t n)
{
	if (p->size)
		return n == p->size ? NULL : "fixed-size parameter of another size";
	switch (type_shape[p->type]) {
	case SHAPE_TEXT:
		return n && memchr(at, 0, n) != at + n - 1 ? "text without one NUL at its end" : NULL;
	case SHAPE_TEXTS:
		return n && at[n - 1] ? "list of texts without NUL at its end" : NULL;
	}
	return NULL;
}

/* Lengths -> offsets.  Parameters beyond the schema's are somebody's future: skipped. */
static const char *params_parse(struct event *ev, uint32_t sent, unsigned width)
{
	const struct event_info *info = ev->info;
	const uint8_t *lens = ev->rec + EVENT_HEADER;
	uint32_t at = EVENT_HEADER + sent * width;
	uint32_t n = sent < info->n_params ? sent : info->n_params;

	if (at > ev->len)
		return "parameter lengths beyond the record";
	for (uint32_t i = 0; i < n; i++, lens += width) {
		uint32_t size = width == 2 ? load16(lens) : load32(lens);
		const char *wrong;

		if (size > ev->len - at)
			return "parameter beyond the record";
		wrong = param_wrong(&info->params[i], ev->rec + at, size);
		if (wrong)
			return wrong;
		ev->at[i] = at;
		at += size;
	}
	ev->at[n] = at;
	ev->n_params = (uint16_t)n;
	return NULL;
}

enum event_error event_parse(struct event *ev, const uint8_t *rec, size_t room, const char **why)
{
	uint32_t sent;

	if (room < EVENT_HEADER || load32(rec + 16) < EVENT_HEADER || load32(rec + 16) > room) {
		*why = "record length";
		return EVENT_CORRUPT;
	}
	ev->rec = rec;
	ev->ts = load64(rec);
	ev->tid = (int64_t)load64(rec + 8);
	ev->len = load32(rec + 16);
	ev->type = load16(rec + 20);
	ev->n_params = 0;
	sent = load32(rec + 22);
	if (sent > MAX_PARAMS) {
		*why = "more than 32 parameters";
		return EVENT_CORRUPT;
	}
	if (ev->type >= EVENT_NUMBERS || !event_infos[ev->type].name) {
		*why = "unknown event number";
		return EVENT_UNKNOWN;
	}
	ev->info = &event_infos[ev->type];
	*why = params_parse(ev, sent, ev->info->flags & LARGE_PAYLOAD ? 4 : 2);
	return *why ? EVENT_CORRUPT : EVENT_OK;
}

/* Which types are negative when their top bit is set. */
static const bool type_signed[T_COUNT] = {
	[T_s8] = true, [T_s16] = true, [T_s32] = true, [T_s64] = true, [T_err] = true, [T_fd] = true, [T_fd_new] = true,
	[T_dirfd] = true, [T_pid] = true, [T_fd32] = true, [T_pid32] = true,
};

static inline uint64_t param_load(const uint8_t *p, size_t size, bool sign)
{
	switch (size) {
	case 1:
		return sign ? (uint64_t)(int8_t)*p : *p;
	case 2:
		return sign ? (uint64_t)(int16_t)load16(p) : load16(p);
	case 4:
		return sign ? (uint64_t)(int32_t)load32(p) : load32(p);
	default:
		return load64(p);
	}
}

uint64_t ev_u64(const struct event *ev, unsigned i, uint64_t fallback)
{
	const struct param_info *p;

	if (i >= ev->n_params)
		return fallback;
	p = &ev->info->params[i];
	if (p->size == 0 || p->size > 8)
		return fallback;
	return param_load(ev->rec + ev->at[i], p->size, type_signed[p->type]);
}

int64_t ev_s64(const struct event *ev, unsigned i, int64_t fallback)
{
	return (int64_t)ev_u64(ev, i, (uint64_t)fallback);
}
