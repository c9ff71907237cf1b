// SPDX-License-Identifier: Apache-2.0
/*
 * Conversion of legacy events to today's schema.
 *
 * In: a decoded event, or the record of a legacy event.  Out: the same event in today's schema.
 * The table of steps and how it is applied: userspace/doc/legacy-events.md.
 */
#include "source/convert.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"

/* ---- legacy events ---- */

#define LEGACY_EVENT(id, sym, name, ...) EV_##sym = id,
#define LEGACY_IGNORED(id, sym, name, ...)
#define P(name, type)
enum legacy_event_id {
#include "base/macros.h"
#include "source/legacy_events.def"
};
#undef P
#undef LEGACY_IGNORED
#undef LEGACY_EVENT

#define LEGACY_EVENT(id, sym, name, ...) \
	static const struct param_info params_##id[] = { __VA_ARGS__ };
#define LEGACY_IGNORED LEGACY_EVENT
#define P(name, type) { #name, T_##type, SIZE_##type, SHOW_none, false },
#include "source/legacy_events.def"
#undef P
#undef LEGACY_EVENT

#define LEGACY_EVENT(id, sym, name, ...) static const uint16_t sizes_##id[] = { __VA_ARGS__ 0 };
#define P(name, type) SIZE_##type,
#include "source/legacy_events.def"
#undef P
#undef LEGACY_IGNORED
#undef LEGACY_EVENT

#define LEGACY_INFO(id, shown, managed)                                      \
	[id] = {                                                             \
		.name = #shown,                                              \
		.params = params_##id,                                       \
		.sizes = sizes_##id,                                         \
		.n_params = sizeof(params_##id) / sizeof(struct param_info), \
		.category = SRC_SYSCALL | CAT_OTHER,                         \
		.flags = OLD_VERSION | (managed),                            \
		.dir = (id)&1 ? '<' : '>',                                   \
		.roles = { [0 ... ROLE_COUNT - 1] = -1 },                    \
	},
#define LEGACY_EVENT(id, sym, shown, ...) LEGACY_INFO(id, shown, MANAGED)
#define LEGACY_IGNORED(id, sym, shown, ...) LEGACY_INFO(id, shown, 0)
static const struct event_info legacy_infos[EVENT_NUMBERS] = {
#include "source/legacy_events.def"
};
#undef LEGACY_IGNORED
#undef LEGACY_EVENT

const struct event_info *convert_info(unsigned number)
{
	if (number >= EVENT_NUMBERS)
		return NULL;
	if (event_infos[number].name)
		return &event_infos[number];
	return legacy_infos[number].name ? &legacy_infos[number] : NULL;
}

/* A record of today's schema or of an older one. */
static enum event_error decode_known(struct event *ev, const uint8_t *rec, size_t room)
{
	enum event_error decoded = event_decode(ev, rec, room);
	const struct event_info *info = decoded == EVENT_UNKNOWN ? convert_info(ev->type) : NULL;

	return info ? event_decode_as(ev, info, rec, room) : decoded;
}

/* ---- conversion steps: conversions.def ---- */

enum action { ACTION_STORE, ACTION_PASS, ACTION_STORE_PASS, ACTION_ADD, ACTION_CHANGE };

/*
 * Where a parameter of the result comes from, and in the low five bits the number of that
 * parameter.
 */
enum origin {
	FROM_END,
	FROM_PARAM = 0x20,
	FROM_PARAM_UPTO = 0x40 /* from the number in the previous byte + 1 up to this one */,
	FROM_ENTER = 0x60,
	FROM_ENTER_OR_EMPTY = 0x80,
	FROM_DEFAULT = 0xa0,
	FROM_EMPTY = 0xc0,
	FROM_JSON = 0xe0,
	ORIGIN = 0xe0,
	ORIGIN_PARAM = 0x1f,
};

enum { MAX_ORIGINS = 12 };

struct conversion {
	uint16_t event, target;
	uint8_t n_params, action;
	uint8_t from[MAX_ORIGINS + 1]; /* ends with FROM_END */
};

#define PARAM(i) FROM_PARAM | (i)
#define PARAMS(i, j) FROM_PARAM | (i), FROM_PARAM_UPTO | (j)
#define ENTER_PARAM(i) FROM_ENTER | (i)
#define ENTER_PARAM_OR_EMPTY(i) FROM_ENTER_OR_EMPTY | (i)
#define DEFAULT FROM_DEFAULT
#define EMPTY FROM_EMPTY
#define JSON FROM_JSON
#define STORE(event, n) { EV_##event, EV_##event, n, ACTION_STORE, { 0 } },
#define PASS(event, n) { EV_##event, EV_##event, n, ACTION_PASS, { 0 } },
#define STORE_PASS(event, n) { EV_##event, EV_##event, n, ACTION_STORE_PASS, { 0 } },
#define ADD(event, n, ...) { EV_##event, EV_##event, n, ACTION_ADD, { __VA_ARGS__ } },
#define CHANGE(event, n, target, ...) \
	{ EV_##event, EV_##target, n, ACTION_CHANGE, { __VA_ARGS__ } },
static const struct conversion conversions[] = {
#include "source/conversions.def"
};

enum { N_CONVERSIONS = ARRAY_SIZE(conversions) };

/* ---- stored enter events, one per thread ---- */

/*
 * A capture may contain any number of threads.  Beyond these limits all stored enter events are
 * dropped, and exit events get defaults.
 */
enum { FIRST_SLOTS = 256, STORED_THREADS = 1 << 17, STORED_BYTES = 64 << 20 };

struct stored {
	int64_t tid;
	uint8_t *rec;  /* a copy of the record; NULL: the slot is free */
	uint32_t size; /* allocated for it */
};

/* Bytes of a converted record; steps of one event. */
enum { STAGING = 65536, MAX_STEPS = 50 };

struct convert {
	struct stored *slots; /* a power of two, at most half used */
	uint32_t n_slots, used;
	uint64_t bytes;
	char fault[128];
	/* the stored enter event of the current exit event; info is NULL without one */
	struct event enter;
	struct buf text;
	unsigned side;		       /* the half of staging that holds the current record */
	uint16_t first[EVENT_NUMBERS]; /* row of conversions + 1, 0: none */
	uint8_t staging[2][STAGING];
};

struct convert *convert_new(void)
{
	struct convert *c = calloc(1, sizeof(*c));

	for (unsigned i = N_CONVERSIONS; c && i-- > 0;)
		c->first[conversions[i].event] = (uint16_t)(i + 1);
	return c;
}

static const struct conversion *conversion_find(const struct convert *c, const struct event *ev)
{
	unsigned i = c->first[ev->type];

	for (; i && i <= N_CONVERSIONS && conversions[i - 1].event == ev->type; i++)
		if (conversions[i - 1].n_params == ev->n_params)
			return &conversions[i - 1];
	return NULL;
}

static void stored_clear(struct convert *c)
{
	for (uint32_t i = 0; i < c->n_slots; i++)
		free(c->slots[i].rec);
	free(c->slots);
	c->slots = NULL;
	c->n_slots = c->used = 0;
	c->bytes = 0;
}

void convert_free(struct convert *c)
{
	if (!c)
		return;
	stored_clear(c);
	buf_free(&c->text);
	free(c);
}

/* The slot of a thread, or the free slot where it belongs.  NULL when there are no slots. */
static struct stored *stored_slot(const struct convert *c, int64_t tid)
{
	uint32_t i;

	if (!c->n_slots)
		return NULL;
	i = (uint32_t)(((uint64_t)tid * 0x9e3779b97f4a7c15u) >> 32) & (c->n_slots - 1);
	while (c->slots[i].rec && c->slots[i].tid != tid)
		i = (i + 1) & (c->n_slots - 1);
	return &c->slots[i];
}

static bool stored_grow(struct convert *c)
{
	struct convert bigger = { .n_slots = c->n_slots ? 2 * c->n_slots : FIRST_SLOTS };

	bigger.slots = calloc(bigger.n_slots, sizeof(bigger.slots[0]));
	if (!bigger.slots)
		return false;
	for (uint32_t i = 0; i < c->n_slots; i++)
		if (c->slots[i].rec)
			*stored_slot(&bigger, c->slots[i].tid) = c->slots[i];
	free(c->slots);
	c->slots = bigger.slots;
	c->n_slots = bigger.n_slots;
	return true;
}

/* Without memory the enter event is not stored. */
static void stored_put(struct convert *c, const struct event *ev)
{
	struct stored *s;
	uint8_t *rec;

	if (c->used >= STORED_THREADS || c->bytes + ev->len > STORED_BYTES)
		stored_clear(c);
	if (c->used >= c->n_slots / 2 && !stored_grow(c))
		return;
	s = stored_slot(c, ev->tid);
	if (!s->rec || s->size < ev->len) {
		bool is_new = !s->rec;

		rec = realloc(s->rec, ev->len);
		if (!rec)
			return;
		c->used += is_new;
		c->bytes += ev->len - (is_new ? 0 : s->size);
		*s = (struct stored){ ev->tid, rec, ev->len };
	}
	memcpy(s->rec, ev->rec, ev->len);
}

static void stored_get(struct convert *c, const struct event *ev)
{
	const struct stored *s = stored_slot(c, ev->tid);

	c->enter.info = NULL;
	if (!s || !s->rec || !ev_is_exit(ev))
		return;
	if (decode_known(&c->enter, s->rec, s->size) != EVENT_OK || c->enter.type != ev->type - 1)
		c->enter.info = NULL;
}

/* ---- parameters ---- */

static struct str param_default(const struct param_info *p)
{
	static const char zeroes[16];

	if (p->type == T_uid || p->type == T_gid)
		return STR_LIT("\xff\xff\xff\xff");
	return p->size ? (struct str){ zeroes, p->size } : STR_LIT("");
}

/*
 * The bytes of parameter i for a parameter that may have another type and size: truncated if there
 * are too many, empty if there are too few.
 */
static struct str param_fit(const struct event *ev, unsigned i, const struct param_info *to)
{
	struct str b = ev_bytes(ev, i);

	if (!to->size || b.n == to->size)
		return b.p ? b : STR_LIT("");
	if (b.n && ev->info->params[i].type == T_dyn)
		b = str_skip(b, 1);
	return b.n < to->size ? STR_LIT("") : (struct str){ b.p, to->size };
}

/* A container as JSON, from the parameters of a legacy container event: id, type, name, image. */
static struct str param_json(struct convert *c, const struct event *ev)
{
	struct json j = json_to(&c->text);

	buf_clear(&c->text);
	json_object(&j);
	json_key(&j, "container");
	json_object(&j);
	for (unsigned i = 0; i < ev->n_params; i++) {
		struct str b = ev_bytes(ev, i);

		json_key(&j, ev->info->params[i].name);
		if (ev->info->params[i].size)
			json_uint(&j, ev_u64(ev, i, 0));
		else
			json_str(&j, (struct str){ b.p, strnlen(b.p, b.n) });
	}
	json_end(&j);
	json_end(&j);
	buf_char(&c->text, 0);
	return buf_view(&c->text);
}

static struct str param_from(struct convert *c, const struct event *ev, uint8_t from,
			     const struct param_info *to)
{
	unsigned i = from & ORIGIN_PARAM;

	switch (from & ORIGIN) {
	case FROM_PARAM:
	case FROM_PARAM_UPTO:
		return param_fit(ev, i, to);
	case FROM_ENTER:
	case FROM_ENTER_OR_EMPTY:
		if (c->enter.info && i < c->enter.n_params)
			return param_fit(&c->enter, i, to);
		return (from & ORIGIN) == FROM_ENTER ? param_default(to) : STR_LIT("");
	case FROM_DEFAULT:
		return param_default(to);
	case FROM_JSON:
		return param_json(c, ev);
	default:
		return STR_LIT("");
	}
}

/* ---- steps ---- */

static enum convert_result bad(struct convert *c, struct event *ev, const char *what)
{
	snprintf(c->fault, sizeof(c->fault), "event %u (%s): %s", ev->type, ev->info->name, what);
	ev->fault = c->fault;
	return CONVERT_BAD;
}

/* Parameters n and following of a step's result; returns how many it has in all. */
static unsigned step_params(struct convert *c, const struct event *ev, const struct conversion *row,
			    unsigned n, struct str params[MAX_PARAMS])
{
	const struct param_info *to = convert_info(row->target)->params;

	for (const uint8_t *from = row->from; *from != FROM_END; from++) {
		uint8_t first = *from, last = *from & ORIGIN_PARAM;

		if ((*from & ORIGIN) == FROM_PARAM_UPTO)
			first = FROM_PARAM | ((from[-1] & ORIGIN_PARAM) + 1);
		for (; (first & ORIGIN_PARAM) <= last && n < MAX_PARAMS; first++, n++)
			params[n] = param_from(c, ev, first, &to[n]);
	}
	return n;
}

/*
 * The record that a step results in, in the half of staging that does not hold the current record;
 * NULL: too long.
 */
static const uint8_t *step_record(struct convert *c, const struct event *ev,
				  const struct conversion *row)
{
	unsigned width = convert_info(row->target)->flags & LARGE_PAYLOAD ? 4 : 2;
	struct str params[MAX_PARAMS];
	uint32_t kept = row->action == ACTION_ADD ? ev->n_params : 0,
		 kept_bytes = ev->at[kept] - ev->at[0];
	uint32_t n = step_params(c, ev, row, kept, params), len = EVENT_HEADER + n * width;
	uint8_t *rec = c->staging[c->side ^= 1], *lens = rec + EVENT_HEADER, *at = rec + len;

	/* ADD: the event's own parameters are copied in one piece. */
	if (kept_bytes > STAGING - len)
		return NULL;
	memcpy(lens, ev->rec + EVENT_HEADER, kept * width);
	memcpy(at, ev->rec + ev->at[0], kept_bytes);
	at += kept_bytes;
	len += kept_bytes;
	for (uint32_t i = kept; i < n; i++) {
		uint32_t size = (uint32_t)params[i].n;

		if (size > STAGING - len)
			return NULL;
		memcpy(lens + i * width, &size, width == 2 ? 2 : 4);
		memcpy(at, params[i].p, size);
		at += size;
		len += size;
	}
	memcpy(rec, ev->rec, 16);
	memcpy(rec + 16, &len, sizeof(len));
	memcpy(rec + 20, &row->target, sizeof(row->target));
	memcpy(rec + 22, &n, sizeof(n));
	return rec;
}

static enum convert_result step(struct convert *c, struct event *ev, const struct conversion *row)
{
	const uint8_t *rec;

	stored_get(c, ev);
	rec = step_record(c, ev, row);
	if (!rec)
		return bad(c, ev, "exceeds 65536 bytes when converted");
	return decode_known(ev, rec, STAGING) == EVENT_OK ? CONVERT_EVENT : bad(c, ev, ev->fault);
}

static enum convert_result no_row(struct convert *c, struct event *ev)
{
	char what[64];

	snprintf(what, sizeof(what), "no version of it had %u parameters", ev->n_params);
	return bad(c, ev, what);
}

static enum convert_result convert_steps(struct convert *c, struct event *ev)
{
	const struct conversion *row;

	for (unsigned n = 0; n < MAX_STEPS; n++) {
		if (!(ev->info->flags & OLD_VERSION) && !convert_due(ev))
			return CONVERT_EVENT;
		if (!(ev->info->flags & MANAGED))
			return CONVERT_NOTHING;
		row = conversion_find(c, ev);
		if (!row)
			return no_row(c, ev);
		if (row->action == ACTION_STORE || row->action == ACTION_STORE_PASS)
			stored_put(c, ev);
		if (row->action == ACTION_STORE)
			return CONVERT_NOTHING;
		if (row->action == ACTION_PASS || row->action == ACTION_STORE_PASS)
			return CONVERT_EVENT;
		if (step(c, ev, row) == CONVERT_BAD)
			return CONVERT_BAD;
	}
	return bad(c, ev, "conversion does not end");
}

__attribute__((noinline)) enum convert_result convert_decoded(struct convert *c, struct event *ev,
							      enum event_error decoded)
{
	const struct event_info *info;

	if (decoded == EVENT_OK && !(c && convert_due(ev)))
		return CONVERT_EVENT;
	if (decoded == EVENT_CORRUPT) {
		if (c)
			snprintf(c->fault, sizeof(c->fault), "event %u: %s", ev->type, ev->fault);
		ev->fault = c ? c->fault : ev->fault;
		return CONVERT_BAD;
	}
	if (decoded == EVENT_UNKNOWN) {
		info = c ? convert_info(ev->type) : NULL;
		if (!info)
			return CONVERT_NOTHING;
		if (event_decode_as(ev, info, ev->rec, ev->len) != EVENT_OK)
			return bad(c, ev, ev->fault);
	}
	return convert_steps(c, ev);
}
