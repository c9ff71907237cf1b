/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Capture files: what is read from a good one, and that a bad one is an error with an offset, never a crash.
 * MUTATIONS=n: how many damaged copies of each real capture (default 40; the sanitizer run takes thousands).
 */
#include "test.h"

#include <glob.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include "seeds.h"
#include "source/source.h"

/* ---- captures built by hand ---- */

enum { MAX_MARKS = 64 };

struct scap {
	uint8_t bytes[65536];
	size_t n;
	size_t block;			/* start of the open block */
	size_t marks[MAX_MARKS];	/* where blocks begin */
	unsigned n_marks;
};

static void put(struct scap *im, const void *p, size_t n)
{
	memcpy(im->bytes + im->n, p, n);
	im->n += n;
}

static void put8(struct scap *im, uint8_t v)
{
	put(im, &v, 1);
}

static void put16(struct scap *im, uint16_t v)
{
	put(im, &v, 2);
}

static void put32(struct scap *im, uint32_t v)
{
	put(im, &v, 4);
}

static void put64(struct scap *im, uint64_t v)
{
	put(im, &v, 8);
}

static void put_text(struct scap *im, const char *s, size_t n)
{
	put16(im, (uint16_t)n);
	put(im, s, n);
}

#define put_lit(im, s) put_text(im, s, sizeof(s) - 1)

static void poke32(struct scap *im, size_t at, uint32_t v)
{
	memcpy(im->bytes + at, &v, 4);
}

static void begin(struct scap *im, uint32_t type)
{
	im->marks[im->n_marks++] = im->block = im->n;
	put32(im, type);
	put32(im, 0);
}

static void finish(struct scap *im)
{
	while (im->n % 4)
		put8(im, 0);
	put32(im, 0);
	poke32(im, im->block + 4, (uint32_t)(im->n - im->block));
	poke32(im, im->n - 4, (uint32_t)(im->n - im->block));
}

static void with_section(struct scap *im)
{
	begin(im, 0x0A0D0D0A);
	put32(im, 0x1A2B3C4D);
	put16(im, 1);
	put16(im, 2);
	put64(im, UINT64_MAX);
	finish(im);
}

static void with_machine(struct scap *im)
{
	char hostname[128] = "box";

	begin(im, 0x201);
	put32(im, 4);
	put64(im, 1 << 30);
	put64(im, 32768);
	put(im, hostname, sizeof(hostname));
	put64(im, 1700000000000000000);
	for (int i = 0; i < 3; i++)
		put64(im, 0);
	finish(im);
}

static void with_interfaces(struct scap *im)
{
	begin(im, 0x219);
	put32(im, 2 + 2 + 12 + 8 + 4);
	put16(im, 1);
	put16(im, 4);
	put(im, "\x0a\x00\x00\x05\xff\xff\xff\x00\x0a\x00\x00\xff", 12);
	put64(im, 1000);
	put(im, "eth0", 4);
	finish(im);
}

static void with_users(struct scap *im)
{
	begin(im, 0x220);
	put32(im, 4 + 1 + 8 + 2 + 5 + 2 + 11 + 2 + 9);
	put8(im, 0);
	put32(im, 1000);
	put32(im, 100);
	put_lit(im, "alice");
	put_lit(im, "/home/alice");
	put_lit(im, "/bin/bash");
	put32(im, 4 + 1 + 4 + 2 + 5);
	put8(im, 1);
	put32(im, 100);
	put_lit(im, "users");
	finish(im);
}

static void process_fields(struct scap *im, unsigned version)
{
	put64(im, 42);
	put64(im, 41);
	put64(im, 1);
	if (version >= 6)
		put64(im, 40);
	if (version >= 8)
		put64(im, 39);
	put_lit(im, "bash");
	put_lit(im, "-bash");
	if (version >= 7)
		put_lit(im, "/bin/bash");
	put_lit(im, "-c\0ls\0");
	put_lit(im, "/tmp/");
	put64(im, 1024);
	put32(im, 0);
	put32(im, 1000);
	put32(im, 100);
	if (version >= 2) {
		for (uint32_t i = 1; i <= 3; i++)
			put32(im, i);
		put64(im, 4);
		put64(im, 5);
	}
	if (version >= 3)
		put_lit(im, "A=b\0");
	if (version >= 4) {
		put64(im, 2);
		put64(im, 3);
		put_lit(im, "cpu=/x\0");
	}
	if (version >= 5)
		put_lit(im, "/");
}

static void with_processes(struct scap *im, unsigned version)
{
	static const uint32_t types[] = { 0, 0x202, 0x207, 0x209, 0x210, 0x211, 0x212, 0x213, 0x214, 0x215 };
	size_t at;

	begin(im, types[version]);
	at = im->n;
	if (version >= 9)
		put32(im, 0);
	process_fields(im, version);
	if (version >= 9) {
		put64(im, 77);
		put32(im, 34816);
		put32(im, 1001);
		put8(im, 1);
		for (uint64_t i = 6; i < 9; i++)
			put64(im, i);
		put8(im, 1);
		for (uint64_t i = 9; i < 12; i++)
			put64(im, i);
		put8(im, 1);
		put8(im, 1);
		put64(im, 43);
		put64(im, 0xdead);	/* of a version to come */
		poke32(im, at, (uint32_t)(im->n - at));
	}
	finish(im);
}

static void with_fds(struct scap *im, unsigned version)
{
	size_t at;

	begin(im, version == 1 ? 0x203 : 0x218);
	put64(im, 41);
	at = im->n;
	if (version > 1)
		put32(im, 0);
	put64(im, 3);
	put64(im, 99);
	put8(im, FD_IPV4_SOCK);
	put(im, "\x0a\x00\x00\x05\x01\x02\x03\x04", 8);
	put16(im, 40000);
	put16(im, 443);
	put8(im, L4_TCP);
	if (version > 1)
		poke32(im, at, (uint32_t)(im->n - at));
	finish(im);
}

/* close: res, fd */
static void put_close(struct scap *im, uint64_t ts, unsigned header)
{
	put64(im, ts);
	put64(im, 42);
	put32(im, header + 4 + 16);
	put16(im, EV_close);
	if (header == 26)
		put32(im, 2);
	put16(im, 8);
	put16(im, 8);
	put64(im, 0);
	put64(im, 3);
}

static void with_close(struct scap *im, uint64_t ts)
{
	begin(im, 0x216);
	put16(im, 1);
	put_close(im, ts, 26);
	finish(im);
}

static void with_all(struct scap *im)
{
	memset(im, 0, sizeof(*im));
	with_section(im);
	with_machine(im);
	with_interfaces(im);
	with_users(im);
	with_processes(im, 9);
	with_fds(im, 2);
	with_close(im, 1000);
	with_close(im, 2000);
}

/* ---- reading them ---- */

struct answer {
	enum source_result last;
	unsigned n_events;
	uint64_t sum;
	struct event ev;		/* the last one; rec is gone */
	struct source_stats stats;
	char error[512];
};

static void answer_read(struct answer *a, const char *path)
{
	struct source *src;

	memset(a, 0, sizeof(*a));
	schema_init();
	src = source_replay_open(path, NULL, a->error, sizeof(a->error));
	if (!src) {
		a->last = SOURCE_FAILED;
		return;
	}
	while ((a->last = source_next(src, &a->ev, 0)) == SOURCE_EVENT) {
		a->n_events++;
		for (unsigned i = 0; i < a->ev.n_params; i++)
			for (size_t j = 0; j < ev_bytes(&a->ev, i).n; j++)
				a->sum += (unsigned char)ev_bytes(&a->ev, i).p[j];
	}
	memcpy(a->error, src->error, sizeof(a->error));
	src->ops->stats(src, &a->stats);
	src->ops->close(src);
}

static struct answer replay_bytes(const void *bytes, size_t n)
{
	int fd = memfd_create("capture.scap", MFD_CLOEXEC);
	struct answer a;
	char path[64];

	if (write(fd, bytes, n) != (ssize_t)n)
		printf("# short write\n");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	answer_read(&a, path);
	close(fd);
	return a;
}

static struct answer replay_image(const struct scap *im)
{
	return replay_bytes(im->bytes, im->n);
}

static bool says(const struct answer *a, const char *text)
{
	if (a->last == SOURCE_FAILED && strstr(a->error, text))
		return true;
	printf("# result %d, \"%s\" instead of \"%s\"\n", a->last, a->error, text);
	return false;
}

static struct scap im;

TEST(whole)
{
	struct answer a;

	seeds_forget();
	with_all(&im);
	a = replay_image(&im);
	EXPECT_TEXT(a.error, "");
	EXPECT_INT(a.last, SOURCE_END);
	EXPECT_INT(a.n_events, 2);
	EXPECT_INT(a.ev.ts, 2000);
	EXPECT_INT(a.ev.tid, 42);
	EXPECT_INT(a.ev.type, EV_close);
	EXPECT_INT(a.ev.cpu, 1);
	EXPECT(!a.ev.state_only);
	EXPECT_INT(a.stats.n_evts, 2);
	EXPECT_INT(seeds.n_seeded, 1);
	EXPECT_INT(seeds.n_threads + seeds.n_fds + seeds.n_interfaces + seeds.n_users + seeds.n_groups, 5);
}

TEST(machine)
{
	seeds_forget();
	with_all(&im);
	replay_image(&im);
	EXPECT_INT(seeds.machine.n_cpus, 4);
	EXPECT_INT(seeds.machine.boot_ts, 1700000000000000000);
	EXPECT_TEXT(seeds.machine.hostname, "box");
}

TEST(interface_and_users)
{
	seeds_forget();
	with_all(&im);
	replay_image(&im);
	EXPECT_STR(seeds.interface, "eth0");
	EXPECT_INT(seeds.address.v, 4);
	EXPECT(!memcmp(seeds.address.b, "\x0a\x00\x00\x05", 4));
	EXPECT(!memcmp(seeds.netmask.b, "\xff\xff\xff\x00", 4));
	EXPECT_INT(seeds.user.uid, 1000);
	EXPECT_INT(seeds.user.gid, 100);
	EXPECT_STR(seeds.user.name, "alice");
	EXPECT_STR(seeds.user.home, "/home/alice");
	EXPECT_STR(seeds.user.shell, "/bin/bash");
	EXPECT_INT(seeds.gid, 100);
	EXPECT_STR(seeds.group, "users");
}

TEST(process)
{
	const struct proc_seed *p = &seeds.thread;

	seeds_forget();
	with_all(&im);
	replay_image(&im);
	EXPECT_INT(p->tid, 42);
	EXPECT_INT(p->pid, 41);
	EXPECT_INT(p->ptid, 1);
	EXPECT_INT(p->sid, 40);
	EXPECT_INT(p->vpgid, 39);
	EXPECT_STR(p->comm, "bash");
	EXPECT_STR(p->exe, "-bash");
	EXPECT_STR(p->exepath, "/bin/bash");
	EXPECT_INT(p->args.n, 6);
	EXPECT_STR(p->cwd, "/tmp/");
	EXPECT_INT(p->fd_limit, 1024);
	EXPECT_INT(p->uid, 1000);
	EXPECT_INT(p->gid, 100);
	EXPECT_INT(p->vm_swap, 3);
	EXPECT_INT(p->pf_minor, 5);
	EXPECT_INT(p->env.n, 4);
	EXPECT_INT(p->vtid, 2);
	EXPECT_INT(p->vpid, 3);
	EXPECT_STR(p->root, "/");
	EXPECT_INT(p->pidns_start_ts, 77);
	EXPECT_INT(p->tty, 34816);
	EXPECT_INT(p->loginuid, 1001);
	EXPECT_INT(p->cap_inheritable, 6);
	EXPECT_INT(p->cap_effective, 8);
	EXPECT_INT(p->exe_ino, 9);
	EXPECT_INT(p->exe_mtime, 11);
	EXPECT_INT(p->exe_flags, execve_flags_EXE_WRITABLE | execve_flags_EXE_UPPER_LAYER |
		   execve_flags_EXE_FROM_MEMFD | execve_flags_EXE_LOWER_LAYER);
	EXPECT_INT(p->pgid, 43);
}

TEST(older_process_lists)
{
	struct answer a;

	for (unsigned version = 1; version < 9; version++) {
		seeds_forget();
		memset(&im, 0, sizeof(im));
		with_section(&im);
		with_processes(&im, version);
		with_close(&im, 1);
		a = replay_image(&im);
		EXPECT_TEXT(a.error, "");
		EXPECT_INT(seeds.n_threads, 1);
		EXPECT_INT(seeds.thread.gid, 100);
		EXPECT_STR(seeds.thread.root, "/");
		EXPECT_INT(seeds.thread.vpid, version >= 4 ? 3 : -1);
		EXPECT_INT(seeds.thread.loginuid, UINT32_MAX);
	}
}

TEST(descriptors)
{
	for (unsigned version = 1; version <= 2; version++) {
		seeds_forget();
		memset(&im, 0, sizeof(im));
		with_section(&im);
		with_fds(&im, version);
		with_close(&im, 1);
		EXPECT_INT(replay_image(&im).last, SOURCE_END);
		EXPECT_INT(seeds.n_fds, 1);
		EXPECT_INT(seeds.fd_tid, 41);
		EXPECT_INT(seeds.fd.num, 3);
		EXPECT_INT(seeds.fd.ino, 99);
		EXPECT_INT(seeds.fd.type, FD_IPV4_SOCK);
		EXPECT_INT(seeds.fd.l4, L4_TCP);
		EXPECT_INT(seeds.fd.flags, FDF_FROM_PROC);
		EXPECT_INT(seeds.fd.tuple.source.port, 40000);
		EXPECT_INT(seeds.fd.tuple.dest.port, 443);
		EXPECT(!memcmp(seeds.fd.tuple.dest.ip.b, "\x01\x02\x03\x04", 4));
	}
}

TEST(old_event_header)
{
	struct answer a;

	memset(&im, 0, sizeof(im));
	with_section(&im);
	begin(&im, 0x204);
	put16(&im, 0);
	put_close(&im, 5, 22);
	finish(&im);
	a = replay_image(&im);
	EXPECT_TEXT(a.error, "");
	EXPECT_INT(a.n_events, 1);
	EXPECT_INT(a.ev.ts, 5);
	EXPECT_INT(a.ev.n_params, 2);
	EXPECT_INT(a.sum, 3);
}

TEST(state_only)
{
	struct answer a;

	memset(&im, 0, sizeof(im));
	with_section(&im);
	begin(&im, 0x217);
	put16(&im, 7);
	put32(&im, 1);
	put_close(&im, 5, 26);
	finish(&im);
	a = replay_image(&im);
	EXPECT_INT(a.n_events, 1);
	EXPECT(a.ev.state_only);
	EXPECT_INT(a.ev.cpu, 7);
}

TEST(other_versions_are_skipped)
{
	struct answer a;

	memset(&im, 0, sizeof(im));
	with_section(&im);
	with_close(&im, 1);
	im.bytes[im.n_marks ? im.marks[1] + 8 + 2 + 20 : 0] = 4;	/* a close of old: enter */
	with_close(&im, 2);
	a = replay_image(&im);
	EXPECT_TEXT(a.error, "");
	EXPECT_INT(a.n_events, 1);
	EXPECT_INT(a.stats.n_unknown, 1);
}

TEST(sections)
{
	struct answer a;

	seeds_forget();
	with_all(&im);
	with_section(&im);
	with_processes(&im, 9);
	with_close(&im, 3000);
	a = replay_image(&im);
	EXPECT_TEXT(a.error, "");
	EXPECT_INT(a.n_events, 3);
	EXPECT_INT(seeds.n_threads, 2);
	EXPECT_INT(seeds.n_seeded, 2);
}

TEST(compressed)
{
	struct answer a;
	uint8_t packed[65536];
	z_stream z = { 0 };

	with_all(&im);
	deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
	z.next_in = im.bytes;
	z.avail_in = (unsigned)im.n;
	z.next_out = packed;
	z.avail_out = sizeof(packed);
	EXPECT_INT(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	a = replay_bytes(packed, z.total_out);
	EXPECT_TEXT(a.error, "");
	EXPECT_INT(a.n_events, 2);
	for (size_t n = 20; n < z.total_out; n++) {
		a = replay_bytes(packed, n);
		EXPECT_INT(a.last, SOURCE_FAILED);
		EXPECT(strstr(a.error, ": offset "));
	}
}

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
			EXPECT(a.last == SOURCE_END || (a.last == SOURCE_FAILED && strstr(a.error, ": offset ")));
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
	EXPECT(says(&a, "offset 0: not a capture file: block type 0x12345678 where a section header belongs"));
	a = with32(8, 0x4D3C2B1A);
	EXPECT(says(&a, "offset 0: section header: written on a machine of the other byte order"));
	a = with16(12, 2);
	EXPECT(says(&a, "section header: format version 2, newest known is 1"));
	a = with32(m[1] + 4, 4);
	EXPECT(says(&a, "offset 28: block type 0x201: length 4 is shorter than a block"));
	a = with32(m[1] + 4, 0xfffffff0);
	EXPECT(says(&a, "block type 0x201: length 4294967280 is beyond any sane block"));
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
	EXPECT_TEXT(a.error, "/nonexistent/x.scap: cannot open capture file: No such file or directory");
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
	char pattern[256];
	const char *dir = getenv("CAPTURES");

	snprintf(pattern, sizeof(pattern), "%s/*.scap", dir ? dir : "../shared/data/captures");
	return glob(pattern, 0, NULL, found) == 0;
}

TEST(real_captures)
{
	struct answer a;
	glob_t found;

	if (!captures(&found))
		SKIP("no captures");
	for (size_t i = 0; i < found.gl_pathc; i++) {
		seeds_forget();
		answer_read(&a, found.gl_pathv[i]);
		if (a.last != SOURCE_END)
			printf("# %s\n", a.error);
		EXPECT_INT(a.last, SOURCE_END);
		EXPECT(a.n_events + a.stats.n_unknown > 300);
		EXPECT(seeds.n_threads > 0 && seeds.n_fds > 0 && seeds.n_users > 0 && seeds.n_interfaces > 0);
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

	if (!captures(&found))
		SKIP("no captures");
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
			EXPECT(a.last == SOURCE_END || (a.last == SOURCE_FAILED && strstr(a.error, ": offset ")));
		}
		free(whole.bytes);
		free(damaged.bytes);
	}
	globfree(&found);
}
