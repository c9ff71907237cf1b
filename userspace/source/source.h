/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sources of events: the driver's rings, or a capture file.
 *
 * In: devices or a file.  Out: struct event, one at a time: from rings in time order, from a
 * capture in file order.
 */
#ifndef SOURCE_SOURCE_H
#define SOURCE_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "event/event.h"
#include "state/state.h"

enum source_result {
	SOURCE_EVENT = 1,   /* *ev is filled */
	SOURCE_TIMEOUT = 0, /* no event within timeout_ms, or a signal arrived */
	SOURCE_END = -1,    /* end of the capture */
	SOURCE_FAILED = -2, /* src->error is the reason */
};

/* Counters since the source was opened, summed over rings; named as the scap.* metrics. */
struct source_stats {
	uint64_t n_evts;  /* produced, lost ones included */
	uint64_t n_drops; /* = buffer + page faults */
	uint64_t n_drops_buffer, n_drops_pf, n_preemptions;
	uint64_t n_drops_clone_fork_exit, n_drops_execve_exit, n_drops_connect_enter,
		n_drops_connect_exit, n_drops_open_enter, n_drops_open_exit, n_drops_dir_file_exit,
		n_drops_other_interest_exit, n_drops_close_exit, n_drops_proc_exit;
	uint64_t n_corrupt; /* records that could not be decoded: skipped */
	uint64_t n_unknown; /* records that did not become an event (CONVERT_NOTHING) */
};

struct source;

struct source_ops {
	/*
	 * The next event, valid until the next call.  Waits for timeout_ms at most; a capture does
	 * not wait.
	 */
	enum source_result (*next)(struct source *src, struct event *ev, int timeout_ms);
	void (*stats)(struct source *src, struct source_stats *out);
	void (*close)(struct source *src); /* frees src */
};

struct source {
	const struct source_ops *ops;
	char error[512]; /* after SOURCE_FAILED: one line, what failed and what to do */
};

struct kmod_options {
	const char *device; /* "/dev/falco", below HOST_ROOT if that is set; without a CPU number */
	uint64_t buffer_bytes; /* of each ring; 0: the module's default */
	bool drop_failed;      /* do not record system calls that fail */
	uint32_t snaplen;      /* bytes recorded of an I/O buffer; 0: the driver's default */
	/* do not record the calls of this process, if the module supports that */
	bool exclude_self;
};
/*
 * Opens the driver's devices, maps the rings, checks the versions.  Nothing is recorded before
 * source_kmod_start(), so that /proc can be scanned in between.  NULL with the reason in err.
 */
struct source *source_kmod_open(const struct kmod_options *opt, char *err, size_t err_size);
/*
 * Records the system calls in the bitmap wanted and no others.  wanted has a bit per system call
 * code (SC_*): SYSCALL_CODES bits, 64 per word.  0, or -1 with src->error.
 */
int source_kmod_start(struct source *src, const uint64_t *wanted);
/* Stops recording.  0, or -1 with src->error. */
int source_kmod_stop(struct source *src);
/* One line about the driver: its version, and the features it lacks.  True if it lacks any. */
bool source_kmod_describe(const struct source *src, char *out, size_t size);
/* Lost events by event number; false: the module does not count them, and counts is not set. */
bool source_kmod_lost(struct source *src, uint64_t counts[EVENT_NUMBERS]);

/*
 * Opens a capture.  Its lists of processes, descriptors, users and interfaces are seeded into state
 * while it is read; state must outlive the source.  NULL with the reason in err.
 */
struct source *source_replay_open(const char *path, struct state *state, char *err, size_t err_size);

/*
 * Seeds state with the processes, descriptors and interfaces of this machine, from
 * <host_root>/proc, and registers the lookup functions of state, which read /proc later.  0, or -1
 * with the reason in err.
 */
int source_proc_scan(struct state *state, const char *host_root, char *err, size_t err_size);

/* source_ops.next() of src. */
static inline enum source_result source_next(struct source *src, struct event *ev, int timeout_ms)
{
	return src->ops->next(src, ev, timeout_ms);
}

#endif
