/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading damaged capture files is an error with an offset, never a crash.
 * MUTATIONS=n: number of damaged copies of each recorded capture (default 40).
 */
#include "test.h"

#include <glob.h>
#include <zlib.h>

#include "data.h"
#include "scap.h"

/* ---- damaged captures built in memory ---- */

TEST(truncated_at_every_byte)
{
	struct replay_result r;
	bool valid;

	build_capture(&cap);
	for (size_t n = 0; n < cap.n; n++) {
		valid = n == cap.block_starts[cap.n_blocks - 1];
		r = replay_bytes(cap.bytes, n);
		EXPECT_INT(r.last, valid ? SOURCE_END : SOURCE_FAILED);
		EXPECT(valid || strstr(r.error, ": offset "));
	}
	r = replay_bytes(cap.bytes, cap.block_starts[3] + 20);
	EXPECT(failed_with(&r, "offset 264: truncated: block type 0x220 has "));
	r = replay_bytes(cap.bytes, cap.block_starts[3] + 5);
	EXPECT(failed_with(&r, "offset 264: truncated: 5 of 8 bytes of a block header"));
	r = replay_bytes("", 0);
	EXPECT(failed_with(&r, "not a capture file: empty"));
	r = replay_bytes(cap.bytes, cap.block_starts[cap.n_blocks - 2]);
	EXPECT(failed_with(&r, "no event in the file"));
}

TEST(every_byte_replaced)
{
	static const uint8_t values[] = { 0, 1, 0x7f, 0x80, 0xff };
	struct replay_result r;

	build_capture(&cap);
	for (size_t i = 0; i < cap.n; i++) {
		uint8_t original = cap.bytes[i];

		for (size_t v = 0; v < sizeof(values); v++) {
			cap.bytes[i] = values[v];
			r = replay_capture(&cap);
			EXPECT(r.last == SOURCE_END ||
			       (r.last == SOURCE_FAILED && strstr(r.error, ": offset ")));
		}
		cap.bytes[i] = original;
	}
}

/* Replays a capture in which one number was replaced. */
static struct replay_result replay_with_u32(size_t at, uint32_t v)
{
	build_capture(&cap);
	set32(&cap, at, v);
	return replay_capture(&cap);
}

static struct replay_result replay_with_u16(size_t at, uint16_t v)
{
	build_capture(&cap);
	memcpy(cap.bytes + at, &v, 2);
	return replay_capture(&cap);
}

TEST(invalid_lengths_and_types)
{
	struct replay_result r;
	size_t *start = cap.block_starts;

	r = replay_with_u32(0, 0x12345678);
	EXPECT(failed_with(
		&r,
		"offset 0: not a capture file: block type 0x12345678 where a section header belongs"));
	r = replay_with_u32(8, 0x4D3C2B1A);
	EXPECT(failed_with(&r,
			   "offset 0: section header: written on a machine of the other byte order"));
	r = replay_with_u16(12, 2);
	EXPECT(failed_with(&r, "section header: format version 2, newest known is 1"));
	r = replay_with_u32(start[1] + 4, 4);
	EXPECT(failed_with(&r, "offset 28: block type 0x201: length 4 is shorter than a block"));
	r = replay_with_u32(start[1] + 4, 0xfffffff0);
	EXPECT(failed_with(&r, "block type 0x201: length 4294967280 exceeds the limit of a block"));
	r = replay_with_u32(start[1] + 4, 196);
	EXPECT(failed_with(&r, "block type 0x201: length 196 is repeated as "));
	r = replay_with_u32(start[2] + 8, 70000);
	EXPECT(failed_with(&r, "interface list entry 1: entry length: 70000 exceeds block"));
	r = replay_with_u16(start[2] + 14, 2000);
	EXPECT(failed_with(&r, "interface list entry 1: name of 2000 exceeds 1023"));
	r = replay_with_u16(start[2] + 12, 9);
	EXPECT(failed_with(&r, "interface list entry 1: type of 9 exceeds 4"));
	r = replay_with_u16(start[3] + 8 + 4 + 9, 300);
	EXPECT(failed_with(&r, "user list entry 1: name of 300 exceeds 255"));
	r = replay_with_u32(start[4] + 8, 3);
	EXPECT(failed_with(&r, "process list entry 1: entry length: 3 exceeds block"));
	r = replay_with_u16(start[4] + 8 + 4 + 40, 2000);
	EXPECT(failed_with(&r, "process list entry 1: comm of 2000 exceeds 1024"));
	r = replay_with_u16(start[4] + 8 + 4 + 40, 1000);
	EXPECT(failed_with(&r, "process list entry 1: comm: 1000 exceeds block"));
	r = replay_with_u32(start[5] + 16, 8);
	EXPECT(failed_with(&r, "descriptor list entry 1: fd: 8 exceeds block"));
	r = replay_with_u32(start[6] + 10 + 16, 70000);
	EXPECT(failed_with(&r, "event length 70000 in a block with room for "));
	r = replay_with_u32(start[6] + 10 + 16, 25);
	EXPECT(failed_with(&r, "event length 25 in a block with room for "));
	r = replay_with_u32(start[6] + 10 + 22, 0x10000);
	EXPECT(failed_with(&r, "event 5: "));
	r = replay_with_u32(start[7], 0x201);
	EXPECT(failed_with(&r, "block type 0x201 between events"));
}

TEST(too_long_event_block)
{
	struct replay_result r;

	build_capture(&cap);
	set32(&cap, cap.block_starts[6] + 4, 65545);
	r = replay_capture(&cap);
	EXPECT(failed_with(&r,
			   "block type 0x216: length 65545 exceeds the 65536 bytes of an event block"));
}

TEST(missing_file_and_directory)
{
	struct replay_result r;

	replay_file(&r, "/nonexistent/x.scap");
	EXPECT_TEXT(r.error,
		    "/nonexistent/x.scap: cannot open capture file: No such file or directory");
	replay_file(&r, "/");
	EXPECT_INT(r.last, SOURCE_FAILED);
	EXPECT(strstr(r.error, "directory"));
}

/* ---- recorded captures ---- */

static uint64_t rng_state;

static uint32_t rng(uint32_t below)
{
	rng_state = rng_state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((rng_state >> 33) % below);
}

struct file {
	uint8_t *bytes;
	size_t n;
};

/* The first limit bytes of a file, decompressed. */
static struct file read_file(const char *path, size_t limit)
{
	gzFile gz = gzopen(path, "rb");
	struct file f = { malloc(limit), 0 };
	int got;

	while (f.n < limit && (got = gzread(gz, f.bytes + f.n, (unsigned)(limit - f.n))) > 0)
		f.n += (size_t)got;
	gzclose(gz);
	return f;
}

static bool find_captures(glob_t *found)
{
	char pattern[512];

	snprintf(pattern, sizeof(pattern), "%s/captures/*.scap", data_dir());
	if (glob("tests/data/captures/*.scap.gz", 0, NULL, found))
		return false;
	glob(pattern, GLOB_APPEND, NULL, found);
	return true;
}

TEST(recorded_captures_are_valid)
{
	struct replay_result r;
	glob_t found;

	EXPECT(find_captures(&found));
	for (size_t i = 0; i < found.gl_pathc; i++) {
		seeds_reset();
		replay_file(&r, found.gl_pathv[i]);
		if (r.last != SOURCE_END)
			printf("# %s\n", r.error);
		EXPECT_INT(r.last, SOURCE_END);
		EXPECT(r.n_events + r.stats.n_unknown > 300);
		EXPECT(seeds.n_threads > 0 && seeds.n_fds > 0 && seeds.n_users > 0 &&
		       seeds.n_interfaces > 0);
	}
	globfree(&found);
}

/*
 * One random change: a byte, a bit, bytes of ones, a small number, bytes copied from another place,
 * or a truncation.
 */
static void mutate(struct file *f)
{
	size_t at = rng((uint32_t)f->n - 8), from = rng((uint32_t)f->n - 8);
	uint32_t word;

	switch (rng(6)) {
	case 0:
		f->bytes[at] = (uint8_t)rng(256);
		break;
	case 1:
		f->bytes[at] ^= (uint8_t)(1 << rng(8));
		break;
	case 2:
		memset(f->bytes + at, 0xff, 1 + rng(8));
		break;
	case 3:
		word = rng(64);
		memcpy(f->bytes + at, &word, 4);
		break;
	case 4:
		memmove(f->bytes + at, f->bytes + from, 1 + rng(8));
		break;
	default:
		f->n = 64 + at % (f->n - 64);
		break;
	}
}

TEST(mutated_captures)
{
	const char *option = getenv("MUTATIONS");
	int n = option ? atoi(option) : 40;
	struct file original, damaged;
	struct replay_result r;
	glob_t found;

	EXPECT(find_captures(&found));
	rng_state = 1;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		original = read_file(found.gl_pathv[i], 100000);
		damaged.bytes = malloc(original.n);
		for (int j = 0; j < n; j++) {
			memcpy(damaged.bytes, original.bytes, original.n);
			damaged.n = original.n;
			for (uint32_t k = 0; k <= rng(8); k++)
				mutate(&damaged);
			r = replay_bytes(damaged.bytes, damaged.n);
			EXPECT(r.last == SOURCE_END ||
			       (r.last == SOURCE_FAILED && strstr(r.error, ": offset ")));
		}
		free(original.bytes);
		free(damaged.bytes);
	}
	globfree(&found);
}
