// SPDX-License-Identifier: Apache-2.0
/* Loading rules: positions, limits, selection, results as JSON. */
#include "test.h"

#include "rules/loader.h"
#include "rules/item.h"
#include "rules/locate.h"
#include "rules/text.h"

static struct rules *load(const char *yaml)
{
	struct rules_loader *l = rules_loader_new(NULL);
	struct rules *rules = NULL;
	struct load_result res;

	if (rules_loader_file(l, "f.yaml", yaml, strlen(yaml), &res))
		rules_loader_finish(l, NULL, &rules);
	load_result_free(&res);
	rules_loader_free(l);
	return rules;
}

/* The errors of a rules file, or "accepted". */
static const char *load_errors(struct str yaml)
{
	static char out[256];
	struct rules_loader *l = rules_loader_new(NULL);
	struct load_result res;
	struct buf b = { 0 };

	if (rules_loader_file(l, "f.yaml", yaml.p, yaml.n, &res))
		buf_cstr(&b, "accepted");
	for (unsigned i = 0; i < res.diags.n; i++)
		if (res.diags.v[i]->error)
			diag_line(&b, res.diags.v[i]);
	snprintf(out, sizeof(out), "%s", buf_c(&b));
	buf_free(&b);
	load_result_free(&res);
	rules_loader_free(l);
	return out;
}

/* Every letter of a scalar maps to its offset in the file, in every style of scalars. */
static void expect_positions(const char *yaml)
{
	struct source_file file = { .name = STR_LIT("f"), .content = str_of(yaml) };
	struct arena a = { 0 };
	struct text t;

	EXPECT(tree_parse(&a, file.content, &file.tree) && file.tree.n_docs);
	t = text_of_scalar(&a, &file, tree_get(file.tree.docs[0], "k"));
	EXPECT(t.s.n > 0);
	for (size_t i = 0; i < t.s.n; i++) {
		struct place place = text_place(&t, (uint32_t)i);

		if (t.s.p[i] >= 'a' && t.s.p[i] <= 'z' && yaml[place.offset] != t.s.p[i] &&
		    yaml[place.offset] != '\\') {
			printf("# byte %zu ('%c') of '%s' maps to offset %u\n", i, t.s.p[i], yaml,
			       place.offset);
			failed_checks++;
			break;
		}
	}
	arena_free(&a);
}

TEST(bytes_of_scalars_have_positions)
{
	expect_positions("k: ab cd   ef");
	expect_positions("k: ab\n  cd\n\n  ef\nz: 1");
	expect_positions("k: >\n  ab cd\n  ef\n\n  gh\n");
	expect_positions("k: |-\n   ab cd\n     ef\n");
	expect_positions("k: 'ab it''s cd'");
	expect_positions("k: \"ab\\n \\\"cd\\\" \\u00e9 ef \\x41 gh \\\n   ij\"");
	expect_positions("k: &anchor !!str ab cd");
	expect_positions("k: \xc3\xa9 ab \xe2\x82\xac cd");
	expect_positions("k: ab\r\n  cd\r\n");
}

TEST(nodes_have_positions)
{
	struct rules *rules = load("- list: l\n  items: [a, b]\n"
				   "- macro: m\n  condition: (evt.type=open and\n     fd.num=3)\n"
				   "- rule: r\n  desc: d\n  output: o\n  priority: INFO\n"
				   "  condition: >\n    proc.name in (l)\n    and m\n");
	struct rule_place place;
	const struct node *cond;

	EXPECT(rules);
	if (!rules)
		return;
	cond = rules->v[0]->cond;
	EXPECT(rules_locate(rules, rules->v[0], cond->kids[0], cond->kids[0]->at, &place));
	EXPECT_STR(place.file, "f.yaml");
	EXPECT_INT(place.line, 11);
	EXPECT_INT(place.column, 5);
	/* The position of a list's item is that of the list's name. */
	EXPECT(rules_locate(rules, rules->v[0], cond->kids[0], cond->kids[0]->value_at[1], &place));
	EXPECT_INT(place.line, 11);
	EXPECT_INT(place.column, 19);
	EXPECT_STR(cond->kids[1]->kids[1]->macro_of, "m");
	EXPECT(rules_locate(rules, rules->v[0], cond->kids[1]->kids[1], cond->kids[1]->kids[1]->at,
			    &place));
	EXPECT_INT(place.line, 5);
	EXPECT_INT(place.column, 6);
	/* Without the files there are no positions; alerts and descriptions do not need them. */
	rules_free_files(rules);
	EXPECT(!rules->contents.head);
	EXPECT(!rules_locate(rules, rules->v[0], cond->kids[0], cond->kids[0]->at, &place));
	EXPECT_STR(rules->v[0]->file, "f.yaml");
	EXPECT_INT(rules->v[0]->line, 6);
	EXPECT_STR(rules->lists[0].items[1], "b");
	EXPECT_STR(rules->v[0]->item->desc, "d");
	rules_free(rules);
}

TEST(exponential_expansion_is_rejected)
{
	struct buf b = { 0 };

	for (int i = 0; i < 30; i++)
		buf_printf(&b, "- macro: m%d\n  condition: %s%d and %s%d\n", i + 1,
			   i ? "m" : "evt.num=", i, i ? "m" : "evt.num=", i);
	EXPECT_TEXT(load_errors(buf_view(&b)),
		    "f.yaml:38:14: the condition is too large with its macros expanded");
	buf_clear(&b);
	buf_cstr(&b, "- macro: m0\n  condition: evt.num=0\n");
	for (int i = 0; i < 5000; i++)
		buf_printf(&b, "- macro: m%d\n  condition: not m%d\n", i + 1, i);
	EXPECT_TEXT(load_errors(buf_view(&b)),
		    "f.yaml:8002:14: the condition is too large with its macros expanded");
	buf_clear(&b);
	buf_cstr(&b, "- list: l0\n  items: [");
	for (int i = 0; i < 2000; i++)
		buf_cstr(&b, "x,");
	buf_cstr(&b, "]\n- list: l1\n  items: [");
	for (int i = 0; i < 2000; i++)
		buf_cstr(&b, "l0,");
	buf_cstr(&b, "]\n");
	EXPECT_TEXT(load_errors(buf_view(&b)),
		    "f.yaml:3:3: the list is too long with its lists expanded");
	buf_clear(&b);
	buf_cstr(&b, "- list: l0\n  items: [");
	buf_fill(&b, 'x', 100000);
	buf_cstr(&b, "]\n- macro: m\n  condition: proc.name in (");
	for (int i = 0; i < 200; i++)
		buf_cstr(&b, "l0, ");
	buf_cstr(&b, "l0)\n");
	EXPECT_TEXT(load_errors(buf_view(&b)),
		    "f.yaml:3:3: the condition is too long with its lists expanded");
	buf_free(&b);
}

TEST(a_missing_file_is_reported)
{
	struct rules_loader *l = rules_loader_new(NULL);
	struct load_result res;
	struct buf b = { 0 };

	EXPECT(!rules_loader_path(l, "/nonexistent/rules.yaml", &res));
	load_result_text(&b, &res, false);
	EXPECT_TEXT(buf_c(&b),
		    "/nonexistent/rules.yaml: Invalid, 1 errors: [LOAD_ERR_FILE_READ (File read error)]");
	buf_free(&b);
	load_result_free(&res);
	rules_loader_free(l);
}

TEST(results_as_json)
{
	static const char yaml[] = "- macro: m\n  condition: a.b ==\n";
	struct rules_loader *l = rules_loader_new(NULL);
	struct load_result res;
	struct buf b = { 0 };
	struct json j = json_to(&b);

	EXPECT(!rules_loader_file(l, "f.yaml", yaml, strlen(yaml), &res));
	load_result_json(&j, &res);
	EXPECT_TEXT(buf_c(&b),
		    "{\"errors\":[{\"code\":\"LOAD_ERR_COMPILE_CONDITION\",\"codedesc\":\"Error compiling condition\","
		    "\"context\":{\"locations\":["
		    "{\"item_name\":\"\",\"item_type\":\"rules content\",\"position\":"
		    "{\"column\":0,\"line\":0,\"name\":\"f.yaml\",\"offset\":0}},"
		    "{\"item_name\":\"m\",\"item_type\":\"macro\",\"position\":"
		    "{\"column\":2,\"line\":0,\"name\":\"f.yaml\",\"offset\":2}},"
		    "{\"item_name\":\"\",\"item_type\":\"macro condition\",\"position\":"
		    "{\"column\":13,\"line\":1,\"name\":\"f.yaml\",\"offset\":24}},"
		    "{\"item_name\":\"\",\"item_type\":\"condition expression\",\"position\":"
		    "{\"column\":19,\"line\":1,\"name\":\"f.yaml\",\"offset\":30}}],"
		    "\"snippet\":\"  condition: a.b ==\\n                   ^\"},"
		    "\"message\":\"unexpected end of condition, expecting a value\"}],"
		    "\"name\":\"f.yaml\",\"schema_valid\":true,\"schema_warnings\":[],\"successful\":false,\"warnings\":[]}");
	buf_free(&b);
	load_result_free(&res);
	rules_loader_free(l);
}

/* Names of the enabled rules in order. */
static const char *selected(struct rules_select select)
{
	static struct buf b;
	struct rules *rules = load(
		"- {rule: alpha, desc: d, output: o, priority: INFO, condition: evt.num=1, tags: [x]}\n"
		"- {rule: beta, desc: d, output: o, priority: ERROR, condition: evt.num=1, tags: [x, y]}\n"
		"- {rule: gamma, desc: d, output: o, priority: DEBUG, condition: evt.num=1}\n"
		"- {rule: delta, desc: d, output: o, priority: ERROR, condition: evt.num=1, enabled: false}\n"
		"- {rule: omega, desc: d, output: o, priority: ERROR, condition: evt.num=1}\n");

	buf_clear(&b);
	rules_select(rules, &select);
	for (unsigned i = 0; i < rules->n; i++) {
		EXPECT_INT(rules->v[i]->index, i);
		if (rules->v[i]->enabled)
			buf_printf(&b, "%s%.*s", b.n ? " " : "", STR_ARGS(rules->v[i]->name));
	}
	rules_free(rules);
	return buf_c(&b);
}

#define SELECT(min, ...)                                                       \
	(struct rules_select)                                                  \
	{                                                                      \
		min, (const struct rules_change[]){ __VA_ARGS__ },             \
			sizeof((const struct rules_change[]){ __VA_ARGS__ }) / \
				sizeof(struct rules_change)                    \
	}

TEST(selection)
{
	struct rules_change none_by_name = { false, false, STR_LIT("*") },
			    all_by_name = { true, false, STR_LIT("*") };
	struct rules_change no_x = { false, true, STR_LIT("x") }, y = { true, true, STR_LIT("y") };
	struct rules_change tag_glob = { true, true, STR_LIT("*") },
			    delta = { true, false, STR_LIT("*elt*") };

	EXPECT_TEXT(selected((struct rules_select){ .min_priority = PRIO_DEBUG }),
		    "alpha beta gamma omega");
	EXPECT_TEXT(selected((struct rules_select){ .min_priority = PRIO_ERROR }), "beta omega");
	EXPECT_TEXT(selected(SELECT(PRIO_DEBUG, no_x)), "gamma omega");
	EXPECT_TEXT(selected(SELECT(PRIO_DEBUG, none_by_name, y)), "beta");
	EXPECT_TEXT(selected(SELECT(PRIO_DEBUG, none_by_name, tag_glob)), "");
	EXPECT_TEXT(selected(SELECT(PRIO_DEBUG, delta)), "alpha beta gamma omega delta");
	EXPECT_TEXT(selected(SELECT(PRIO_DEBUG, no_x, y)), "gamma omega beta");
	EXPECT_TEXT(selected(SELECT(PRIO_ERROR, none_by_name, all_by_name)), "beta delta omega");
}

TEST(priorities)
{
	enum priority p;

	EXPECT(priority_parse(STR_LIT("WARNING"), &p) && p == PRIO_WARNING);
	EXPECT(priority_parse(STR_LIT("info"), &p) && p == PRIO_INFORMATIONAL);
	EXPECT(priority_parse(STR_LIT("Informational"), &p) && p == PRIO_INFORMATIONAL);
	EXPECT(!priority_parse(STR_LIT("warn"), &p));
	EXPECT(!priority_parse(STR_LIT("warnings"), &p));
	EXPECT(!priority_parse(STR_LIT(""), &p));
	EXPECT_TEXT(priority_name(PRIO_DEBUG), "Debug");
}
