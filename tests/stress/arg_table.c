// SPDX-License-Identifier: Apache-2.0
/* The table of system calls and of the kinds of their arguments, generated from the schema. */
#include <stdbool.h>
#include <string.h>
#include <sys/syscall.h>

#include "schema/schema.h"
#include "arg_table.h"
#include "stress.h"
#include "stress_numbers.h"

#define ARG_IS(arg, kind) { arg, kind },
#include "arg_kinds.h"

#include "../kmod/syscalls_only.h"
#define P(name, type, show, ...) __VA_ARGS__
#define EVENT(id, sym, row, ...) \
	static const struct arg_use uses_##sym[] = { __VA_ARGS__{ -1, 0 } };
#include "schema/events.def"
#undef EVENT
#undef P

#define SYSCALL(code, name, event) { __NR_##name, #name, EV_##event, uses_##event },
#define PSEUDO(code, name, tp)
static const struct row {
	int nr;
	const char *name;
	unsigned short event;
	const struct arg_use *uses;
} rows[] = {
#include "schema/syscalls.def"
};
#undef PSEUDO
#undef SYSCALL

/*
 * Calls that would stop the machine, its clock or the fuzzer itself. Other damage is limited to the
 * namespaces of the fuzzer.
 */
static const char *const excluded[] = {
	"reboot",
	"kexec_load",
	"kexec_file_load",
	"init_module",
	"finit_module",
	"delete_module",
	"settimeofday",
	"clock_settime",
	"adjtimex",
	"clock_adjtime",
	"vhangup",
	"acct",
	"swapon",
	"swapoff",
	"iopl",
	"ioperm",
	"syslog",
	"vfork",
	"rt_sigreturn",
	"perf_event_open",
	"sched_setattr",
	"sched_setscheduler",
	"sched_setparam",
	"sched_setaffinity",
	"fork",
	"uselib",
};

static bool is_excluded(const char *name)
{
	for (unsigned i = 0; i < ARRAY_SIZE(excluded); i++)
		if (!strcmp(name, excluded[i]))
			return true;
	return false;
}

unsigned arg_table_calls(const struct call **calls)
{
	static struct call all[ARRAY_SIZE(rows)];
	unsigned n = 0;

	for (const struct row *row = rows; row < rows + ARRAY_SIZE(rows); row++) {
		if (row->nr < 0 || is_excluded(row->name))
			continue;
		all[n] = (struct call){ .nr = row->nr, .name = row->name, .event = row->event };
		for (const struct arg_use *use = row->uses; use->arg >= 0; use++)
			if (use->arg < 6)
				all[n].kind[use->arg] = use->kind;
		n++;
	}
	*calls = all;
	return n;
}
