// SPDX-License-Identifier: Apache-2.0
/* if there is no -n */
#include <stdio.h>

#define TEST_HARNESS_RUNNER
#define OWN_FIXTURE
#include "coverage.h"
#include "expect.h"

/* xorshift64*: the same numbers on all machines */
FIXTURE(coverage)
{
	bool unused;
};

FIXTURE_SETUP(coverage)
{
}

FIXTURE_TEARDOWN(coverage)
{
}

TEST_F(coverage, every_event_was_recorded)
{
	const char *event;
	unsigned n;

	for (n = 0; (event = coverage_missing(n)); n++)
		TH_LOG("no test has recorded %s", event);
	EXPECT_EQ(0u, n);
}

TEST_F(coverage, argument_cases_are_counted)
{
	printf("# cases: %u\n", coverage_cases());
	EXPECT_LT(HAVE_IA32 ? 2000u : 1000u, coverage_cases());
}

TEST_HARNESS_MAIN
