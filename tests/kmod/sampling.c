// SPDX-License-Identifier: Apache-2.0
/*
 * Sampling: every call at every ratio, in the recorded part of a second and after it. A child reads
 * the clock before and after each call, so that a record can be assigned to its call; whether the
 * call must have a record follows from its sampling class. The child sets the clock, to avoid waiting
 * for the next second.
 */
#include <linux/capability.h>
#include <time.h>

#include "arg_sweep.h"

enum {
	SAMPLE_PASSES = 3,
	SAMPLE_TRIES = 30,
	/* what is expected of a call */
	SAMPLE_KEPT = 0,
	SAMPLE_DROPPED = 1,
	SAMPLE_EITHER = 2
};

struct sample_time {
	uint64_t before, after;
};

static uint64_t sample_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * NSEC_PER_SEC + (uint64_t)t.tv_nsec;
}

/* Sets the clock to ns after the next full second. */
static void sample_set_clock(long ns)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_sec++;
	t.tv_nsec = ns;
	if (clock_settime(CLOCK_REALTIME, &t))
		_exit(2);
}

static bool sample_is_kept(uint64_t ts, unsigned ratio)
{
	return ts % NSEC_PER_SEC < NSEC_PER_SEC / ratio;
}

/*
 * A failed close or bind, and fcntl() that does not create or flag a descriptor, are always
 * dropped.
 */
static bool sample_is_always_dropped(const struct case_row *row)
{
	return row->call->event == EV_close || row->call->event == EV_bind ||
	       (row->call->event == EV_fcntl && row->variant == 0);
}

static int sample_expects(const struct case_row *row, const struct sample_time *t, unsigned ratio)
{
	bool kept = sample_is_kept(t->before, ratio);

	if (sample_is_always_dropped(row) || row->call->sampling == CASE_ALWAYS_DROPPED)
		return SAMPLE_DROPPED;
	if (row->call->sampling == CASE_NEVER_DROPPED)
		return SAMPLE_KEPT;
	/* unknown if the recorded part began or ended during the call */
	if (kept != sample_is_kept(t->after, ratio) ||
	    t->after - t->before > NSEC_PER_SEC / ratio / 2)
		return ratio == 1 ? SAMPLE_KEPT : SAMPLE_EITHER;
	return kept ? SAMPLE_KEPT : SAMPLE_DROPPED;
}

static void sample_pass(const FIXTURE_DATA(sweep) * self, long from, struct sample_time *t)
{
	sample_set_clock(from);
	for (unsigned i = 0; i < self->n; i++, t++) {
		t->before = sample_now();
		self->ret[i] = sweep_call(&self->rows[i]);
		t->after = sample_now();
	}
}

/* False if no sampled call was made in the recorded part of the second, as on a slow machine. */
static bool sample_was_in_time(const FIXTURE_DATA(sweep) * self, const struct sample_time *t,
			       unsigned ratio)
{
	for (unsigned i = 0; i < self->n; i++)
		if (self->rows[i].call->sampling == CASE_SAMPLED &&
		    sample_expects(&self->rows[i], &t[i], ratio) == SAMPLE_KEPT)
			return true;
	return false;
}

static void sample_second(const FIXTURE_DATA(sweep) * self, struct sample_time *t, unsigned ratio)
{
	int tries = 0;

	do
		sample_pass(self, 0, t);
	while (!sample_was_in_time(self, t, ratio) && ++tries < SAMPLE_TRIES);
}

/* The first and last pass start at a full second, the second one after the recorded part. */
static pid_t sample_run(SWEEP, unsigned ratio, struct sample_time *times)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		sweep_become_nobody(1 << CAP_SYS_TIME);
		sample_second(self, times, ratio);
		sample_pass(self, ratio > 1 ? NSEC_PER_SEC / ratio + 1000000 : 0, times + self->n);
		sample_second(self, times + 2 * self->n, ratio);
		_exit(0);
	}
	status = proc_wait(pid);
	EXPECT_EQ(0, status)
	{
		TH_LOG("the child ended with status %#x", status);
	}
	return pid;
}

/*
 * Records that were made during the call of this row. Records and calls are ordered by time: *at is
 * advanced to the first record that is not older than the call.
 */
static unsigned sample_count(SWEEP, uint64_t tid, const struct case_row *row,
			     const struct sample_time *t, unsigned *at)
{
	unsigned n = 0;

	while (*at < self->d.n_records && self->d.records[*at].ts < t->before)
		++*at;
	for (unsigned i = *at; i < self->d.n_records && self->d.records[i].ts <= t->after; i++)
		n += self->d.records[i].tid == tid &&
		     sweep_is_of(row, row->call->event, &self->d.records[i]);
	return n;
}

/* Number of calls in a pass, by sampling class and expectation. */
struct sample_counts {
	unsigned of[3][3];
};

static struct sample_counts sample_check(SWEEP, uint64_t tid, unsigned ratio,
					 const struct sample_time *t)
{
	static const char *const classes[] = { "sampled", "never dropped", "always dropped" };
	struct sample_counts seen = { { { 0 } } };
	unsigned at = 0;

	for (unsigned i = 0; i < self->n; i++) {
		const struct case_row *row = &self->rows[i];
		int want = sample_expects(row, &t[i], ratio);
		unsigned n = sample_count(_metadata, self, tid, row, &t[i], &at);

		seen.of[row->call->sampling][want]++;
		if (want == SAMPLE_EITHER || (want == SAMPLE_KEPT) == n ||
		    (self->ret[i] == -ENOSYS && !n))
			continue;
		if (self->n_wrong++ < SWEEP_REPORTED)
			TH_LOG("ratio %u: %s (%s) has %u records, %u ns after the full second",
			       ratio, row->call->name, classes[row->call->sampling], n,
			       (unsigned)(t[i].before % NSEC_PER_SEC));
	}
	return seen;
}

/* drop events (in the recorded part of a second) and drop_enter events (after it) alternate. */
static void sample_check_marks(SWEEP, unsigned ratio)
{
	unsigned n[2] = { 0, 0 }, last = EV_drop;

	for (unsigned i = 0; i < self->d.n_records; i++) {
		self->ev = &self->d.records[i];
		if (self->ev->type != EV_drop_enter && self->ev->type != EV_drop)
			continue;
		EXPECT_NE(last, self->ev->type);
		last = self->ev->type;
		n[last == EV_drop]++;
		EXPECT_EQ(last == EV_drop, sample_is_kept(self->ev->ts, ratio));
		EXPECT_EQ(ratio, record_num(self->ev, 0));
	}
	if (ratio == 1) {
		EXPECT_EQ(0u, n[0] + n[1]);
	} else {
		EXPECT_LT(0u, n[0]);
		EXPECT_LT(0u, n[1]);
	}
}

static void sample(SWEEP, unsigned ratio)
{
	struct sample_counts seen[SAMPLE_PASSES];
	struct sample_time *times;
	pid_t pid;

	sweep_collect(_metadata, self, CASE_VALID, false, false);
	sweep_collect(_metadata, self, CASE_VALID, false, true);
	ASSERT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_DISABLE_TP, FALCO_TP_SYS_ENTER));
	ASSERT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_ENABLE_DROPPING_MODE, ratio));
	times = mmap(NULL, SAMPLE_PASSES * self->n * sizeof(*times), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, times);
	pid = sample_run(_metadata, self, ratio, times);
	driver_stop(&self->d);
	for (int pass = 0; pass < SAMPLE_PASSES; pass++) {
		seen[pass] =
			sample_check(_metadata, self, (uint64_t)pid, ratio, times + pass * self->n);
		EXPECT_LT(10u, seen[pass].of[CASE_NEVER_DROPPED][SAMPLE_KEPT]);
		EXPECT_LT(100u, seen[pass].of[CASE_ALWAYS_DROPPED][SAMPLE_DROPPED]);
	}
	EXPECT_LT(0u, seen[0].of[CASE_SAMPLED][SAMPLE_KEPT]);
	EXPECT_LT(0u, seen[2].of[CASE_SAMPLED][SAMPLE_KEPT]);
	if (ratio > 1)
		EXPECT_LT(10u, seen[1].of[CASE_SAMPLED][SAMPLE_DROPPED]);
	EXPECT_EQ(0u, self->n_wrong);
	sample_check_marks(_metadata, self, ratio);
}

#define SAMPLES(ratio)                          \
	TEST_F(sweep, sampled_by_##ratio)       \
	{                                       \
		sample(_metadata, self, ratio); \
	}
SAMPLES(1)
SAMPLES(2)
SAMPLES(4)
SAMPLES(8)
SAMPLES(16)
SAMPLES(32)
SAMPLES(64)
SAMPLES(128)
