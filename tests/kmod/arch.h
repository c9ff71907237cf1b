/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Features that an architecture lacks, and the tests that need them. Tests are skipped by these
 * rules only:
 *
 *	a test that records a call which the architecture does not have: RECORD(__NR_open)
 *	a test whose name ends in _by_ia32: 32-bit calls of a 64-bit process
 *	a test whose name begins with page_fault: only x86 has these tracepoints
 *	ptrace_user_area: arm64 has no PTRACE_PEEKUSER
 *
 * An event that can occur on the architecture must still be found by a test: coverage.c.
 */
#ifndef KMOD_ARCH_H
#define KMOD_ARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/*
 * CHILD_FROM_FORK: the clone event of a child is recorded by the sched_process_fork of its parent,
 * which can derive only some of the clone flags: child_flags() in clone.c.
 */
#ifdef __x86_64__
enum { HAVE_IA32 = 1, HAVE_PAGE_FAULTS = 1, HAVE_USER_AREA = 1, CHILD_FROM_FORK = 0 };
#else
enum { HAVE_IA32 = 0, HAVE_PAGE_FAULTS = 0, HAVE_USER_AREA = 0, CHILD_FROM_FORK = 1 };
#endif

/* The feature that this test needs and the architecture lacks; NULL if it lacks none. */
static inline const char *arch_lacks(const char *test)
{
	static const char ia32[] = "_by_ia32", fault[] = "page_fault";
	size_t len = strlen(test);

	if (!HAVE_IA32 && len >= strlen(ia32) && !strcmp(test + len - strlen(ia32), ia32))
		return "32-bit callers";
	if (!HAVE_PAGE_FAULTS && !strncmp(test, fault, strlen(fault)))
		return "page fault tracepoints";
	if (!HAVE_USER_AREA && !strcmp(test, "ptrace_user_area"))
		return "user area";
	return NULL;
}

#endif
