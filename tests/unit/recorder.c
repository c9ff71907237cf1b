/* SPDX-License-Identifier: Apache-2.0 */
/* Start, duration and end of recordings. */
#include "test.h"

#include <glob.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/recorder.h"
#include "base/macros.h"
#include "source/source.h"
#include "state_test.h"

enum { MS = 1000000 };

static char dir[64], prefix[80];
static struct config config;
static struct recorder *rec;
static glob_t files;

static const struct rule capturing = { .capture = true }, not_capturing,
			 with_duration = { .capture_duration_ms = 500 },
			 capturing_long = { .capture = true, .capture_duration_ms = 300 };

static void setup(bool all, int64_t ms, int64_t max_mb)
{
	strcpy(dir, "/tmp/recording.XXXXXX");
	EXPECT(mkdtemp(dir));
	snprintf(prefix, sizeof(prefix), "%s/r", dir);
	config = (struct config){ .record = true,
				  .record_prefix = str_of(prefix),
				  .record_all = all,
				  .record_ms = ms,
				  .record_max_mb = max_mb };
	test_state_new(NULL);
	rec = recorder_new(&config, test_state);
}

/* Processes an event at `ms` milliseconds; rule: the rule that it matches, or NULL. */
static bool event_at(uint64_t ms, const struct rule *rule)
{
	record_start(&r, EV_getuid, 1);
	r.ts = ms * MS;
	apply_record();
	return recorder_event(rec, &r.ev, &rule, rule != NULL);
}

static unsigned find_files(void)
{
	char pattern[96];

	snprintf(pattern, sizeof(pattern), "%s_*.scap", prefix);
	globfree(&files);
	if (glob(pattern, 0, NULL, &files))
		files.gl_pathc = 0;
	return (unsigned)files.gl_pathc;
}

/* Number of events in a file, and the times of the first and the last one in ms. */
static unsigned read_file(unsigned file, uint64_t *first, uint64_t *last)
{
	struct state *s = state_new(&(struct state_options){ 0 });
	char err[512] = "";
	struct source *src = source_replay_open(files.gl_pathv[file], s, err, sizeof(err));
	struct event ev;
	unsigned n = 0;

	*first = *last = 0;
	while (src && source_next(src, &ev, 0) == SOURCE_EVENT) {
		*first = n++ ? *first : ev.ts / MS;
		*last = ev.ts / MS;
	}
	EXPECT_TEXT(src ? src->error : err, "");
	if (src)
		src->ops->close(src);
	state_free(s);
	return n;
}

static void teardown(void)
{
	recorder_free(rec);
	for (unsigned i = find_files(); i; i--)
		unlink(files.gl_pathv[i - 1]);
	globfree(&files);
	EXPECT(rmdir(dir) == 0);
	test_state_free();
}

static void run(const uint64_t *ms, const struct rule *const *rules, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		EXPECT(!event_at(ms[i], rules[i]));
	recorder_free(rec);
	rec = NULL;
}

#define RUN(...)                                         \
	do {                                             \
		const struct {                           \
			uint64_t ms;                     \
			const struct rule *rule;         \
		} steps[] = { __VA_ARGS__ };             \
		uint64_t ms[16];                         \
		const struct rule *rules[16];            \
		unsigned n_steps = ARRAY_SIZE(steps);    \
		for (unsigned i = 0; i < n_steps; i++) { \
			ms[i] = steps[i].ms;             \
			rules[i] = steps[i].rule;        \
		}                                        \
		run(ms, rules, n_steps);                 \
	} while (0)

#define EXPECT_FILE(file, count, from, to)                           \
	do {                                                         \
		uint64_t first_, last_;                              \
		EXPECT_INT(read_file(file, &first_, &last_), count); \
		EXPECT_INT(first_, from);                            \
		EXPECT_INT(last_, to);                               \
	} while (0)

TEST(from_the_match_to_the_deadline)
{
	setup(false, 100, 0);
	RUN({ 1000, NULL }, { 1010, &capturing }, { 1020, NULL }, { 1110, NULL }, { 1111, NULL },
	    { 1120, NULL });
	EXPECT_INT(find_files(), 1);
	EXPECT_FILE(0, 3, 1010, 1110);
	teardown();
}

TEST(the_file_name_has_the_time)
{
	char want[160];
	struct stat st;

	setup(false, 100, 0);
	RUN({ 1000, NULL }, { 1010, &capturing });
	EXPECT_INT(find_files(), 1);
	snprintf(want, sizeof(want), "%s_00000000001010000000_00000000000000000002.scap", prefix);
	EXPECT_TEXT(files.gl_pathv[0], want);
	EXPECT(stat(want, &st) == 0);
	EXPECT_INT(st.st_mode & 0777, 0600);
	teardown();
}

TEST(rules_without_capture_start_no_recording)
{
	setup(false, 100, 0);
	RUN({ 1000, &not_capturing }, { 1010, &with_duration });
	EXPECT_INT(find_files(), 0);
	teardown();
}

TEST(mode_all_rules)
{
	setup(true, 100, 0);
	RUN({ 1000, NULL }, { 1010, &not_capturing }, { 1020, NULL });
	EXPECT_INT(find_files(), 1);
	EXPECT_FILE(0, 2, 1010, 1020);
	teardown();
}

TEST(a_rule_has_its_own_duration)
{
	setup(false, 100, 0);
	RUN({ 1000, &capturing_long }, { 1300, NULL }, { 1301, NULL });
	EXPECT_INT(find_files(), 1);
	EXPECT_FILE(0, 2, 1000, 1300);
	teardown();
}

TEST(a_match_extends_a_recording)
{
	setup(false, 100, 0);
	RUN({ 1000, &capturing }, { 1050, &with_duration }, { 1540, NULL }, { 1551, NULL });
	EXPECT_INT(find_files(), 1);
	EXPECT_FILE(0, 3, 1000, 1540);
	teardown();
}

TEST(a_match_never_shortens_a_recording)
{
	setup(false, 100, 0);
	RUN({ 1000, &capturing_long }, { 1010, &not_capturing }, { 1290, NULL });
	EXPECT_FILE(find_files() - 1, 3, 1000, 1290);
	teardown();
}

TEST(consecutive_recordings)
{
	setup(false, 100, 0);
	RUN({ 1000, &capturing }, { 1010, &capturing }, { 1200, NULL }, { 1300, &capturing },
	    { 1500, &capturing });
	EXPECT_INT(find_files(), 3);
	EXPECT_FILE(0, 2, 1000, 1010);
	EXPECT_FILE(1, 1, 1300, 1300);
	EXPECT_FILE(2, 1, 1500, 1500);
	teardown();
}

TEST(time_without_events_ends_a_recording)
{
	struct stat st;

	setup(false, 100, 0);
	event_at(1000, &capturing);
	EXPECT_INT(find_files(), 1);
	recorder_time(rec, 1100 * MS);
	EXPECT(stat(files.gl_pathv[0], &st) == 0 && st.st_size == 0); /* still in memory */
	recorder_time(rec, 1101 * MS);
	EXPECT(stat(files.gl_pathv[0], &st) == 0 && st.st_size > 0);
	EXPECT_FILE(0, 1, 1000, 1000);
	teardown();
}

static bool large_event_at(uint64_t ms, const struct rule *rule)
{
	static uint8_t data[32000];

	record_start(&r, EV_read, 1);
	r.ts = ms * MS;
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(random() >> 8);
	BYTES(&r, read, data, data, sizeof(data));
	apply_record();
	return recorder_event(rec, &r.ev, &rule, rule != NULL);
}

TEST(the_size_limit_ends_a_recording)
{
	unsigned n = 0;
	struct stat st;

	setup(false, 100000, 1);
	while (n < 200 && !large_event_at(1000, n ? NULL : &capturing))
		n++;
	EXPECT(n > 20 && n < 60);
	EXPECT(recorder_written(rec) >= 1 << 20 && recorder_written(rec) < 3 << 19);
	EXPECT_INT(find_files(), 1);
	EXPECT(stat(files.gl_pathv[0], &st) == 0);
	EXPECT(st.st_size >= 1 << 20 && st.st_size < 2 << 20);
	EXPECT_FILE(0, n + 1, 1000, 1000);
	/* The next recording begins only when a rule with `capture` matches. */
	EXPECT(!event_at(1001, &not_capturing));
	EXPECT_INT(find_files(), 1);
	EXPECT(!event_at(1002, &capturing));
	EXPECT_INT(find_files(), 2);
	teardown();
}

TEST(an_unwritable_directory)
{
	setup(false, 100, 0);
	config.record_prefix = STR_LIT("/nonexistent/place");
	EXPECT(!event_at(1000, &capturing));
	EXPECT(!event_at(1001, &capturing));
	config.record_prefix = str_of(prefix);
	EXPECT(!event_at(1002, &capturing));
	EXPECT_INT(find_files(), 1);
	teardown();
}
