// SPDX-License-Identifier: Apache-2.0
/*
 * All system calls, and the class of each of their arguments.
 *
 * In: the tables of the schema.  Out: the roles of a call, one per argument.
 */
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/futex.h>
#include <linux/io_uring.h>
#include <linux/keyctl.h>
#include <linux/sched.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/quota.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include "arg_case.h"
#include "driver.h"
#include "numbers.h"
#include "numbers32.h"
#include "schema/schema.h"

#include "syscalls_only.h"

/* ---- flags ---- */

#define FLAG_VARIANT(table, native, wire)
#define FLAG_VALUE(table, native, wire) FLAGS_##table,
enum {
#include "arg_flags.def"
};
#undef FLAG_VARIANT
#undef FLAG_VALUE

#define FLAG_VALUE(table, native, wire) { FLAGS_##table, (unsigned long)(native), wire },
#define FLAG_VARIANT FLAG_VALUE
static const struct flag_value {
	int table;
	unsigned long native;
	uint64_t wire;
} flag_values[] = {
#include "arg_flags.def"
};
#undef FLAG_VARIANT
#undef FLAG_VALUE

long case_flag_native(int table)
{
	for (unsigned i = 0; i < ARRAY_SIZE(flag_values); i++)
		if (flag_values[i].table == table)
			return (long)flag_values[i].native;
	return 0;
}

uint64_t case_flag_wire(int table, unsigned long native)
{
	for (unsigned i = 0; i < ARRAY_SIZE(flag_values); i++)
		if (flag_values[i].table == table &&
		    (uint32_t)flag_values[i].native == (uint32_t)native)
			return flag_values[i].wire;
	return 0;
}

/* ---- events ---- */

#include "arg_collect.h"

#define P(name, type, show, ...) { #name, T_##type, __VA_ARGS__ },
#define EVENT(id, sym, row, ...) \
	static const struct case_param params_##sym[] = { __VA_ARGS__{ 0 } };
#include "schema/events.def"
#undef EVENT
#undef P

#define P(...)
#define EVENT(id, sym, ...) [id] = { #sym, ARRAY_SIZE(params_##sym) - 1, params_##sym },
static const struct case_event events[EVENT_NUMBERS] = {
#include "schema/events.def"
};
#undef EVENT
#undef P

const struct case_event *case_event(uint16_t id)
{
	return id < EVENT_NUMBERS && events[id].name ? &events[id] : NULL;
}

/* ---- calls ---- */

#define SAMPLING_OF(traits)                           \
	((traits)&NEVER_DROP	? CASE_NEVER_DROPPED  \
	 : (traits)&ALWAYS_DROP ? CASE_ALWAYS_DROPPED \
				: CASE_SAMPLED)
#define P(...)
#define EVENT(id, sym, row, ...) SAMPLING_##sym = SAMPLING_OF(ROW_TRAITS row),
enum {
#include "schema/events.def"
};
#undef EVENT
#undef P

#define PSEUDO(code, name, tp)
#define SYSCALL(code, name, event) \
	{ #name, __NR_##name, NR_IA32_##name, __NR_##name, code, EV_##event, 0, SAMPLING_##event },
#define TWIN(name, native)
static const struct case_call schema_calls[] = {
#include "schema/syscalls.def"
};
#undef TWIN
#undef SYSCALL

#define TWIN(name, native) { #name, #native, NR_IA32_##name },
static const struct twin {
	const char *name, *native;
	int ia32;
} twins[] = {
#include "schema/twins.def"
};
#undef TWIN

static struct case_call all[ARRAY_SIZE(schema_calls) + ARRAY_SIZE(twins)];

static struct case_call *find(unsigned n, const char *name)
{
	for (unsigned i = 0; i < n; i++)
		if (!strcmp(all[i].name, name))
			return &all[i];
	return NULL;
}

static uint16_t enter_of(uint16_t exit)
{
	switch (exit) {
	case EV_open:
	case EV_creat:
	case EV_openat:
	case EV_openat2:
	case EV_connect:
		return exit - 1;
	default:
		return 0;
	}
}

/*
 * schema/twins.def: the mask bit of a native call also enables the 32-bit call. A 32-bit call
 * without its own syscall code is recorded with the code of the native call. Of several native
 * calls, the first that exists counts.
 */
static unsigned add_twin(unsigned n, const struct twin *t)
{
	struct case_call *native = find(n, t->native), *same_name = find(n, t->name);

	if (t->ia32 < 0 || !native || native->native < 0)
		return n;
	if (same_name && same_name->bit < 0) {
		same_name->bit = native->native;
	} else if (!same_name) {
		all[n] = *native;
		all[n].name = t->name;
		all[n].native = -1;
		all[n].ia32 = t->ia32;
		n++;
	}
	return n;
}

unsigned case_calls(const struct case_call **calls)
{
	static unsigned n;

	for (; n < ARRAY_SIZE(schema_calls); n++) {
		all[n] = schema_calls[n];
		all[n].enter = enter_of(schema_calls[n].event);
	}
	if (n == ARRAY_SIZE(schema_calls))
		for (unsigned i = 0; i < ARRAY_SIZE(twins); i++)
			n = add_twin(n, &twins[i]);
	*calls = all;
	return n;
}

/* ---- variants (calls tested more than once, with other arguments), roles not in the schema ---- */

enum { ANY_VARIANT = -1 };

static const struct variant {
	const char *call;
	int variant, arg;
	uint8_t class;
	long value;
} variants[] = {
	{ "read", 1, 0, C_ZERO_FD },
	{ "pread64", 1, 0, C_ZERO_FD },
	{ "readv", 1, 0, C_ZERO_FD },
	{ "preadv", 1, 0, C_ZERO_FD },
	{ "execve", ANY_VARIANT, 1, C_ARGV },
	{ "execve", ANY_VARIANT, 2, C_ARGV },
	{ "execveat", ANY_VARIANT, 1, C_STRING },
	{ "execveat", ANY_VARIANT, 2, C_ARGV },
	{ "execveat", ANY_VARIANT, 3, C_ARGV },
	{ "clone3", ANY_VARIANT, 1, C_VALUE, 64 },
	{ "openat2", ANY_VARIANT, 3, C_VALUE, 24 },
	{ "poll", ANY_VARIANT, 2, C_VALUE, 0 },
	{ "getcwd", ANY_VARIANT, 1, C_VALUE, 200 },
	{ "prctl", ANY_VARIANT, 0, C_VALUE, PR_SET_NAME },
	{ "fcntl", 1, 1, C_VALUE, F_DUPFD },
	{ "fcntl", 2, 1, C_VALUE, F_SETFD },
	{ "setsockopt", 1, 1, C_VALUE, SOL_SOCKET },
	{ "setsockopt", 1, 2, C_VALUE, SO_KEEPALIVE },
	{ "getsockopt", 1, 1, C_VALUE, SOL_SOCKET },
	{ "getsockopt", 1, 2, C_VALUE, SO_KEEPALIVE },
	{ "keyctl", 0, 0, C_VALUE, KEYCTL_SEARCH },
	{ "keyctl", 0, 2, C_STRING },
	{ "keyctl", 0, 3, C_STRING },
	{ "keyctl", 1, 0, C_VALUE, 29 /* KEYCTL_RESTRICT_KEYRING */ },
	{ "keyctl", 1, 2, C_STRING },
	{ "keyctl", 1, 3, C_STRING },
	{ "quotactl", 0, 0, C_VALUE, QCMD(Q_SETQUOTA, GRPQUOTA) },
	{ "quotactl", 0, 3, C_DQBLK },
	{ "quotactl", 1, 0, C_VALUE, QCMD(Q_QUOTAON, GRPQUOTA) },
	{ "quotactl", 1, 2, C_VALUE, 1 /* QFMT_VFS_OLD */ },
	{ "quotactl", 1, 3, C_STRING },
	{ "quotactl", 2, 0, C_VALUE, QCMD(Q_SETINFO, GRPQUOTA) },
	{ "quotactl", 2, 3, C_DQINFO },
};

static bool is_variant_of(const struct variant *v, const struct case_call *call)
{
	return !strcmp(v->call, call->name);
}

unsigned case_variants(const struct case_call *call)
{
	int last = 0;

	for (unsigned i = 0; i < ARRAY_SIZE(variants); i++)
		if (is_variant_of(&variants[i], call) && variants[i].variant > last)
			last = variants[i].variant;
	return last + 1;
}

/* Sets the role of an argument, unless it has a role other than C_NUMBER already. */
static void set_role(struct case_role role[6], int arg, uint8_t class, int of, long value)
{
	if (arg >= 0 && arg < 6 && role[arg].class == C_NUMBER)
		role[arg] = (struct case_role){ class, (int8_t)of, value };
}

void case_roles(const struct case_call *call, unsigned variant, struct case_role role[6])
{
	const struct case_event *e = case_event(call->event);

	memset(role, 0, 6 * sizeof(*role));
	for (unsigned i = 0; i < ARRAY_SIZE(variants); i++)
		if (is_variant_of(&variants[i], call) &&
		    (variants[i].variant == ANY_VARIANT || variants[i].variant == (int)variant))
			set_role(role, variants[i].arg, variants[i].class, -1, variants[i].value);
	for (unsigned i = 0; i < e->n; i++) {
		const struct case_source *s = &e->params[i].source;

		set_role(role, s->arg, s->class, -1, s->value);
		set_role(role, s->other, s->other_class, s->arg, 0);
	}
}

/* ---- excluded calls ---- */

static const struct {
	const char *name, *why;
	bool ia32;
} excluded[] = {
	{ "exit", "it does not return: exit.c" },
	{ "exit_group", "it does not return: exit.c" },
	{ "rt_sigreturn", "it does not return" },
	{ "sigreturn", "it does not return" },
	{ "pause", "it blocks until a signal arrives" },
	{ "sigsuspend", "it blocks until a signal arrives" },
	{ "mmap", "its arguments are in memory: mem.c", .ia32 = true },
	{ "socketcall", "it multiplexes twenty calls: net.c" },
	{ "ipc", "it multiplexes twelve calls: ipc.c" },
};

const char *case_excluded(const struct case_call *call, bool ia32)
{
	for (unsigned i = 0; i < ARRAY_SIZE(excluded); i++)
		if (!strcmp(excluded[i].name, call->name) && (ia32 || !excluded[i].ia32))
			return excluded[i].why;
	return NULL;
}
