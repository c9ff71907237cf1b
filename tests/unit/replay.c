/* SPDX-License-Identifier: Apache-2.0 */
/* Capture files: what is read from a good one. */
#include "test.h"

#include <zlib.h>

#include "base/macros.h"
#include "scap.h"
TEST(all_blocks)
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
	EXPECT_INT(seeds.n_threads + seeds.n_fds + seeds.n_interfaces + seeds.n_users +
			   seeds.n_groups,
		   5);
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
		EXPECT_INT(seeds.thread.sid, version >= 6 ? 40 : -1);
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

TEST(version_1_event_header)
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

TEST(legacy_enter_events_are_not_delivered)
{
	struct answer a;

	memset(&im, 0, sizeof(im));
	with_section(&im);
	with_close(&im, 1);
	im.bytes[im.n_marks ? im.marks[1] + 8 + 2 + 20 : 0] = 4; /* a close of old: enter */
	with_close(&im, 2);
	a = replay_image(&im);
	EXPECT_TEXT(a.error, "");
	EXPECT_INT(a.n_events, 1);
	EXPECT_INT(a.stats.n_unknown, 1);
}

/* Of the events of the past there is one that is shown as it is. */
TEST(a_legacy_execve_enter_event_is_delivered)
{
	struct answer a;

	memset(&im, 0, sizeof(im));
	with_section(&im);
	begin(&im, 0x216);
	put16(&im, 0);
	put64(&im, 5);
	put64(&im, 42);
	put32(&im, 26 + 2 + 8);
	put16(&im, 292);
	put32(&im, 1);
	put_lit(&im, "/bin/id\0");
	finish(&im);
	with_close(&im, 6);
	a = replay_image(&im);
	EXPECT_TEXT(a.error, "");
	EXPECT_INT(a.n_events, 2);
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

static size_t pack(const uint8_t *bytes, size_t n, uint8_t *to, size_t room)
{
	z_stream z = { 0 };

	deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
	z.next_in = (uint8_t *)bytes;
	z.avail_in = (unsigned)n;
	z.next_out = to;
	z.avail_out = (unsigned)room;
	EXPECT_INT(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return z.total_out;
}

TEST(compressed)
{
	struct answer a;
	uint8_t packed[65536];
	size_t n, whole;

	with_all(&im);
	n = whole = pack(im.bytes, im.n, packed, sizeof(packed));
	a = replay_bytes(packed, n);
	EXPECT_TEXT(a.error, "");
	EXPECT_INT(a.n_events, 2);
	while (--n >= 20) {
		a = replay_bytes(packed, n);
		EXPECT_INT(a.last, SOURCE_FAILED);
		EXPECT(strstr(a.error, ": offset "));
		/* Only the checksum is missing. */
		if (n >= whole - 8)
			EXPECT_INT(a.n_events, 2);
	}
}

/* Five times what is read at once, of events that differ. */
static size_t many_events(uint8_t *to, size_t room)
{
	struct scap one = { 0 };
	uint64_t random = 1;
	size_t n;

	with_section(&one);
	memcpy(to, one.bytes, n = one.n);
	while (n + sizeof(one.bytes) < room) {
		memset(&one, 0, sizeof(one));
		random = random * 6364136223846793005u + 1442695040888963407u;
		with_close(&one, random);
		memcpy(to + n, one.bytes, one.n);
		n += one.n;
	}
	return n;
}

/* Every event before the damaged place is delivered. */
TEST(compressed_and_damaged)
{
	enum { ROOM = 720 << 10 };
	uint8_t *bytes = malloc(ROOM), *packed = malloc(ROOM);
	size_t n = many_events(bytes, ROOM), m = pack(bytes, n, packed, ROOM);
	unsigned all = replay_bytes(packed, m).n_events, most = 0;

	EXPECT(all > 10000);
	for (size_t at = 20; at < m; at += m / 50) {
		struct answer a = replay_bytes(packed, at);

		EXPECT(says(&a, ": read error: unexpected end of file"));
		EXPECT(a.n_events + 300 >= (uint64_t)all * at / m);
		packed[at] ^= 0x55;
		a = replay_bytes(packed, m);
		EXPECT_INT(a.last, SOURCE_FAILED);
		most = a.n_events > most ? a.n_events : most;
		packed[at] ^= 0x55;
	}
	EXPECT(most > all * 3 / 4);
	free(bytes);
	free(packed);
}

/* A block of an unknown type, as long as that, between a section and many events. */
static struct answer replay_behind(uint32_t length)
{
	enum { EVENTS = 5000 };
	struct scap head = { 0 }, event = { 0 };
	struct answer a;
	size_t n;
	uint8_t *bytes;

	with_section(&head);
	with_close(&event, 1);
	bytes = calloc(1, head.n + length + EVENTS * event.n);
	memcpy(bytes, head.bytes, n = head.n);
	memcpy(bytes + n, &(uint32_t){ 0x7777 }, 4);
	memcpy(bytes + n + 4, &length, 4);
	memcpy(bytes + n + length - 4, &length, 4);
	n += length;
	for (unsigned i = 0; i < EVENTS; i++, n += event.n)
		memcpy(bytes + n, event.bytes, event.n);
	a = replay_bytes(bytes, n);
	free(bytes);
	return a;
}

/* Shorter than what is read at once, just as long, longer, much longer. */
TEST(long_blocks)
{
	static const uint32_t lengths[] = { 12,	    65536,  131008, 131040, 131044, 131072,
					    131076, 200000, 262144, 262148, 1000000 };

	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		struct answer a = replay_behind(lengths[i]);

		EXPECT_TEXT(a.error, "");
		EXPECT_INT(a.n_events, 5000);
	}
}
