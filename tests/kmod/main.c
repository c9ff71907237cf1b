// SPDX-License-Identifier: Apache-2.0
/* All kernel tests: the harness keeps its list per translation unit, so the families are included here. */
#include "coverage.h"
#include "expect.h"

#include "clone.c"
#include "device.c"
#include "ring_nearly_full.c"
#include "exec.c"
#include "execveat.c"
#include "arm32.c"
#include "exit.c"
#include "flood.c"
#include "io.c"
#include "io_vector.c"
#include "fd.c"
#include "fd_poll.c"
#include "fd_table.c"
#include "open.c"
#include "path.c"
#include "node.c"
#include "openat2.c"
#include "mode.c"
#include "stat.c"
#include "ids.c"
#include "ipc.c"
#include "mem.c"
#include "net_address.c"
#include "net.c"
#include "net_data.c"
#include "net_message.c"
#include "net_option.c"
#include "meta.c"
#include "misc.c"
#include "ns.c"
#include "proc.c"
#include "signal.c"
#include "snaplen.c"
#include "module_load.c"
#include "uring.c"
#include "uring_invisible.c"
#include "interface.c"
#include "seccomp_notify.c"
#include "paged_out.c"
#include "toctou.c"
#include "multi_consumer.c"
#include "arg_sweep.c"
#include "sampling.c"
#include "x32.c"

/* After all others, and not where only some of them run. */
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

TEST_F(coverage, every_event_was_found)
{
	const char *event;
	unsigned n;

	for (n = 0; (event = coverage_missing(n)); n++)
		TH_LOG("no test has found %s", event);
	EXPECT_EQ(0u, n);
}

TEST_F(coverage, cases_are_counted)
{
	printf("# cases: %u\n", coverage_cases());
	EXPECT_LT(HAVE_IA32 ? 2000u : 1000u, coverage_cases());
}

TEST_HARNESS_MAIN
