// SPDX-License-Identifier: Apache-2.0
/* Computes the set of system calls to record. */
#include "app/syscalls.h"

#include <stdlib.h>

#include "base/macros.h"
#include "event/event.h"

/* Exit event of each code; 0: not a system call. */
static const uint16_t event_of[SYSCALL_CODES] = {
#define SYSCALL(code, name, event) [code] = EV_##event,
#define PSEUDO(code, name, tp)
#include "schema/syscalls.def"
#undef SYSCALL
#undef PSEUDO
};

static void add(uint64_t *set, unsigned code)
{
	set[code / 64] |= UINT64_C(1) << code % 64;
}

static void drop(uint64_t *set, unsigned code)
{
	set[code / 64] &= ~(UINT64_C(1) << code % 64);
}

static bool has(const uint64_t *set, unsigned code)
{
	return set[code / 64] >> code % 64 & 1;
}

unsigned syscalls_count(const uint64_t set[SYSCALL_WORDS])
{
	unsigned n = 0;

	for (unsigned i = 0; i < SYSCALL_WORDS; i++)
		n += (unsigned)__builtin_popcountll(set[i]);
	return n;
}

/* Whether state/ needs the events of this call, independent of the rules. */
static bool changes_state(unsigned code)
{
	const struct event_desc *d = &event_descs[event_of[code]];

	return d->flags & STATE || d->traits & STATE_SET;
}

static bool is_repair(unsigned code)
{
	return event_descs[event_of[code]].traits & REPAIR;
}

static void add_matching(uint64_t *set, bool (*which)(unsigned code))
{
	for (unsigned code = 0; code < SYSCALL_CODES; code++) {
		if (event_of[code] && which(code))
			add(set, code);
	}
}

static unsigned category(unsigned code)
{
	return event_infos[event_of[code]].category & 0xff;
}

bool syscalls_is_ignored(unsigned code)
{
	const struct event_info *info;

	if (code >= SYSCALL_CODES || !event_of[code])
		return false;
	info = &event_infos[event_of[code]];
	return (category(code) == CAT_IO_READ || category(code) == CAT_IO_WRITE) &&
	       !(info->flags & STATE);
}

bool syscalls_is_generic(unsigned code)
{
	return code < SYSCALL_CODES && event_of[code] == EV_generic;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

unsigned syscalls_ignored_events(const char **names, unsigned max)
{
	unsigned n = 0, kept = 0;

	for (unsigned code = 0; code < SYSCALL_CODES && n < max; code++) {
		if (syscalls_is_ignored(code))
			names[n++] = event_infos[event_of[code]].name;
	}
	qsort(names, n, sizeof(*names), by_text);
	for (unsigned i = 0; i < n; i++) {
		if (!kept || strcmp(names[kept - 1], names[i]))
			names[kept++] = names[i];
	}
	return kept;
}

static int code_of(struct str name)
{
	for (unsigned code = 0; code < SYSCALL_CODES; code++) {
		if (event_of[code] && str_is(name, syscall_name(code)))
			return (int)code;
	}
	return -1;
}

static void add_rules(const struct rules *rules, uint64_t *set)
{
	for (unsigned i = 0; i < rules->n; i++) {
		uint64_t one[SYSCALL_WORDS] = { 0 };

		if (!rules->v[i]->enabled)
			continue;
		evttypes_syscalls_of(rules->v[i]->cond, one);
		for (unsigned w = 0; w < SYSCALL_WORDS; w++)
			set[w] |= one[w];
	}
}

static bool uses(const uint64_t *set, unsigned first, unsigned second)
{
	for (unsigned code = 0; code < SYSCALL_CODES; code++) {
		if (has(set, code) && (category(code) == first || category(code) == second))
			return true;
	}
	return false;
}

static void add_repair(uint64_t *set)
{
	bool net = uses(set, CAT_NET, CAT_NET);
	bool accepts = has(set, SC_accept) || has(set, SC_accept4) || has(set, SC_listen);

	add_matching(set, is_repair);
	if (net) {
		add(set, SC_socket);
		add(set, SC_getsockopt);
	}
	if (accepts)
		add(set, SC_bind);
	if (net || uses(set, CAT_FILE, CAT_IO_OTHER) || uses(set, CAT_IO_READ, CAT_IO_WRITE))
		add(set, SC_close);
}

/*
 * Names of base_syscalls.custom_set: adds those without a '!', or if negative drops those with one.
 * Returns whether there were any.
 */
static bool apply_custom(const struct config *c, uint64_t *set, bool negative, struct buf *remarks)
{
	bool any = false;

	for (unsigned i = 0; i < c->base_syscalls_custom_set.n; i++) {
		struct str name = c->base_syscalls_custom_set.v[i];
		bool is_negative = str_starts(name, STR_LIT("!"));
		int code = code_of(str_skip(name, is_negative));

		if (is_negative != negative)
			continue;
		if (code < 0) {
			buf_printf(remarks, "base_syscalls.custom_set: unknown system call '%.*s'\n",
				   STR_ARGS(name));
			continue;
		}
		any = true;
		if (negative)
			drop(set, (unsigned)code);
		else
			add(set, (unsigned)code);
	}
	return any;
}

static void drop_ignored(uint64_t *set)
{
	for (unsigned code = 0; code < SYSCALL_CODES; code++) {
		if (syscalls_is_ignored(code))
			drop(set, code);
	}
}

/* Report rules that match ignored calls only. */
static void report_ignored(const struct rules *rules, struct buf *remarks)
{
	for (unsigned i = 0; i < rules->n; i++) {
		uint64_t one[SYSCALL_WORDS] = { 0 };
		unsigned n;

		if (!rules->v[i]->enabled)
			continue;
		evttypes_syscalls_of(rules->v[i]->cond, one);
		n = syscalls_count(one);
		drop_ignored(one);
		if (n && !syscalls_count(one))
			buf_printf(remarks,
				   "rule '%.*s' matches ignored system calls only: "
				   "it needs base_syscalls.all\n",
				   STR_ARGS(rules->v[i]->name));
	}
}

void syscalls_wanted(const struct rules *rules, const struct config *c,
		     uint64_t wanted[SYSCALL_WORDS], struct buf *remarks)
{
	memset(wanted, 0, SYSCALL_WORDS * sizeof(*wanted));
	add_rules(rules, wanted);
	if (c->base_syscalls_repair)
		add_repair(wanted);
	else if (!apply_custom(c, wanted, false, remarks))
		add_matching(wanted, changes_state);
	apply_custom(c, wanted, true, remarks);
	/* A tracepoint: without process exits the thread table would only grow. */
	add(wanted, SC_sched_process_exit);
	if (c->base_syscalls_all)
		return;
	drop_ignored(wanted);
	report_ignored(rules, remarks);
}
