// SPDX-License-Identifier: Apache-2.0
/* The three rule files of Falco's own repository, as they are. */
#include "test.h"

#include "filter/parse.h"
#include "rules/loader.h"
#include "rules/resolve.h"

#include "data.h"

static const char *const files[] = { "rules/falco_rules.yaml", "rules/falco-incubating_rules.yaml",
				     "rules/falco-sandbox_rules.yaml" };

static bool have_files(void)
{
	char path[512];

	for (int i = 0; i < 3; i++)
		if (!data_file(path, sizeof(path), files[i]))
			return false;
	return true;
}

static bool load(struct rules **rules)
{
	struct rules_loader *l = rules_loader_new(NULL);
	bool good = true;

	for (int i = 0; i < 3; i++) {
		struct load_result res;
		struct buf b = { 0 };
		char path[512];

		good &= data_file(path, sizeof(path), files[i]) && rules_loader_path(l, path, &res);
		load_result_text(&b, &res, true);
		if (!load_result_ok(&res))
			printf("# %s\n", buf_c(&b));
		buf_free(&b);
		load_result_free(&res);
	}
	good = good && rules_loader_finish(l, NULL, rules);
	rules_loader_free(l);
	return good;
}

TEST(all_rules_load)
{
	struct rules *rules = NULL;
	unsigned enabled = 0;

	if (!have_files())
		SKIP(NO_DATA);
	EXPECT(load(&rules));
	if (!rules)
		return;
	EXPECT_INT(rules->n, 93);
	EXPECT_INT(rules->n_macros, 315); /* 352 definitions: the files repeat each other's */
	for (unsigned i = 0; i < rules->n; i++)
		enabled += rules->v[i]->enabled;
	EXPECT_INT(enabled, 93 - 12);
	rules_free(rules);
}

/* Printing and parsing again gives the same tree, for every condition there is. */
TEST(conditions_survive_printing)
{
	struct rules *rules = NULL;

	if (!have_files())
		SKIP(NO_DATA);
	EXPECT(load(&rules));
	for (unsigned i = 0; rules && i < rules->n; i++) {
		struct arena a = { 0 };
		struct parse_error err;
		struct buf b = { 0 };
		struct node *again;

		ast_print(&b, rules->v[i]->cond);
		again = parse_condition(&a, buf_view(&b), 10000, &err);
		EXPECT(again && ast_equal(again, rules->v[i]->cond));
		if (!again)
			printf("# %.*s: %.*s\n", STR_ARGS(rules->v[i]->name), STR_ARGS(err.message));
		buf_free(&b);
		arena_free(&a);
	}
	rules_free(rules);
}
