// SPDX-License-Identifier: Apache-2.0
/*
 * Checks that every event of the module has a test. An event without TESTS_EVENT is an undefined
 * symbol. After all tests each event must have been found in a ring, except events of calls that
 * this architecture does not have.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "arch.h"
#include "coverage.h"
#include "driver.h"
#include "numbers.h"
#include "schema/schema.h"

#include "syscalls_only.h"
#define P(...)

#define EVENT(id, sym, row, ...) extern const char tested_##sym;
#include "schema/events.def"
#undef EVENT

extern const char *const tested_events[];

#define EVENT(id, sym, row, ...) &tested_##sym,
const char *const tested_events[] = {
#include "schema/events.def"
};
#undef EVENT

#define EVENT(id, sym, row, ...) { EV_##sym, #sym },
static const struct {
	uint16_t event;
	const char *name;
} events[] = {
#include "schema/events.def"
};
#undef EVENT

static const struct {
	int number;
	uint16_t event;
} calls[] = {
#define SYSCALL(code, name, event) { __NR_##name, EV_##event },
#define PSEUDO(code, name, tp)
#include "schema/syscalls.def"
#undef PSEUDO
#undef SYSCALL
};

static uint8_t *found;
static unsigned *cases;

static void __attribute__((constructor)) map_shared_counters(void)
{
	size_t n = (EVENT_NUMBERS + sizeof(*cases)) & ~(sizeof(*cases) - 1);

	found = mmap(NULL, n + sizeof(*cases), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		     -1, 0);
	if (found == MAP_FAILED)
		abort();
	cases = (unsigned *)(found + n);
}

void coverage_found(uint16_t event)
{
	found[event] = 1;
}

/*
 * Whether this event can occur: a call of this architecture is recorded as it, or it is not an
 * event of a call.
 */
static bool can_occur(uint16_t event)
{
	bool is_of_call = false;

	if (event == EV_page_fault)
		return HAVE_PAGE_FAULTS;
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		/* an enter event has the number before its exit event */
		if (calls[i].event != event && calls[i].event != event + 1)
			continue;
		if (calls[i].number >= 0 || HAVE_IA32)
			return true;
		is_of_call = true;
	}
	return !is_of_call;
}

const char *coverage_missing(unsigned nth)
{
	for (size_t i = 0; i < ARRAY_SIZE(events); i++)
		if (!found[events[i].event] && can_occur(events[i].event) && !nth--)
			return events[i].name;
	return NULL;
}

void coverage_add_cases(unsigned n)
{
	__atomic_add_fetch(cases, n, __ATOMIC_RELAXED);
}

unsigned coverage_cases(void)
{
	return *cases;
}
