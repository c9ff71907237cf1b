// SPDX-License-Identifier: Apache-2.0
/* The condition language: accepted conditions, their syntax trees, and the positions of errors. */
#include "test.h"

#include "filter/parse.h"

static struct arena arena;

/* The syntax tree as text, or "OFFSET: message". */
static const char *parse_to_depth(struct str text, unsigned depth)
{
	static struct buf b;
	struct parse_error err;
	struct node *n, *reparsed;

	buf_clear(&b);
	n = parse_condition(&arena, text, depth, &err);
	if (!n) {
		buf_printf(&b, "%u: %.*s", err.at, STR_ARGS(err.message));
		return buf_c(&b);
	}
	ast_print(&b, n);
	reparsed = parse_condition(&arena, arena_str(&arena, buf_view(&b)), PARSE_MAX_DEPTH, &err);
	if (!reparsed || !ast_equal(n, reparsed))
		return "printed form differs";
	return buf_c(&b);
}

static const char *parse(const char *text)
{
	return parse_to_depth(str_of(text), PARSE_MAX_DEPTH);
}

TEST(precedence)
{
	EXPECT_TEXT(parse("a or b and c"), "(a or (b and c))");
	EXPECT_TEXT(parse("(a or b) and c"), "((a or b) and c)");
	EXPECT_TEXT(parse("not a and b"), "(not a and b)");
	EXPECT_TEXT(parse("not(a and b)"), "not (a and b)");
	EXPECT_TEXT(parse("not not a"), "a");
	EXPECT_TEXT(parse("not not not a"), "not a");
	/* `not not` is removed only if no parenthesis is between them */
	EXPECT_TEXT(parse("not (not a)"), "not (not a)");
	EXPECT_TEXT(parse("not (not (not a and b))"), "not (not (not a and b))");
	EXPECT_TEXT(parse("a and b and c or d"), "((a and b and c) or d)");
	EXPECT_TEXT(parse(" \t\n( ( a ) ) \r"), "a");
	EXPECT_TEXT(parse("a and(b)or(c)"), "((a and b) or c)");
}

TEST(operators)
{
	EXPECT_TEXT(parse("proc.name=bash"), "proc.name = bash");
	EXPECT_TEXT(parse("proc.name==bash"), "proc.name = bash");
	EXPECT_TEXT(parse("proc.name !=bash"), "proc.name != bash");
	EXPECT_TEXT(parse("proc.pid<=10 and proc.pid>=-1 and fd.num<3 and fd.num>0x1f"),
		    "(proc.pid <= 10 and proc.pid >= -1 and fd.num < 3 and fd.num > 0x1f)");
	EXPECT_TEXT(parse("proc.tty exists"), "proc.tty exists");
	EXPECT_TEXT(parse("(proc.tty exists)"), "proc.tty exists");
	EXPECT_TEXT(parse("a.b glob *x? or a.b iglob *"), "(a.b glob *x? or a.b iglob *)");
	EXPECT_TEXT(parse("evt.type in(open,openat)"), "evt.type in (open, openat)");
	EXPECT_TEXT(parse("evt.type in ()"), "evt.type in ()");
	EXPECT_TEXT(parse("evt.type in open"), "evt.type in (open)");
	EXPECT_TEXT(parse("fd.name pmatch (/a, \"/b c\")"), "fd.name pmatch (/a, \"/b c\")");
	EXPECT_TEXT(parse("a.b bcontains 0a1b"), "a.b bcontains 0a1b");
	EXPECT_TEXT(parse("a.b regex '^a.*$'"), "a.b regex ^a.*$");
}

TEST(modifiers)
{
	EXPECT_TEXT(parse("a.b startswith anyof (x, y)"), "a.b startswith anyof (x, y)");
	EXPECT_TEXT(parse("a.b = oneof(x)"), "a.b = oneof (x)");
	EXPECT_TEXT(parse("a.b = allof names"), "a.b = allof (names)");
	EXPECT_TEXT(parse("a.b = anyof"), "a.b = anyof");
	EXPECT_TEXT(parse("a.b = anyof and c"), "(a.b = anyof and c)");
	EXPECT_TEXT(parse("a.b = oneofx"), "a.b = oneofx");
}

TEST(fields)
{
	EXPECT_TEXT(parse("proc.aname[2]=x"), "proc.aname[2] = x");
	EXPECT_TEXT(parse("evt.arg.flags contains O_CREAT"), "evt.arg.flags contains O_CREAT");
	EXPECT_TEXT(parse("container.mount.dest[/var/run*] exists"),
		    "container.mount.dest[/var/run*] exists");
	EXPECT_TEXT(parse("evt.arg[\"a b\"] exists"), "evt.arg[\"a b\"] exists");
	EXPECT_TEXT(parse("evt.arg[ exists"),
		    "8: unexpected token 'exists', expecting a field argument");
}

TEST(values)
{
	EXPECT_TEXT(parse("a.b = 'it is'"), "a.b = \"it is\"");
	EXPECT_TEXT(parse("a.b = \"say \\\"hi\\\" \\x41\\t\""), "a.b = \"say \\\"hi\\\" A\\t\"");
	EXPECT_TEXT(parse("a.b = 'it\\'s'"), "a.b = \"it's\"");
	EXPECT_TEXT(parse("a.b = \"C:\\ x\""), "a.b = C:\\x");
	EXPECT_TEXT(parse("a.b = \"\""), "a.b = \"\"");
	EXPECT_TEXT(parse("a.b = <NA>"), "a.b = <NA>");
	EXPECT_TEXT(parse("a.b = [x]!{y}"), "a.b = [x]!{y}");
	EXPECT_TEXT(parse("a.b = caf\xc3\xa9"), "a.b = caf\xc3\xa9");
	EXPECT_TEXT(parse("a.b = \"\\x01\""), "a.b = \"\\x01\"");
	EXPECT_TEXT(parse("a.b in (a b)"), "10: unexpected token 'b)', expecting ',' or ')'");
}

TEST(transformers)
{
	EXPECT_TEXT(parse("tolower(proc.name) = bash"), "tolower(proc.name) = bash");
	EXPECT_TEXT(parse("proc.name = val(proc.pname)"), "proc.name = val(proc.pname)");
	EXPECT_TEXT(parse("proc.name = toupper( basename(proc.exe) )"),
		    "proc.name = toupper(basename(proc.exe))");
	EXPECT_TEXT(parse("join(\",\", (proc.name, proc.pname)) = 'a,b'"),
		    "join(\",\", (proc.name, proc.pname)) = \"a,b\"");
	EXPECT_TEXT(parse("getopt(proc.args, \"ab:\")[b] = x"), "getopt(proc.args, \"ab:\")[b] = x");
	EXPECT_TEXT(parse("len(proc.args) > len(proc.name)"), "len(proc.args) > len(proc.name)");
	EXPECT_TEXT(parse("proc.name in val(proc.anames)"), "proc.name in val(proc.anames)");
	EXPECT_TEXT(parse("tolwer(proc.name) = x"),
		    "0: unknown transformer 'tolwer', did you mean 'tolower'?");
	EXPECT_TEXT(parse("val(proc.name) = x"),
		    "0: val() can only be used on the right side of a comparison");
	EXPECT_TEXT(parse("tolower() = x"),
		    "8: unexpected token ')', expecting a field, a transformer, a string or a number");
}

TEST(errors_have_the_position_of_the_token)
{
	EXPECT_TEXT(parse(""),
		    "0: unexpected end of condition, expecting a field, a macro, 'not' or '('");
	EXPECT_TEXT(parse("a b"), "2: unexpected token after 'a', expecting 'or', 'and'");
	EXPECT_TEXT(parse("a.b = x)"), "7: unexpected token after 'x', expecting 'or', 'and'");
	EXPECT_TEXT(parse("(a.b = x"), "8: unexpected end of condition, expecting ')', 'or', 'and'");
	EXPECT_TEXT(parse("a.b strtswith x"),
		    "4: unexpected token 'strtswith', expecting an operator: did you mean 'startswith'?");
	EXPECT_TEXT(parse("a.b"),
		    "3: unexpected end of condition, expecting an operator ('=', 'in', 'startswith', ...)");
	EXPECT_TEXT(parse("a.b > x"), "6: unexpected token 'x', expecting a number");
	EXPECT_TEXT(parse("a.b in (x,)"), "10: unexpected token ')', expecting a value");
	EXPECT_TEXT(parse("a.b in and"), "7: unexpected token 'and', expecting a list");
	EXPECT_TEXT(parse("a and"), "5: unexpected end of condition after 'and'");
	EXPECT_TEXT(parse("a and or b"),
		    "6: unexpected token 'or', expecting a field, a macro, 'not' or '('");
	EXPECT_TEXT(parse("a.b = \"x"), "6: unterminated string: the closing quote is missing");
	EXPECT_TEXT(parse("a.b = \"x\\\""), "6: unterminated string: the closing quote is missing");
	EXPECT_TEXT(parse("a.b = \"x\\q\""), "8: invalid escape sequence in string");
	EXPECT_TEXT(parse("a.b = \"x\\x00\""), "8: invalid escape sequence in string");
	EXPECT_TEXT(parse("a.b[x = y"), "5: unexpected token '=', expecting ']'");
	EXPECT_TEXT(parse("1 = 1"),
		    "0: unexpected token '1', expecting a field, a macro, 'not' or '('");
}

TEST(nul_bytes_are_rejected)
{
	EXPECT_TEXT(parse_to_depth((struct str){ "a.b = \0", 7 }, 10),
		    "6: unexpected token '', expecting a value");
	EXPECT_TEXT(parse_to_depth((struct str){ "a.b = 'x\0'", 10 }, 10),
		    "8: a string may not contain a NUL byte");
}

TEST(depth_is_limited)
{
	static char text[300000];
	struct buf b = { 0 };

	EXPECT_TEXT(parse_to_depth(STR_LIT("((a))"), 2), "a");
	EXPECT_TEXT(parse_to_depth(STR_LIT("(((a)))"), 2), "3: exceeded max depth limit of 2");
	memset(text, '(', sizeof(text));
	EXPECT_TEXT(parse_to_depth((struct str){ text, sizeof(text) }, PARSE_MAX_DEPTH),
		    "1001: exceeded max depth limit of 1000");
	for (int i = 0; i < 100000; i++)
		buf_cstr(&b, "len(");
	EXPECT_TEXT(parse_to_depth(buf_view(&b), PARSE_MAX_DEPTH),
		    "4004: exceeded max depth limit of 1000");
	buf_clear(&b);
	for (int i = 0; i < 100001; i++)
		buf_cstr(&b, "not ");
	buf_cstr(&b, "a");
	EXPECT_TEXT(parse_to_depth(buf_view(&b), PARSE_MAX_DEPTH), "not a");
	buf_free(&b);
}

TEST(values_have_positions)
{
	struct parse_error err;
	struct node *n =
		parse_condition(&arena, STR_LIT("x and fd.sip in (1.2.3.4, ' b')"), 10, &err);

	EXPECT_INT(n->kids[1]->at, 6);
	EXPECT_INT(n->kids[1]->left->at, 6);
	EXPECT_INT(n->kids[1]->value_at[0], 17);
	EXPECT_INT(n->kids[1]->value_at[1], 26);
	EXPECT_STR(n->kids[1]->values[1], " b");
}
