// SPDX-License-Identifier: Apache-2.0
/*
 * Compiles conditions to bytecode and runs it.
 *
 * In: the rules specialized for a process class.  Out: the rules that an event matches.
 */
#include "rules/bytecode.h"

#include <stdlib.h>

#include "base/memory.h"

struct builder {
	struct bytecode *p;
	uint32_t capacity;
	const struct atoms *atoms;
	const uint32_t *rules;
	uint8_t *known;	  /* enum truth per atom, on the path to the instruction being built */
	uint16_t *wanted; /* scratch of choose(), per atom */
};

/*
 * Atoms that several rules share are evaluated first: up to SPLIT_DEPTH levels, while there are
 * fewer than SPLIT_INSNS instructions.
 */
enum { SPLIT_DEPTH = 12, SPLIT_INSNS = 4096 };

static bool emit(struct builder *b, uint32_t atom, uint32_t yes, uint32_t no, uint32_t *at)
{
	if (b->p->n == b->capacity) {
		uint32_t capacity = 2 * b->capacity;
		struct bytecode *p = realloc(b->p, sizeof(*p) + capacity * sizeof(*p->insns));

		if (!p)
			return false;
		b->p = p;
		b->capacity = capacity;
	}
	b->p->insns[b->p->n] = (struct insn){ atom, yes, no };
	*at = b->p->n++;
	return true;
}

/*
 * Appends the instructions of a node: they continue at yes if it is true, else at no; *entry is the
 * first.  The targets are appended before.
 */
static bool build(struct builder *b, const struct dag_node *node, uint32_t yes, uint32_t no,
		  uint32_t *entry)
{
	switch (node->kind) {
	case DAG_FALSE:
		*entry = no;
		return true;
	case DAG_TRUE:
		*entry = yes;
		return true;
	case DAG_ATOM:
		if (b->known[node->atom] == TRUTH_UNKNOWN)
			return emit(b, node->atom, yes, no, entry);
		*entry = b->known[node->atom] == TRUTH_YES ? yes : no;
		return true;
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

/* Instructions for the rules in order, without the atoms whose value is known on this path. */
static bool build_each(struct builder *b, struct dag_node *const *roots, const uint32_t *which,
		       unsigned n, uint32_t *entry)
{
	uint32_t match;

	*entry = BYTECODE_END;
	for (unsigned i = n; i-- > 0;)
		if (!emit(b, BYTECODE_MATCH | b->rules[which[i]], BYTECODE_END, *entry, &match) ||
		    !build(b, roots[which[i]], match, *entry, entry))
			return false;
	return true;
}

static enum truth truth_of(const struct builder *b, const struct dag_node *node)
{
	enum truth absorbing = node->kind == DAG_AND ? TRUTH_NO : TRUTH_YES, t,
		   all = TRUTH_YES - absorbing;

	switch (node->kind) {
	case DAG_FALSE:
		return TRUTH_NO;
	case DAG_TRUE:
		return TRUTH_YES;
	case DAG_ATOM:
		return b->known[node->atom];
	case DAG_NOT:
		t = truth_of(b, node->kids[0]);
		return t == TRUTH_UNKNOWN ? t : TRUTH_YES - t;
	}
	for (unsigned i = 0; i < node->n_kids; i++) {
		t = truth_of(b, node->kids[i]);
		if (t == absorbing)
			return t;
		if (t == TRUTH_UNKNOWN)
			all = t;
	}
	return all;
}

/* The atom of a node that is an atom or a negated one; NULL for others. */
static const struct dag_node *atom_of(const struct dag_node *node)
{
	if (node->kind == DAG_NOT)
		node = node->kids[0];
	return node->kind == DAG_ATOM ? node : NULL;
}

/*
 * The atom that the most rules require, of several the cheapest; NULL if no two rules share an
 * atom.
 */
static const struct dag_node *choose(struct builder *b, struct dag_node *const *roots,
				     const uint32_t *which, unsigned n)
{
	const struct dag_node *best = NULL;

	for (unsigned pass = 0; pass < 2; pass++)
		for (unsigned i = 0; i < n; i++) {
			struct dag_node *const *kids = roots[which[i]]->kind == DAG_AND
							       ? roots[which[i]]->kids
							       : &roots[which[i]];
			unsigned n_kids = roots[which[i]]->kind == DAG_AND ? roots[which[i]]->n_kids
									   : 1;

			for (unsigned k = 0; k < n_kids; k++) {
				const struct dag_node *a = atom_of(kids[k]);

				if (!a || b->known[a->atom] != TRUTH_UNKNOWN)
					continue;
				if (pass == 0)
					b->wanted[a->atom] = 0;
				else if (++b->wanted[a->atom] > 1 &&
					 (!best || b->wanted[a->atom] > b->wanted[best->atom] ||
					  (b->wanted[a->atom] == b->wanted[best->atom] &&
					   a->cost < best->cost)))
					best = a;
			}
		}
	return best;
}

static bool build_split(struct builder *b, struct dag_node *const *roots, const uint32_t *which,
			unsigned n, unsigned depth, uint32_t *entry);

/* Instructions for the rules that can still match when the atom has this value. */
static bool build_branch(struct builder *b, struct dag_node *const *roots, const uint32_t *which,
			 unsigned n, unsigned depth, uint32_t atom, enum truth t, uint32_t *entry)
{
	uint32_t *left = malloc(n * sizeof(*left));
	unsigned n_left = 0;
	bool good;

	if (!left)
		return false;
	b->known[atom] = (uint8_t)t;
	for (unsigned i = 0; i < n; i++)
		if (truth_of(b, roots[which[i]]) != TRUTH_NO)
			left[n_left++] = which[i];
	good = build_split(b, roots, left, n_left, depth, entry);
	b->known[atom] = TRUTH_UNKNOWN;
	free(left);
	return good;
}

/*
 * Evaluates an atom that several rules share first; each result continues with the rules still
 * undecided.
 */
static bool build_split(struct builder *b, struct dag_node *const *roots, const uint32_t *which,
			unsigned n, unsigned depth, uint32_t *entry)
{
	const struct dag_node *a =
		n > 1 && depth && b->p->n < SPLIT_INSNS ? choose(b, roots, which, n) : NULL;
	uint32_t yes, no;

	if (!a)
		return build_each(b, roots, which, n, entry);
	return build_branch(b, roots, which, n, depth - 1, a->atom, TRUTH_YES, &yes) &&
	       build_branch(b, roots, which, n, depth - 1, a->atom, TRUTH_NO, &no) &&
	       (yes == no ? (*entry = yes, true) : emit(b, a->atom, yes, no, entry));
}

/* With an index every rule has separate instructions. */
static bool build_indexed(struct builder *b, struct dag_node *const *roots, const uint32_t *which,
			  unsigned n)
{
	uint32_t entry;

	for (unsigned i = n; i-- > 0;) {
		if (!build_each(b, roots, &which[i], 1, &entry))
			return false;
		hash_index_add(b->p->index, b->atoms, which[i], b->rules[which[i]], entry);
	}
	b->p->start = 1;
	return true;
}

/*
 * Allocates the scratch memory and *which, the indices of the rules that can match.  False if
 * memory runs out.
 */
static bool builder_init(struct builder *b, struct dag_node *const *roots, unsigned n,
			 struct hash_index *hx, uint32_t **which, unsigned *n_which)
{
	b->p = malloc(sizeof(*b->p) + b->capacity * sizeof(*b->p->insns));
	if (!b->p) {
		hash_index_free(hx);
		return false;
	}
	*b->p = (struct bytecode){ .index = hx, .start = BYTECODE_END, .n = 1 };
	b->p->insns[BYTECODE_END] = (struct insn){ BYTECODE_MATCH, BYTECODE_END, BYTECODE_END };
	b->known = malloc(b->atoms->n + 1);
	b->wanted = malloc((b->atoms->n + 1) * sizeof(*b->wanted));
	*which = malloc((n + 1) * sizeof(**which));
	if (!b->known || !b->wanted || !*which)
		return false;
	memset(b->known, TRUTH_UNKNOWN, b->atoms->n + 1);
	*n_which = 0;
	for (unsigned i = 0; i < n; i++)
		if (roots[i]->kind != DAG_FALSE)
			(*which)[(*n_which)++] = i;
	return true;
}

struct bytecode *bytecode_build(struct dag_node *const *roots, const uint32_t *rules, unsigned n,
				const struct atoms *atoms)
{
	struct hash_index *hx = hash_index_plan(roots, n, atoms);
	struct builder b = { .capacity = 16, .atoms = atoms, .rules = rules };
	uint32_t *which = NULL, start; /* not in b.p, which moves as it grows */
	unsigned n_which;

	if (!builder_init(&b, roots, n, hx, &which, &n_which) ||
	    !(hx ? build_indexed(&b, roots, which, n_which)
		 : build_split(&b, roots, which, n_which, SPLIT_DEPTH, &start))) {
		bytecode_free(b.p);
		b.p = NULL;
	} else if (!hx) {
		b.p->start = start;
	}
	free(b.known);
	free(b.wanted);
	free(which);
	return b.p;
}

void bytecode_free(struct bytecode *p)
{
	if (p)
		hash_index_free(p->index);
	free(p);
}

void results_init(struct results *r, const struct atoms *atoms, const struct lazy *lazy)
{
	*r = (struct results){ .atoms = atoms, .lazy = lazy, .seq = 1 };
	r->of_operand = memory_zero(atoms->n_operands + 1, sizeof(*r->of_operand));
	r->of_atom = memory_zero(atoms->n + 1, sizeof(*r->of_atom));
	for (unsigned i = 0; i < atoms->n; i++) {
		const struct atom *t = atoms->v[i];

		r->of_atom[i].atom = t;
		r->of_atom[i].values = &r->of_operand[t->operand];
		if (!t->plain || !t->left->single || lazy->position[i])
			continue;
		r->of_atom[i].get = t->left->ref.field->get;
		r->of_atom[i].ref = &t->left->ref;
		r->of_atom[i].one = t->one;
	}
}

void results_free(struct results *r)
{
	memory_free(r->of_operand);
	memory_free(r->of_atom);
}

void results_next(struct results *r)
{
	if (++r->seq)
		return;
	r->seq = 1;
	for (unsigned i = 0; i < r->atoms->n; i++)
		r->of_atom[i].seq = 0;
	for (unsigned i = 0; i < r->atoms->n_operands; i++)
		r->of_operand[i].seq = 0;
}

/* noinline: keeps the array of values (3 KiB) out of the stack frame of the fast path. */
static __attribute__((noinline)) void fill_many_values(struct operand_values *s,
						       const struct operand *o, struct extract *x)
{
	struct value v[FIELD_VALUES_MAX];
	unsigned n = operand_values(x, o, v);

	s->n = (uint16_t)n;
	if (n == 1) {
		s->one = v[0];
	} else if (n > 1) {
		s->many = (struct value *)arena_zalloc(x->scratch, n * sizeof(*v));
		memcpy(s->many, v, n * sizeof(*v));
	}
}

static void fill_values(struct operand_values *s, const struct operand *o, uint32_t seq,
			struct extract *x)
{
	s->seq = seq;
	if (o->single)
		s->n = (uint16_t)field_get_values(x, &o->ref, &s->one);
	else
		fill_many_values(s, o, x);
}

static __attribute__((noinline)) bool evaluate_any(const struct results *r, const struct atom *atom,
						   struct extract *x)
{
	struct operand_values *s = &r->of_operand[atom->operand];
	const struct value *v;

	if (r->lazy->position[atom->number])
		return lazy_holds(r->lazy, atom->number, x);
	if (s->seq != r->seq)
		fill_values(s, atom->left, r->seq, x);
	if (!s->n)
		return false;
	v = s->n == 1 ? &s->one : s->many;
	return atom->right ? atom_holds_right(atom, x, v, s->n) : atom->test(atom, v, s->n);
}

static inline bool evaluate(const struct results *r, const struct atom_result *ar, struct extract *x)
{
	struct operand_values *s = ar->values;

	if (!ar->get)
		return evaluate_any(r, ar->atom, x);
	if (s->seq != r->seq) {
		s->seq = r->seq;
		s->n = (uint16_t)ar->get(x, ar->ref, &s->one);
	}
	return s->n && ar->one(ar->atom, &s->one);
}

const struct value *results_value(struct results *r, const struct atom *atom, struct extract *x)
{
	struct operand_values *s = &r->of_operand[atom->operand];

	if (s->seq != r->seq)
		fill_values(s, atom->left, r->seq, x);
	return s->n == 1 ? &s->one : NULL;
}

/*
 * Runs from an instruction to the next match; BYTECODE_END if there is none, which is encoded like
 * a match.
 */
static uint32_t run_on(const struct bytecode *p, uint32_t at, struct results *r, struct extract *x)
{
	const struct insn *s;

	while (!((s = &p->insns[at])->atom & BYTECODE_MATCH)) {
		struct atom_result *ar = &r->of_atom[s->atom];

		if (ar->seq != r->seq) {
			ar->holds = evaluate(r, ar, x);
			ar->seq = r->seq;
		}
		at = ar->holds ? s->yes : s->no;
	}
	return at;
}

/* Runs from an instruction to the end; writes the rules that match to out, returns their number. */
static unsigned run(const struct bytecode *p, uint32_t at, struct results *r, struct extract *x,
		    bool all, uint32_t *out)
{
	unsigned n = 0;

	for (at = run_on(p, at, r, x); at != BYTECODE_END; at = run_on(p, p->insns[at].no, r, x)) {
		out[n++] = p->insns[at].atom & ~BYTECODE_MATCH;
		if (!all)
			break;
	}
	return n;
}

/* Runs the instructions of each candidate, which has separate ones. */
static unsigned run_candidates(const struct bytecode *p, struct results *r, struct extract *x,
			       bool all, uint32_t *out)
{
	struct hash_index_walk w;
	uint32_t start;
	unsigned n = 0;

	hash_index_begin(&w, p->index, r, x);
	while (hash_index_next(&w, p->index, &start)) {
		n += run(p, start, r, x, all, out + n);
		if (n && !all)
			break;
	}
	return n;
}

unsigned bytecode_run(const struct bytecode *p, struct results *r, struct extract *x, bool all,
		      uint32_t *out)
{
	return p->index ? run_candidates(p, r, x, all, out) : run(p, p->start, r, x, all, out);
}
