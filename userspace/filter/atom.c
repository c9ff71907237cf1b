// SPDX-License-Identifier: Apache-2.0
/* Atoms: parses their constants, finds equal ones by a hash table. */
#include "filter/atom.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/net.h"
#include "filter/regex.h"

void atoms_init(struct atoms *as, struct arena *a)
{
	*as = (struct atoms){ .arena = a };
}

void atoms_free(struct atoms *as)
{
	for (unsigned i = 0; i < as->n; i++)
		if (as->v[i]->op == OP_REGEX)
			regex_free(as->v[i]->regex);
	atoms_seal(as);
	memory_free(as->v);
	memory_free(as->operands);
	*as = (struct atoms){ 0 };
}

void atoms_seal(struct atoms *as)
{
	memory_free(as->index);
	memory_free(as->keys);
	arena_free(&as->key_texts);
	as->index = NULL;
	as->keys = NULL;
	as->mask = 0;
}

/* ---- constants ---- */

static bool parse_signed(struct str s, int64_t *out)
{
	char buf[32], *end;

	if (!s.n || s.n >= sizeof(buf))
		return false;
	memcpy(buf, s.p, s.n);
	buf[s.n] = 0;
	errno = 0;
	*out = strtoll(buf, &end, 10);
	return !*end && !errno && end != buf;
}

static bool parse_unsigned(struct str s, uint64_t *out)
{
	char buf[32], *end;

	if (!s.n || s.n >= sizeof(buf))
		return false;
	memcpy(buf, s.p, s.n);
	buf[s.n] = 0;
	errno = 0;
	*out = strtoull(buf, &end, 10); /* a negative number wraps: -1 is the maximum */
	return !*end && !errno && end != buf;
}

/* v truncated to the width of the type. */
static uint64_t narrow(enum field_type t, uint64_t v)
{
	switch (t) {
	case FT_UINT8:
		return (uint8_t)v;
	case FT_UINT16:
		return (uint16_t)v;
	case FT_UINT32:
		return (uint32_t)v;
	default:
		return v;
	}
}

static bool parse_port(struct str s, uint64_t *out)
{
	char name[64];
	struct servent *service;

	if (parse_unsigned(s, out))
		return *out <= 65535;
	if (!s.n || s.n >= sizeof(name))
		return false;
	memcpy(name, s.p, s.n);
	name[s.n] = 0;
	service = getservbyname(name, NULL);
	if (service)
		*out = ntohs((uint16_t)service->s_port);
	return service != NULL;
}

/*
 * An address becomes a network with a prefix of full length, so that both are compared in the same
 * way.
 */
static bool parse_net(struct str s, bool is_network, struct ip_net *out)
{
	if (is_network)
		return net_parse(s, out);
	if (!net_parse_ip(s, &out->ip))
		return false;
	out->bits = out->ip.v == 4 ? 32 : 128;
	return true;
}

static int nibble(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
				      : -1;
}

static bool parse_hex(struct arena *a, struct str s, struct str *out)
{
	char *p = arena_bytes(a, s.n / 2 + 1);

	if (s.n % 2)
		return false;
	for (size_t i = 0; i < s.n; i += 2) {
		int hi = nibble(s.p[i]), lo = nibble(s.p[i + 1]);

		if (hi < 0 || lo < 0)
			return false;
		p[i / 2] = (char)(hi << 4 | lo);
	}
	*out = (struct str){ p, s.n / 2 };
	return true;
}

static bool parse_number(const struct atom *a, unsigned i)
{
	struct str s = a->texts[i];

	switch (a->kind) {
	case KIND_SIGNED:
	case KIND_DOUBLE:
		return parse_signed(s, &a->s[i]);
	case KIND_BOOL:
		a->u[i] = str_is(s, "true");
		return a->u[i] || str_is(s, "false");
	default:
		if (a->left->type == FT_PORT)
			return parse_port(s, &a->u[i]);
		if (!parse_unsigned(s, &a->u[i]))
			return false;
		a->u[i] = narrow(a->left->type, a->u[i]);
		return true;
	}
}

static const char *const kind_words[] = {
	[KIND_SIGNED] = "number",
	[KIND_UNSIGNED] = "number",
	[KIND_BOOL] = "boolean (true or false)",
	[KIND_DOUBLE] = "number",
	[KIND_TEXT] = "text",
	[KIND_BYTES] = "hexadecimal text",
	[KIND_IP] = "IP address",
	[KIND_NET] = "network (address/prefix)",
};

/*
 * Parses a->texts into the constants.  The index of the first one that is not valid; -1 if all are.
 */
static int parse_constants(struct arena *arena, struct atom *a)
{
	bool hex = a->op == OP_BCONTAINS || a->op == OP_BSTARTSWITH;

	if (a->kind == KIND_IP || a->kind == KIND_NET)
		a->nets = arena_array(arena, struct ip_net, a->n ? a->n : 1);
	else if (a->kind != KIND_TEXT && a->kind != KIND_BYTES)
		a->u = arena_array(arena, uint64_t, a->n ? a->n : 1);
	for (unsigned i = 0; i < a->n; i++) {
		bool good = true;

		if (a->kind == KIND_IP || a->kind == KIND_NET)
			good = parse_net(a->texts[i], a->kind == KIND_NET, &a->nets[i]);
		else if (a->kind != KIND_TEXT && a->kind != KIND_BYTES)
			good = parse_number(a, i);
		else if (hex)
			good = parse_hex(arena, a->texts[i], &a->texts[i]);
		if (!good)
			return (int)i;
	}
	if (a->kind == KIND_TEXT || a->kind == KIND_BYTES)
		strset_build(&a->set, arena, a->texts, a->n);
	return -1;
}

/* ---- hash consing ---- */

/*
 * Canonical form of equal predicates: a set is sorted and unique; `in` with one constant becomes
 * `=`.
 */
static void set_canonical(struct arena *arena, struct atom *a, const struct node *check)
{
	a->op = check->op;
	a->mod = check->mod;
	a->n = check->n_values;
	a->texts = arena_array(arena, struct str, a->n ? a->n : 1);
	for (unsigned i = 0; i < a->n; i++)
		a->texts[i] = arena_str(arena, check->values[i]);
	if (a->op == OP_IN || a->op == OP_INTERSECTS || a->op == OP_PMATCH) {
		unsigned kept = 0;

		qsort(a->texts, a->n, sizeof(*a->texts), str_cmp_elements);
		for (unsigned i = 0; i < a->n; i++)
			if (!kept || !str_eq(a->texts[kept - 1], a->texts[i]))
				a->texts[kept++] = a->texts[i];
		a->n = kept;
	}
	if (a->op == OP_IN && a->n == 1 && !(a->left->flags & FIELD_LIST) && !a->mod)
		a->op = OP_EQ;
	/* evt.around[T]=D: D is the largest distance from T that matches. */
	if ((a->left->flags & FIELD_WITHIN) && check->op == OP_EQ)
		a->op = OP_LE;
}

/* Writes the length and the bytes of s; returns the end. */
static char *put_text(char *at, struct str s)
{
	memcpy(at, &s.n, sizeof(s.n));
	if (s.n)
		memcpy(at + sizeof(s.n), s.p, s.n);
	return at + sizeof(s.n) + s.n;
}

/* Atoms have equal keys if and only if they are the same predicate. */
static struct str atom_key(struct arena *arena, const struct atom *a)
{
	size_t n = a->left->key.n + 32 + (a->right ? a->right->key.n : 0);
	char *p, *at;

	for (unsigned i = 0; i < a->n; i++)
		n += a->texts[i].n + 24;
	p = at = arena_bytes(arena, n);
	at = put_text(at, a->left->key);
	*at++ = (char)a->op;
	*at++ = (char)a->mod;
	*at++ = a->right ? 2 : 1;
	if (a->right)
		at = put_text(at, a->right->key);
	for (unsigned i = 0; i < a->n; i++)
		at = put_text(at, a->texts[i]);
	return (struct str){ p, (size_t)(at - p) };
}

static void *reserve_one(void *v, unsigned n, unsigned *capacity, size_t size)
{
	if (n < *capacity)
		return v;
	*capacity = *capacity ? 2 * *capacity : 64;
	return memory_resize(v, *capacity, size);
}

static void rehash(struct atoms *as)
{
	unsigned size = as->mask ? 2 * (as->mask + 1) : 256;

	memory_free(as->index);
	as->index = memory_zero(size, sizeof(*as->index));
	as->mask = size - 1;
	for (unsigned i = 0; i < as->n; i++) {
		uint32_t at = str_hash(as->keys[i]) & as->mask;

		while (as->index[at])
			at = (at + 1) & as->mask;
		as->index[at] = i + 1;
	}
}

static int find(const struct atoms *as, struct str key)
{
	if (!as->mask)
		return -1;
	for (uint32_t at = str_hash(key) & as->mask; as->index[at]; at = (at + 1) & as->mask)
		if (str_eq(as->keys[as->index[at] - 1], key))
			return (int)as->index[at] - 1;
	return -1;
}

/*
 * The number of the operand, which is added if it is new.  If there is an equal one, frees o, which
 * was allocated after `before`.
 */
static unsigned operand_number(struct atoms *as, struct operand *o, struct arena_mark before)
{
	for (unsigned i = 0; i < as->n_operands; i++) {
		if (str_eq(as->operands[i]->key, o->key)) {
			arena_back(as->arena, before);
			return i;
		}
	}
	as->operands = reserve_one(as->operands, as->n_operands, &as->operands_capacity,
				   sizeof(*as->operands));
	as->operands[as->n_operands] = o;
	return as->n_operands++;
}

static int add(struct atoms *as, struct atom *a, struct str key)
{
	unsigned capacity = as->capacity;

	as->v = reserve_one(as->v, as->n, &as->capacity, sizeof(*as->v));
	as->keys = reserve_one(as->keys, as->n, &capacity, sizeof(*as->keys));
	a->number = as->n;
	as->v[as->n] = a;
	as->keys[as->n] = key;
	as->n++;
	if (2 * as->n > as->mask) {
		rehash(as);
	} else {
		uint32_t at = str_hash(key) & as->mask;

		while (as->index[at])
			at = (at + 1) & as->mask;
		as->index[at] = as->n;
	}
	return (int)as->n - 1;
}

/* Chooses the functions of a new atom and parses its constants; on an error false, *why and *at. */
static bool compile_new(struct atoms *as, struct atom *a, const struct node *check,
			struct reason *why, uint32_t *at)
{
	struct arena *arena = as->arena;
	int bad;

	if (!atom_choose(a) || ((a->left->flags & FIELD_WITHIN) && check->op != OP_EQ)) {
		reason_set(why,
			   arena_printf(arena,
					"operator '%s' not supported for field '%.*s' of type %s",
					op_word(check->op), STR_ARGS(a->left->key),
					field_type_name(a->left->type)));
		return false;
	}
	if (a->op == OP_REGEX) {
		if (check->n_values)
			*at = check->value_at[0];
		if (a->n == 1)
			a->regex = regex_compile(arena, a->texts[0], why);
		return a->n == 1 && a->regex;
	}
	if (a->right)
		return true;
	bad = parse_constants(arena, a);
	a->never = bad < 0 && a->op == OP_EQ && !a->mod && a->left->flags & FIELD_COUNTED &&
		   a->u[0] == 0;
	if (bad < 0)
		return true;
	if (check->value_at && (unsigned)bad < check->n_values)
		*at = check->value_at[bad];
	reason_set(why, arena_printf(arena, "'%.*s' is not a valid %s", STR_ARGS(a->texts[bad]),
				     kind_words[a->kind]));
	return false;
}

/* Compiles the right side if it is an operand; on an error false, *why and *at. */
static bool compile_right(struct atoms *as, struct atom *a, const struct node *check,
			  struct reason *why, uint32_t *at)
{
	if (!check->right)
		return true;
	*at = check->right->at;
	a->right = operand_compile(as->arena, check->right, why);
	if (!a->right)
		return false;
	if (value_kind(a->right->type) == a->kind)
		return true;
	reason_set(why, arena_printf(as->arena, "'%.*s' and '%.*s' have different types",
				     STR_ARGS(a->left->key), STR_ARGS(a->right->key)));
	return false;
}

int atom_intern(struct atoms *as, const struct node *check, struct reason *why, uint32_t *at)
{
	struct arena_mark before = arena_mark(as->arena), before_key = arena_mark(&as->key_texts);
	struct operand *left;
	struct atom *a;
	unsigned operand;
	struct str key;
	int known;

	*at = check->left->at;
	left = operand_compile(as->arena, check->left, why);
	if (!left)
		return -1;
	operand = operand_number(as, left, before);
	before = arena_mark(as->arena);
	a = arena_new(as->arena, struct atom);
	a->operand = operand;
	a->left = as->operands[operand];
	a->kind = value_kind(a->left->type);
	if (!compile_right(as, a, check, why, at))
		return -1;
	set_canonical(as->arena, a, check);
	key = atom_key(&as->key_texts, a);
	known = find(as, key);
	if (known >= 0) {
		arena_back(as->arena, before);
		arena_back(&as->key_texts, before_key);
		return known;
	}
	*at = check->at;
	return compile_new(as, a, check, why, at) ? add(as, a, key) : -1;
}
