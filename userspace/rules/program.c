// SPDX-License-Identifier: Apache-2.0
/*
 * In: what a profile leaves of the rules.  Out: the rules an event matches.
 */
#include "rules/program.h"

#include <stdlib.h>

struct builder {
	struct program *p;
	uint32_t capacity;
};

static bool emit(struct builder *b, uint32_t atom, uint32_t yes, uint32_t no, uint32_t *at)
{
	if (b->p->n == b->capacity) {
		uint32_t capacity = 2 * b->capacity;
		struct program *p = realloc(b->p, sizeof(*p) + capacity * sizeof(*p->steps));

		if (!p)
			return false;
		b->p = p;
		b->capacity = capacity;
	}
	b->p->steps[b->p->n] = (struct step){ atom, yes, no };
	*at = b->p->n++;
	return true;
}

/* Steps that go to yes or no as the node says; *entry is the first of them.  Built backwards, so targets are known. */
static bool build(struct builder *b, const struct dag_node *node, uint32_t yes, uint32_t no, uint32_t *entry)
{
	switch (node->kind) {
	case DAG_FALSE:
		*entry = no;
		return true;
	case DAG_TRUE:
		*entry = yes;
		return true;
	case DAG_ATOM:
		return emit(b, node->atom, yes, no, entry);
	case DAG_NOT:
		return build(b, node->kids[0], no, yes, entry);
	case DAG_AND:
		*entry = yes;
		for (unsigned i = node->n_kids; i-- > 0;)
			if (!build(b, node->kids[i], *entry, no, entry))
				return false;
		return true;
	default:
		*entry = no;
		for (unsigned i = node->n_kids; i-- > 0;)
			if (!build(b, node->kids[i], yes, *entry, entry))
				return false;
		return true;
	}
}

struct program *program_build(struct dag_node *const *roots, const uint32_t *rules, unsigned n, const struct atoms *atoms)
{
	struct access *ac = access_plan(roots, n, atoms);
	struct builder b = { .capacity = 16 };
	uint32_t next = PROGRAM_END;

	b.p = malloc(sizeof(*b.p) + b.capacity * sizeof(*b.p->steps));
	if (!b.p) {
		access_free(ac);
		return NULL;
	}
	*b.p = (struct program){ .access = ac };
	for (unsigned i = n; i-- > 0;) {
		uint32_t match, entry;

		if (roots[i]->kind == DAG_FALSE)
			continue;
		if (!emit(&b, PROGRAM_MATCH | rules[i], PROGRAM_END, next, &match) ||
		    !build(&b, roots[i], match, next, &entry)) {
			program_free(b.p);
			return NULL;
		}
		if (ac)
			access_add(ac, atoms, i, rules[i], entry);
		else
			next = entry;
	}
	b.p->start = ac ? 0 : next;
	return b.p;
}

void program_free(struct program *p)
{
	if (p)
		access_free(p->access);
	free(p);
}

bool answers_init(struct answers *a, const struct atoms *atoms, const struct lazy *lazy)
{
	*a = (struct answers){ .atoms = atoms, .lazy = lazy, .seq = 1 };
	a->atom = calloc(atoms->n + 1, sizeof(*a->atom));
	a->slots = calloc(atoms->n_slots + 1, sizeof(*a->slots));
	return a->atom && a->slots;
}

void answers_free(struct answers *a)
{
	free(a->atom);
	free(a->slots);
}

void answers_next(struct answers *a)
{
	if (++a->seq < 1u << 31)
		return;
	a->seq = 1;
	memset(a->atom, 0, a->atoms->n * sizeof(*a->atom));
	memset(a->slots, 0, a->atoms->n_slots * sizeof(*a->slots));
}

static void fill_slot(struct slot *s, const struct operand *o, uint32_t seq, struct extract *x)
{
	struct value v[FIELD_VALUES_MAX];
	unsigned n = operand_values(x, o, v);

	s->seq = seq;
	s->n = (uint16_t)n;
	if (n == 1) {
		s->one = v[0];
	} else if (n > 1) {
		s->many = (struct value *)arena_zalloc(x->scratch, n * sizeof(*v));
		memcpy(s->many, v, n * sizeof(*v));
	}
}

static bool compute(struct answers *a, uint32_t number, struct extract *x)
{
	const struct atom *atom = a->atoms->v[number];
	struct slot *s = &a->slots[atom->slot];
	const struct value *v;

	if (a->lazy->position[number])
		return lazy_holds(a->lazy, number, x);
	if (s->seq != a->seq)
		fill_slot(s, atom->left, a->seq, x);
	if (!s->n)
		return false;
	v = s->n == 1 ? &s->one : s->many;
	return atom->right ? atom_holds_right(atom, x, v, s->n) : atom->test(atom, v, s->n);
}

const struct value *answers_value(struct answers *a, const struct atom *atom, struct extract *x)
{
	struct slot *s = &a->slots[atom->slot];

	if (s->seq != a->seq)
		fill_slot(s, atom->left, a->seq, x);
	return s->n == 1 ? &s->one : NULL;
}

/* The rules met on the way from a step to the end. */
static unsigned run(const struct program *p, uint32_t at, struct answers *a, struct extract *x, bool all, uint32_t *out)
{
	unsigned n = 0;

	while (at != PROGRAM_END) {
		const struct step *s = &p->steps[at];
		uint32_t known;

		if (s->atom & PROGRAM_MATCH) {
			out[n++] = s->atom & ~PROGRAM_MATCH;
			if (!all)
				return n;
			at = s->no;
			continue;
		}
		known = a->atom[s->atom];
		if (known >> 1 != a->seq) {
			known = a->seq << 1 | compute(a, s->atom, x);
			a->atom[s->atom] = known;
		}
		at = known & 1 ? s->yes : s->no;
	}
	return n;
}

/* Each candidate's steps end with it. */
static unsigned run_candidates(const struct program *p, struct answers *a, struct extract *x, bool all, uint32_t *out)
{
	struct access_walk w;
	uint32_t entry;
	unsigned n = 0;

	access_begin(&w, p->access, a, x);
	while (access_next(&w, p->access, &entry)) {
		n += run(p, entry, a, x, all, out + n);
		if (n && !all)
			break;
	}
	return n;
}

unsigned program_run(const struct program *p, struct answers *a, struct extract *x, bool all, uint32_t *out)
{
	return p->access ? run_candidates(p, a, x, all, out) : run(p, p->start, a, x, all, out);
}
