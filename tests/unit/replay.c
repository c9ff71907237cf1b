/* SPDX-License-Identifier: Apache-2.0 */
/* Reading valid capture files: seeds, events, compression, long blocks. */
#include "test.h"

#include <zlib.h>

#include "base/macros.h"
#include "scap.h"

/* Numbers of legacy events; userspace/doc/legacy-events.md. */
enum { LEGACY_close_enter = 4, LEGACY_execve_enter = 292 };
/* Offset of the event type in an event record. */
enum { RECORD_TYPE_AT = 20 };

TEST(all_blocks)
{
	struct replay_result r;

	seeds_reset();
	build_capture(&cap);
	r = replay_capture(&cap);
	EXPECT_TEXT(r.error, "");
	EXPECT_INT(r.last, SOURCE_END);
	EXPECT_INT(r.n_events, 2);
	EXPECT_INT(r.ev.ts, 2000);
	EXPECT_INT(r.ev.tid, 42);
	EXPECT_INT(r.ev.type, EV_close);
	EXPECT_INT(r.ev.cpu, 1);
	EXPECT(!r.ev.state_only);
	EXPECT_INT(r.stats.n_evts, 2);
	EXPECT_INT(seeds.n_seed_ends, 1);
	EXPECT_INT(seeds.n_threads + seeds.n_fds + seeds.n_interfaces + seeds.n_users +
			   seeds.n_groups,
		   5);
}

TEST(machine)
{
	seeds_reset();
	build_capture(&cap);
	replay_capture(&cap);
	EXPECT_INT(seeds.machine.n_cpus, 4);
	EXPECT_INT(seeds.machine.boot_ts, 1700000000000000000);
	EXPECT_TEXT(seeds.machine.hostname, "box");
}

TEST(interface_and_users)
{
	seeds_reset();
	build_capture(&cap);
	replay_capture(&cap);
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

	seeds_reset();
	build_capture(&cap);
	replay_capture(&cap);
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

TEST(process_lists_of_older_versions)
{
	struct replay_result r;

	for (unsigned version = 1; version < 9; version++) {
		seeds_reset();
		memset(&cap, 0, sizeof(cap));
		add_section(&cap);
		add_processes(&cap, version);
		add_close_event(&cap, 1);
		r = replay_capture(&cap);
		EXPECT_TEXT(r.error, "");
		EXPECT_INT(seeds.n_threads, 1);
		EXPECT_INT(seeds.thread.gid, 100);
		EXPECT_INT(seeds.thread.sid, version >= 6 ? 40 : -1);
		EXPECT_STR(seeds.thread.root, "/");
		EXPECT_INT(seeds.thread.vpid, version >= 4 ? 3 : -1);
		EXPECT_INT(seeds.thread.loginuid, UINT32_MAX);
	}
}

TEST(descriptors)
{
	for (unsigned version = 1; version <= 2; version++) {
		seeds_reset();
		memset(&cap, 0, sizeof(cap));
		add_section(&cap);
		add_fds(&cap, version);
		add_close_event(&cap, 1);
		EXPECT_INT(replay_capture(&cap).last, SOURCE_END);
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

TEST(version_1_event_header)
{
	struct replay_result r;

	memset(&cap, 0, sizeof(cap));
	add_section(&cap);
	begin_block(&cap, EVENT_V1);
	put16(&cap, 0);
	put_close_record(&cap, 5, EVENT_HEADER_V1_SIZE);
	end_block(&cap);
	r = replay_capture(&cap);
	EXPECT_TEXT(r.error, "");
	EXPECT_INT(r.n_events, 1);
	EXPECT_INT(r.ev.ts, 5);
	EXPECT_INT(r.ev.n_params, 2);
	EXPECT_INT(r.sum_of_bytes, 3);
}

TEST(state_only_flag)
{
	struct replay_result r;

	memset(&cap, 0, sizeof(cap));
	add_section(&cap);
	begin_block(&cap, EVENT_V2_FLAGS);
	put16(&cap, 7);
	put32(&cap, 1);
	put_close_record(&cap, 5, EVENT_HEADER);
	end_block(&cap);
	r = replay_capture(&cap);
	EXPECT_INT(r.n_events, 1);
	EXPECT(r.ev.state_only);
	EXPECT_INT(r.ev.cpu, 7);
}

TEST(legacy_enter_events_are_not_delivered)
{
	struct replay_result r;
	size_t type_at;

	memset(&cap, 0, sizeof(cap));
	add_section(&cap);
	add_close_event(&cap, 1);
	type_at = cap.block_starts[1] + BLOCK_HEADER_SIZE + CPU_SIZE + RECORD_TYPE_AT;
	memcpy(cap.bytes + type_at, &(uint16_t){ LEGACY_close_enter }, 2);
	add_close_event(&cap, 2);
	r = replay_capture(&cap);
	EXPECT_TEXT(r.error, "");
	EXPECT_INT(r.n_events, 1);
	EXPECT_INT(r.stats.n_unknown, 1);
}

/* execve is the only legacy enter event that is delivered unconverted. */
TEST(a_legacy_execve_enter_event_is_delivered)
{
	struct replay_result r;

	memset(&cap, 0, sizeof(cap));
	add_section(&cap);
	begin_block(&cap, EVENT_V2);
	put16(&cap, 0);
	put64(&cap, 5);
	put64(&cap, 42);
	put32(&cap, EVENT_HEADER + 2 + 8);
	put16(&cap, LEGACY_execve_enter);
	put32(&cap, 1);
	put_literal(&cap, "/bin/id\0");
	end_block(&cap);
	add_close_event(&cap, 6);
	r = replay_capture(&cap);
	EXPECT_TEXT(r.error, "");
	EXPECT_INT(r.n_events, 2);
}

TEST(two_sections)
{
	struct replay_result r;

	seeds_reset();
	build_capture(&cap);
	add_section(&cap);
	add_processes(&cap, 9);
	add_close_event(&cap, 3000);
	r = replay_capture(&cap);
	EXPECT_TEXT(r.error, "");
	EXPECT_INT(r.n_events, 3);
	EXPECT_INT(seeds.n_threads, 2);
	EXPECT_INT(seeds.n_seed_ends, 2);
}

static size_t compress_bytes(const uint8_t *bytes, size_t n, uint8_t *to, size_t size)
{
	z_stream z = { 0 };

	deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
	z.next_in = (uint8_t *)bytes;
	z.avail_in = (unsigned)n;
	z.next_out = to;
	z.avail_out = (unsigned)size;
	EXPECT_INT(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return z.total_out;
}

TEST(compressed_and_truncated)
{
	struct replay_result r;
	uint8_t packed[65536];
	size_t n, full_size;

	build_capture(&cap);
	n = full_size = compress_bytes(cap.bytes, cap.n, packed, sizeof(packed));
	r = replay_bytes(packed, n);
	EXPECT_TEXT(r.error, "");
	EXPECT_INT(r.n_events, 2);
	while (--n >= 20) {
		r = replay_bytes(packed, n);
		EXPECT_INT(r.last, SOURCE_FAILED);
		EXPECT(strstr(r.error, ": offset "));
		/* The last 8 bytes are the checksum and the size. */
		if (n >= full_size - 8)
			EXPECT_INT(r.n_events, 2);
	}
}

/* Fills `to` with different events: five times the size of the read buffer. */
static size_t many_events(uint8_t *to, size_t size)
{
	struct scap one = { 0 };
	uint64_t random = 1;
	size_t n;

	add_section(&one);
	memcpy(to, one.bytes, n = one.n);
	while (n + sizeof(one.bytes) < size) {
		memset(&one, 0, sizeof(one));
		random = random * 6364136223846793005u + 1442695040888963407u;
		add_close_event(&one, random);
		memcpy(to + n, one.bytes, one.n);
		n += one.n;
	}
	return n;
}

/* Every event before the damaged byte is delivered. */
TEST(compressed_and_damaged)
{
	enum { BUFFER_SIZE = 720 << 10 };
	uint8_t *bytes = malloc(BUFFER_SIZE), *packed = malloc(BUFFER_SIZE);
	size_t n = many_events(bytes, BUFFER_SIZE),
	       m = compress_bytes(bytes, n, packed, BUFFER_SIZE);
	unsigned all = replay_bytes(packed, m).n_events, most = 0;

	EXPECT(all > 10000);
	for (size_t at = 20; at < m; at += m / 50) {
		struct replay_result r = replay_bytes(packed, at);

		EXPECT(failed_with(&r, ": read error: unexpected end of file"));
		EXPECT(r.n_events + 300 >= (uint64_t)all * at / m);
		packed[at] ^= 0x55;
		r = replay_bytes(packed, m);
		EXPECT_INT(r.last, SOURCE_FAILED);
		most = r.n_events > most ? r.n_events : most;
		packed[at] ^= 0x55;
	}
	EXPECT(most > all * 3 / 4);
	free(bytes);
	free(packed);
}

/* A section header, a block of an unknown type with length bytes, and many events. */
static struct replay_result replay_after_unknown_block(uint32_t length)
{
	enum { EVENTS = 5000, UNKNOWN_BLOCK = 0x7777 };
	struct scap head = { 0 }, event = { 0 };
	struct replay_result r;
	size_t n;
	uint8_t *bytes;

	add_section(&head);
	add_close_event(&event, 1);
	bytes = calloc(1, head.n + length + EVENTS * event.n);
	memcpy(bytes, head.bytes, n = head.n);
	memcpy(bytes + n, &(uint32_t){ UNKNOWN_BLOCK }, 4);
	memcpy(bytes + n + 4, &length, 4);
	memcpy(bytes + n + length - 4, &length, 4);
	n += length;
	for (unsigned i = 0; i < EVENTS; i++, n += event.n)
		memcpy(bytes + n, event.bytes, event.n);
	r = replay_bytes(bytes, n);
	free(bytes);
	return r;
}

/* Lengths around the size of the read buffer, and much longer ones. */
TEST(long_blocks)
{
	static const uint32_t lengths[] = { 12,	    65536,  131008, 131040, 131044, 131072,
					    131076, 200000, 262144, 262148, 1000000 };

	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		struct replay_result r = replay_after_unknown_block(lengths[i]);

		EXPECT_TEXT(r.error, "");
		EXPECT_INT(r.n_events, 5000);
	}
}
