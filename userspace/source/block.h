/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A capture file as a sequence of blocks.
 *
 * In: a file, gzip-compressed or not.  Out: one block at a time, in place in a window of the file,
 * valid until the next.  Offsets count uncompressed bytes.  The format:
 * userspace/doc/capture-format.md.
 */
#ifndef SOURCE_BLOCK_H
#define SOURCE_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zlib.h>

#include "base/bytes.h"

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
/* Bytes of the body before an event's record: the CPU (16 bits); the CPU and flags (32 bits). */
enum { BLOCK_PREFIX = 2, BLOCK_PREFIX_FLAGS = 6 };
/* A bit of these flags: the event changes the state, and rules are not evaluated on it. */
enum { BLOCK_STATE_ONLY = 1 };

struct block {
	uint32_t type; /* as in the file */
	uint8_t kind, version, variant;
	uint8_t prefix; /* events: bytes of the body before the record */
	uint8_t *body;	/* writable, as are the BLOCK_HEADER bytes before it */
	uint32_t len;	/* bytes of the body, padding included */
};

struct block_reader {
	gzFile file;
	uint64_t base; /* offset of the window's first byte in the file */
	uint8_t *window;
	size_t at, fill, size; /* of the window: bytes delivered, bytes read, bytes allocated */
	bool ended, failed;    /* no more bytes: end of file; read error */
	int error;	       /* errno of the read error; 0: zlib's error */
	struct block block;    /* the last block read */
	/*
	 * block_next_fast() takes blocks of its type that have from min_len to min_len + len_range
	 * bytes; UINT32_MAX: none.
	 */
	uint32_t min_len, len_range;
	/* After BLOCK_BAD: what is wrong, and at which offset. */
	char fault[256];
	uint64_t fault_at;
};

enum block_result { BLOCK_OK = 1, BLOCK_END = 0, BLOCK_BAD = -1 };

/* 0, or -1 with the reason in why. */
int block_open(struct block_reader *r, const char *path, char *why, size_t why_size);
void block_close(struct block_reader *r);
/* Offset of the next block. */
static inline uint64_t block_offset(const struct block_reader *r)
{
	return r->base + r->at;
}

/*
 * The fast path of block_next(), for nearly all blocks: an event block of version 2 of the same
 * type as the last block, in the window, well-formed, and long enough for a record's header.  False
 * for any other block.
 */
static inline bool block_next_fast(struct block_reader *r)
{
#ifndef DECODE_NO_FAST_PATH
	uint8_t *p = r->window + r->at;
	size_t left = r->fill - r->at;
	uint32_t total;

	if (left < r->min_len)
		return false;
	total = load32(p + 4);
	if (total - r->min_len > r->len_range || total > left || load32(p) != r->block.type ||
	    load32(p + total - BLOCK_TRAILER) != total)
		return false;
	r->block.body = p + BLOCK_HEADER;
	r->block.len = total - BLOCK_HEADER - BLOCK_TRAILER;
	r->at += total;
	return true;
#else
	(void)r;
	return false;
#endif
}

/*
 * The next block, in r->block, valid until the next call.  BLOCK_BAD: r->fault and r->fault_at say
 * what is wrong.
 */
enum block_result block_next(struct block_reader *r);

/* Offset of the header of r->block. */
static inline uint64_t block_start(const struct block_reader *r)
{
	return r->base + (uint64_t)(r->block.body - BLOCK_HEADER - r->window);
}

#endif
