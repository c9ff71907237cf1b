/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Capture files: a bad one is an error with an offset, never a crash.
 * MUTATIONS=n: how many damaged copies of each real capture (default 40; the sanitizer run takes thousands).
 */
#include "test.h"

#include <glob.h>
#include <zlib.h>

#include "data.h"
#include "scap.h"

/* ---- damage ---- */

TEST(every_truncation)
{
	struct answer a;
	unsigned whole;

	with_all(&im);
	for (size_t n = 0; n < im.n; n++) {
		whole = n == im.marks[im.n_marks - 1];
		a = replay_bytes(im.bytes, n);
		EXPECT_INT(a.last, whole ? SOURCE_END : SOURCE_FAILED);
		EXPECT(whole || strstr(a.error, ": offset "));
	}
	a = replay_bytes(im.bytes, im.marks[3] + 20);
	EXPECT(says(&a, "offset 264: truncated: block type 0x220 has "));
	a = replay_bytes(im.bytes, im.marks[3] + 5);
	EXPECT(says(&a, "offset 264: truncated: 5 of 8 bytes of a block header"));
	a = replay_bytes("", 0);
	EXPECT(says(&a, "not a capture file: empty"));
	a = replay_bytes(im.bytes, im.marks[im.n_marks - 2]);
	EXPECT(says(&a, "no event in the file"));
}

TEST(every_byte)
{
	static const uint8_t values[] = { 0, 1, 0x7f, 0x80, 0xff };
	struct answer a;

	with_all(&im);
	for (size_t i = 0; i < im.n; i++) {
		uint8_t was = im.bytes[i];

		for (size_t v = 0; v < sizeof(values); v++) {
			im.bytes[i] = values[v];
			a = replay_image(&im);
			EXPECT(a.last == SOURCE_END ||
			       (a.last == SOURCE_FAILED && strstr(a.error, ": offset ")));
		}
		im.bytes[i] = was;
	}
}

/* Change one length and name what must be said about it. */
static struct answer with32(size_t at, uint32_t v)
{
	with_all(&im);
	poke32(&im, at, v);
	return replay_image(&im);
}

static struct answer with16(size_t at, uint16_t v)
{
	with_all(&im);
	memcpy(im.bytes + at, &v, 2);
	return replay_image(&im);
}

TEST(lengths)
{
	struct answer a;
	size_t *m = im.marks;

	a = with32(0, 0x12345678);
	EXPECT(says(&a,
		    "offset 0: not a capture file: block type 0x12345678 where a section header belongs"));
	a = with32(8, 0x4D3C2B1A);
	EXPECT(says(&a, "offset 0: section header: written on a machine of the other byte order"));
	a = with16(12, 2);
	EXPECT(says(&a, "section header: format version 2, newest known is 1"));
	a = with32(m[1] + 4, 4);
	EXPECT(says(&a, "offset 28: block type 0x201: length 4 is shorter than a block"));
	a = with32(m[1] + 4, 0xfffffff0);
	EXPECT(says(&a, "block type 0x201: length 4294967280 exceeds the limit of a block"));
	a = with32(m[1] + 4, 196);
	EXPECT(says(&a, "block type 0x201: length 196 is repeated as "));
	a = with32(m[2] + 8, 70000);
	EXPECT(says(&a, "interface list entry 1: entry length: 70000 exceeds block"));
	a = with16(m[2] + 14, 2000);
	EXPECT(says(&a, "interface list entry 1: name of 2000 exceeds 1023"));
	a = with16(m[2] + 12, 9);
	EXPECT(says(&a, "interface list entry 1: type of 9 exceeds 4"));
	a = with16(m[3] + 8 + 4 + 9, 300);
	EXPECT(says(&a, "user list entry 1: name of 300 exceeds 255"));
	a = with32(m[4] + 8, 3);
	EXPECT(says(&a, "process list entry 1: entry length: 3 exceeds block"));
	a = with16(m[4] + 8 + 4 + 40, 2000);
	EXPECT(says(&a, "process list entry 1: comm of 2000 exceeds 1024"));
	a = with16(m[4] + 8 + 4 + 40, 1000);
	EXPECT(says(&a, "process list entry 1: comm: 1000 exceeds block"));
	a = with32(m[5] + 16, 8);
	EXPECT(says(&a, "descriptor list entry 1: fd: 8 exceeds block"));
	a = with32(m[6] + 10 + 16, 70000);
	EXPECT(says(&a, "event length 70000 in a block with room for "));
	a = with32(m[6] + 10 + 16, 25);
	EXPECT(says(&a, "event length 25 in a block with room for "));
	a = with32(m[6] + 10 + 22, 0x10000);
	EXPECT(says(&a, "event 5: "));
	a = with32(m[7], 0x201);
	EXPECT(says(&a, "block type 0x201 between events"));
}

TEST(small_event_blocks)
{
	struct answer a;

	with_all(&im);
	poke32(&im, im.marks[6] + 4, 65545);
	a = replay_image(&im);
	EXPECT(says(&a, "block type 0x216: length 65545 exceeds the 65536 bytes of an event block"));
}

TEST(no_file)
{
	struct answer a;

	answer_read(&a, "/nonexistent/x.scap");
	EXPECT_TEXT(a.error,
		    "/nonexistent/x.scap: cannot open capture file: No such file or directory");
	answer_read(&a, "/");
	EXPECT_INT(a.last, SOURCE_FAILED);
	EXPECT(strstr(a.error, "directory"));
}

/* ---- real captures ---- */

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

/* Decompressed, at most limit bytes. */
static struct file file_read(const char *path, size_t limit)
{
	gzFile gz = gzopen(path, "rb");
	struct file f = { malloc(limit), 0 };
	int got;

	while (f.n < limit && (got = gzread(gz, f.bytes + f.n, (unsigned)(limit - f.n))) > 0)
		f.n += (size_t)got;
	gzclose(gz);
	return f;
}

static bool captures(glob_t *found)
{
	char pattern[512];

	snprintf(pattern, sizeof(pattern), "%s/captures/*.scap", data_dir());
	if (glob("tests/data/captures/*.scap.gz", 0, NULL, found))
		return false;
	glob(pattern, GLOB_APPEND, NULL, found);
	return true;
}

TEST(real_captures)
{
	struct answer a;
	glob_t found;

	EXPECT(captures(&found));
	for (size_t i = 0; i < found.gl_pathc; i++) {
		seeds_forget();
		answer_read(&a, found.gl_pathv[i]);
		if (a.last != SOURCE_END)
			printf("# %s\n", a.error);
		EXPECT_INT(a.last, SOURCE_END);
		EXPECT(a.n_events + a.stats.n_unknown > 300);
		EXPECT(seeds.n_threads > 0 && seeds.n_fds > 0 && seeds.n_users > 0 &&
		       seeds.n_interfaces > 0);
	}
	globfree(&found);
}

/* A byte, a bit, a word of ones, a small word, a piece from elsewhere, or the end gone. */
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
	const char *asked = getenv("MUTATIONS");
	int n = asked ? atoi(asked) : 40;
	struct file whole, damaged;
	struct answer a;
	glob_t found;

	EXPECT(captures(&found));
	rng_state = 1;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		whole = file_read(found.gl_pathv[i], 100000);
		damaged.bytes = malloc(whole.n);
		for (int j = 0; j < n; j++) {
			memcpy(damaged.bytes, whole.bytes, whole.n);
			damaged.n = whole.n;
			for (uint32_t k = 0; k <= rng(8); k++)
				mutate(&damaged);
			a = replay_bytes(damaged.bytes, damaged.n);
			EXPECT(a.last == SOURCE_END ||
			       (a.last == SOURCE_FAILED && strstr(a.error, ": offset ")));
		}
		free(whole.bytes);
		free(damaged.bytes);
	}
	globfree(&found);
}
