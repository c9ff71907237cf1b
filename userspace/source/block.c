// SPDX-License-Identifier: Apache-2.0
/* Reads blocks: a window of the uncompressed file that moves forward. */
#include "source/block.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/macros.h"
#include "event/event.h"

/*
 * The window grows only as bytes are read, not by the length in a header of a block, which may be
 * wrong.  BLOCK_LIMIT bounds the growth.
 */
enum { WINDOW = 128 << 10, BLOCK_LIMIT = 256 << 20, SMALL_LIMIT = 65536, READ_SIZE = 64 << 10 };

static const struct {
	uint32_t type;
	uint8_t kind, version, variant;
} block_types[] = {
#define BLOCK(number, kind, version, variant) { number, BLOCK_##kind, version, variant },
#include "source/blocks.def"
#undef BLOCK
};

int block_open(struct block_reader *r, const char *path, char *why, size_t why_size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	memset(r, 0, sizeof(*r));
	if (fd < 0) {
		snprintf(why, why_size, "%s: cannot open capture file: %s", path, strerror(errno));
		return -1;
	}
	r->file = gzdopen(fd, "rb");
	r->window = malloc(WINDOW);
	r->size = WINDOW;
	r->min_len = UINT32_MAX;
	if (!r->file || !r->window) {
		snprintf(why, why_size, "%s: cannot open capture file: out of memory", path);
		if (!r->file)
			close(fd);
		block_close(r);
		return -1;
	}
	/* Less than half of a read: zlib reads an uncompressed file straight into the window. */
	gzbuffer(r->file, 32 << 10);
	return 0;
}

void block_close(struct block_reader *r)
{
	if (r->file)
		gzclose(r->file);
	free(r->window);
	memset(r, 0, sizeof(*r));
}

static bool window_grow(struct block_reader *r)
{
	uint8_t *bigger = realloc(r->window, r->size * 2);

	if (!bigger)
		return false;
	r->window = bigger;
	r->size *= 2;
	return true;
}

/*
 * How many of n bytes to request from zlib.  At damaged data zlib drops all bytes that the call has
 * uncompressed before it: small calls lose less.
 */
static size_t read_size(struct block_reader *r, size_t n)
{
	uint64_t left = READ_SIZE - (r->base + r->fill) % READ_SIZE;

	return gzdirect(r->file) || left > n ? n : left;
}

/* Bytes read before an error are delivered. */
static void window_read(struct block_reader *r, size_t end)
{
	unsigned n = (unsigned)read_size(r, end - r->fill);
	int got = gzread(r->file, r->window + r->fill, n), error;

	gzerror(r->file, &error);
	r->failed = got < 0 || (error != Z_OK && error != Z_STREAM_END);
	r->error = errno;
	r->ended = got == 0;
	r->fill += got > 0 ? (size_t)got : 0;
}

static void set_read_fault(struct block_reader *r)
{
	int error;
	const char *text = gzerror(r->file, &error), *after = strstr(text, ">: ");

	/* zlib's text begins with its name of the file, "<fd:3>: ". */
	snprintf(r->fault, sizeof(r->fault), "read error: %s",
		 error == Z_ERRNO ? strerror(r->error)
		 : after	  ? after + 3
				  : text);
}

/* window_need() for bytes that are not in the window. */
static int64_t window_fill(struct block_reader *r, size_t n)
{
	size_t end;

	if (r->at && r->at + n > r->size) {
		memmove(r->window, r->window + r->at, r->fill - r->at);
		r->base += r->at;
		r->fill -= r->at;
		r->at = 0;
	}
	while (r->fill - r->at < n && !r->ended && !r->failed) {
		if (r->fill == r->size && !window_grow(r)) {
			snprintf(r->fault, sizeof(r->fault),
				 "out of memory for a block of %zu bytes", n);
			return -1;
		}
		/* Only a block longer than WINDOW fills a window that has grown. */
		end = r->at + n > WINDOW ? r->size : WINDOW;
		while (r->fill < end && !r->ended && !r->failed)
			window_read(r, end);
	}
	if (r->fill - r->at >= n)
		return (int64_t)n;
	if (!r->failed)
		return (int64_t)(r->fill - r->at);
	set_read_fault(r);
	return -1;
}

/*
 * Reads until the window has n bytes from r->at on.  Returns n; fewer at the end of the file; -1
 * with r->fault after a read error.
 */
static inline int64_t window_need(struct block_reader *r, size_t n)
{
	return r->fill - r->at >= n ? (int64_t)n : window_fill(r, n);
}

static void block_classify(struct block *b)
{
	b->kind = BLOCK_unknown;
	for (size_t i = 0; i < ARRAY_SIZE(block_types); i++) {
		if (block_types[i].type != b->type)
			continue;
		b->kind = block_types[i].kind;
		b->version = block_types[i].version;
		b->variant = block_types[i].variant;
	}
}

static uint32_t length_limit(const struct block *b)
{
	return b->kind == BLOCK_event && !(b->variant & BLOCK_LARGE) ? BLOCK_HEADER + SMALL_LIMIT
								     : BLOCK_LIMIT;
}

/* The error if a block must not have this length; NULL: it may. */
static const char *length_fault(const struct block *b, uint32_t total)
{
	if (total < BLOCK_HEADER + BLOCK_TRAILER)
		return "is shorter than a block";
	if (total > BLOCK_LIMIT)
		return "exceeds the limit of a block";
	return total > length_limit(b) ? "exceeds the 65536 bytes of an event block" : NULL;
}

/* Sets the members that are the same for all blocks of a type. */
static void block_type_set(struct block_reader *r, uint32_t type)
{
	struct block *b = &r->block;

	b->type = type;
	block_classify(b);
	b->prefix = b->variant & BLOCK_FLAGS ? BLOCK_PREFIX_FLAGS : BLOCK_PREFIX;
	r->min_len = UINT32_MAX;
	if (b->kind == BLOCK_event && b->version == 2) {
		r->min_len = BLOCK_HEADER + b->prefix + EVENT_HEADER + BLOCK_TRAILER;
		r->len_range = length_limit(b) - r->min_len;
	}
}

static __attribute__((format(printf, 2, 3))) enum block_result block_bad(struct block_reader *r,
									 const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(r->fault, sizeof(r->fault), format, args);
	va_end(args);
	return BLOCK_BAD;
}

__attribute__((noinline)) enum block_result block_next(struct block_reader *r)
{
	int64_t got = window_need(r, BLOCK_HEADER);
	struct block *b = &r->block;
	const char *fault;
	uint32_t total, trailer;

	r->fault_at = block_offset(r);
	if (got <= 0)
		return got < 0 ? BLOCK_BAD : BLOCK_END;
	if (got < BLOCK_HEADER)
		return block_bad(r, "truncated: %d of 8 bytes of a block header", (int)got);
	block_type_set(r, load32(r->window + r->at));
	total = load32(r->window + r->at + 4);
	fault = length_fault(b, total);
	if (fault)
		return block_bad(r, "block type 0x%x: length %u %s", b->type, total, fault);
	got = window_need(r, total);
	if (got < 0)
		return BLOCK_BAD;
	if (got < total)
		return block_bad(r,
				 "truncated: block type 0x%x has %u bytes, the file ends after %u",
				 b->type, total, (unsigned)got);
	trailer = load32(r->window + r->at + total - BLOCK_TRAILER);
	if (trailer != total) {
		r->fault_at += total - BLOCK_TRAILER;
		return block_bad(r, "block type 0x%x: length %u is repeated as %u at its end",
				 b->type, total, trailer);
	}
	b->body = r->window + r->at + BLOCK_HEADER;
	b->len = total - BLOCK_HEADER - BLOCK_TRAILER;
	r->at += total;
	return BLOCK_OK;
}
