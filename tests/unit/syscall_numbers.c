/* SPDX-License-Identifier: Apache-2.0 */
/* System call numbers: a few written here, and all of tests/data/tables/syscalls.tsv. */
#include "test.h"

#include <stdlib.h>
#include <sys/syscall.h>

#include "schema/schema.h"
#include "source/syscall_numbers.h"

TEST(some_known_numbers)
{
	EXPECT_INT(syscall_native_number(SC_openat), SYS_openat);
	EXPECT_INT(syscall_native_number(SC_execve), SYS_execve);
	EXPECT_INT(syscall_native_number(SC_fchmodat2), 452);
	EXPECT_INT(syscall_native_number(SC_statmount), 457);
	EXPECT_INT(syscall_native_number(SC_mseal), 462);
	EXPECT_INT(syscall_native_number(SC_rseq_slice_yield), 471);
	EXPECT_INT(syscall_native_number(SC_unknown), -1);
	EXPECT_INT(syscall_native_number(SC_sched_process_exit), -1);
	EXPECT_INT(syscall_native_number(SYSCALL_CODES), -1);
	EXPECT_INT(syscall_native_number(~0u), -1);
}

TEST(all_numbers_of_the_table)
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
		/* Codes without a number on x86_64, and two probes that no header names. */
		if (cell[NATIVE][0] < '0' || cell[NATIVE][0] > '9' || strstr(cell[0], "probe"))
			continue;
		if (syscall_native_number((unsigned)atoi(cell[CODE])) != atoi(cell[NATIVE]))
			printf("# %s\n", cell[0]);
		EXPECT_INT(syscall_native_number((unsigned)atoi(cell[CODE])), atoi(cell[NATIVE]));
	}
	fclose(f);
	EXPECT(rows > 440);
#else
	SKIP("the table is for x86_64");
#endif
}
