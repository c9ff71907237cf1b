// SPDX-License-Identifier: Apache-2.0
/* Computes for which events and system calls a condition can be true. */
#include "base/namehash.h"
#include "filter/check.h"
#include "filter/evttypes.h"

/* Exit event of each system call; 0: none. */
static const uint16_t syscall_events[SYSCALL_CODES] = {
#define SYSCALL(code, name, event) [code] = EV_##event,
#define PSEUDO(code, name, tp)
#include "schema/syscalls.def"
#undef PSEUDO
#undef SYSCALL
};

/* What the numbers in a set are: event numbers, or system call codes. */
enum domain { EVENTS, SYSCALLS };

static unsigned words(enum domain d)
{
	return d == EVENTS ? EVENT_WORDS : SYSCALL_WORDS;
}

enum { WORDS_MAX = EVENT_WORDS > SYSCALL_WORDS ? EVENT_WORDS : SYSCALL_WORDS };

struct set {
	uint64_t w[WORDS_MAX];
};

static void put(struct set *s, unsigned i)
{
	s->w[i / 64] |= UINT64_C(1) << i % 64;
}

static bool has_name(enum domain d, unsigned i)
{
	return d == EVENTS ? event_infos[i].name != NULL : syscall_name(i) != NULL;
}

/* All numbers, also those without a name, which drop_nameless() removes at the end. */
static struct set all_numbers(enum domain d)
{
	struct set s;

	memset(s.w, 0xff, words(d) * sizeof(*s.w));
	return s;
}

static void drop_nameless(enum domain d, struct set *s)
{
	for (unsigned i = 0; i < 64 * words(d); i++)
		if (i >= (d == EVENTS ? EVENT_NUMBERS : SYSCALL_CODES) || !has_name(d, i))
			s->w[i / 64] &= ~(UINT64_C(1) << i % 64);
}

#define P(name, type, show, collect)
#define EVENT(id, sym, row, ...) [id] = NAME_HASH(ROW_NAME row),
static const uint8_t event_hashes[EVENT_NUMBERS] = {
#include "schema/events.def"
};
#undef EVENT
#undef P

#define SYSCALL(code, name, event) [code] = NAME_HASH(#name),
#define PSEUDO(code, name, tp) [code] = NAME_HASH(#name),
static const uint8_t syscall_hashes[SYSCALL_CODES] = {
#include "schema/syscalls.def"
};
#undef PSEUDO
#undef SYSCALL

/* The first event number >= i of this name; EVENT_NUMBERS if there is none. */
static unsigned next_event(struct str name, uint8_t hash, unsigned i)
{
	while ((i = name_hash_next(event_hashes, EVENT_NUMBERS, i, hash)) < EVENT_NUMBERS &&
	       !(event_infos[i].name && str_is(name, event_infos[i].name)))
		i++;
	return i;
}

static unsigned next_syscall(struct str name, uint8_t hash, unsigned i)
{
	while ((i = name_hash_next(syscall_hashes, SYSCALL_CODES, i, hash)) < SYSCALL_CODES &&
	       !(syscall_name(i) && str_is(name, syscall_name(i))))
		i++;
	return i;
}

static bool is_syscall(struct str name, unsigned code)
{
	const char *own = syscall_name(code);
	unsigned event = syscall_events[code];

	if (own && str_is(name, own))
		return true;
	return event && event != EV_generic && event_infos[event].name &&
	       str_is(name, event_infos[event].name);
}

static void put_event(struct set *s, struct str name)
{
	uint8_t hash = name_hash(name);

	for (unsigned i = 0; (i = next_event(name, hash, i)) < EVENT_NUMBERS; i++)
		put(s, i);
	for (unsigned code = 0; (code = next_syscall(name, hash, code)) < SYSCALL_CODES; code++) {
		if (syscall_events[code] != EV_generic)
			continue;
		put(s, EV_generic);
		if (event_infos[EV_generic - 1].name)
			put(s, EV_generic - 1);
	}
}

static void put_name(enum domain d, struct set *s, struct str name)
{
	if (d == EVENTS) {
		put_event(s, name);
		return;
	}
	for (unsigned code = 0; code < SYSCALL_CODES; code++)
		if (is_syscall(name, code))
			put(s, code);
}

/* Event types that no longer occur, but that rules may still name. */
static bool is_obsolete(struct str name)
{
	return str_is(name, "k8s") || str_is(name, "mesos") || str_is(name, "tracer");
}

bool evttypes_known(struct str name)
{
	struct set s = { { 0 } };

	if (is_obsolete(name))
		return true;
	put_event(&s, name);
	for (unsigned i = 0; i < EVENT_WORDS; i++)
		if (s.w[i])
			return true;
	return false;
}

bool evttypes_is_type(const struct expr *e)
{
	return e->kind == EXPR_FIELD &&
	       (str_is(e->name, "evt.type") || str_is(e->name, "syscall.type"));
}

static struct set combine(enum domain d, struct set a, struct set b, bool both)
{
	for (unsigned i = 0; i < words(d); i++)
		a.w[i] = both ? a.w[i] & b.w[i] : a.w[i] | b.w[i];
	return a;
}

static struct set complement(enum domain d, struct set s)
{
	for (unsigned i = 0; i < words(d); i++)
		s.w[i] = ~s.w[i];
	return s;
}

/*
 * A check of the event type.  Only equality restricts the set: a larger set is slower, but correct.
 */
static struct set types_of_name(enum domain d, const struct node *n, bool negated)
{
	bool any = n->mod == MOD_NONE || n->mod == MOD_ANYOF;
	struct set s = { { 0 } };

	if (n->op == OP_EXISTS || (n->op == OP_NE && n->mod) ||
	    !(n->op == OP_NE || n->op == OP_EQ || n->op == OP_IN) || !any)
		return all_numbers(d);
	for (unsigned i = 0; i < n->n_values; i++)
		put_name(d, &s, n->values[i]);
	return (n->op == OP_NE) != negated ? complement(d, s) : s;
}

/*
 * A check of evt.num, which starts at 1; rules files write "never" as "evt.num=0".  1: always true,
 * 0: never true, -1: depends on the event.
 */
static int evt_num_truth(const struct node *n)
{
	int v;

	if (n->mod || n->n_values != 1 || n->right)
		return -1;
	v = str_is(n->values[0], "0") ? 0 : str_is(n->values[0], "1") ? 1 : 2;
	switch (n->op) {
	case OP_EQ:
	case OP_IN:
		return v == 0 ? 0 : -1;
	case OP_NE:
		return v == 0 ? 1 : -1;
	case OP_LT:
		return v <= 1 ? 0 : -1;
	case OP_LE:
		return v == 0 ? 0 : -1;
	case OP_GT:
		return v == 0 ? 1 : -1;
	case OP_GE:
		return v <= 1 ? 1 : -1;
	default:
		return -1;
	}
}

static struct set types_of_check(enum domain d, const struct node *n, bool negated)
{
	int truth;

	if (evttypes_is_type(n->left) && !n->right)
		return types_of_name(d, n, negated);
	if (n->left->kind == EXPR_FIELD && str_is(n->left->name, "evt.num")) {
		truth = evt_num_truth(n);
		if (truth >= 0 && (truth == 0) != negated)
			return (struct set){ { 0 } };
	}
	return all_numbers(d);
}

/* By De Morgan's laws, negation exchanges `and` and `or`. */
static struct set types(enum domain d, const struct node *n, bool negated)
{
	struct set s;

	if (n->kind == NODE_CHECK)
		return types_of_check(d, n, negated);
	if (n->kind == NODE_MACRO)
		return all_numbers(d);
	if (n->kind == NODE_NOT)
		return types(d, n->kids[0], !negated);
	s = types(d, n->kids[0], negated);
	for (unsigned i = 1; i < n->n_kids; i++)
		s = combine(d, s, types(d, n->kids[i], negated), (n->kind == NODE_AND) != negated);
	return s;
}

void evttypes_of(const struct node *cond, uint64_t set[EVENT_WORDS])
{
	struct set s = types(EVENTS, cond, false);

	drop_nameless(EVENTS, &s);
	/*
	 * The name of an asynchronous event is one of its parameters, so every rule can match one.
	 */
	put(&s, EV_asyncevent);
	memcpy(set, s.w, sizeof(*set) * EVENT_WORDS);
}

void evttypes_syscalls_of(const struct node *cond, uint64_t set[SYSCALL_WORDS])
{
	struct set s = types(SYSCALLS, cond, false);

	drop_nameless(SYSCALLS, &s);
	memcpy(set, s.w, sizeof(*set) * SYSCALL_WORDS);
}
