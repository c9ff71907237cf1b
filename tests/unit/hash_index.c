// SPDX-License-Identifier: Apache-2.0
/* Rules found by lookups in the hash index are the rules found by evaluating each condition. */
#include <stdlib.h>

#include "filter/parse.h"
#include "rules/bytecode.h"

#include "test.h"

enum { RULES = 400, EVENTS = 2000, OPERANDS_MAX = 8 };

/* The value of each operand, by its number; false in present: no value. */
static struct value values[OPERANDS_MAX];
static bool present[OPERANDS_MAX];

static unsigned get_value(struct extract *x, const struct field_ref *ref,
			  struct value out[FIELD_VALUES_MAX])
{
	(void)x;
	out[0] = values[ref->index];
	return present[ref->index];
}

static const struct field value_field = { .name = "test", .get = get_value };

static struct dag_node *check_node(struct dag *d, struct atoms *atoms, struct arena *a)
{
	static const char *const forms[] = {
		"fd.name = /n%u",
		"fd.name in (/n%u, /n%u1, /m)",
		"fd.name startswith /n%u",
		"fd.directory = /d%u",
		"fd.directory startswith /d%u/",
		"fd.sport = %u",
		"fd.sport in (%u, 7)",
		"fd.typechar = f",
		"fd.name contains %u",
		"fd.directory in (\"\", /d%u)",
	};
	unsigned number = (unsigned)rand() % 60;
	struct parse_error err;
	struct node *n;
	struct reason why;
	uint32_t at;
	int atom;

	n = parse_condition(a, arena_printf(a, forms[rand() % 10], number, number), 10, &err);
	atom = n ? atom_intern(atoms, n, &why, &at) : -1;
	EXPECT(atom >= 0);
	return dag_atom(d, (uint32_t)atom, 1);
}

static struct dag_node *random_rule(struct dag *d, struct atoms *atoms, struct arena *a)
{
	unsigned n = 1 + (unsigned)rand() % 3;
	struct dag_node *kids[3];

	for (unsigned i = 0; i < n; i++) {
		kids[i] = check_node(d, atoms, a);
		if (rand() % 6 == 0)
			kids[i] = dag_not(d, kids[i]);
	}
	return dag_join(d, rand() % 10 ? DAG_AND : DAG_OR, kids, n);
}

static bool holds(const struct atoms *atoms, const struct dag_node *n, struct extract *x)
{
	bool all = true, any = false;

	if (n->kind == DAG_FALSE || n->kind == DAG_TRUE)
		return n->kind == DAG_TRUE;
	if (n->kind == DAG_ATOM)
		return atom_holds(atoms->v[n->atom], x);
	for (unsigned i = 0; i < n->n_kids; i++) {
		bool kid = holds(atoms, n->kids[i], x);

		all &= kid;
		any |= kid;
	}
	return n->kind == DAG_NOT ? !any : n->kind == DAG_AND ? all : any;
}

static void random_event(const struct atoms *atoms, struct arena *a)
{
	for (unsigned s = 0; s < atoms->n_operands; s++) {
		unsigned number = (unsigned)rand() % 70;

		present[s] = rand() % 8;
		if (atoms->operands[s]->type == FT_PORT)
			values[s].u = number;
		else
			values[s].str = rand() % 9 == 0
						? STR_NONE
						: arena_printf(a, "/%c%u%s", "ndm"[rand() % 3],
							       number, rand() % 2 ? "" : "/x");
	}
}

TEST(lookups_equal_evaluation_of_each_rule)
{
	static struct dag_node *roots[RULES];
	static uint32_t rules[RULES], hits[RULES], first[RULES];
	struct arena arena = { 0 }, scratch = { 0 };
	struct atoms atoms;
	struct dag d;
	struct lazy lazy;
	struct results results;
	struct extract x = { .scratch = &scratch };
	struct bytecode *p;
	unsigned matched = 0;

	srand(3);
	atoms_init(&atoms, &arena);
	dag_init(&d);
	for (unsigned i = 0; i < RULES; i++) {
		roots[i] = random_rule(&d, &atoms, &arena);
		rules[i] = 3 * i;
	}
	EXPECT(atoms.n_operands <= OPERANDS_MAX);
	for (unsigned s = 0; s < atoms.n_operands; s++) {
		atoms.operands[s]->ref.field = &value_field;
		atoms.operands[s]->ref.index = s;
	}
	lazy_init(&lazy, &atoms, &arena, 1);
	results_init(&results, &atoms, &lazy);
	p = bytecode_build(roots, rules, RULES, &atoms);
	EXPECT(p && p->index && p->index->n_tables >= 3);
	for (unsigned e = 0; p && e < EVENTS; e++) {
		unsigned n, want = 0;

		arena_reset(&scratch);
		random_event(&atoms, &scratch);
		results_next(&results);
		n = bytecode_run(p, &results, &x, true, hits);
		for (unsigned i = 0; i < RULES; i++)
			if (holds(&atoms, roots[i], &x)) {
				EXPECT(want < n && hits[want] == rules[i]);
				want++;
			}
		EXPECT_INT(n, want);
		matched += want;
		results_next(&results);
		EXPECT_INT(bytecode_run(p, &results, &x, false, first), want != 0);
		EXPECT(!want || first[0] == hits[0]);
	}
	EXPECT(matched > EVENTS);
	bytecode_free(p);
	results_free(&results);
	dag_free(&d);
	atoms_free(&atoms);
	arena_free(&scratch);
	arena_free(&arena);
}
