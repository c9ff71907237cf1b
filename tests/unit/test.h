/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unit tests: TEST(name) { EXPECT(...); } in a .c of its own, TAP on stdout, no root, no network.
 * Run one: build/tests/unit/FILE NAME.
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
static int test_bad;
static const char *test_skip;

#define TEST(id)                                                 \
	static void test_##id(void);                             \
	__attribute__((constructor)) static void add_##id(void)  \
	{                                                        \
		static struct test t = { #id, test_##id, NULL }; \
		*tests_last = &t;                                \
		tests_last = &t.next;                            \
	}                                                        \
	static void test_##id(void)

#define EXPECT(cond)                                                                 \
	do {                                                                         \
		if (!(cond)) {                                                       \
			printf("# %s:%d: expected %s\n", __FILE__, __LINE__, #cond); \
			test_bad++;                                                  \
		}                                                                    \
	} while (0)
#define EXPECT_INT(got, want)                                                                   \
	do {                                                                                    \
		long long g_ = (long long)(got), w_ = (long long)(want);                        \
		if (g_ != w_) {                                                                 \
			printf("# %s:%d: %s = %lld, expected %lld\n", __FILE__, __LINE__, #got, \
			       g_, w_);                                                         \
			test_bad++;                                                             \
		}                                                                               \
	} while (0)
#define EXPECT_TEXT(got, want)                                                                \
	do {                                                                                  \
		const char *g_ = (got), *w_ = (want);                                         \
		if (!g_ || strcmp(g_, w_)) {                                                  \
			printf("# %s:%d: %s = \"%s\", expected \"%s\"\n", __FILE__, __LINE__, \
			       #got, g_ ? g_ : "(null)", w_);                                 \
			test_bad++;                                                           \
		}                                                                             \
	} while (0)
/* struct str against a C string. */
#define EXPECT_STR(got, want)                                                                   \
	do {                                                                                    \
		struct str s_ = (got);                                                          \
		const char *w_ = (want);                                                        \
		if (s_.n != strlen(w_) || (s_.n && memcmp(s_.p, w_, s_.n))) {                   \
			printf("# %s:%d: %s = \"%.*s\", expected \"%s\"\n", __FILE__, __LINE__, \
			       #got, (int)s_.n, s_.p ? s_.p : "", w_);                          \
			test_bad++;                                                             \
		}                                                                               \
	} while (0)
#define SKIP(why)                  \
	do {                       \
		test_skip = (why); \
		return;            \
	} while (0)

int main(int argc, char **argv)
{
	int n = 0, bad = 0;

	for (struct test *t = tests_first; t; t = t->next) {
		if (argc > 1 && strcmp(argv[1], t->name))
			continue;
		test_bad = 0;
		test_skip = NULL;
		t->run();
		bad += test_bad != 0;
		printf("%sok %d %s%s%s\n", test_bad ? "not " : "", ++n, t->name,
		       test_skip ? " # SKIP " : "", test_skip ? test_skip : "");
		fflush(stdout);
	}
	printf("1..%d\n", n);
	return bad != 0;
}

#endif
