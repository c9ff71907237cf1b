// SPDX-License-Identifier: Apache-2.0
/*
 * All system calls with every kind of defect in each argument, by 64-bit and by 32-bit callers. The
 * test of a defect makes the calls of all rows and reports rows with wrong records. The calls are
 * made by an unprivileged child that cannot create processes or files, so that they fail.
 */
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "arg_sweep.h"

/* ---- rows ---- */

static void sweep_add(SWEEP, const struct case_call *call, unsigned variant, int defect_arg,
		      enum case_defect defect, bool ia32)
{
	struct case_row *row = &self->rows[self->n];

	ASSERT_GT(SWEEP_ROWS, self->n);
	*row = (struct case_row){ .call = call,
				  .variant = variant,
				  .defect_arg = defect_arg,
				  .defect = defect,
				  .ia32 = ia32 };
	case_roles(call, variant, row->role);
	case_set_arguments(row, self->zero_fd);
	self->n++;
}

/* One row per argument that can have the defect; without a defect, one row per variant. */
static void sweep_variant(SWEEP, const struct case_call *call, unsigned variant,
			  enum case_defect defect, bool ia32)
{
	struct case_role role[6];

	case_roles(call, variant, role);
	if (defect == CASE_VALID)
		sweep_add(_metadata, self, call, variant, -1, defect, ia32);
	for (int arg = 0; defect != CASE_VALID && arg < 6; arg++)
		if (role[arg].class >= C_STRING && case_applies(defect, role[arg].class, ia32))
			sweep_add(_metadata, self, call, variant, arg, defect, ia32);
}

void sweep_collect(SWEEP, enum case_defect defect, bool ia32, bool generic)
{
	const struct case_call *calls;
	unsigned n = case_calls(&calls);

	for (const struct case_call *call = calls; call < calls + n; call++) {
		if ((ia32 ? call->ia32 : call->native) < 0 || call->bit < 0 ||
		    case_excluded(call, ia32) || (call->event == EV_generic) != generic)
			continue;
		driver_ioctl(&self->d, FALCO_IOCTL_ENABLE_SYSCALL, call->bit);
		for (unsigned variant = 0; variant < case_variants(call); variant++)
			sweep_variant(_metadata, self, call, variant, defect, ia32);
	}
	driver_record_enter(&self->d, __NR_getppid);
}

/* ---- child ---- */

/* Makes the calls fail: no row may succeed, or change the results of later rows. */
void sweep_become_nobody(uint32_t kept)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct caps[2] = { { kept, kept, 0 } };
	struct rlimit none = { 0, 0 };

	/* so that select() and similar calls do not modify their timeout */
	personality(STICKY_TIMEOUTS);
	prctl(PR_SET_KEEPCAPS, 1);
	if (chdir("/") || setgroups(0, NULL) ||
	    setresgid(SWEEP_NOBODY, SWEEP_NOBODY, SWEEP_NOBODY) || setrlimit(RLIMIT_NPROC, &none) ||
	    setrlimit(RLIMIT_NOFILE, &none) || setrlimit(RLIMIT_MEMLOCK, &none) ||
	    setresuid(SWEEP_NOBODY, SWEEP_NOBODY, SWEEP_NOBODY) || syscall(__NR_capset, &head, caps))
		_exit(1);
}

long sweep_call(const struct case_row *row)
{
	const unsigned long *a = row->arg;
	long result;

	if (row->ia32)
		return syscall_ia32(row->call->ia32, a[0], a[1], a[2], a[3], a[4], a[5]);
	result = syscall(row->call->native, a[0], a[1], a[2], a[3], a[4], a[5]);
	return result == -1 ? -errno : result;
}

/* Forks a child that calls getppid(), then makes the calls of the rows, and no other calls. */
static pid_t sweep_run(SWEEP)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		sweep_become_nobody(0);
		syscall(__NR_getppid);
		for (unsigned i = 0; i < self->n; i++)
			self->ret[i] = sweep_call(&self->rows[i]);
		_exit(0);
	}
	status = proc_wait(pid);
	EXPECT_EQ(0, status)
	{
		TH_LOG("the child ended with status %#x", status);
	}
	return pid;
}

/* ---- records ---- */

static void sweep_report(SWEEP, const struct case_row *row, uint16_t event, const char *param,
			 int want, int got)
{
	if (self->n_wrong++ < SWEEP_REPORTED)
		TH_LOG("%s%s variant %u, argument %d: %s.%s has %d bytes, expected %d bytes or other contents; result %ld",
		       row->call->name, row->ia32 ? " by ia32" : "", row->variant, row->defect_arg,
		       case_event(event)->name, param, got, want, row->ret);
}

static bool sweep_param_matches(const struct record *r, unsigned i, const struct case_row *row,
				uint16_t event, bool paged_in, int *want)
{
	static uint8_t wire[CASE_BYTES];

	*want = case_expected(row, event, i, paged_in, wire);
	return *want == CASE_ANY || record_is(r, i, wire, (size_t)*want);
}

/*
 * Memory that was paged out may be recorded as empty if probes cannot fault pages in and the system
 * call itself has not read it.
 */
static void sweep_check_record(SWEEP, const struct case_row *row, uint16_t event,
			       const struct record *r)
{
	const struct case_event *e = case_event(event);
	int want, other;

	if (r->n_params != e->n) {
		sweep_report(_metadata, self, row, event, "*", (int)e->n, (int)r->n_params);
		return;
	}
	for (unsigned i = 0; i < e->n; i++) {
		if (sweep_param_matches(r, i, row, event, true, &want))
			continue;
		if (row->defect == CASE_PAGED_OUT && !probes_can_fault() &&
		    sweep_param_matches(r, i, row, event, false, &other))
			continue;
		sweep_report(_metadata, self, row, event, e->params[i].name, want, r->len[i]);
	}
	coverage_found(event);
}

static const struct record *sweep_next(SWEEP, uint64_t tid, unsigned *at)
{
	while (*at < self->d.n_records)
		if (self->d.records[(*at)++].tid == tid)
			return &self->d.records[*at - 1];
	return NULL;
}

/* many calls are recorded as generic: compare the syscall code */
bool sweep_is_of(const struct case_row *row, uint16_t event, const struct record *r)
{
	if (!r || r->type != event)
		return false;
	return event != EV_generic || record_num(r, IX(generic, ID)) == row->call->code;
}

/*
 * Checks the records of the child after its getppid(). A call that this kernel does not have
 * (ENOSYS) may have no record.
 */
static void sweep_check(SWEEP, uint64_t tid)
{
	unsigned at = 0, absent = 0;
	const struct record *r;

	driver_stop(&self->d);
	do
		r = sweep_next(_metadata, self, tid, &at);
	while (r && !(r->type == EV_generic && record_num(r, IX(generic, nativeID)) == __NR_getppid));
	r = sweep_next(_metadata, self, tid, &at);
	for (unsigned i = 0; i < self->n; i++) {
		struct case_row *row = &self->rows[i];
		uint16_t event[2] = { row->call->enter, row->call->event };

		row->ret = self->ret[i];
		for (int exit = 0; exit < 2; exit++) {
			if (!event[exit])
				continue;
			if (sweep_is_of(row, event[exit], r)) {
				sweep_check_record(_metadata, self, row, event[exit], r);
				r = sweep_next(_metadata, self, tid, &at);
			} else if (row->ret == -ENOSYS) {
				absent += exit;
			} else {
				sweep_report(_metadata, self, row, event[exit], "(no record)", 0,
					     r ? r->type : 0);
			}
		}
	}
	EXPECT_EQ(NULL, r);
	coverage_add_cases(self->n - absent);
}

/* Whether the call may succeed: it cannot fail, or needs only valid memory. */
static bool sweep_may_succeed(const struct case_row *row)
{
	static const char *const names[] = {
		"getuid",     "geteuid",   "getgid",	"getegid",   "getuid32",    "geteuid32",
		"getgid32",   "getegid32", "getresuid", "getresgid", "getresuid32", "getresgid32",
		"munlockall", "setsid",	   "brk",	"prctl",     "nanosleep",   "getcwd",
		"read",	      "pread64",   "readv",	"preadv",
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(names[i], row->call->name))
			return true;
	return row->call->event == EV_generic;
}

static void sweep(SWEEP, enum case_defect defect, bool ia32, bool generic)
{
	pid_t pid;

	sweep_collect(_metadata, self, defect, ia32, generic);
	pid = sweep_run(_metadata, self);
	sweep_check(_metadata, self, (uint64_t)pid);
	for (unsigned i = 0; defect == CASE_VALID && i < self->n; i++) {
		EXPECT_TRUE(self->ret[i] < 0 || sweep_may_succeed(&self->rows[i]))
		{
			TH_LOG("%s should fail, but returned %ld", self->rows[i].call->name,
			       self->ret[i]);
		}
	}
	EXPECT_EQ(0u, self->n_wrong);
	EXPECT_LT(0u, self->n);
}

#define SWEEPS(name, defect, generic)                           \
	TEST_F(sweep, name)                                     \
	{                                                       \
		sweep(_metadata, self, defect, false, generic); \
	}                                                       \
	TEST_F(sweep, name##_by_ia32)                           \
	{                                                       \
		sweep(_metadata, self, defect, true, generic);  \
	}

SWEEPS(calls_that_fail, CASE_VALID, false)
SWEEPS(calls_recorded_as_generic, CASE_VALID, true)
SWEEPS(arguments_null, CASE_NULL, false)
SWEEPS(arguments_in_first_page, CASE_FIRST_PAGE, false)
SWEEPS(arguments_unmapped, CASE_UNMAPPED, false)
SWEEPS(arguments_inaccessible, CASE_NO_ACCESS, false)
SWEEPS(arguments_at_end_of_address_space, CASE_ADDRESS_END, false)
SWEEPS(arguments_at_page_end, CASE_PAGE_END, false)
SWEEPS(arguments_truncated_by_page, CASE_TRUNCATED, false)
SWEEPS(arguments_empty, CASE_EMPTY, false)
SWEEPS(arguments_long, CASE_LONG, false)
SWEEPS(arguments_with_null_pointer, CASE_INNER_NULL, false)
SWEEPS(arguments_with_unmapped_pointer, CASE_INNER_UNMAPPED, false)
SWEEPS(arguments_paged_out, CASE_PAGED_OUT, false)
TEST_F(sweep, arguments_in_kernel)
{
	sweep(_metadata, self, CASE_KERNEL, false, false);
}
TEST_F(sweep, arguments_not_canonical)
{
	sweep(_metadata, self, CASE_NOT_CANONICAL, false, false);
}
