/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The framework of the unit tests.  Each .c file is one program: it includes this header, which
 * defines main(), and has tests of the form TEST(name) { EXPECT(...); }.  Output: TAP.  Unit tests
 * need neither root nor a network.  To run one test: build/tests/unit/FILE NAME.
 */
#ifndef TEST_H
#define TEST_H

#include <stdio.h>
#include <string.h>

struct test {
	const char *name;
	void (*run)(void);
	struct test *next;
};

static struct test *tests_first, **tests_last = &tests_first;
static int failed_checks;     /* of the running test */
static const char *test_skip; /* reason for skipping the running test */

#define TEST(id)                                                     \
	static void test_##id(void);                                 \
	__attribute__((constructor)) static void register_##id(void) \
	{                                                            \
		static struct test t = { #id, test_##id, NULL };     \
		*tests_last = &t;                                    \
		tests_last = &t.next;                                \
	}                                                            \
	static void test_##id(void)

#define EXPECT(cond)                                                                 \
	do {                                                                         \
		if (!(cond)) {                                                       \
			printf("# %s:%d: expected %s\n", __FILE__, __LINE__, #cond); \
			failed_checks++;                                             \
		}                                                                    \
	} while (0)
#define EXPECT_INT(got, want)                                                                   \
	do {                                                                                    \
		long long g_ = (long long)(got), w_ = (long long)(want);                        \
		if (g_ != w_) {                                                                 \
			printf("# %s:%d: %s = %lld, expected %lld\n", __FILE__, __LINE__, #got, \
			       g_, w_);                                                         \
			failed_checks++;                                                        \
		}                                                                               \
	} while (0)
#define EXPECT_TEXT(got, want)                                                                \
	do {                                                                                  \
		const char *g_ = (got), *w_ = (want);                                         \
		if (!g_ || strcmp(g_, w_)) {                                                  \
			printf("# %s:%d: %s = \"%s\", expected \"%s\"\n", __FILE__, __LINE__, \
			       #got, g_ ? g_ : "(null)", w_);                                 \
			failed_checks++;                                                      \
		}                                                                             \
	} while (0)
/* Compares a struct str with a C string. */
#define EXPECT_STR(got, want)                                                                   \
	do {                                                                                    \
		struct str s_ = (got);                                                          \
		const char *w_ = (want);                                                        \
		if (s_.n != strlen(w_) || (s_.n && memcmp(s_.p, w_, s_.n))) {                   \
			printf("# %s:%d: %s = \"%.*s\", expected \"%s\"\n", __FILE__, __LINE__, \
			       #got, (int)s_.n, s_.p ? s_.p : "", w_);                          \
			failed_checks++;                                                        \
		}                                                                               \
	} while (0)
#define SKIP(why)                  \
	do {                       \
		test_skip = (why); \
		return;            \
	} while (0)

int main(int argc, char **argv)
{
	int n = 0, failed_tests = 0;

	for (struct test *t = tests_first; t; t = t->next) {
		if (argc > 1 && strcmp(argv[1], t->name))
			continue;
		failed_checks = 0;
		test_skip = NULL;
		t->run();
		failed_tests += failed_checks != 0;
		printf("%sok %d %s%s%s\n", failed_checks ? "not " : "", ++n, t->name,
		       test_skip ? " # SKIP " : "", test_skip ? test_skip : "");
		fflush(stdout);
	}
	printf("1..%d\n", n);
	return failed_tests != 0;
}

#endif
