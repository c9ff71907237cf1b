/* SPDX-License-Identifier: Apache-2.0 */
/* A source of events that no machine would produce, the same for the same number to begin with; one by one or in batches. */
#ifndef STREAM_H
#define STREAM_H

#include <signal.h>
#include <stdlib.h>

#include "app/app.h"
#include "record.h"
#include "source/batch.h"

enum {
	EVENTS = 2000,
	TASKS = 24,
	SECTION_AT = EVENTS / 2,
	RELOAD_AT = EVENTS / 3,
	CORRUPT_AT = EVENTS / 4
};

static inline uint64_t next_random(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x;
}

static inline unsigned below(uint64_t *x, unsigned n)
{
	return (unsigned)(next_random(x) >> 33) % n;
}

struct stream {
	struct source src;
	struct app *app;
	uint64_t random;
	unsigned at;
	int64_t tid;
	bool live, reloads;
	uint16_t corrupt; /* type of event number CORRUPT_AT, which is none; 0: all are good */
	uint64_t pauses;  /* another series: these are no part of the stream */
	struct record r;
};

/* What changes who is who, and what crosses between owners, is frequent. */
static const uint16_t favourites[] = {
	EV_clone,    EV_clone,	  EV_clone3,	 EV_fork,	EV_vfork,	EV_execve,
	EV_execveat, EV_procexit, EV_openat,	 EV_openat,	EV_open,	EV_open_enter,
	EV_close,    EV_dup3,	  EV_fcntl,	 EV_pipe2,	EV_chdir,	EV_fchdir,
	EV_fchdir,   EV_chroot,	  EV_pidfd_open, EV_pidfd_open, EV_pidfd_getfd, EV_pidfd_getfd,
	EV_socket,   EV_connect,  EV_recvmsg,	 EV_sendto,	EV_setsid,	EV_capset,
	EV_unshare,  EV_prctl,	  EV_prlimit,	 EV_setresuid,	EV_close_range, EV_unlinkat,
	EV_getuid,   EV_mmap,
};

/* Numbers that are tids, descriptors and flags at once. */
static inline int64_t some_number(uint64_t *x)
{
	static const int64_t others[] = { -100,	  -1,	   -2,	       0,	  0x100,
					  0x4000, 0x10000, 0x10000000, 0x20000000 };

	if (below(x, 4) == 0)
		return others[below(x, sizeof(others) / sizeof(others[0]))];
	return below(x, 3) ? below(x, 7) : 1 + below(x, TASKS);
}

static inline const char *some_text(uint64_t *x)
{
	static const char *const texts[] = { "",   "a",	 "b/c",	 "/",		"/tmp", "/tmp/../x",
					     "..", "sh", "bash", "/usr/bin/id", "." };

	return texts[below(x, sizeof(texts) / sizeof(texts[0]))];
}

static inline void some_bytes(struct stream *s, unsigned i)
{
	static const uint8_t tuple[] = { 2, 10, 0, 0, 1, 0x39, 0x30, 10, 0, 0, 2, 0x50, 0 };
	uint8_t bytes[sizeof(tuple)];

	memcpy(bytes, tuple, sizeof(tuple));
	bytes[4] = (uint8_t)below(&s->random, 3);
	record_bytes(&s->r, i, bytes,
		     below(&s->random, 2) ? sizeof(bytes) : below(&s->random, sizeof(bytes)));
}

static inline void some_param(struct stream *s, unsigned i)
{
	const struct event_info *info = &event_infos[s->r.type];
	uint64_t *x = &s->random;

	if (below(x, 12) == 0)
		return; /* absent, or the default */
	if (info->params[i].size && info->params[i].size <= 8)
		record_num(&s->r, i, some_number(x));
	else if (info->params[i].size)
		return;
	else if (info->texts >> i & 1)
		record_text(&s->r, i, some_text(x));
	else if (info->lists >> i & 1)
		record_bytes(&s->r, i, "a=/x\0b=/y", 5 + 5 * below(x, 2));
	else
		some_bytes(s, i);
}

static inline uint16_t some_type(uint64_t *x)
{
	uint16_t type;

	if (below(x, 5))
		return favourites[below(x, sizeof(favourites) / sizeof(favourites[0]))];
	do
		type = (uint16_t)below(x, EVENT_NUMBERS);
	while (!event_infos[type].name);
	return type;
}

static inline bool is_birth(uint16_t type)
{
	return type == EV_clone || type == EV_clone3 || type == EV_fork || type == EV_vfork;
}

/* Births and execs mostly say what a kernel would. */
static inline void make_sense(struct stream *s)
{
	uint64_t *x = &s->random;
	bool process = below(x, 3);

	if (is_birth(s->r.type) && below(x, 4)) {
		bool child = below(x, 3) == 0;

		NUM(&s->r, clone, res, child ? 0 : 1 + below(x, TASKS));
		NUM(&s->r, clone, pid, process ? s->r.tid : 1 + below(x, TASKS));
		NUM(&s->r, clone, ptid, 1 + below(x, TASKS));
		NUM(&s->r, clone, vtid, below(x, 3) ? s->r.tid : 1);
		NUM(&s->r, clone, flags,
		    process ? below(x, 2) ? clone_flags_CLONE_FILES : 0 : clone_flags_CLONE_THREAD);
	}
	if (s->r.type == EV_pidfd_open && below(x, 4)) {
		NUM(&s->r, pidfd_open, fd, 3 + below(x, 3));
		NUM(&s->r, pidfd_open, pid, 1 + below(x, TASKS));
	}
	if (s->r.type == EV_pidfd_getfd && below(x, 4)) {
		NUM(&s->r, pidfd_getfd, fd, 6 + below(x, 3));
		NUM(&s->r, pidfd_getfd, pid_fd, 3 + below(x, 3));
		NUM(&s->r, pidfd_getfd, target_fd, below(x, 5));
	}
	if (s->r.type == EV_execve && below(x, 4)) {
		NUM(&s->r, execve, res, 0);
		NUM(&s->r, execve, pid, process ? s->r.tid : 1 + below(x, TASKS));
	}
}

static inline void seed_machine(struct stream *s)
{
	struct state *state = s->app->state;
	struct fd fd = { .type = FD_FILE,
			 .name = STR_LIT("/etc/hosts"),
			 .name_raw = STR_LIT("/etc/hosts") };

	state_machine(state)->boot_ts = 1000;
	for (int64_t tid = 1; tid <= TASKS; tid += 3) {
		state_seed_thread(state, &(struct proc_seed){
						 .tid = tid,
						 .pid = tid,
						 .vtid = tid,
						 .vpid = tid,
						 .ptid = tid > 9 ? tid - 9 : 0,
						 .sid = tid > 6 ? 7 : 1,
						 .comm = tid % 2 ? STR_LIT("sshd") : STR_LIT("init"),
						 .exe = STR_LIT("x"),
						 .exepath = STR_LIT("/sbin/x"),
						 .cwd = STR_LIT("/srv"),
						 .loginuid = UINT32_MAX,
						 .clone_ts = 7,
					 });
		for (fd.num = 0; fd.num < tid % 5; fd.num++)
			state_seed_fd(state, tid, &fd);
	}
	state_seed_user(state,
			&(struct user){ .uid = 1, .name = STR_LIT("one"), .home = STR_LIT("/one") });
	state_seed_group(state, 2, STR_LIT("two"));
	state_seed_interface(state, (struct ip){ .v = 4, .b = { 10, 0, 0, 1 } },
			     (struct ip){ .v = 4, .b = { 255 } }, STR_LIT("eth0"));
	state_seeded(state);
}

static inline void stream_blame(struct source *src, uint64_t offset, uint16_t type, const char *why)
{
	(void)offset;
	snprintf(src->error, sizeof(src->error), "event %u: %s", type, why);
}

/* The next record.  Its parameters are parsed later, if ever. */
static inline void stream_record(struct stream *s)
{
	uint64_t *x = &s->random;
	uint16_t three = 3;

	/* Another section: the machine is told anew, between events. */
	if (!s->live && (s->at == 0 || s->at == SECTION_AT))
		seed_machine(s);
	if (s->reloads && s->at == RELOAD_AT)
		raise(SIGHUP);
	s->at++;
	/* As on a machine, a thread often has several in a row. */
	if (below(x, 3) == 0)
		s->tid = 1 + below(x, TASKS + 4);
	record_start(&s->r, some_type(x), s->tid);
	if (s->corrupt && s->at == CORRUPT_AT)
		record_start(&s->r, s->corrupt, s->tid);
	s->r.ts = record_clock += below(x, 50) ? below(x, 1000) : below(x, 2000) * 1000000ull;
	for (unsigned i = 0; i < s->r.n_params; i++)
		some_param(s, i);
	make_sense(s);
	record_write(&s->r);
	/* The length of the first parameter, which has 8 bytes. */
	if (s->corrupt && s->at == CORRUPT_AT)
		memcpy(s->r.bytes + EVENT_HEADER, &three, sizeof(three));
}

static inline bool stream_parse(struct stream *s, struct event *ev, const char **why)
{
	bool good = event_parse(ev, s->r.bytes, s->r.len, why) == EVENT_OK;

	ev->cpu = (uint16_t)below(&s->random, 4);
	ev->state_only = below(&s->random, 30) == 0;
	return good;
}

static inline enum source_result stream_next(struct source *src, struct event *ev, int timeout_ms)
{
	struct stream *s = (struct stream *)src;
	const char *why;

	(void)timeout_ms;
	if (s->at == EVENTS)
		return SOURCE_END;
	stream_record(s);
	if (stream_parse(s, ev, &why))
		return SOURCE_EVENT;
	stream_blame(src, 0, ev->type, why);
	return SOURCE_FAILED;
}

/* Batches end where what follows is not about one event, and whenever a source has nothing for a while. */
static inline enum source_result stream_fill(struct source *src, struct batch *b, uint64_t until,
					     int timeout_ms)
{
	struct stream *s = (struct stream *)src;
	struct event ev;
	const char *why;
	bool good;

	(void)timeout_ms;
	while (!batch_done(b, until) && s->at < EVENTS) {
		if (b->n_events &&
		    (s->at == SECTION_AT || s->at == RELOAD_AT + 1 || below(&s->pauses, 8) == 0))
			break;
		stream_record(s);
		good = stream_parse(s, &ev, &why);
		/* A plain record as a ring's, or a parsed event: in the end the same. */
		if (!good || (!ev.state_only && batch_is_plain(b, s->r.bytes, s->r.len) &&
			      below(&s->pauses, 2)))
			batch_copy(b, s->r.bytes, ev.cpu);
		else
			batch_add(b, &ev);
	}
	return b->n_events ? SOURCE_EVENT : SOURCE_END;
}

static inline void stream_stats(struct source *src, struct source_stats *out)
{
	*out = (struct source_stats){ .n_evts = ((struct stream *)src)->at };
}

static inline void stream_close(struct source *src)
{
	(void)src;
}

#endif
