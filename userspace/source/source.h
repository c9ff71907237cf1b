/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where events come from: our driver's rings, or a capture file.
 *
 * In: a device or a file.  Out: struct event, one at a time, in time order.
 */
#ifndef SOURCE_SOURCE_H
#define SOURCE_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "event/event.h"
#include "state/state.h"

enum source_result {
	SOURCE_EVENT = 1, /* *ev is filled */
	SOURCE_TIMEOUT = 0, /* nothing for timeout_ms, or a signal: look at your flags and ask again */
	SOURCE_END = -1,    /* the capture is over */
	SOURCE_FAILED = -2, /* source_error() says why */
};

/* Monotonic, summed over rings; names as in scap.* metrics. */
struct source_stats {
	uint64_t n_evts;  /* produced, lost ones included */
	uint64_t n_drops; /* = buffer + page faults */
	uint64_t n_drops_buffer, n_drops_pf, n_preemptions;
	uint64_t n_drops_clone_fork_exit, n_drops_execve_exit, n_drops_connect_enter,
		n_drops_connect_exit, n_drops_open_enter, n_drops_open_exit, n_drops_dir_file_exit,
		n_drops_other_interest_exit, n_drops_close_exit, n_drops_proc_exit;
	uint64_t n_corrupt; /* records that did not parse: skipped, counted */
	uint64_t n_unknown; /* events that say nothing (more) in this version of the schema: skipped, counted */
};

struct source;

struct source_ops {
	enum source_result (*next)(struct source *src, struct event *ev, int timeout_ms);
	void (*stats)(struct source *src, struct source_stats *out);
	void (*close)(struct source *src);
};

struct source {
	const struct source_ops *ops;
	char error[512]; /* one line: what failed, and what to do */
};

/*
 * Open the driver's devices, map the rings, check the API.  Capture starts with
 * source_kmod_start(), so that /proc can be scanned in between.  wanted is a bitmap over syscall
 * codes (SC_*), SYSCALL_CODES bits, 64 per word.  NULL on failure, with the reason in err.
 */
struct kmod_options {
	const char *device;    /* "/dev/falco", HOST_ROOT in front if set */
	uint64_t buffer_bytes; /* per CPU; 0 = the module's own */
	bool drop_failed;
	uint32_t snaplen;  /* 0 = driver default */
	bool exclude_self; /* do not record our own calls, if the module can */
};
struct source *source_kmod_open(const struct kmod_options *opt, char *err, size_t err_size);
int source_kmod_start(struct source *src, const uint64_t *wanted); /* 0 or -1 with src->error */
int source_kmod_stop(struct source *src);
/*
 * One line about the driver: which it is, and what of ours it lacks.  True if it lacks something.
 */
bool source_kmod_describe(const struct source *src, char *out, size_t size);
/* Lost events by event number, where the module counts them (else false). */
bool source_kmod_lost(struct source *src, uint64_t counts[EVENT_NUMBERS]);

/*
 * Capture file: its process, descriptor, user and interface lists are seeded into state while it is
 * read.
 */
struct source *source_replay_open(const char *path, struct state *state, char *err, size_t err_size);

/* Scan /proc (below host_root) into state and answer its later lookups.  0 or -1 with err. */
int source_proc_scan(struct state *state, const char *host_root, char *err, size_t err_size);

static inline enum source_result source_next(struct source *src, struct event *ev, int timeout_ms)
{
	return src->ops->next(src, ev, timeout_ms);
}

#endif
