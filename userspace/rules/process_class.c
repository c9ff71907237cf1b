// SPDX-License-Identifier: Apache-2.0
/*
 * Process classes: evaluates predicates on processes, specializes and compiles the rules for their
 * results.
 */
#include "rules/process_class.h"

#include <stdlib.h>

#include "base/memory.h"

/* Above these limits all classes are freed; those that are still in use are created again. */
enum { MAX_CLASSES = 8192, MAX_NODES = 1 << 20 };
static const size_t MAX_BYTECODE_BYTES = 64u << 20;

struct process_class {
	uint64_t hash;
	struct process_class *next;
	struct bytecode **code; /* per event class, NULL until it is needed */
	uint64_t bits[];
};

/* Placeholder for bytecode that matches no rule, in process_class.code. */
static const struct bytecode nothing = { .start = BYTECODE_END };

/*
 * An operand about processes and its atoms: one lookup evaluates all equalities, others are tested
 * in turn.
 */
struct operand_group {
	const struct operand *operand;
	struct strset texts; /* the constants of all equalities */
	uint32_t *first;     /* per text: start of its range in hits; texts.n + 1 elements */
	uint32_t *hits;	     /* bits set by each text */
	uint32_t *others;    /* atoms to test one by one */
	unsigned n_others;
};

/* ---- groups ---- */

/* Whether atom i has a bit in the vector. */
static bool has_bit(const struct process_classes *ps, unsigned i)
{
	enum field_dep dep = atom_dep(ps->atoms->v[i]);

	return (dep == DEP_PROCESS || dep == DEP_IMAGE) && !ps->lazy.position[i];
}

static bool by_lookup(const struct atom *a)
{
	return (a->op == OP_EQ || a->op == OP_IN) && a->kind == KIND_TEXT && !a->mod && !a->right &&
	       !(a->left->flags & (FIELD_LIST | FIELD_BOTH_ENDS));
}

static void group_texts(struct process_classes *ps, struct operand_group *g, unsigned operand)
{
	const struct atoms *atoms = ps->atoms;
	unsigned n = 0, at = 0;
	struct str *all;

	for (unsigned i = 0; i < atoms->n; i++)
		if (atoms->v[i]->operand == operand && by_lookup(atoms->v[i]))
			n += atoms->v[i]->n;
	all = memory_alloc((n + 1) * sizeof(*all));
	for (unsigned i = 0; i < atoms->n; i++)
		if (atoms->v[i]->operand == operand && by_lookup(atoms->v[i]))
			for (unsigned k = 0; k < atoms->v[i]->n; k++)
				all[at++] = atoms->v[i]->texts[k];
	strset_build(&g->texts, &ps->arena, all, n);
	g->first = arena_array(&ps->arena, uint32_t, g->texts.n + 2);
	g->hits = arena_array(&ps->arena, uint32_t, n + 1);
	/*
	 * Counting sort: first[t + 1] is the position for the next hit of text t until all are
	 * placed.
	 */
	for (unsigned i = 0; i < n; i++)
		g->first[strset_find(&g->texts, all[i]) + 2]++;
	for (unsigned t = 0; t < g->texts.n; t++)
		g->first[t + 2] += g->first[t + 1];
	for (unsigned i = 0; i < atoms->n; i++) {
		const struct atom *a = atoms->v[i];

		if (a->operand != operand || !by_lookup(a))
			continue;
		for (unsigned k = 0; k < a->n; k++)
			g->hits[g->first[strset_find(&g->texts, a->texts[k]) + 1]++] =
				ps->bit_of[i] - 1;
	}
	memory_free(all);
}

static void group_others(struct process_classes *ps, struct operand_group *g, unsigned operand)
{
	const struct atoms *atoms = ps->atoms;
	unsigned n = 0;

	for (unsigned i = 0; i < atoms->n; i++)
		n += atoms->v[i]->operand == operand && has_bit(ps, i) && !by_lookup(atoms->v[i]);
	g->others = arena_array(&ps->arena, uint32_t, n);
	for (unsigned i = 0; n && i < atoms->n; i++)
		if (atoms->v[i]->operand == operand && has_bit(ps, i) && !by_lookup(atoms->v[i]))
			g->others[g->n_others++] = i;
}

void process_classes_init(struct process_classes *ps, const struct event_classes *ec,
			  const struct atoms *atoms, uint16_t generation)
{
	unsigned n_bits = 0;
	bool *wanted;

	*ps = (struct process_classes){ .event_classes = ec,
					.atoms = atoms,
					.generation = generation };
	dag_init(&ps->dag);
	lazy_init(&ps->lazy, atoms, &ps->arena, ps->generation << 1 | 1);
	ps->bit_of = arena_array(&ps->arena, uint32_t, atoms->n + 1);
	wanted = arena_array(&ps->arena, bool, atoms->n_operands + 1);
	for (unsigned i = 0; i < atoms->n; i++)
		if (has_bit(ps, i)) {
			ps->bit_of[i] = ++n_bits;
			wanted[atoms->v[i]->operand] = true;
		}
	ps->n_words = n_bits / 64 + 1;
	ps->scratch = arena_array(&ps->arena, uint64_t, ps->n_words);
	ps->groups = arena_array(&ps->arena, struct operand_group, atoms->n_operands + 1);
	for (unsigned s = 0; s < atoms->n_operands; s++) {
		struct operand_group *g = &ps->groups[ps->n_groups];

		if (!wanted[s])
			continue;
		g->operand = atoms->operands[s];
		group_texts(ps, g, s);
		group_others(ps, g, s);
		ps->n_groups++;
	}
	ps->mask = 2 * MAX_CLASSES - 1;
	ps->table = memory_zero(ps->mask + 1, sizeof(*ps->table));
}

static void free_all(struct process_classes *ps)
{
	for (uint32_t i = 0; ps->n && i <= ps->mask; i++) {
		struct process_class *p, *next;

		for (p = ps->table[i]; p; p = next) {
			next = p->next;
			for (unsigned k = 0; k < ps->event_classes->n_classes; k++)
				if (p->code[k] != &nothing)
					bytecode_free(p->code[k]);
			free(p->code);
			free(p);
		}
		ps->table[i] = NULL;
	}
	ps->n = 0;
	ps->bytecode_bytes = 0;
}

static void flush(struct process_classes *ps)
{
	free_all(ps);
	dag_free(&ps->dag);
	dag_init(&ps->dag);
	ps->flushes++;
}

void process_classes_free(struct process_classes *ps)
{
	free_all(ps);
	memory_free(ps->table);
	dag_free(&ps->dag);
	dag_memo_free(&ps->memo);
	arena_free(&ps->arena);
}

/* ---- the class of a process ---- */

static void set_bit(uint64_t *bits, uint32_t bit)
{
	bits[bit / 64] |= 1ull << (bit % 64);
}

static void evaluate_group(const struct process_classes *ps, const struct operand_group *g,
			   struct extract *x, uint64_t *bits)
{
	struct value v[FIELD_VALUES_MAX];
	unsigned n = operand_values(x, g->operand, v);

	if (!n)
		return;
	for (unsigned i = 0; i < n && g->texts.n; i++) {
		int t = strset_find(&g->texts, v[i].str.p ? v[i].str : STR_LIT(""));

		for (uint32_t h = t >= 0 ? g->first[t] : 0; t >= 0 && h < g->first[t + 1]; h++)
			set_bit(bits, g->hits[h]);
	}
	for (unsigned i = 0; i < g->n_others; i++) {
		const struct atom *a = ps->atoms->v[g->others[i]];

		if (a->right ? atom_holds_right(a, x, v, n) : a->test(a, v, n))
			set_bit(bits, ps->bit_of[g->others[i]] - 1);
	}
}

static uint64_t hash_bits(const uint64_t *bits, unsigned n)
{
	uint64_t h = 0;

	for (unsigned i = 0; i < n; i++) {
		h = (h ^ bits[i]) * 0x9e3779b97f4a7c15u;
		h ^= h >> 29;
	}
	return h;
}

static struct process_class *find_class(struct process_classes *ps, const uint64_t *bits)
{
	uint64_t hash = hash_bits(bits, ps->n_words);
	struct process_class **at = &ps->table[hash & ps->mask], *p;

	for (p = *at; p; p = p->next)
		if (p->hash == hash && !memcmp(p->bits, bits, ps->n_words * sizeof(*bits)))
			return p;
	p = malloc(sizeof(*p) + ps->n_words * sizeof(*bits));
	if (!p)
		return NULL;
	p->code = calloc(ps->event_classes->n_classes, sizeof(*p->code));
	if (!p->code) {
		free(p);
		return NULL;
	}
	p->hash = hash;
	memcpy(p->bits, bits, ps->n_words * sizeof(*bits));
	p->next = *at;
	*at = p;
	ps->n++;
	return p;
}

static bool over_budget(const struct process_classes *ps)
{
	return ps->n >= MAX_CLASSES || ps->dag.n >= MAX_NODES ||
	       ps->bytecode_bytes >= MAX_BYTECODE_BYTES;
}

/*
 * A class that a thread has memoized is valid while this number is the same: the same generation,
 * no flush, no change of users, groups or interfaces.
 */
static uint64_t epoch_of(const struct process_classes *ps, const struct extract *x)
{
	return ps->generation << 48 | (ps->flushes & 0xffff) << 32 |
	       (x->state ? state_epoch(x->state) : 0);
}

/* The slow path of class_of(): evaluates the predicates. */
static __attribute__((noinline)) struct process_class *evaluate_process(struct process_classes *ps,
									struct extract *x)
{
	struct thread *t = x->ev->thread;
	struct process_class *p;

	if (over_budget(ps))
		flush(ps);
	ps->misses++;
	memset(ps->scratch, 0, ps->n_words * sizeof(*ps->scratch));
	for (unsigned i = 0; t && i < ps->n_groups; i++)
		evaluate_group(ps, &ps->groups[i], x, ps->scratch);
	p = find_class(ps, ps->scratch);
	if (t && p) {
		t->process_class = p;
		t->process_class_gen = t->gen;
		t->process_class_epoch = epoch_of(ps, x);
	}
	return p;
}

static inline struct process_class *class_of(struct process_classes *ps, struct extract *x)
{
	struct thread *t = x->ev->thread;

	if (t && t->process_class && t->process_class_gen == t->gen &&
	    t->process_class_epoch == epoch_of(ps, x))
		return (struct process_class *)t->process_class;
	return evaluate_process(ps, x);
}

/* ---- bytecode ---- */

struct class_facts {
	struct dag_facts facts;
	const struct process_classes *ps;
	const uint64_t *bits;
};

static enum truth class_truth(const struct dag_facts *f, uint32_t atom)
{
	const struct class_facts *pf = (const struct class_facts *)f;
	uint32_t bit = pf->ps->bit_of[atom];

	if (!bit--)
		return TRUTH_UNKNOWN;
	return pf->bits[bit / 64] >> (bit % 64) & 1 ? TRUTH_YES : TRUTH_NO;
}

static __attribute__((noinline)) struct bytecode *compile_class(struct process_classes *ps,
								const struct process_class *p,
								const struct class_rules *rules)
{
	struct class_facts facts = { { class_truth }, ps, p->bits };
	struct dag_node **roots = malloc((rules->n + 1) * sizeof(*roots));
	struct bytecode *code;

	if (!roots)
		return NULL;
	dag_memo_reset(&ps->memo, &ps->event_classes->dag);
	for (unsigned i = 0; i < rules->n; i++)
		roots[i] = dag_specialize(&ps->dag, rules->roots[i], &facts.facts, &ps->memo);
	code = bytecode_build(roots, rules->rules, rules->n, ps->atoms);
	free(roots);
	if (code && code->start == BYTECODE_END) {
		bytecode_free(code);
		return (struct bytecode *)&nothing;
	}
	if (code)
		ps->bytecode_bytes += sizeof(*code) + code->n * sizeof(*code->insns) +
				      hash_index_bytes(code->index);
	return code;
}

const struct bytecode *process_classes_bytecode(struct process_classes *ps, struct extract *x,
						unsigned k)
{
	struct process_class *p = class_of(ps, x);

	if (!p)
		return NULL;
	if (!p->code[k])
		p->code[k] = compile_class(ps, p, &ps->event_classes->classes[k]);
	return p->code[k] == &nothing ? NULL : p->code[k];
}
