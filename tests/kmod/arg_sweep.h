/* SPDX-License-Identifier: Apache-2.0 */
/* The fixture of the tests that make all system calls of the schema: arg_sweep.c and sampling.c. */
#ifndef KMOD_ARG_SWEEP_H
#define KMOD_ARG_SWEEP_H

#include <fcntl.h>
#include <sys/mman.h>

#define OWN_FIXTURE
#include "arg_case.h"
#include "coverage.h"
#include "expect.h"
#include "processes.h"

enum {
	SWEEP_ROWS = 1200,    /* at most */
	SWEEP_RING = 2 << 20, /* bytes */
	SWEEP_NOBODY = 65534,
	SWEEP_REPORTED = 12 /* wrong records that are printed, at most */
};

#pragma weak sweep_setup
#pragma weak sweep_teardown

FIXTURE(sweep)
{
	struct driver d;
	const struct record *ev;
	struct case_row *rows;
	unsigned n;
	long *ret; /* result of each row; shared with the child */
	int zero_fd;
	unsigned n_wrong; /* wrong or missing parameters and records */
};

FIXTURE_SETUP(sweep)
{
	if (arch_lacks(_metadata->name))
		SKIP(return, "this architecture has no %s", arch_lacks(_metadata->name));
	fault_in_program();
	ASSERT_EQ(0, driver_open(&self->d, SWEEP_RING));
	self->rows = calloc(SWEEP_ROWS, sizeof(*self->rows));
	self->ret = mmap(NULL, SWEEP_ROWS * sizeof(long), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	self->zero_fd = open("/dev/zero", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->zero_fd);
}

FIXTURE_TEARDOWN(sweep)
{
	driver_close(&self->d);
}

#define SWEEP struct __test_metadata *_metadata, FIXTURE_DATA(sweep) * self

/*
 * Adds rows to self->rows for all calls that have an event of their own, or with `generic` for all
 * calls that are recorded as generic, and enables the recording of these calls.
 */
void sweep_collect(SWEEP, enum case_defect defect, bool ia32, bool generic);
/*
 * In the child: changes to the user nobody without capabilities except `kept` (bit mask), and sets
 * the limits of processes, descriptors and locked memory to 0.
 */
void sweep_become_nobody(uint32_t kept);
/* Makes the call of the row; returns its result or -errno. */
long sweep_call(const struct case_row *row);
/* Whether r is a record of the call of the row, with this event. r may be NULL. */
bool sweep_is_of(const struct case_row *row, uint16_t event, const struct record *r);

#endif
