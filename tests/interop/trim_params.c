/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: trim_params CAPTURE RECORDING OUT
 *
 * Copies RECORDING to OUT for an older reader, which rejects events that have more parameters than
 * in its schema: each event is cut to the number of parameters that events of its type have in
 * CAPTURE, a file of that reader.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event/event.h"
#include "source/block.h"

static uint32_t param_count[EVENT_NUMBERS]; /* of events in CAPTURE; 0: none */

static uint32_t load(const uint8_t *p, size_t n)
{
	uint32_t v = 0;

	memcpy(&v, p, n);
	return v;
}

/* The record in a block of an event; NULL in other blocks. */
static uint8_t *record_of(const struct block *b)
{
	return b->kind == BLOCK_event && b->version == 2 ? b->body + b->prefix : NULL;
}

static void store_param_count(const struct block *b)
{
	uint8_t *rec = record_of(b);

	if (rec && load(rec + 20, 2) < EVENT_NUMBERS)
		param_count[load(rec + 20, 2)] = load(rec + 22, 4);
}

/* Cuts the event in place; returns the new size of the block's body. */
static uint32_t cut(const struct block *b)
{
	uint8_t *rec = record_of(b);
	uint32_t type = rec ? load(rec + 20, 2) : 0, n, keep, width, from, to, bytes = 0;

	if (!rec || type >= EVENT_NUMBERS || !param_count[type] ||
	    load(rec + 22, 4) <= param_count[type])
		return b->len;
	n = load(rec + 22, 4);
	keep = param_count[type];
	width = event_infos[type].flags & LARGE_PAYLOAD ? 4 : 2;
	for (uint32_t i = 0; i < keep; i++)
		bytes += load(rec + EVENT_HEADER + i * width, width);
	from = EVENT_HEADER + n * width;
	to = EVENT_HEADER + keep * width;
	memmove(rec + to, rec + from, bytes);
	bytes += to;
	memcpy(rec + 16, &bytes, 4);
	memcpy(rec + 22, &keep, 4);
	return (uint32_t)(rec - b->body) + bytes;
}

static void copy(gzFile out, const struct block *b)
{
	static const uint8_t padding[4];
	uint32_t len = cut(b),
		 head[2] = { b->type, BLOCK_HEADER + ((len + 3) & ~3u) + BLOCK_TRAILER };

	gzwrite(out, head, sizeof(head));
	gzwrite(out, b->body, len);
	gzwrite(out, padding, -len & 3);
	gzwrite(out, &head[1], sizeof(head[1]));
}

/* Copies the blocks to out; if out is NULL, stores the parameter counts. Returns 0 or -1. */
static int for_each_block(const char *path, gzFile out)
{
	enum block_result result = BLOCK_BAD;
	struct block_reader in;
	char why[512];

	if (block_open(&in, path, why, sizeof(why)) == 0) {
		while ((result = block_next(&in)) == BLOCK_OK) {
			if (out)
				copy(out, &in.block);
			else
				store_param_count(&in.block);
		}
		if (result == BLOCK_BAD)
			snprintf(why, sizeof(why), "%s", in.fault);
		block_close(&in);
	}
	if (result != BLOCK_END)
		fprintf(stderr, "%s: %s\n", path, why);
	return result == BLOCK_END ? 0 : -1;
}

int main(int argc, char **argv)
{
	gzFile out;

	if (argc != 4)
		return 2;
	schema_init();
	if (for_each_block(argv[1], NULL))
		return 1;
	out = gzopen(argv[3], "wb");
	if (!out || for_each_block(argv[2], out) || gzclose(out) != Z_OK)
		return 1;
	return 0;
}
