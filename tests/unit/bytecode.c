// SPDX-License-Identifier: Apache-2.0
/*
 * The decision diagram, its specialization and its bytecode have the results of the expression
 * itself.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/macros.h"
#include "filter/dag.h"
#include "filter/pmatch.h"
#include "filter/regex.h"
#include "filter/strset.h"
#include "rules/bytecode.h"

#include "test.h"

enum { ATOMS = 6, RULES = 5, ROUNDS = 400 };

/* A random expression, kept as text in prefix form: & + ! and a..f. */
struct expr_text {
	char c[512];
	unsigned n;
};

static void random_expr(struct expr_text *t, unsigned depth)
{
	unsigned kind = depth == 0 || t->n > 400 ? 3 : (unsigned)rand() % 5;

	if (kind >= 3) {
		t->c[t->n++] = (char)('a' + rand() % ATOMS);
	} else {
		t->c[t->n++] = "&+!"[kind];
		random_expr(t, depth - 1);
		if (kind < 2)
			random_expr(t, depth - 1);
	}
}

static bool evaluate(const char **at, unsigned assignment)
{
	char c = *(*at)++;
	bool a, b;

	if (c >= 'a')
		return assignment >> (c - 'a') & 1;
	a = evaluate(at, assignment);
	if (c == '!')
		return !a;
	b = evaluate(at, assignment);
	return c == '&' ? a && b : a || b;
}

static struct dag_node *build_dag(struct dag *d, const char **at)
{
	char c = *(*at)++;
	struct dag_node *kids[2];

	if (c >= 'a')
		return dag_atom(d, (uint32_t)(c - 'a'), 10);
	kids[0] = build_dag(d, at);
	if (c == '!')
		return dag_not(d, kids[0]);
	kids[1] = build_dag(d, at);
	return dag_join(d, c == '&' ? DAG_AND : DAG_OR, kids, 2);
}

/* The result of each atom is a bit of a global assignment. */
static unsigned assignment_bits;
static unsigned n_evaluated[ATOMS];

static unsigned get_bit(struct extract *x, const struct field_ref *ref,
			struct value out[FIELD_VALUES_MAX])
{
	(void)x;
	n_evaluated[ref->index]++;
	out[0].u = assignment_bits >> ref->index & 1;
	return 1;
}

static bool is_one(const struct atom *a, const struct value *v, unsigned n)
{
	(void)a;
	(void)n;
	return v->u == 1;
}

static const struct field bit_field = { .name = "bit", .type = FT_UINT64, .get = get_bit };

struct known {
	struct dag_facts facts;
	unsigned mask, bits;
};

static enum truth known_truth(const struct dag_facts *f, uint32_t atom)
{
	const struct known *k = (const struct known *)f;

	return !(k->mask >> atom & 1) ? TRUTH_UNKNOWN : k->bits >> atom & 1 ? TRUTH_YES : TRUTH_NO;
}

static void check_round(const struct atoms *atoms, struct results *results)
{
	struct expr_text text[RULES];
	struct dag all, specialized_dag;
	struct dag_memo memo = { 0 };
	struct dag_node *roots[RULES], *specialized[RULES];
	struct known known = { { known_truth },
			       (unsigned)rand() % (1 << ATOMS),
			       (unsigned)rand() % (1 << ATOMS) };
	uint32_t rules[RULES], hits[RULES];
	struct extract x = { 0 };
	struct bytecode *p;

	dag_init(&all);
	dag_init(&specialized_dag);
	for (unsigned r = 0; r < RULES; r++) {
		const char *at = text[r].c;

		text[r].n = 0;
		random_expr(&text[r], 6);
		rules[r] = r;
		roots[r] = build_dag(&all, &at);
	}
	dag_memo_reset(&memo, &all);
	for (unsigned r = 0; r < RULES; r++)
		specialized[r] = dag_specialize(&specialized_dag, roots[r], &known.facts, &memo);
	p = bytecode_build(specialized, rules, RULES, atoms);
	EXPECT(p != NULL);
	for (unsigned a = 0; p && a < 1 << ATOMS; a++) {
		unsigned n, want = 0;

		assignment_bits = (a & ~known.mask) | (known.bits & known.mask);
		memset(n_evaluated, 0, sizeof(n_evaluated));
		results_next(results);
		n = bytecode_run(p, results, &x, true, hits);
		for (unsigned r = 0; r < RULES; r++) {
			const char *at = text[r].c;

			if (!evaluate(&at, assignment_bits))
				continue;
			EXPECT(want < n && hits[want] == r);
			want++;
		}
		EXPECT_INT(n, want);
		for (unsigned i = 0; i < ATOMS; i++) {
			EXPECT(n_evaluated[i] <= 1); /* at most once per event */
			EXPECT(!(known.mask >> i & 1) ||
			       !n_evaluated[i]); /* not if its result is known */
		}
		results_next(results);
		EXPECT_INT(bytecode_run(p, results, &x, false, hits), want != 0);
	}
	bytecode_free(p);
	dag_memo_free(&memo);
	dag_free(&specialized_dag);
	dag_free(&all);
}

TEST(bytecode_has_the_results_of_the_expressions)
{
	struct operand operands[ATOMS] = { 0 }, *pointers[ATOMS];
	struct atom store[ATOMS] = { 0 }, *v[ATOMS];
	struct atoms atoms = { .v = v, .n = ATOMS, .operands = pointers, .n_operands = ATOMS };
	uint32_t position[ATOMS] = { 0 };
	struct lazy lazy = { .atoms = &atoms, .position = position };
	struct results results;

	for (unsigned i = 0; i < ATOMS; i++) {
		operands[i].ref = (struct field_ref){ .field = &bit_field, .index = i };
		pointers[i] = &operands[i];
		store[i] = (struct atom){ .left = &operands[i], .operand = i, .test = is_one };
		v[i] = &store[i];
	}
	results_init(&results, &atoms, &lazy);
	srand(1);
	for (unsigned i = 0; i < ROUNDS; i++)
		check_round(&atoms, &results);
	results_free(&results);
}

TEST(equal_expressions_share_one_node)
{
	struct dag d;
	struct dag_node *ab[2], *ba[2], *x, *y;

	dag_init(&d);
	ab[0] = ba[1] = dag_atom(&d, 1, 5);
	ab[1] = ba[0] = dag_atom(&d, 2, 5);
	x = dag_join(&d, DAG_AND, ab, 2);
	y = dag_join(&d, DAG_AND, ba, 2);
	EXPECT(x == y);
	ab[0] = dag_atom(&d, 1, 5);
	ab[1] = dag_not(&d, ab[0]);
	EXPECT(dag_join(&d, DAG_AND, ab, 2) == d.no);
	ab[0] = dag_atom(&d, 1, 5);
	ab[1] = dag_not(&d, ab[0]);
	EXPECT(dag_join(&d, DAG_OR, ab, 2) == d.yes);
	EXPECT(dag_not(&d, dag_not(&d, x)) == x);
	dag_free(&d);
}

TEST(sets_contain_the_added_strings)
{
	struct arena a = { 0 };
	struct str v[200];
	struct strset set;

	for (unsigned i = 0; i < 200; i++)
		v[i] = arena_printf(&a, "/usr/share/some/long/path/%u/with/an/end", i / 2);
	for (unsigned n = 0; n <= 200; n += 7) {
		strset_build(&set, &a, v, n);
		EXPECT_INT(set.n, (n + 1) / 2);
		for (unsigned i = 0; i < 200; i++)
			EXPECT_INT(strset_has(&set, v[i]), i / 2 < (n + 1) / 2);
		EXPECT(!strset_has(&set, STR_LIT("")));
	}
	arena_free(&a);
}

TEST(path_prefixes)
{
	static const struct {
		const char *path, *prefix;
		bool holds;
	} t[] = {
		{ "/etc/shadow", "/etc", true },
		{ "/etc/shadow", "/etc/", true },
		{ "/etc/shadow", "/etc/shadow", true },
		{ "/etcetera", "/etc", false },
		{ "/etc", "/etc/shadow", false },
		{ "/home/a/.ssh/id", "/home/*/.ssh", true },
		{ "/home/a/b/.ssh", "/home/*/.ssh", false },
		{ "//etc///shadow", "/etc/shadow/", true },
		{ "", "/etc", false },
	};

	for (unsigned i = 0; i < ARRAY_SIZE(t); i++)
		EXPECT_INT(path_has_prefix(str_of(t[i].path), str_of(t[i].prefix)), t[i].holds);
}

TEST(regular_expressions_are_limited_to_re2_syntax)
{
	static const char *const refused[] = { "(a)\\1", "(?=a)b",    "(?<!a)b", "a++",
					       "(?>a)",	 "(*COMMIT)", "(" };
	struct arena a = { 0 };
	struct reason why;
	struct regex *r = regex_compile(&a, STR_LIT("/etc/(passwd|sh[a-z]+)"), &why);

	EXPECT(r && regex_matches(r, STR_LIT("/etc/shadow")));
	EXPECT(r && !regex_matches(r, STR_LIT("/etc/shadow ")));
	EXPECT(r && !regex_matches(r, STR_LIT("x/etc/passwd")));
	regex_free(r);
	for (unsigned i = 0; i < ARRAY_SIZE(refused); i++) {
		why = (struct reason){ 0 };
		EXPECT(!regex_compile(&a, str_of(refused[i]), &why));
		EXPECT(why.text.n > 0);
	}
	/* Catastrophic backtracking is bounded: the result is "no match". */
	r = regex_compile(&a, STR_LIT("(a+)+b"), &why);
	EXPECT(r &&
	       !regex_matches(r,
			      STR_LIT("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac")));
	regex_free(r);
	arena_free(&a);
}
