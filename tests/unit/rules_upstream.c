// SPDX-License-Identifier: Apache-2.0
/* Loading the three unmodified rules files of the falcosecurity/rules repository. */
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
	EXPECT_INT(rules->n_macros, 315); /* of 352 definitions: some are in several files */
	for (unsigned i = 0; i < rules->n; i++)
		enabled += rules->v[i]->enabled;
	EXPECT_INT(enabled, 93 - 12);
	rules_free(rules);
}

/* Parsing the printed form of each condition gives an equal syntax tree. */
TEST(printed_conditions_parse_to_equal_trees)
{
	struct rules *rules = NULL;

	if (!have_files())
		SKIP(NO_DATA);
	EXPECT(load(&rules));
	for (unsigned i = 0; rules && i < rules->n; i++) {
		struct arena a = { 0 };
		struct parse_error err;
		struct buf b = { 0 };
		struct node *reparsed;

		ast_print(&b, rules->v[i]->cond);
		reparsed = parse_condition(&a, buf_view(&b), 10000, &err);
		EXPECT(reparsed && ast_equal(reparsed, rules->v[i]->cond));
		if (!reparsed)
			printf("# %.*s: %.*s\n", STR_ARGS(rules->v[i]->name), STR_ARGS(err.message));
		buf_free(&b);
		arena_free(&a);
	}
	rules_free(rules);
}
