/* SPDX-License-Identifier: Apache-2.0 */
/* Captures built in memory, and replaying them into the fake state of fake_state.h. */
#ifndef SCAP_H
#define SCAP_H

#include <sys/mman.h>
#include <unistd.h>

#include "fake_state.h"
#include "source/source.h"
#include "test.h"

/* ---- building captures ---- */

enum { MAX_BLOCKS = 64 };

/* Block types; userspace/doc/capture-format.md. */
enum {
	SECTION_HEADER = 0x0A0D0D0A,
	BYTE_ORDER_MAGIC = 0x1A2B3C4D,
	MACHINE_INFO = 0x201,
	FD_LIST_V1 = 0x203,
	EVENT_V1 = 0x204,
	EVENT_V2 = 0x216,
	EVENT_V2_FLAGS = 0x217,
	FD_LIST_V2 = 0x218,
	INTERFACE_LIST_V2 = 0x219,
	USER_LIST_V2 = 0x220,
};
/* Bytes of a block and of its event before the record: type and length; CPU number. */
enum { BLOCK_HEADER_SIZE = 8, CPU_SIZE = 2 };
/* Bytes of the headers of event records; EVENT_HEADER: of version 2. */
enum { EVENT_HEADER_V1_SIZE = 22 };

struct scap {
	uint8_t bytes[65536];
	size_t n;
	size_t open_block;		 /* its start */
	size_t block_starts[MAX_BLOCKS]; /* offsets in bytes */
	unsigned n_blocks;
};

static inline void put(struct scap *cap, const void *p, size_t n)
{
	memcpy(cap->bytes + cap->n, p, n);
	cap->n += n;
}

static inline void put8(struct scap *cap, uint8_t v)
{
	put(cap, &v, 1);
}

static inline void put16(struct scap *cap, uint16_t v)
{
	put(cap, &v, 2);
}

static inline void put32(struct scap *cap, uint32_t v)
{
	put(cap, &v, 4);
}

static inline void put64(struct scap *cap, uint64_t v)
{
	put(cap, &v, 8);
}

static inline void put_string(struct scap *cap, const char *s, size_t n)
{
	put16(cap, (uint16_t)n);
	put(cap, s, n);
}

#define put_literal(cap, s) put_string(cap, s, sizeof(s) - 1)

static inline void set32(struct scap *cap, size_t at, uint32_t v)
{
	memcpy(cap->bytes + at, &v, 4);
}

static inline void begin_block(struct scap *cap, uint32_t type)
{
	cap->block_starts[cap->n_blocks++] = cap->open_block = cap->n;
	put32(cap, type);
	put32(cap, 0);
}

static inline void end_block(struct scap *cap)
{
	while (cap->n % 4)
		put8(cap, 0);
	put32(cap, 0);
	set32(cap, cap->open_block + 4, (uint32_t)(cap->n - cap->open_block));
	set32(cap, cap->n - 4, (uint32_t)(cap->n - cap->open_block));
}

static inline void add_section(struct scap *cap)
{
	begin_block(cap, SECTION_HEADER);
	put32(cap, BYTE_ORDER_MAGIC);
	put16(cap, 1);
	put16(cap, 2);
	put64(cap, UINT64_MAX);
	end_block(cap);
}

static inline void add_machine(struct scap *cap)
{
	char hostname[128] = "box";

	begin_block(cap, MACHINE_INFO);
	put32(cap, 4);
	put64(cap, 1 << 30);
	put64(cap, 32768);
	put(cap, hostname, sizeof(hostname));
	put64(cap, 1700000000000000000);
	for (int i = 0; i < 3; i++)
		put64(cap, 0);
	end_block(cap);
}

static inline void add_interfaces(struct scap *cap)
{
	begin_block(cap, INTERFACE_LIST_V2);
	put32(cap, 2 + 2 + 12 + 8 + 4);
	put16(cap, 1);
	put16(cap, 4);
	put(cap, "\x0a\x00\x00\x05\xff\xff\xff\x00\x0a\x00\x00\xff", 12);
	put64(cap, 1000);
	put(cap, "eth0", 4);
	end_block(cap);
}

static inline void add_users(struct scap *cap)
{
	begin_block(cap, USER_LIST_V2);
	put32(cap, 4 + 1 + 8 + 2 + 5 + 2 + 11 + 2 + 9);
	put8(cap, 0);
	put32(cap, 1000);
	put32(cap, 100);
	put_literal(cap, "alice");
	put_literal(cap, "/home/alice");
	put_literal(cap, "/bin/bash");
	put32(cap, 4 + 1 + 4 + 2 + 5);
	put8(cap, 1);
	put32(cap, 100);
	put_literal(cap, "users");
	end_block(cap);
}

static inline void put_process(struct scap *cap, unsigned version)
{
	put64(cap, 42);
	put64(cap, 41);
	put64(cap, 1);
	if (version >= 6)
		put64(cap, 40);
	if (version >= 8)
		put64(cap, 39);
	put_literal(cap, "bash");
	put_literal(cap, "-bash");
	if (version >= 7)
		put_literal(cap, "/bin/bash");
	put_literal(cap, "-c\0ls\0");
	put_literal(cap, "/tmp/");
	put64(cap, 1024);
	put32(cap, 0);
	put32(cap, 1000);
	put32(cap, 100);
	if (version >= 2) {
		for (uint32_t i = 1; i <= 3; i++)
			put32(cap, i);
		put64(cap, 4);
		put64(cap, 5);
	}
	if (version >= 3)
		put_literal(cap, "A=b\0");
	if (version >= 4) {
		put64(cap, 2);
		put64(cap, 3);
		put_literal(cap, "cpu=/x\0");
	}
	if (version >= 5)
		put_literal(cap, "/");
}

static inline void add_processes(struct scap *cap, unsigned version)
{
	static const uint32_t type_of_version[] = { 0,	   0x202, 0x207, 0x209, 0x210,
						    0x211, 0x212, 0x213, 0x214, 0x215 };
	size_t at;

	begin_block(cap, type_of_version[version]);
	at = cap->n;
	if (version >= 9)
		put32(cap, 0);
	put_process(cap, version);
	if (version >= 9) {
		put64(cap, 77);
		put32(cap, 34816);
		put32(cap, 1001);
		put8(cap, 1);
		for (uint64_t i = 6; i < 9; i++)
			put64(cap, i);
		put8(cap, 1);
		for (uint64_t i = 9; i < 12; i++)
			put64(cap, i);
		put8(cap, 1);
		put8(cap, 1);
		put64(cap, 43);
		put64(cap, 0xdead); /* unknown to the reader: from a newer version */
		set32(cap, at, (uint32_t)(cap->n - at));
	}
	end_block(cap);
}

static inline void add_fds(struct scap *cap, unsigned version)
{
	size_t at;

	begin_block(cap, version == 1 ? FD_LIST_V1 : FD_LIST_V2);
	put64(cap, 41);
	at = cap->n;
	if (version > 1)
		put32(cap, 0);
	put64(cap, 3);
	put64(cap, 99);
	put8(cap, FD_IPV4_SOCK);
	put(cap, "\x0a\x00\x00\x05\x01\x02\x03\x04", 8);
	put16(cap, 40000);
	put16(cap, 443);
	put8(cap, L4_TCP);
	if (version > 1)
		set32(cap, at, (uint32_t)(cap->n - at));
	end_block(cap);
}

/* A record of close with res and fd.  header_size: EVENT_HEADER_V1_SIZE or EVENT_HEADER. */
static inline void put_close_record(struct scap *cap, uint64_t ts, unsigned header_size)
{
	put64(cap, ts);
	put64(cap, 42);
	put32(cap, header_size + 4 + 16);
	put16(cap, EV_close);
	if (header_size == EVENT_HEADER)
		put32(cap, 2);
	put16(cap, 8);
	put16(cap, 8);
	put64(cap, 0);
	put64(cap, 3);
}

static inline void add_close_event(struct scap *cap, uint64_t ts)
{
	begin_block(cap, EVENT_V2);
	put16(cap, 1);
	put_close_record(cap, ts, EVENT_HEADER);
	end_block(cap);
}

/* One block of each kind, and two events. */
static inline void build_capture(struct scap *cap)
{
	memset(cap, 0, sizeof(*cap));
	add_section(cap);
	add_machine(cap);
	add_interfaces(cap);
	add_users(cap);
	add_processes(cap, 9);
	add_fds(cap, 2);
	add_close_event(cap, 1000);
	add_close_event(cap, 2000);
}

/* ---- replaying captures ---- */

struct replay_result {
	enum source_result last; /* of source_next() */
	unsigned n_events;
	uint64_t sum_of_bytes; /* of all parameters */
	struct event ev;       /* the last event; ev.rec is not valid */
	struct source_stats stats;
	char error[512];
};

static inline void count_event(struct replay_result *r)
{
	r->n_events++;
	for (unsigned i = 0; i < r->ev.n_params; i++)
		for (size_t j = 0; j < ev_bytes(&r->ev, i).n; j++)
			r->sum_of_bytes += (unsigned char)ev_bytes(&r->ev, i).p[j];
}

static inline void replay_file(struct replay_result *r, const char *path)
{
	struct source *src;

	memset(r, 0, sizeof(*r));
	schema_init();
	src = source_replay_open(path, NULL, r->error, sizeof(r->error));
	if (!src) {
		r->last = SOURCE_FAILED;
		return;
	}
	while ((r->last = source_next(src, &r->ev, 0)) == SOURCE_EVENT)
		count_event(r);
	memcpy(r->error, src->error, sizeof(r->error));
	src->ops->stats(src, &r->stats);
	src->ops->close(src);
}

/* An anonymous file.  path: valid while the returned descriptor is open. */
static inline int create_memory_file(const void *bytes, size_t n, char path[64])
{
	int fd = memfd_create("capture.scap", MFD_CLOEXEC);

	if (write(fd, bytes, n) != (ssize_t)n)
		printf("# short write\n");
	snprintf(path, 64, "/proc/self/fd/%d", fd);
	return fd;
}

static inline struct replay_result replay_bytes(const void *bytes, size_t n)
{
	struct replay_result r;
	char path[64];
	int fd = create_memory_file(bytes, n, path);

	replay_file(&r, path);
	close(fd);
	return r;
}

static inline struct replay_result replay_capture(const struct scap *cap)
{
	return replay_bytes(cap->bytes, cap->n);
}

static inline bool failed_with(const struct replay_result *r, const char *text)
{
	if (r->last == SOURCE_FAILED && strstr(r->error, text))
		return true;
	printf("# result %d, \"%s\" instead of \"%s\"\n", r->last, r->error, text);
	return false;
}

static struct scap cap;

#endif
