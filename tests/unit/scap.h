/* SPDX-License-Identifier: Apache-2.0 */
/* Captures built by hand, and what is read from them. */
#ifndef SCAP_H
#define SCAP_H

#include <sys/mman.h>
#include <unistd.h>

#include "seeds.h"
#include "source/source.h"
#include "test.h"

/* ---- captures built by hand ---- */

enum { MAX_MARKS = 64 };

struct scap {
	uint8_t bytes[65536];
	size_t n;
	size_t block;		 /* start of the open block */
	size_t marks[MAX_MARKS]; /* where blocks begin */
	unsigned n_marks;
};

static inline void put(struct scap *im, const void *p, size_t n)
{
	memcpy(im->bytes + im->n, p, n);
	im->n += n;
}

static inline void put8(struct scap *im, uint8_t v)
{
	put(im, &v, 1);
}

static inline void put16(struct scap *im, uint16_t v)
{
	put(im, &v, 2);
}

static inline void put32(struct scap *im, uint32_t v)
{
	put(im, &v, 4);
}

static inline void put64(struct scap *im, uint64_t v)
{
	put(im, &v, 8);
}

static inline void put_text(struct scap *im, const char *s, size_t n)
{
	put16(im, (uint16_t)n);
	put(im, s, n);
}

#define put_lit(im, s) put_text(im, s, sizeof(s) - 1)

static inline void poke32(struct scap *im, size_t at, uint32_t v)
{
	memcpy(im->bytes + at, &v, 4);
}

static inline void begin(struct scap *im, uint32_t type)
{
	im->marks[im->n_marks++] = im->block = im->n;
	put32(im, type);
	put32(im, 0);
}

static inline void finish(struct scap *im)
{
	while (im->n % 4)
		put8(im, 0);
	put32(im, 0);
	poke32(im, im->block + 4, (uint32_t)(im->n - im->block));
	poke32(im, im->n - 4, (uint32_t)(im->n - im->block));
}

static inline void with_section(struct scap *im)
{
	begin(im, 0x0A0D0D0A);
	put32(im, 0x1A2B3C4D);
	put16(im, 1);
	put16(im, 2);
	put64(im, UINT64_MAX);
	finish(im);
}

static inline void with_machine(struct scap *im)
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

static inline void with_interfaces(struct scap *im)
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

static inline void with_users(struct scap *im)
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

static inline void process_fields(struct scap *im, unsigned version)
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

static inline void with_processes(struct scap *im, unsigned version)
{
	static const uint32_t types[] = { 0,	 0x202, 0x207, 0x209, 0x210,
					  0x211, 0x212, 0x213, 0x214, 0x215 };
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
		put64(im, 0xdead); /* of a version to come */
		poke32(im, at, (uint32_t)(im->n - at));
	}
	finish(im);
}

static inline void with_fds(struct scap *im, unsigned version)
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
static inline void put_close(struct scap *im, uint64_t ts, unsigned header)
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

static inline void with_close(struct scap *im, uint64_t ts)
{
	begin(im, 0x216);
	put16(im, 1);
	put_close(im, ts, 26);
	finish(im);
}

static inline void with_all(struct scap *im)
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
	struct event ev; /* the last one; rec is gone */
	struct source_stats stats;
	char error[512];
};

static inline void answer_count(struct answer *a)
{
	a->n_events++;
	for (unsigned i = 0; i < a->ev.n_params; i++)
		for (size_t j = 0; j < ev_bytes(&a->ev, i).n; j++)
			a->sum += (unsigned char)ev_bytes(&a->ev, i).p[j];
}

static inline void answer_read(struct answer *a, const char *path)
{
	struct source *src;

	memset(a, 0, sizeof(*a));
	schema_init();
	src = source_replay_open(path, NULL, a->error, sizeof(a->error));
	if (!src) {
		a->last = SOURCE_FAILED;
		return;
	}
	while ((a->last = source_next(src, &a->ev, 0)) == SOURCE_EVENT)
		answer_count(a);
	memcpy(a->error, src->error, sizeof(a->error));
	src->ops->stats(src, &a->stats);
	src->ops->close(src);
}

/* A file without a name, which path leads to as long as it is open. */
static inline int scap_file(const void *bytes, size_t n, char path[64])
{
	int fd = memfd_create("capture.scap", MFD_CLOEXEC);

	if (write(fd, bytes, n) != (ssize_t)n)
		printf("# short write\n");
	snprintf(path, 64, "/proc/self/fd/%d", fd);
	return fd;
}

static inline struct answer replay_bytes(const void *bytes, size_t n)
{
	struct answer a;
	char path[64];
	int fd = scap_file(bytes, n, path);

	answer_read(&a, path);
	close(fd);
	return a;
}

static inline struct answer replay_image(const struct scap *im)
{
	return replay_bytes(im->bytes, im->n);
}

static inline bool says(const struct answer *a, const char *text)
{
	if (a->last == SOURCE_FAILED && strstr(a->error, text))
		return true;
	printf("# result %d, \"%s\" instead of \"%s\"\n", a->last, a->error, text);
	return false;
}

static struct scap im;

#endif
