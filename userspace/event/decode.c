/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decodes a record: finds the offset of each parameter.
 *
 * In: untrusted bytes of a ring or a capture.  Out: struct event with the checked offset of every
 * parameter.
 *
 * Nearly every record is complete (event/decode.h), and event_decode() finds its offsets in the
 * event's plan.  This fast path has the same results as the slow path, which all records take if
 * compiled with DECODE_NO_FAST_PATH (tests/unit/decode_paths.c).
 */
#include "event/decode.h"

static struct decode_plan plans[EVENT_NUMBERS];
/* By event number; NULL: no fast path for its records. */
static const struct decode_plan *plan_of[EVENT_NUMBERS];

static bool role_has_8_bytes(const struct event_info *info, enum param_role role)
{
	return info->roles[role] >= 0 && info->sizes[info->roles[role]] == 8;
}

static uint8_t complete_layout(const struct event_info *info)
{
	return LAYOUT_COMPLETE | (role_has_8_bytes(info, ROLE_RESULT) ? LAYOUT_RESULT : 0) |
	       (role_has_8_bytes(info, ROLE_FD) ? LAYOUT_FD : 0) |
	       (info->roles[ROLE_RESULT] < 0 ? LAYOUT_NO_RESULT : 0) |
	       (info->texts | info->lists ? LAYOUT_STRINGS : 0);
}

static void plan_init(struct decode_plan *plan, const struct event_info *info)
{
	uint16_t lengths[PLAN_PARAMS + 1] = { 0 }, fixed[PLAN_PARAMS + 1] = { 0 };
	uint32_t *at = plan->offsets;

	plan->info = info;
	plan->n_params = info->n_params;
	plan->layout = complete_layout(info);
	at[0] = EVENT_HEADER + 2u * info->n_params;
	plan->n_front = info->n_params;
	for (unsigned i = 0; i < info->n_params; i++) {
		lengths[i] = info->sizes[i];
		fixed[i] = info->sizes[i] ? UINT16_MAX : 0;
		at[i + 1] = at[i] + info->sizes[i];
		if (!info->sizes[i] && i < plan->n_front)
			plan->n_front = (uint8_t)i;
	}
	memcpy(plan->lengths, lengths, sizeof(plan->lengths));
	memcpy(plan->fixed, fixed, sizeof(plan->fixed));
	/* Length fields are read four at a time, and at least once. */
	plan->min_len = EVENT_HEADER + 8 * (info->n_params ? (info->n_params + 3u) / 4 : 1);
	if (plan->min_len < at[info->n_params])
		plan->min_len = at[info->n_params];
}

void decode_init(void)
{
	for (unsigned i = 0; i < EVENT_NUMBERS; i++) {
		const struct event_info *info = &event_infos[i];

		if (!info->name || (info->flags & LARGE_PAYLOAD) || info->n_params > PLAN_PARAMS)
			continue;
		/* source/convert.h relies on complete records not being converted. */
		if ((info->flags & MANAGED) && info->dir == '>')
			continue;
		plan_init(&plans[i], info);
		plan_of[i] = &plans[i];
	}
}

/* ---- texts ---- */

static enum event_error corrupt(struct event *ev, const char *fault)
{
	ev->fault = fault;
	return EVENT_CORRUPT;
}

static __attribute__((noinline)) enum event_error check_lists(struct event *ev)
{
	for (uint32_t left = ev->info->lists; left; left &= left - 1) {
		struct str s = ev_bytes(ev, (unsigned)__builtin_ctz(left));

		if (s.n && s.p[s.n - 1])
			return corrupt(ev, "list of texts without NUL at its end");
	}
	return EVENT_OK;
}

/* A text of length 0 is absent; any other text has exactly one NUL, at its end. */
static __attribute__((noinline)) enum event_error check_texts(struct event *ev)
{
	for (uint32_t left = ev->info->texts; left; left &= left - 1) {
		struct str s = ev_bytes(ev, (unsigned)__builtin_ctz(left));

		if (s.n && memchr(s.p, 0, s.n) != s.p + s.n - 1)
			return corrupt(ev, "text without one NUL at its end");
	}
	return ev->info->lists ? check_lists(ev) : EVENT_OK;
}

/* ---- any record ---- */

/*
 * Computes offsets from the length fields.  Parameters that are not in the schema (of a newer
 * driver) are skipped.  A parameter of fixed size may have length 0: in a converted event, if the
 * capture does not have its value.
 */
static enum event_error decode_params(struct event *ev, uint32_t sent)
{
	const struct event_info *info = ev->info;
	unsigned width = info->flags & LARGE_PAYLOAD ? 4 : 2;
	const uint8_t *length = ev->rec + EVENT_HEADER;
	uint64_t at = EVENT_HEADER + (uint64_t)sent * width;
	uint32_t n = sent < info->n_params ? sent : info->n_params;
	bool other_size = false;

	if (at > ev->len)
		return corrupt(ev, "parameter lengths beyond the record");
	for (uint32_t i = 0; i < n; i++, length += width) {
		uint32_t len = width == 2 ? load16(length) : load32(length), fixed = info->sizes[i];

		other_size |= fixed && len && len != fixed;
		ev->own_at[i] = (uint32_t)at;
		at += len;
	}
	if (at > ev->len)
		return corrupt(ev, "parameter beyond the record");
	if (other_size)
		return corrupt(ev, "fixed-size parameter of another size");
	ev->own_at[n] = (uint32_t)at;
	ev->n_params = (uint16_t)n;
	return info->texts | info->lists ? check_texts(ev) : EVENT_OK;
}

/* A record whose header is loaded; info is NULL for the event of that number in today's schema. */
static __attribute__((noinline)) enum event_error decode_any(struct event *ev, size_t size,
							     const struct event_info *info)
{
	uint32_t sent = load32(ev->rec + 22);

	ev->n_params = 0;
	ev->layout = 0;
	ev->at = ev->own_at;
	if (ev->len < EVENT_HEADER || ev->len > size)
		return corrupt(ev, "record length");
	if (sent > MAX_PARAMS)
		return corrupt(ev, "more than 32 parameters");
	if (!info && ev->type < EVENT_NUMBERS && event_infos[ev->type].name)
		info = &event_infos[ev->type];
	if (!info) {
		ev->fault = "unknown event number";
		return EVENT_UNKNOWN;
	}
	ev->info = info;
	return decode_params(ev, sent);
}

/* ---- complete records: the fast path ---- */

#ifndef DECODE_NO_FAST_PATH

static inline bool lengths_match(const struct decode_plan *plan, unsigned four,
				 const uint8_t *lengths)
{
	return !((load64(lengths + 8 * four) ^ plan->lengths[four]) & plan->fixed[four]);
}

static inline bool is_complete(const struct event *ev, const struct decode_plan *plan)
{
	const uint8_t *lengths = ev->rec + EVENT_HEADER;

	return ev->len >= plan->min_len && load32(ev->rec + 22) == plan->n_params &&
	       lengths_match(plan, 0, lengths) &&
	       (plan->n_params <= 4 || lengths_match(plan, 1, lengths)) &&
	       (plan->n_params <= 8 || lengths_match(plan, 2, lengths));
}

/*
 * Offsets of a complete record with parameters of variable size; false when they end beyond the
 * record.
 */
static inline bool add_lengths(struct event *ev, const struct decode_plan *plan)
{
	const uint8_t *lengths = ev->rec + EVENT_HEADER;
	unsigned n = plan->n_params, front = plan->n_front;
	uint32_t at = plan->offsets[front];

	memcpy(ev->own_at, plan->offsets, sizeof(plan->offsets));
	for (unsigned i = front; i < n; i++) {
		at += load16(lengths + 2 * i);
		ev->own_at[i + 1] = at;
	}
	ev->at = ev->own_at;
	return at <= ev->len;
}

static inline const struct decode_plan *plan_for(const struct event *ev, size_t size)
{
	return ev->len <= size && ev->type < EVENT_NUMBERS ? plan_of[ev->type] : NULL;
}

static inline bool decode_complete(struct event *ev, size_t size)
{
	const struct decode_plan *plan = plan_for(ev, size);

	if (!plan || !is_complete(ev, plan))
		return false;
	ev->info = plan->info;
	ev->n_params = plan->n_params;
	ev->layout = plan->layout;
	ev->at = plan->offsets;
	return plan->n_front == plan->n_params || add_lengths(ev, plan);
}

#endif

/* ---- entry ---- */

static inline bool load_header(struct event *ev, const uint8_t *rec, size_t size)
{
	if (size < EVENT_HEADER)
		return false;
	ev->rec = rec;
	ev->ts = load64(rec);
	ev->tid = (int64_t)load64(rec + 8);
	ev->len = load32(rec + 16);
	ev->type = load16(rec + 20);
	return true;
}

/* inline: link-time optimization puts it into the sources. */
inline enum event_error event_decode(struct event *ev, const uint8_t *rec, size_t size)
{
	if (!load_header(ev, rec, size))
		return corrupt(ev, "record length");
#ifndef DECODE_NO_FAST_PATH
	if (decode_complete(ev, size))
		return ev->layout & LAYOUT_STRINGS ? check_texts(ev) : EVENT_OK;
#endif
	return decode_any(ev, size, NULL);
}

enum event_error event_decode_as(struct event *ev, const struct event_info *info,
				 const uint8_t *rec, size_t size)
{
	if (!load_header(ev, rec, size))
		return corrupt(ev, "record length");
	return decode_any(ev, size, info);
}
