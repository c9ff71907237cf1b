// SPDX-License-Identifier: Apache-2.0
/* YAML trees: positions, scalars, aliases, errors, limits for hostile files. */
#include "test.h"

#include "base/buf.h"
#include "yaml/tree.h"

static struct arena arena;
static struct tree tree;

static struct tree_node *doc(const char *text)
{
	return tree_parse(&arena, str_of(text), &tree) && tree.n_docs ? tree.docs[0] : NULL;
}

/* "LINE:COLUMN@OFFSET message", or "accepted". */
static const char *parse_error(struct str text)
{
	static char out[256];

	if (tree_parse(&arena, text, &tree))
		return "accepted";
	snprintf(out, sizeof(out), "%u:%u@%u %.*s", tree.line, tree.column, tree.offset,
		 STR_ARGS(tree.error));
	return out;
}

TEST(nodes_have_positions)
{
	struct tree_node *n =
		doc("# c\n- rule: x\n  cond: >\n    a\n    b\n  \xc3\xa9: [1, \"2\"]\n");
	struct tree_node *list;

	EXPECT_INT(n->kind, TREE_LIST);
	n = n->items[0];
	EXPECT_INT(n->line, 1);
	EXPECT_INT(n->column, 2);
	EXPECT_INT(n->offset, 6);
	EXPECT_STR(tree_get(n, "rule")->text, "x");
	EXPECT_INT(tree_get(n, "rule")->offset, 12);
	EXPECT_STR(tree_get(n, "cond")->text, "a b\n");
	EXPECT(tree_get(n, "cond")->quoted);
	list = tree_get(n, "\xc3\xa9");
	EXPECT_INT(list->column, 5);
	EXPECT_INT(list->items[1]->column, 9);
	EXPECT_INT(list->items[1]->offset, strchr(tree.source.p, '"') - tree.source.p);
	EXPECT(!list->items[0]->quoted && list->items[1]->quoted);
	EXPECT(!tree_get(n, "nothing"));
}

TEST(scalars)
{
	struct tree_node *n = doc(
		"[~, null, '', \"null\", true, Yes, tRue, off, 12, 0x1f, -1, 99999999999999999999]");
	uint64_t u;
	bool b;

	EXPECT_INT(n->items[0]->kind, TREE_NULL);
	EXPECT_INT(n->items[1]->kind, TREE_NULL);
	EXPECT_INT(n->items[2]->kind, TREE_SCALAR);
	EXPECT_INT(n->items[3]->kind, TREE_SCALAR);
	EXPECT(tree_bool(n->items[4], &b) && b);
	EXPECT(tree_bool(n->items[5], &b) && b);
	EXPECT(!tree_bool(n->items[6], &b));
	EXPECT(tree_bool(n->items[7], &b) && !b);
	EXPECT(tree_uint(n->items[8], 12, &u) && u == 12);
	EXPECT(!tree_uint(n->items[8], 11, &u));
	EXPECT(tree_uint(n->items[9], 100, &u) && u == 31);
	EXPECT(!tree_uint(n->items[10], UINT64_MAX, &u));
	EXPECT(!tree_uint(n->items[11], UINT64_MAX, &u));
}

TEST(documents_and_aliases)
{
	struct tree_node *n = doc("- &a [x, y]\n- *a\n---\n---\n- z\n");

	EXPECT_INT(tree.n_docs, 3);
	EXPECT(n->items[0] == n->items[1]);
	EXPECT_INT(tree.docs[1]->kind, TREE_NULL);
	EXPECT(doc("") == NULL);
	EXPECT_INT(tree.n_docs, 0);
	EXPECT_TEXT(parse_error(STR_LIT("- &a x\n---\n- *a\n")),
		    "2:2@13 the alias 'a' refers to no anchor");
	EXPECT_TEXT(parse_error(STR_LIT("- &a [*a]\n")), "0:6@6 the alias 'a' contains itself");
}

TEST(errors_have_positions)
{
	EXPECT_TEXT(parse_error(STR_LIT("- a: b\n  c: d: e\n")),
		    "1:6@13 mapping values are not allowed in this context");
	EXPECT_TEXT(parse_error(STR_LIT("- [a\n- b\n")),
		    "2:0@9 did not find expected ',' or ']' while parsing a flow sequence");
	EXPECT_TEXT(parse_error(STR_LIT("- \"a\n")),
		    "1:0@5 found unexpected end of stream while scanning a quoted scalar");
	EXPECT_TEXT(parse_error(STR_LIT("- a\xff\n")), "0:3@3 invalid leading UTF-8 octet");
	EXPECT_TEXT(parse_error((struct str){ "- a\0b", 5 }),
		    "0:3@3 control characters are not allowed");
}

TEST(alias_bombs_and_deep_nesting_are_rejected)
{
	struct buf b = { 0 };

	buf_cstr(&b, "- &a0 [x, x, x, x, x, x, x, x, x, x]\n");
	for (int i = 1; i < 12; i++) {
		buf_printf(&b, "- &a%d [", i);
		for (int k = 0; k < 10; k++)
			buf_printf(&b, "%s*a%d", k ? ", " : "", i - 1);
		buf_cstr(&b, "]\n");
	}
	EXPECT(!tree_parse(&arena, buf_view(&b), &tree));
	EXPECT_STR(tree.error, "more than 1000000 nodes");
	buf_clear(&b);
	buf_fill(&b, '[', 100000);
	EXPECT_TEXT(parse_error(buf_view(&b)), "0:64@64 nested deeper than 64");
	buf_free(&b);
}
