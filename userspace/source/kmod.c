// SPDX-License-Identifier: Apache-2.0
/*
 * The kernel module as a source.
 *
 * In: the rings of all CPUs.  Out: events in time order, in place in the rings.
 */
#include "source/kmod.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>

#include "base/macros.h"
#include "source/syscall_numbers.h"
#include "uapi/ioctl.h"
#include "uapi/version.h"

enum { IDLE_MIN_US = 500, IDLE_MAX_US = 30000, HORIZON_US = 1000 };

static uint64_t clock_ns(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (uint64_t)ts.tv_sec * NSEC_PER_SEC + (uint64_t)ts.tv_nsec;
}

/* ---- settings ---- */

static int kmod_failed(struct kmod *k, const char *what)
{
	snprintf(k->src.error, sizeof(k->src.error), "%s: cannot %s: %s", k->device, what,
		 strerror(errno));
	return -1;
}

static bool wants(const uint64_t *wanted, unsigned code)
{
	return wanted && wanted[code / 64] >> (code % 64) & 1;
}

/* The system call numbers to record.  Several codes may have the same number. */
static void syscalls_of(const uint64_t *wanted, bool calls[FALCO_SYSCALL_SLOTS])
{
	int nr;

	memset(calls, 0, FALCO_SYSCALL_SLOTS * sizeof(*calls));
	for (unsigned code = 0; code < SYSCALL_CODES; code++) {
		nr = syscall_native_number(code);
		if (nr >= 0 && nr < FALCO_SYSCALL_SLOTS && wants(wanted, code))
			calls[nr] = true;
	}
	/* On architectures with socketcall(2), socket calls may be made through it. */
	nr = syscall_native_number(SC_socketcall);
	if (nr >= 0 && nr < FALCO_SYSCALL_SLOTS)
		calls[nr] = wants(wanted, SC_recv) || wants(wanted, SC_send) ||
			    wants(wanted, SC_accept);
}

enum { FALCO_TP_NONE = FALCO_TP_COUNT };

/* The tracepoint that makes the events of a code; for sys_exit also the code's exit event. */
static const struct {
	uint16_t event;
	uint8_t tp; /* enum falco_tp */
} code_rows[SYSCALL_CODES] = {
#define SYSCALL(code, name, event) [code] = { EV_##event, FALCO_TP_SYS_EXIT },
#define PSEUDO(code, name, tp) [code] = { 0, FALCO_TP_##tp },
#include "schema/syscalls.def"
#undef PSEUDO
#undef SYSCALL
};

/* sys_enter stays off: exit events have all parameters. */
static void tracepoints_of(const uint64_t *wanted, bool any_syscall, bool tps[FALCO_TP_COUNT])
{
	memset(tps, 0, FALCO_TP_COUNT * sizeof(*tps));
	for (unsigned code = 0; code < SYSCALL_CODES; code++) {
		uint64_t traits = event_descs[code_rows[code].event].traits;

		if (!wants(wanted, code))
			continue;
		if (code_rows[code].tp < FALCO_TP_COUNT)
			tps[code_rows[code].tp] = true;
		tps[FALCO_TP_SCHED_PROC_FORK] |= !!(traits & SPECIAL_CLONE);
		tps[FALCO_TP_SCHED_PROC_EXEC] |= !!(traits & SPECIAL_EXEC);
	}
	/* A wanted call may have no number on this architecture. */
	tps[FALCO_TP_SYS_EXIT] = any_syscall;
}

/*
 * NULL: record nothing.  Masks first, so that a tracepoint never records a call that is not wanted.
 */
static int kmod_select(struct kmod *k, const uint64_t *wanted)
{
	bool calls[FALCO_SYSCALL_SLOTS], tps[FALCO_TP_COUNT], any = false;
	unsigned long request;

	syscalls_of(wanted, calls);
	for (unsigned nr = 0; nr < FALCO_SYSCALL_SLOTS; nr++) {
		any |= calls[nr];
		request = calls[nr] ? FALCO_IOCTL_ENABLE_SYSCALL : FALCO_IOCTL_DISABLE_SYSCALL;
		if (ioctl(k->fd, request, nr) < 0)
			return kmod_failed(k, "select system calls");
	}
	tracepoints_of(wanted, any, tps);
	for (unsigned tp = 0; tp < FALCO_TP_COUNT; tp++)
		if (ioctl(k->fd, tps[tp] ? FALCO_IOCTL_ENABLE_TP : FALCO_IOCTL_DISABLE_TP, tp) < 0)
			return kmod_failed(k, tps[tp] ? "attach to a tracepoint"
						      : "detach from a tracepoint");
	return 0;
}

int source_kmod_start(struct source *src, const uint64_t *wanted)
{
	return kmod_select((struct kmod *)src, wanted);
}

int source_kmod_stop(struct source *src)
{
	return kmod_select((struct kmod *)src, NULL);
}

static int kmod_settings(struct kmod *k, const struct kmod_options *opt)
{
	if (ioctl(k->fd, FALCO_IOCTL_DISABLE_DROPPING_MODE) < 0)
		return kmod_failed(k, "switch sampling off");
	if (opt->snaplen && ioctl(k->fd, FALCO_IOCTL_SET_SNAPLEN, opt->snaplen) < 0)
		return kmod_failed(k, "set the snap length");
	if (opt->drop_failed && ioctl(k->fd, FALCO_IOCTL_ENABLE_DROPFAILED) < 0)
		return kmod_failed(k, "drop failed calls");
	if (opt->exclude_self && k->features & FALCO_FEATURE_EXCLUDE &&
	    ioctl(k->fd, FALCO_IOCTL_SET_EXCLUDE_SELF, 1) < 0)
		return kmod_failed(k, "exclude this process");
	if (k->features & FALCO_FEATURE_URING && ioctl(k->fd, FALCO_IOCTL_SET_URING, 1) < 0)
		return kmod_failed(k, "enable io_uring events");
	return 0;
}

/* ---- events ---- */

static inline bool kmod_record(struct kmod *k, const struct ring *r, struct event *ev)
{
	enum convert_result converted = convert_record(k->convert, ev, ring_record(r), r->len);

	k->n_unknown += converted == CONVERT_NOTHING;
	k->n_corrupt += converted == CONVERT_BAD;
	ev->cpu = r->cpu;
	ev->state_only = false;
	return converted == CONVERT_EVENT;
}

bool kmod_next_event(struct kmod *k, struct event *ev)
{
	struct ring *r;

	while ((r = merge_next(&k->merge)))
		if (kmod_record(k, r, ev))
			return true;
	return false;
}

static void sleep_us(unsigned us)
{
	struct timespec ts = { us / 1000000, (long)(us % 1000000) * 1000 };

	nanosleep(&ts, NULL);
}

/*
 * Waits for records.  With FALCO_FEATURE_POLL the module wakes this process at its watermark; else
 * the rings are read again after a sleep, twice as long each time.  False: the time `until`
 * (monotonic, ns) was reached, or a signal arrived.
 */
static bool kmod_wait(struct kmod *k, uint64_t until)
{
	uint64_t now = clock_ns(CLOCK_MONOTONIC);
	struct pollfd p = { .fd = k->fd, .events = POLLIN };
	struct timespec left;

	if (now >= until)
		return false;
	if (k->features & FALCO_FEATURE_POLL) {
		left.tv_sec = (time_t)((until - now) / NSEC_PER_SEC);
		left.tv_nsec = (long)((until - now) % NSEC_PER_SEC);
		return ppoll(&p, 1, &left, NULL) > 0;
	}
	left.tv_sec = 0;
	left.tv_nsec =
		(until - now < k->idle_us * 1000u ? (long)(until - now) : (long)k->idle_us * 1000);
	k->idle_us = k->idle_us * 2 < IDLE_MAX_US ? k->idle_us * 2 : IDLE_MAX_US;
	return nanosleep(&left, NULL) == 0;
}

/* No record is older than the merge horizon: reads the heads of the rings, and waits. */
static __attribute__((noinline)) enum source_result kmod_wait_event(struct kmod *k,
								    struct event *ev, int timeout_ms)
{
	uint64_t until = clock_ns(CLOCK_MONOTONIC) + (uint64_t)timeout_ms * 1000000u;
	bool woken = false;

	for (;;) {
		merge_refill(&k->merge, clock_ns(CLOCK_REALTIME));
		if (kmod_next_event(k, ev))
			return SOURCE_EVENT;
		merge_publish(&k->merge);
		/* Woken, but all records are younger than the merge horizon. */
		if (woken && k->features & FALCO_FEATURE_POLL)
			sleep_us(HORIZON_US);
		woken = kmod_wait(k, until);
		if (!woken)
			return SOURCE_TIMEOUT;
	}
}

static enum source_result kmod_next(struct source *src, struct event *ev, int timeout_ms)
{
	struct kmod *k = (struct kmod *)src;

	if (!kmod_next_event(k, ev))
		return kmod_wait_event(k, ev, timeout_ms);
	k->idle_us = IDLE_MIN_US;
	return SOURCE_EVENT;
}

/* ---- statistics ---- */

static uint64_t counter(const __u64 *shared)
{
	return __atomic_load_n(shared, __ATOMIC_RELAXED);
}

static void page_add(struct source_stats *s, const struct falco_ring_page *p)
{
	s->n_evts += counter(&p->n_evts);
	s->n_drops_buffer += counter(&p->n_drops_buffer);
	s->n_drops_pf += counter(&p->n_drops_pf);
	s->n_preemptions += counter(&p->n_preemptions);
	s->n_drops_clone_fork_exit += counter(&p->n_drops_buffer_clone_fork_exit);
	s->n_drops_execve_exit += counter(&p->n_drops_buffer_execve_exit);
	s->n_drops_connect_enter += counter(&p->n_drops_buffer_connect_enter);
	s->n_drops_connect_exit += counter(&p->n_drops_buffer_connect_exit);
	s->n_drops_open_enter += counter(&p->n_drops_buffer_open_enter);
	s->n_drops_open_exit += counter(&p->n_drops_buffer_open_exit);
	s->n_drops_dir_file_exit += counter(&p->n_drops_buffer_dir_file_exit);
	s->n_drops_other_interest_exit += counter(&p->n_drops_buffer_other_interest_exit);
	s->n_drops_close_exit += counter(&p->n_drops_buffer_close_exit);
	s->n_drops_proc_exit += counter(&p->n_drops_buffer_proc_exit);
}

static void kmod_stats(struct source *src, struct source_stats *out)
{
	struct kmod *k = (struct kmod *)src;

	memset(out, 0, sizeof(*out));
	for (unsigned i = 0; i < k->n_rings; i++) {
		page_add(out, k->rings[i].page);
		out->n_corrupt += k->rings[i].n_corrupt;
	}
	out->n_drops = out->n_drops_buffer + out->n_drops_pf;
	out->n_corrupt += k->n_corrupt;
	out->n_unknown = k->n_unknown;
}

bool source_kmod_lost(struct source *src, uint64_t counts[EVENT_NUMBERS])
{
	struct kmod *k = (struct kmod *)src;
	struct falco_lost *lost;
	bool ok;

	if (!(k->features & FALCO_FEATURE_LOST))
		return false;
	lost = calloc(1, sizeof(*lost) + EVENT_NUMBERS * sizeof(lost->counts[0]));
	if (!lost)
		return false;
	lost->cpu = FALCO_LOST_ALL_CPUS;
	lost->n = EVENT_NUMBERS;
	ok = ioctl(k->fd, FALCO_IOCTL_GET_LOST, lost) == 0;
	memset(counts, 0, EVENT_NUMBERS * sizeof(*counts));
	for (unsigned i = 0; ok && i < lost->n && i < EVENT_NUMBERS; i++)
		counts[i] = lost->counts[i];
	free(lost);
	return ok;
}

static void kmod_close(struct source *src)
{
	struct kmod *k = (struct kmod *)src;

	merge_free(&k->merge);
	convert_free(k->convert);
	device_close_all(k);
	free(k);
}

bool source_kmod_describe(const struct source *src, char *out, size_t size)
{
	static const struct {
		uint64_t feature;
		const char *what;
	} features[] = {
		{ FALCO_FEATURE_POLL, "poll()" },
		{ FALCO_FEATURE_LOST, "loss counters by event" },
		{ FALCO_FEATURE_EXCLUDE, "exclusion of this process" },
		{ FALCO_FEATURE_RESERVE, "reserved ring space for process events" },
		{ FALCO_FEATURE_URING, "io_uring events" },
	};
	const struct kmod *k = (const struct kmod *)src;
	const char *before = "; not supported: ";
	int n;

	n = snprintf(out, size, "%s: driver %s, API %u.%u.%u, schema %u.%u.%u", k->device,
		     k->version, FALCO_VERSION_MAJOR(k->api), FALCO_VERSION_MINOR(k->api),
		     FALCO_VERSION_PATCH(k->api), FALCO_VERSION_MAJOR(k->schema),
		     FALCO_VERSION_MINOR(k->schema), FALCO_VERSION_PATCH(k->schema));
	for (size_t i = 0; i < ARRAY_SIZE(features); i++) {
		if (k->features & features[i].feature || n < 0 || (size_t)n >= size)
			continue;
		n += snprintf(out + n, size - (size_t)n, "%s%s", before, features[i].what);
		before = ", ";
	}
	return before[0] == ',';
}

static const struct source_ops kmod_ops = { .next = kmod_next,
					    .stats = kmod_stats,
					    .close = kmod_close };

static bool converter_and_merge_init(struct kmod *k)
{
	if (k->schema < FALCO_SCHEMA_VERSION)
		k->convert = convert_new();
	return (k->convert || k->schema >= FALCO_SCHEMA_VERSION) &&
	       merge_init(&k->merge, k->rings, k->n_rings) == 0;
}

struct source *source_kmod_open(const struct kmod_options *opt, char *err, size_t err_size)
{
	struct kmod *k = calloc(1, sizeof(*k));

	if (!k) {
		snprintf(err, err_size, "out of memory");
		return NULL;
	}
	k->src.ops = &kmod_ops;
	k->idle_us = IDLE_MIN_US;
	if (device_open_all(k, opt, err, err_size) < 0)
		goto fail;
	if (!converter_and_merge_init(k)) {
		snprintf(err, err_size, "out of memory");
		goto fail;
	}
	if (kmod_settings(k, opt) < 0) {
		snprintf(err, err_size, "%s", k->src.error);
		goto fail;
	}
	return &k->src;
fail:
	kmod_close(&k->src);
	return NULL;
}
