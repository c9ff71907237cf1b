// SPDX-License-Identifier: Apache-2.0
/*
 * The program of the kernel tests, and the tests that look at what all others recorded.
 */
#include <stdio.h>

#define TEST_HARNESS_RUNNER
#define OWN_FIXTURE
#include "coverage.h"
#include "expect.h"

/*
 * Linked last, so that these run after all others; they fail where only some tests were selected.
 */
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
		TH_LOG("no test recorded the event %s", event);
	EXPECT_EQ(0u, n);
}

/*
 * A run of all tests makes 3,434 argument cases on x86, about half of them for 32-bit callers. The
 * limits are lower, since a kernel may lack some calls; they detect sweeps that did not run.
 */
TEST_F(coverage, enough_argument_cases)
{
	printf("# cases: %u\n", coverage_cases());
	EXPECT_LT(HAVE_IA32 ? 2000u : 1000u, coverage_cases());
}

TEST_HARNESS_MAIN
