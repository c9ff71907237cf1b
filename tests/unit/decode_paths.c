/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fast paths of the decoder and of the capture reader have the same results as the general
 * code. Valid and damaged records and captures are read twice, once by the same code compiled with
 * DECODE_NO_FAST_PATH, and compared field by field.
 */
#include "test.h"

#include "data.h"
#include "record.h"
#include "source/source.h"

/* A second copy of the decoder and the capture reader, without fast paths, with other names. */
#undef DECODE_NO_FAST_PATH
#define DECODE_NO_FAST_PATH
#define event_decode general_event_decode
#define event_decode_as general_event_decode_as
#define decode_init general_decode_init
#define block_open general_block_open
#define block_close general_block_close
#define block_next general_block_next
#define convert_new general_convert_new
#define convert_free general_convert_free
#define convert_decoded general_convert_decoded
#define convert_info general_convert_info
#define source_replay_open general_replay_open
enum event_error event_decode(struct event *ev, const uint8_t *rec, size_t room);
enum event_error event_decode_as(struct event *ev, const struct event_info *info,
				 const uint8_t *rec, size_t room);
struct source *source_replay_open(const char *path, struct state *state, char *err, size_t err_size);
#include "../../userspace/event/decode.c"
#include "../../userspace/source/block.c"
#include "../../userspace/source/convert.c"
#include "../../userspace/source/replay.c"
#undef event_decode
#undef source_replay_open

#include <sys/mman.h>

static uint64_t random_state = 88172645463325252u;

static unsigned random_below(unsigned n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (unsigned)(random_state >> 33) % n;
}

/* ---- comparison ---- */

static bool same_params(const struct event *a, const struct event *b)
{
	for (unsigned i = 0; i <= a->n_params; i++)
		if (a->at[i] != b->at[i] || ev_u64(a, i, 77) != ev_u64(b, i, 77))
			return false;
	return true;
}

/* Records may lie at different addresses. */
static bool same_event(const struct event *a, const struct event *b)
{
	return a->ts == b->ts && a->tid == b->tid && a->type == b->type && a->len == b->len &&
	       a->info == b->info && a->n_params == b->n_params &&
	       !memcmp(a->rec, b->rec, a->len) && same_params(a, b);
}

/* Counts events decoded by the fast path in *n_fast; false: the results differ. */
static bool same_record(const uint8_t *rec, size_t room, unsigned *n_fast)
{
	static struct event fast, general;
	enum event_error got = event_decode(&fast, rec, room),
			 want = general_event_decode(&general, rec, room);

	if (got != want)
		return false;
	if (got == EVENT_CORRUPT)
		return !strcmp(fast.fault, general.fault);
	if (got == EVENT_UNKNOWN)
		return fast.type == general.type && fast.len == general.len;
	*n_fast += fast.layout != 0;
	return !general.layout && same_event(&fast, &general);
}

/* ---- records ---- */

static struct record r;

/* A record with strings and byte buffers of random lengths, and sometimes fewer parameters. */
static void make_record(uint16_t type)
{
	static char bytes[64];

	memset(bytes, 'b', sizeof(bytes));
	record_start(&r, type, 1 + random_below(1000));
	if (random_below(10) == 0 && r.n_params)
		r.n_params = random_below(r.n_params);
	for (unsigned i = 0; i < r.n_params; i++) {
		unsigned n = 1 + random_below(40);

		if (event_infos[type].params[i].size) {
			if (random_below(20) == 0)
				record_bytes(&r, i, "", 0);
			continue;
		}
		bytes[n - 1] = 0;
		record_bytes(&r, i, bytes, random_below(5) ? n : 0);
		bytes[n - 1] = 'b';
	}
	record_write(&r);
}

/* Changes one to three bytes: those of header and lengths more often than the rest. */
static void damage(uint8_t *rec, uint32_t len)
{
	for (unsigned n = 1 + random_below(3); n; n--) {
		uint32_t at = random_below(random_below(3) ? (len < 60 ? len : 60) : len);

		rec[at] = random_below(2) ? (uint8_t)random_below(256) : (uint8_t)(rec[at] + 1);
	}
}

/* Decodes the first len bytes of r, in a buffer of this size, so that sanitizers see an overrun. */
static bool same_copy(uint32_t len, bool damaged, unsigned *n_fast)
{
	uint8_t *copy = malloc(len ? len : 1);
	bool same;

	memcpy(copy, r.bytes, len);
	if (damaged && len)
		damage(copy, len);
	same = same_record(copy, len, n_fast);
	free(copy);
	return same;
}

TEST(records_decode_the_same)
{
	unsigned n_fast = 0, n_damaged_fast = 0, n_different = 0;

	schema_init();
	general_decode_init();
	for (unsigned k = 0; k < 60 * EVENT_NUMBERS; k++) {
		uint16_t type = (uint16_t)(k % EVENT_NUMBERS);

		if (!event_infos[type].name)
			continue;
		make_record(type);
		n_different += !same_copy(r.len, false, &n_fast);
		for (unsigned i = 0; i < 5; i++)
			n_different += !same_copy(r.len, true, &n_damaged_fast);
		n_different += !same_copy(random_below(r.len + 1), false, &n_damaged_fast);
	}
	EXPECT_INT(n_different, 0);
	printf("# fast path: %u records, %u damaged ones\n", n_fast, n_damaged_fast);
}

/* ---- captures ---- */

static bool same_position(struct source *fast, struct source *general)
{
	struct source_stats a, b;

	fast->ops->stats(fast, &a);
	general->ops->stats(general, &b);
	return !strcmp(fast->error, general->error) && a.n_evts == b.n_evts &&
	       a.n_unknown == b.n_unknown;
}

/* False if the two readers differ.  Each reader seeds a state of its own. */
static bool same_capture(const char *path, unsigned *n_events, unsigned *n_fast)
{
	static struct event a, b;
	struct state_options opt = { .thread_limit = 64, .fd_limit = 16 };
	struct state *states[2] = { state_new(&opt), state_new(&opt) };
	char why[512];
	struct source *fast = source_replay_open(path, states[0], why, sizeof(why)),
		      *general = general_replay_open(path, states[1], why, sizeof(why));
	enum source_result got = SOURCE_EVENT, want;
	bool same = fast && general;

	while (same && got == SOURCE_EVENT) {
		got = source_next(fast, &a, 0);
		want = source_next(general, &b, 0);
		same = got == want;
		if (!same || got != SOURCE_EVENT)
			break;
		(*n_events)++;
		*n_fast += a.layout != 0;
		same = !b.layout && same_event(&a, &b) && a.cpu == b.cpu &&
		       a.state_only == b.state_only;
	}
	same = same && same_position(fast, general);
	fast->ops->close(fast);
	general->ops->close(general);
	state_free(states[0]);
	state_free(states[1]);
	return same;
}

static void captures_read_the_same(const char *name)
{
	unsigned n_events = 0, n_fast = 0;
	char path[512];

	schema_init();
	general_decode_init();
	if (!data_capture(path, sizeof(path), name))
		SKIP(NO_DATA);
	EXPECT(same_capture(path, &n_events, &n_fast));
	EXPECT(n_events > 1000);
	printf("# fast path: %u of %u events\n", n_fast, n_events);
}

TEST(attack_reads_the_same)
{
	captures_read_the_same("attack");
}

TEST(net_reads_the_same)
{
	captures_read_the_same("net");
}

TEST(load_reads_the_same)
{
	captures_read_the_same("load");
}

/* ---- damaged captures ---- */

enum { HEAD = 300000 };

/* The first HEAD bytes of a capture, uncompressed, truncated at the start of a block. */
static size_t capture_head(const char *path, uint8_t *bytes)
{
	gzFile f = gzopen(path, "rb");
	size_t n = f ? (size_t)gzread(f, bytes, HEAD) : 0, at = 0;

	if (f)
		gzclose(f);
	while (at + 8 <= n && at + load32(bytes + at + 4) <= n && load32(bytes + at + 4))
		at += load32(bytes + at + 4);
	return at;
}

TEST(damaged_captures_read_the_same)
{
	static uint8_t bytes[HEAD], copy[HEAD];
	unsigned n_events = 0, n_fast = 0, n_different = 0;
	int fd = memfd_create("capture.scap", MFD_CLOEXEC);
	char path[512];
	size_t n;

	schema_init();
	general_decode_init();
	if (!data_capture(path, sizeof(path), "shell"))
		SKIP(NO_DATA);
	n = capture_head(path, bytes);
	EXPECT(n > HEAD / 2);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	for (unsigned k = 0; k < 300; k++) {
		memcpy(copy, bytes, n);
		for (unsigned i = 1 + random_below(4); i; i--)
			copy[n / 4 + random_below((unsigned)(n - n / 4))] =
				(uint8_t)random_below(256);
		EXPECT(pwrite(fd, copy, n, 0) == (ssize_t)n);
		EXPECT(!ftruncate(fd, (off_t)(k % 3 ? n : n - random_below((unsigned)n / 2))));
		n_different += !same_capture(path, &n_events, &n_fast);
	}
	EXPECT_INT(n_different, 0);
	printf("# fast path: %u of %u events\n", n_fast, n_events);
	close(fd);
}
