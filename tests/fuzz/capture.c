/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libFuzzer: any bytes as a capture file, through the reader into the state.  Read once more in batches, it has the same
 * events, and ends at the same one.  make fuzz-capture; FUZZ_SECONDS=n to go on.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "source/batch.h"
#include "source/source.h"
#include "state/shard.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* Every byte of every parameter, so that one out of bounds is seen. */
static void look(const struct event *ev)
{
	volatile uint64_t sum = 0;

	for (uint32_t i = ev->at[0]; ev->n_params && i < ev->at[ev->n_params]; i++)
		sum += ev->rec[i];
}

/* What was read, in short. */
struct reading {
	uint64_t n, sum;
};

static void note(struct reading *r, const struct event *ev)
{
	uint64_t sum = r->sum;

	for (uint32_t i = 0; i < ev->len; i++)
		sum = (sum ^ ev->rec[i]) * 0x100000001b3u;
	for (unsigned i = 0; i <= ev->n_params; i++)
		sum = (sum ^ ev->at[i]) * 0x100000001b3u;
	r->sum = (sum ^ ev->cpu ^ (uint64_t)ev->state_only << 32) * 0x100000001b3u;
	r->n++;
}

static struct reading read_events(struct source *src, struct state *state)
{
	struct reading r = { 0 };
	struct event ev;

	while (source_next(src, &ev, 0) == SOURCE_EVENT) {
		note(&r, &ev);
		look(&ev);
		state_process(state, &ev);
		look(&ev);
	}
	return r;
}

/* False at an event that is none. */
static bool note_batch(struct reading *r, const struct batch *b)
{
	struct event ev;

	for (unsigned i = 0; i < b->n_runs; i++) {
		const struct run *run = &b->runs[i];
		const uint8_t *frame = batch_first(b, run);

		for (unsigned left = run->n; left; left--, frame = frame_next(frame)) {
			frame_head(frame, run, &ev);
			if (frame_body(frame, run, &ev))
				return false;
			note(r, &ev);
		}
	}
	return true;
}

/* Some of the batches end early, by number or by time. */
static struct reading read_batches(struct source *src, uint8_t salt)
{
	static struct batch_types types;
	struct reading r = { 0 };
	struct batch b;
	enum source_result got;
	bool good;

	batch_types_init(&types, shard_is_private);
	batch_init(&b, &types, 1 + salt % 16);
	do {
		batch_clear(&b);
		got = src->ops->fill(src, &b, salt & 1 ? 0 : UINT64_MAX, 0);
		good = note_batch(&r, &b);
	} while (got == SOURCE_EVENT && good);
	batch_free(&b);
	return r;
}

static struct reading read_all(const char *path, bool batches, uint8_t salt)
{
	struct state_options opt = { .thread_limit = 64, .fd_limit = 16 };
	struct state *state = state_new(&opt);
	struct reading r = { 0 };
	char why[512];
	struct source *src = source_replay_open(path, state, why, sizeof(why));

	if (src && batches)
		r = read_batches(src, salt);
	else if (src)
		r = read_events(src, state);
	if (src)
		src->ops->close(src);
	state_free(state);
	return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static int fd = -1;
	struct reading one, other;
	char path[64];

	if (fd < 0) {
		fd = memfd_create("capture", MFD_CLOEXEC);
		schema_init();
	}
	if (ftruncate(fd, 0) || pwrite(fd, bytes, n, 0) != (ssize_t)n)
		return 0;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	one = read_all(path, false, 0);
	other = read_all(path, true, n ? bytes[n - 1] : 0);
	if (one.n != other.n || one.sum != other.sum)
		abort();
	return 0;
}
