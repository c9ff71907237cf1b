// SPDX-License-Identifier: Apache-2.0
/* Bounds on memory, in bytes, under load from a busy or hostile machine. */
#include <malloc.h>

#include "base/buf.h"
#include "rules/loader.h"
#include "rules/match.h"

#include "state_test.h"

/* Bytes allocated by malloc and not freed. */
static size_t in_use(void)
{
	struct mallinfo2 m = mallinfo2();

	return m.uordblks + m.hblkhd;
}

static void close_all(int64_t tid, int64_t n)
{
	for (int64_t fd = 3; fd < 3 + n; fd++)
		apply_close(tid, fd);
	apply_unrelated_event();
}

static void open_many(int64_t tid, int64_t n)
{
	char name[64];

	for (int64_t fd = 3; fd < 3 + n; fd++) {
		snprintf(name, sizeof(name), "/srv/data/%lld/%lld.txt", (long long)tid,
			 (long long)fd);
		apply_open(tid, fd, -100, name, 1);
	}
}

TEST(hundred_thousand_fds_of_100_processes)
{
	enum { PROCESSES = 100, FDS_EACH = 1000, BYTES_PER_FD = 256 };
	size_t before, full;

	test_state_new(NULL);
	for (int64_t i = 0; i < PROCESSES; i++) {
		fork_process(1, 100 + i);
		open_many(100 + i, 1);
		close_all(100 + i, 1);
	}
	before = in_use();
	for (int64_t i = 0; i < PROCESSES; i++)
		open_many(100 + i, FDS_EACH);
	full = in_use();
	EXPECT_INT(state_counters(test_state)->n_added_fds, PROCESSES * (FDS_EACH + 1));
	EXPECT_INT(state_counters(test_state)->n_drops_full_fdtable, 0);
	EXPECT_STR(find_fd(199, 1002)->name, "/srv/data/199/1002.txt");
	printf("# %zu bytes for each of %d descriptors\n", (full - before) / (PROCESSES * FDS_EACH),
	       PROCESSES * FDS_EACH);
	EXPECT(full - before < (size_t)BYTES_PER_FD * PROCESSES * FDS_EACH);
	for (int64_t i = 0; i < PROCESSES; i++)
		close_all(100 + i, FDS_EACH);
	/* The arrays may keep their capacity. */
	EXPECT(in_use() - before < (size_t)16 * PROCESSES * FDS_EACH);
	EXPECT_INT(state_counters(test_state)->n_removed_fds, PROCESSES * (FDS_EACH + 1));
	test_state_free();
}

TEST(hundred_thousand_fds_of_one_process)
{
	/* FREED_MAX: free lists of state/fd_table.c. */
	enum { ALL = 100000, KEPT = 4096, FREED_MAX = 16 << 10 };
	size_t before;

	test_state_new(NULL);
	fork_process(1, 100);
	before = in_use();
	open_many(100, ALL);
	EXPECT_INT(state_counters(test_state)->n_added_fds, KEPT);
	EXPECT_INT(state_counters(test_state)->n_drops_full_fdtable, ALL - KEPT);
	EXPECT(find_fd(100, 3) && !find_fd(100, 3 + KEPT));
	printf("# %zu bytes\n", in_use() - before);
	EXPECT(in_use() - before < (size_t)256 * KEPT);
	apply_exit(100, 0);
	apply_unrelated_event();
	EXPECT(in_use() <= before + FREED_MAX);
	test_state_free();
}

TEST(hundred_thousand_threads_over_the_limit)
{
	enum { ALL = 100000, KEPT = 1000, BYTES_PER_THREAD = 2048 };
	size_t before, full;

	test_state_new(&(struct state_options){ .thread_limit = KEPT });
	before = in_use();
	for (int64_t i = 0; i < ALL; i++)
		fork_process(1, 100 + i);
	full = in_use();
	EXPECT_INT(state_thread_count(test_state), KEPT);
	/* Each is refused twice: on the parent's and on the child's clone event. */
	EXPECT(state_counters(test_state)->n_drops_full_threadtable >= ALL - KEPT + 1);
	printf("# %zu bytes for each of %d threads\n", (full - before) / KEPT, KEPT);
	EXPECT(full - before < (size_t)BYTES_PER_THREAD * KEPT);
	test_state_free();
}

/* Rules that distinguish 16 first and 16 last letters of two fields: 65,536 process classes. */
static struct rules *load_letter_rules(void)
{
	static const char *const tests[] = { "proc.name startswith", "proc.name endswith",
					     "proc.exe startswith", "proc.exe endswith" };
	struct rules_loader *l = rules_loader_new(NULL);
	struct load_result res;
	struct rules *rules = NULL;
	struct buf b = { 0 };

	for (unsigned i = 0; i < 4; i++)
		for (char c = 'a'; c < 'q'; c++)
			buf_printf(&b,
				   "- {rule: %u%c, desc: d, output: o, priority: INFO, condition: evt.type = getuid and %s %c}\n",
				   i, c, tests[i], c);
	EXPECT(rules_loader_file(l, "letters.yaml", b.p, b.n, &res));
	load_result_free(&res);
	EXPECT(rules_loader_finish(l, NULL, &rules));
	rules_loader_free(l);
	buf_free(&b);
	return rules;
}

/* Clone, execve, getuid and exit of a process of class kind; number of rules matched by getuid. */
static unsigned run_process(struct matcher *m, struct arena *scratch, uint32_t kind)
{
	char name[] = { (char)('a' + kind % 16), (char)('a' + kind / 16 % 16), 0 };
	char exe[] = { (char)('a' + kind / 256 % 16), (char)('a' + kind / 4096 % 16), 0 };
	int64_t tid = 100 + kind % 30000;
	const struct rule *const *hits;
	struct extract x = { .state = test_state, .scratch = scratch };
	unsigned n;

	apply_clone(tid, 0, tid, 1, 0, "init");
	apply_exec(tid, name, exe);
	record_start(&r, EV_getuid, tid);
	x.ev = apply_record();
	n = matcher_match(m, &x, &hits);
	arena_reset(scratch);
	apply_exit(tid, 0);
	return n;
}

TEST(every_process_in_a_different_class)
{
	enum { ALL = 65536, ROUNDS = 2 };
	struct rules *rules = load_letter_rules();
	struct matcher_options opt = { .match_all = true, .generation = 1 };
	struct arena messages = { 0 }, scratch = { 0 };
	struct matcher_error err;
	struct matcher *m = rules ? matcher_new(rules, &opt, &messages, &err) : NULL;
	struct matcher_stats stats;
	size_t before, most = 0, now;
	unsigned wrong = 0;

	test_state_new(NULL);
	EXPECT(m);
	before = in_use();
	for (uint32_t i = 0; m && i < ROUNDS * ALL; i++) {
		/* The factor is odd, so that each round has every class once. */
		wrong += run_process(m, &scratch, i * 40503u % ALL) != 4;
		now = i % 256 ? 0 : in_use() - before;
		most = now > most ? now : most;
	}
	EXPECT_INT(wrong, 0);
	if (m) {
		matcher_stats(m, &stats);
		printf("# at most %zu KiB; %u classes cached, cache flushed %llu times\n",
		       most >> 10, stats.n_process_classes, (unsigned long long)stats.n_flushes);
		EXPECT(stats.n_process_classes <= 8192);
		EXPECT(stats.n_flushes >= ROUNDS * ALL / 8192 - 1);
		EXPECT(most < (size_t)32 << 20);
	}
	test_state_free();
	matcher_free(m);
	rules_free(rules);
	arena_free(&messages);
	arena_free(&scratch);
}
