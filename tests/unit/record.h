/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Builds event records with the parameter names of the schema:
 *
 *	record_start(&r, EV_close, tid);
 *	NUM(&r, close, res, 0);
 *	NUM(&r, close, fd, 3);
 *	struct event *ev = record_event(&r);
 *
 * Parameters that are not set are empty if they have a variable size, else zero (user and group
 * ids: -1).
 */
#ifndef RECORD_H
#define RECORD_H

#include <stdio.h>
#include <stdlib.h>

#include "event/event.h"

enum { RECORD_MAX = 65536 };

struct record {
	uint16_t type;
	int64_t tid;
	uint64_t ts;
	unsigned n_params; /* number of parameters in the record */
	struct {
		uint32_t at, n;
		bool set;
	} params[MAX_PARAMS];
	uint32_t used;
	uint8_t values[RECORD_MAX], bytes[2 * RECORD_MAX];
	uint32_t len;
	struct event ev;
};

static uint64_t record_clock = 1700000000000000000ull;

static inline void record_start(struct record *r, uint16_t type, int64_t tid)
{
	memset(r->params, 0, sizeof(r->params));
	r->type = type;
	r->tid = tid;
	r->ts = record_clock += 1000;
	r->n_params = event_infos[type].n_params;
	r->used = 0;
}

static inline void record_bytes(struct record *r, unsigned i, const void *p, size_t n)
{
	if (r->used + n > RECORD_MAX)
		abort();
	r->params[i].at = r->used;
	r->params[i].n = (uint32_t)n;
	r->params[i].set = true;
	if (n)
		memcpy(r->values + r->used, p, n);
	r->used += (uint32_t)n;
}

static inline void record_text(struct record *r, unsigned i, const char *text)
{
	record_bytes(r, i, text, strlen(text) + 1);
}

/* Only for little-endian machines. */
static inline void record_num(struct record *r, unsigned i, int64_t v)
{
	record_bytes(r, i, &v, event_infos[r->type].params[i].size);
}

static inline void record_defaults(struct record *r)
{
	const struct event_info *info = &event_infos[r->type];

	for (unsigned i = 0; i < r->n_params; i++) {
		uint8_t type = info->params[i].type;

		if (r->params[i].set)
			continue;
		if (info->params[i].size && info->params[i].size <= 8)
			record_num(r, i, type == T_uid || type == T_gid ? -1 : 0);
		else
			record_bytes(r, i, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", info->params[i].size);
	}
}

/* Writes the record to r->bytes, r->len bytes. */
static inline void record_write(struct record *r)
{
	unsigned width = event_infos[r->type].flags & LARGE_PAYLOAD ? 4 : 2;
	uint32_t n_params = r->n_params;
	uint8_t *p = r->bytes + EVENT_HEADER;

	record_defaults(r);
	for (unsigned i = 0; i < n_params; i++, p += width)
		memcpy(p, &r->params[i].n, width);
	for (unsigned i = 0; i < n_params; i++) {
		memcpy(p, r->values + r->params[i].at, r->params[i].n);
		p += r->params[i].n;
	}
	r->len = (uint32_t)(p - r->bytes);
	memcpy(r->bytes, &r->ts, 8);
	memcpy(r->bytes + 8, &r->tid, 8);
	memcpy(r->bytes + 16, &r->len, 4);
	memcpy(r->bytes + 20, &r->type, 2);
	memcpy(r->bytes + 22, &n_params, 4);
}

static inline struct event *record_event(struct record *r)
{
	record_write(r);
	memset(&r->ev, 0, sizeof(r->ev));
	if (event_decode(&r->ev, r->bytes, r->len) != EVENT_OK) {
		printf("# record of event %u: %s\n", r->type, r->ev.fault);
		abort();
	}
	return &r->ev;
}

#define NUM(r, event, param, v) record_num(r, IX(event, param), v)
#define TEXT(r, event, param, v) record_text(r, IX(event, param), v)
/* A string literal with NULs in it; its terminating NUL is part of the value. */
#define LIST(r, event, param, v) record_bytes(r, IX(event, param), v, sizeof(v))
#define BYTES(r, event, param, p, n) record_bytes(r, IX(event, param), p, n)

#endif
