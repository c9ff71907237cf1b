/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A capture file as a sequence of blocks.
 *
 * In: a file, compressed or not.  Out: one block at a time, in place in the reader's window; it dies at the next one.
 * Offsets in messages count uncompressed bytes.
 */
#ifndef SOURCE_BLOCK_H
#define SOURCE_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <zlib.h>

enum block_kind {
	BLOCK_unknown,
	BLOCK_section,
	BLOCK_machine,
	BLOCK_processes,
	BLOCK_fds,
	BLOCK_interfaces,
	BLOCK_users,
	BLOCK_event,
};

enum block_variant {
	BLOCK_FLAGS = 1, /* events: a flags word after the CPU */
	BLOCK_LARGE = 2, /* events: may be longer than 64 KiB */
};

enum { BLOCK_HEADER = 8, BLOCK_TRAILER = 4 };
/* In front of an event's record: its CPU; CPU and flags. */
enum { BLOCK_FRONT = 2, BLOCK_FRONT_FLAGS = 6 };
enum { BLOCK_STATE_ONLY = 1 }; /* of these flags */

struct block {
	uint32_t type; /* as on file */
	uint8_t kind, version, variant;
	uint64_t offset; /* of the block's header */
	uint8_t *body; /* writable; BLOCK_HEADER bytes in front of it are the reader's to spoil, too */
	uint32_t len; /* bytes of the body, padding included */
};

struct block_reader {
	gzFile file;
	uint64_t base; /* offset of the window's first byte */
	uint8_t *window;
	size_t at, fill, room; /* handed out, read, allocated */
	bool ended,
		failed; /* nothing comes behind what was read; because of errno `error`, or zlib */
	int error;
	struct block last;     /* what its type means holds for the next block, mostly */
	uint32_t least, spare; /* block_again(): how long it is at least, and may be beyond that */
};

enum block_result { BLOCK_OK = 1, BLOCK_END = 0, BLOCK_BAD = -1 };

/* 0 or -1, with the reason in why. */
int block_open(struct block_reader *r, const char *path, char *why, size_t why_size);
void block_close(struct block_reader *r);
/* Of the next byte to hand out. */
static inline uint64_t block_offset(const struct block_reader *r)
{
	return r->base + r->at;
}

/* BLOCK_BAD: *at is the offset that why talks about. */
enum block_result block_next(struct block_reader *r, struct block *b, uint64_t *at, char *why,
			     size_t why_size);

/* Blocks of the last one's type, with a body of least bytes or more, may go the short way; 0: none may. */
void block_expect(struct block_reader *r, uint32_t least);

/*
 * The short way for what nearly every block is: an expected one, whole in the window, nothing wrong with it.  Its body and
 * length, or NULL: ask block_next().
 */
static inline const uint8_t *block_again(struct block_reader *r, uint32_t *len)
{
	const uint8_t *p = r->window + r->at;
	size_t left = r->fill - r->at;
	uint32_t type, total, trailer;

	if (left < r->least)
		return NULL;
	memcpy(&type, p, sizeof(type));
	memcpy(&total, p + 4, sizeof(total));
	if (type != r->last.type || total - r->least > r->spare || total > left)
		return NULL;
	memcpy(&trailer, p + total - BLOCK_TRAILER, sizeof(trailer));
	if (trailer != total)
		return NULL;
	r->at += total;
	*len = total - BLOCK_HEADER - BLOCK_TRAILER;
	return p + BLOCK_HEADER;
}

/* It is the next one again. */
static inline void block_put_back(struct block_reader *r, uint32_t len)
{
	r->at -= len + BLOCK_HEADER + BLOCK_TRAILER;
}

#endif
