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
#include <zlib.h>

enum block_kind {
	BLOCK_unknown, BLOCK_section, BLOCK_machine, BLOCK_processes, BLOCK_fds, BLOCK_interfaces, BLOCK_users, BLOCK_event,
};

enum block_variant {
	BLOCK_FLAGS = 1,	/* events: a flags word after the CPU */
	BLOCK_LARGE = 2,	/* events: may be longer than 64 KiB */
};

enum { BLOCK_HEADER = 8, BLOCK_TRAILER = 4 };

struct block {
	uint32_t type;			/* as on file */
	uint8_t kind, version, variant;
	uint64_t offset;		/* of the block's header */
	uint8_t *body;			/* writable; BLOCK_HEADER bytes in front of it are the reader's to spoil, too */
	uint32_t len;			/* bytes of the body, padding included */
};

struct block_reader {
	gzFile file;
	uint64_t offset;		/* of the next byte to hand out */
	uint8_t *window;
	size_t at, fill, room;		/* handed out, read, allocated */
	bool ended;
	struct block last;		/* what its type means holds for the next block, mostly */
};

enum block_result { BLOCK_OK = 1, BLOCK_END = 0, BLOCK_BAD = -1 };

/* 0 or -1, with the reason in why. */
int block_open(struct block_reader *r, const char *path, char *why, size_t why_size);
void block_close(struct block_reader *r);
/* BLOCK_BAD: *at is the offset that why talks about. */
enum block_result block_next(struct block_reader *r, struct block *b, uint64_t *at, char *why, size_t why_size);

#endif
