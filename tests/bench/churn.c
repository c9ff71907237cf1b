// SPDX-License-Identifier: Apache-2.0
/*
 * Writes synthetic captures.
 *
 *	churn processes N	to standard output: N short-lived processes with the events clone
 *				(of parent and child), execve, openat, close, procexit; thread ids
 *				wrap around at 32,768
 *	churn descriptors N	to standard output: processes that open 1,000 files each and keep
 *				them open, N files in all; then all exit
 *	churn seeds DIR		to files in DIR: captures with every event, as seeds for fuzzing
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/record.h"
#include "source/capture.h"
#include "state/state.h"

enum {
	SECTION = 0x0a0d0d0a,
	EVENT_BLOCK = 0x216,
	FIRST_TID = 300,
	TIDS = 32768 - FIRST_TID,
	OPEN_EACH = 1000,
	SEED_EVENTS = 16
};

static struct record r;

/* ---- blocks of a capture, not compressed ---- */

static void put(const void *p, size_t n)
{
	if (fwrite(p, 1, n, stdout) != n)
		exit(1);
}

static void put_section(void)
{
	static const struct {
		uint32_t type, len, magic;
		uint16_t major, minor;
		uint64_t section_len;
		uint32_t trailer;
	} __attribute__((packed)) section = { SECTION, 28, 0x1a2b3c4d, 1, 2, UINT64_MAX, 28 };

	put(&section, sizeof(section));
}

static void put_event(void)
{
	struct {
		uint32_t type, len;
		uint16_t cpu;
	} __attribute__((packed)) head = { .type = EVENT_BLOCK };
	uint32_t pad = 0, body;

	record_write(&r);
	body = (uint32_t)sizeof(head) + r.len;
	head.len = (body + 3) / 4 * 4 + 4;
	put(&head, sizeof(head));
	put(r.bytes, r.len);
	put(&pad, head.len - 4 - body);
	put(&head.len, 4);
}

/* ---- events of processes ---- */

static void clone_side(int64_t tid, int64_t result, int64_t ptid)
{
	record_start(&r, EV_clone, tid);
	NUM(&r, clone, res, result);
	NUM(&r, clone, tid, tid);
	NUM(&r, clone, pid, tid);
	NUM(&r, clone, ptid, ptid);
	NUM(&r, clone, vtid, tid);
	NUM(&r, clone, vpid, tid);
	NUM(&r, clone, fdlimit, 1024);
	TEXT(&r, clone, comm, "sh");
	TEXT(&r, clone, exe, "/bin/sh");
	put_event();
}

static void process_create(int64_t tid)
{
	clone_side(1, tid, 0);
	clone_side(tid, 0, 1);
}

/* Each process has different arguments. */
static void exec(int64_t tid, uint64_t number)
{
	char name[32], path[64], args[64];
	int n;

	snprintf(name, sizeof(name), "prog%u", (unsigned)(number % 1000));
	snprintf(path, sizeof(path), "/usr/bin/%s", name);
	n = snprintf(args, sizeof(args), "--number=%llu", (unsigned long long)number);
	record_start(&r, EV_execve, tid);
	NUM(&r, execve, tid, tid);
	NUM(&r, execve, pid, tid);
	NUM(&r, execve, ptid, 1);
	TEXT(&r, execve, exe, path);
	BYTES(&r, execve, args, args, (size_t)n + 1);
	LIST(&r, execve, env, "PATH=/usr/bin:/bin\0HOME=/root\0LANG=C.UTF-8");
	TEXT(&r, execve, comm, name);
	TEXT(&r, execve, trusted_exepath, path);
	TEXT(&r, execve, filename, path);
	put_event();
}

static void open_file(int64_t tid, int64_t fd, uint64_t number)
{
	char name[64];

	snprintf(name, sizeof(name), "/srv/data/%llu.txt", (unsigned long long)number);
	record_start(&r, EV_openat, tid);
	NUM(&r, openat, fd, fd);
	NUM(&r, openat, dirfd, -100);
	TEXT(&r, openat, name, name);
	put_event();
}

static void close_file(int64_t tid, int64_t fd)
{
	record_start(&r, EV_close, tid);
	NUM(&r, close, fd, fd);
	put_event();
}

static void process_exit(int64_t tid)
{
	record_start(&r, EV_procexit, tid);
	put_event();
}

static void processes(uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		int64_t tid = FIRST_TID + (int64_t)(i % TIDS);

		process_create(tid);
		exec(tid, i);
		open_file(tid, 3, i);
		close_file(tid, 3);
		process_exit(tid);
	}
}

static void descriptors(uint64_t n)
{
	uint64_t n_processes = (n + OPEN_EACH - 1) / OPEN_EACH;

	for (uint64_t i = 0; i < n_processes; i++) {
		process_create(FIRST_TID + (int64_t)i);
		for (uint64_t k = 0; k < OPEN_EACH && i * OPEN_EACH + k < n; k++)
			open_file(FIRST_TID + (int64_t)i, 3 + (int64_t)k, i * OPEN_EACH + k);
	}
	for (uint64_t i = 0; i < n_processes; i++)
		process_exit(FIRST_TID + (int64_t)i);
}

/* ---- seeds ---- */

static struct state *small_state(void)
{
	struct state *s = state_new(&(struct state_options){ 0 });
	struct fd fd = { .num = 3,
			 .type = FD_FILE,
			 .name = STR_LIT("/etc/hosts"),
			 .name_raw = STR_LIT("/etc/hosts") };

	if (!s)
		exit(1);
	state_machine(s)->boot_ts = 1000;
	state_seed_thread(s, &(struct proc_seed){
				     .tid = 1,
				     .pid = 1,
				     .vtid = 1,
				     .vpid = 1,
				     .sid = 1,
				     .comm = STR_LIT("init"),
				     .exe = STR_LIT("/sbin/init"),
				     .exepath = STR_LIT("/sbin/init"),
				     .cwd = STR_LIT("/"),
				     .loginuid = UINT32_MAX,
			     });
	state_seed_fd(s, 1, &fd);
	state_seed_user(s,
			&(struct user){ .uid = 1, .name = STR_LIT("one"), .home = STR_LIT("/one") });
	state_seed_group(s, 2, STR_LIT("two"));
	state_seed_interface(s, (struct ip){ .v = 4, .b = { 10, 0, 0, 1 } },
			     (struct ip){ .v = 4, .b = { 255 } }, STR_LIT("eth0"));
	state_seed_end(s);
	return s;
}

/* An event with a string in each string parameter, for the fuzzer to mutate. */
static struct event *make_event(uint16_t type)
{
	record_start(&r, type, 1);
	for (unsigned i = 0; i < r.n_params; i++)
		if (event_infos[type].texts >> i & 1)
			record_text(&r, i, "/tmp/a");
	return record_event(&r);
}

static void seeds(const char *dir)
{
	struct state *s = small_state();
	char path[4096], why[512];
	unsigned type = 0;

	for (unsigned n = 0; type < EVENT_NUMBERS; n++) {
		struct capture_writer *out;

		snprintf(path, sizeof(path), "%s/every%u.scap", dir, n);
		out = capture_create(path, s, why, sizeof(why));
		if (!out) {
			fprintf(stderr, "%s: %s\n", path, why);
			exit(1);
		}
		for (unsigned i = 0; i < SEED_EVENTS && type < EVENT_NUMBERS; type++)
			if (event_infos[type].name)
				capture_event(out, make_event((uint16_t)type)), i++;
		if (!capture_close(out))
			exit(1);
	}
	state_free(s);
}

int main(int argc, char **argv)
{
	uint64_t n = argc == 3 ? strtoull(argv[2], NULL, 10) : 0;

	schema_init();
	if (n && !strcmp(argv[1], "processes")) {
		put_section();
		processes(n);
	} else if (n && !strcmp(argv[1], "descriptors")) {
		put_section();
		descriptors(n);
	} else if (argc == 3 && !strcmp(argv[1], "seeds")) {
		seeds(argv[2]);
	} else {
		fprintf(stderr,
			"usage: churn processes N | descriptors N >CAPTURE, churn seeds DIR\n");
		return 2;
	}
	return fflush(stdout) != 0;
}
