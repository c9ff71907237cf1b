/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kernel tests: a test makes system calls and checks the records of the driver.
 *
 *	TESTS_EVENT(openat);
 *	TEST_F(driver, openat_creates_file)
 *	{
 *		int fd;
 *
 *		RECORD(__NR_openat);
 *		fd = syscall(__NR_openat, AT_FDCWD, "/tmp/new", O_CREAT | O_RDWR, 0640);
 *		FIND(openat);
 *		EXPECT_NUM(openat, fd, fd);
 *		EXPECT_TEXT(openat, name, "/tmp/new");
 *	}
 *
 * Parameters have the names of the schema: another name is a compile error. Every event of the
 * module needs a TESTS_EVENT in some file: without it the program does not link (coverage.c).
 */
#ifndef KMOD_EXPECT_H
#define KMOD_EXPECT_H

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

/*
 * kselftest_harness.h is written for programs of one source file. Here each source file has a
 * copy, and these symbols of it are shared: a test is appended to the list that _fixture_global
 * heads, in the order in which the files are linked. Results are counted in main.c's copy, which
 * defines TEST_HARNESS_RUNNER before it includes this.
 */
#pragma weak _fixture_global
#pragma weak __active_test
#ifndef TEST_HARNESS_RUNNER
#pragma weak __wait_for_test
#pragma weak __run_test
#endif
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#include "kselftest_harness.h"
#pragma GCC diagnostic pop
#include "arch.h"
#include "driver.h"
#include "numbers.h"
#include "numbers32.h"
#include "uapi/ioctl.h"

/* seconds; emulated machines are slow */
#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT 600

#define TESTS_EVENT(event)              \
	extern const char tested_##event; \
	const char tested_##event = 1

/*
 * Makes all pages of this program resident, so that the module can read string literals: before
 * v6.13 it does not fault pages in, and a child does not inherit the page table entries of file
 * mappings.
 */
static inline void fault_in_program(void)
{
	extern const char __ehdr_start[];
	const Elf64_Ehdr *elf = (const void *)__ehdr_start;
	const Elf64_Phdr *segment = (const void *)(__ehdr_start + elf->e_phoff);
	uintptr_t load_bias = 0;

	for (int i = 0; i < elf->e_phnum; i++, segment++) {
		if (segment->p_type != PT_LOAD)
			continue;
		if (!segment->p_offset)
			load_bias = (uintptr_t)elf - segment->p_vaddr;
		for (uint64_t at = 0; at < segment->p_memsz; at += 4096)
			(void)*(volatile const char *)(load_bias + segment->p_vaddr + at);
	}
}

/* OWN_FIXTURE: this source file has a fixture of its own, with the same members d and ev. */
#ifndef OWN_FIXTURE
#pragma weak driver_setup
#pragma weak driver_teardown

FIXTURE(driver)
{
	struct driver d;
	const struct record *ev;	/* set by FIND */
};

FIXTURE_SETUP(driver)
{
	if (arch_lacks(_metadata->name))
		SKIP(return, "this architecture has no %s", arch_lacks(_metadata->name));
	fault_in_program();
	ASSERT_EQ(0, driver_open(&self->d, 0));
}

FIXTURE_TEARDOWN(driver)
{
	driver_close(&self->d);
}
#endif

/* Finds a record of this event by this thread; the test fails and ends if there is none. */
#define FIND(event) FIND_BY(event, (uint64_t)syscall(__NR_gettid), 0)
#define FIND_BY(event, tid, nth)                                             \
	do {                                                                 \
		self->ev = driver_find(&self->d, EV_##event, tid, nth);      \
		ASSERT_NE(NULL, self->ev)                                    \
		{                                                            \
			TH_LOG("no record of " #event);                      \
		}                                                            \
		ASSERT_EQ(NPARAMS(event), self->ev->n_params);               \
	} while (0)

#define EXPECT_NUM(event, name, want)                                       \
	EXPECT_EQ((int64_t)(want), record_num(self->ev, IX(event, name)))   \
	{                                                                    \
		TH_LOG(#event "." #name);                                   \
	}
/* A string, which is recorded with its NUL. */
#define EXPECT_TEXT(event, name, want)                                      \
	do {                                                                 \
		const char *want_ = (want);                                  \
		EXPECT_TRUE(record_is(self->ev, IX(event, name), want_, strlen(want_) + 1)) \
		{                                                            \
			TH_LOG(#event "." #name " = \"%.*s\" (%u bytes), expected \"%s\"", \
			       self->ev->len[IX(event, name)],              \
			       (const char *)self->ev->param[IX(event, name)], \
			       self->ev->len[IX(event, name)], want_);      \
		}                                                            \
	} while (0)
#define EXPECT_BYTES(event, name, bytes, n)                                 \
	EXPECT_TRUE(record_is(self->ev, IX(event, name), bytes, n))         \
	{                                                                    \
		TH_LOG(#event "." #name ": %u bytes, expected %zu bytes or other contents", \
		       self->ev->len[IX(event, name)], (size_t)(n));        \
	}
#define EXPECT_LENGTH(event, name, want)                                    \
	EXPECT_EQ((unsigned)(want), self->ev->len[IX(event, name)])         \
	{                                                                    \
		TH_LOG("length of " #event "." #name);                      \
	}
#define EXPECT_EMPTY(event, name) EXPECT_LENGTH(event, name, 0)

static inline bool kernel_since(unsigned major, unsigned minor)
{
	struct utsname u;
	unsigned a, b;

	if (uname(&u) || sscanf(u.release, "%u.%u", &a, &b) != 2)
		abort();
	return a > major || (a == major && b >= minor);
}

/* Whether the module can fault in pages of the calling process: since v6.13. */
static inline bool probes_can_fault(void)
{
	return kernel_since(6, 13);
}

/* Skips the test if this kernel does not have the call. */
#define SKIP_IF_ENOSYS(result)                                               \
	do {                                                                 \
		if ((result) < 0 && errno == ENOSYS)                         \
			SKIP(return, "this kernel has no such call");        \
	} while (0)

/* Records this call from now on; skips the test if the architecture does not have it. */
#define RECORD_AS(record, nr)                                                \
	do {                                                                 \
		if ((nr) < 0)                                                \
			SKIP(return, "this architecture has no such call");  \
		record(&self->d, nr);                                        \
	} while (0)
#define RECORD(nr) RECORD_AS(driver_record, nr)
#define RECORD_ENTER(nr) RECORD_AS(driver_record_enter, nr)

#endif
