/* SPDX-License-Identifier: Apache-2.0 */
/* System call numbers: against the facts where they are at hand, and a few by heart. */
#include "test.h"

#include <stdlib.h>
#include <sys/syscall.h>

#include "schema/schema.h"
#include "source/numbers.h"

TEST(by_heart)
{
	EXPECT_INT(numbers_native(SC_openat), SYS_openat);
	EXPECT_INT(numbers_native(SC_execve), SYS_execve);
	EXPECT_INT(numbers_native(SC_fchmodat2), 452);
	EXPECT_INT(numbers_native(SC_statmount), 457);
	EXPECT_INT(numbers_native(SC_mseal), 462);
	EXPECT_INT(numbers_native(SC_rseq_slice_yield), 471);
	EXPECT_INT(numbers_native(SC_unknown), -1);
	EXPECT_INT(numbers_native(SC_sched_process_exit), -1);
	EXPECT_INT(numbers_native(SYSCALL_CODES), -1);
	EXPECT_INT(numbers_native(~0u), -1);
}

TEST(facts)
{
#ifdef __x86_64__
	enum { CODE = 2, NATIVE = 10 };
	FILE *f = fopen("tests/data/tables/syscalls.tsv", "r");
	char line[1024], *at, *cell[16];
	unsigned rows = 0;

	EXPECT(f != NULL);
	if (!f)
		return;
	while (fgets(line, sizeof(line), f)) {
		unsigned n = 0;

		for (at = line; n < 16 && (cell[n] = strsep(&at, "\t\n")); n++)
			;
		if (n <= NATIVE || cell[CODE][0] < '0' || cell[CODE][0] > '9')
			continue;
		rows++;
		/* What has no number here, and two probes that no header names. */
		if (cell[NATIVE][0] < '0' || cell[NATIVE][0] > '9' || strstr(cell[0], "probe"))
			continue;
		if (numbers_native((unsigned)atoi(cell[CODE])) != atoi(cell[NATIVE]))
			printf("# %s\n", cell[0]);
		EXPECT_INT(numbers_native((unsigned)atoi(cell[CODE])), atoi(cell[NATIVE]));
	}
	fclose(f);
	EXPECT(rows > 440);
#else
	SKIP("the table is for x86_64");
#endif
}
