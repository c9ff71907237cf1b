// SPDX-License-Identifier: Apache-2.0
/* Tests of base/: strings, arenas, JSON, maps, glob patterns, IP addresses, diagnostics. */
#include <fnmatch.h>
#include <stdlib.h>

#include "test.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/glob.h"
#include "base/json.h"
#include "base/map.h"
#include "base/net.h"
#include "base/pair.h"
#include "base/typo.h"
#include "base/vec.h"

TEST(buf_grows_and_stays_terminated)
{
	struct buf b = { 0 };

	EXPECT_TEXT(buf_c(&b), "");
	for (int i = 0; i < 1000; i++)
		buf_printf(&b, "%d,", i % 10);
	EXPECT_INT(b.n, 2000);
	EXPECT_INT(strlen(buf_c(&b)), 2000);
	buf_clear(&b);
	EXPECT_TEXT(buf_c(&b), "");
	buf_fill(&b, 'x', 3);
	EXPECT_TEXT(buf_c(&b), "xxx");
	buf_free(&b);
}

TEST(arena_back_frees_to_the_mark)
{
	struct arena a = { 0 };
	struct arena_mark empty = arena_mark(&a), mark;
	struct str before = arena_str(&a, STR_LIT("before")), first, again;

	mark = arena_mark(&a);
	first = arena_str(&a, STR_LIT("first"));
	arena_back(&a, mark);
	again = arena_str(&a, STR_LIT("again"));
	EXPECT(again.p == first.p);
	/* Several blocks, one of them larger than the default size. */
	for (int i = 0; i < 10; i++)
		arena_zalloc(&a, i == 5 ? 100000 : 10000);
	EXPECT(a.total > 100000);
	arena_back(&a, mark);
	EXPECT(a.total < 100000);
	again = arena_str(&a, STR_LIT("again"));
	EXPECT(again.p == first.p);
	EXPECT_STR(before, "before");
	EXPECT_STR(again, "again");
	arena_back(&a, empty);
	EXPECT_INT(a.total, 0);
	EXPECT(!a.head);
	EXPECT_STR(arena_str(&a, STR_LIT("new")), "new");
	arena_free(&a);
}

TEST(vec_keeps_order)
{
	VEC(int) v = { 0 };

	for (int i = 0; i < 100; i++)
		vec_push(&v, i * i);
	EXPECT_INT(v.n, 100);
	EXPECT_INT(v.v[99], 99 * 99);
	vec_free(&v);
}

TEST(json_escapes_and_separates)
{
	struct buf b = { 0 };
	struct json j = json_to(&b);

	json_object(&j);
	json_key(&j, "a");
	json_text(&j, "q\"\\\n\x01/");
	json_key(&j, "b");
	json_array(&j);
	json_int(&j, -1);
	json_uint(&j, UINT64_MAX);
	json_bool(&j, true);
	json_null(&j);
	json_object(&j);
	json_end(&j);
	json_end(&j);
	json_key(&j, "c");
	json_double(&j, 1.5);
	json_end(&j);
	EXPECT_TEXT(buf_c(&b),
		    "{\"a\":\"q\\\"\\\\\\n\\u0001/\",\"b\":[-1,18446744073709551615,true,null,{}],\"c\":1.5}");
	buf_free(&b);
}

TEST(json_replaces_invalid_utf8)
{
	struct buf b = { 0 };

	json_escape(&b,
		    STR_LIT("\xc3\xa9 \xff \xc0\x80 \xed\xa0\x80 \xe2\x82\xac \xf0\x9f\x98\x80 \xe2\x82"));
	EXPECT_TEXT(buf_c(&b),
		    "\xc3\xa9 \xef\xbf\xbd \xef\xbf\xbd\xef\xbf\xbd \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd "
		    "\xe2\x82\xac \xf0\x9f\x98\x80 \xef\xbf\xbd\xef\xbf\xbd");
	buf_free(&b);
}

TEST(json_indents)
{
	struct buf b = { 0 };
	struct json j = { .out = &b, .indent = 2 };

	json_object(&j);
	json_key(&j, "a");
	json_array(&j);
	json_end(&j);
	json_key(&j, "b");
	json_array(&j);
	json_int(&j, 1);
	json_int(&j, 2);
	json_end(&j);
	json_end(&j);
	EXPECT_TEXT(buf_c(&b), "{\n  \"a\": [],\n  \"b\": [\n    1,\n    2\n  ]\n}");
	buf_free(&b);
}

TEST(map_finds_and_keeps_order)
{
	static char keys[2000][8];
	struct map m = { 0 };

	EXPECT(!map_get(&m, STR_LIT("none")));
	for (int i = 0; i < 2000; i++) {
		snprintf(keys[i], sizeof(keys[i]), "k%d", i);
		map_put(&m, str_of(keys[i]), keys[i]);
	}
	map_put(&m, STR_LIT("k7"), keys[8]);
	EXPECT_INT(m.n, 2000);
	EXPECT_STR(m.v[1999].key, "k1999");
	EXPECT(map_get(&m, STR_LIT("k1234")) == keys[1234]);
	EXPECT(map_get(&m, STR_LIT("k7")) == keys[8]);
	EXPECT(!map_get(&m, STR_LIT("k2000")));
	map_free(&m);
}

/*
 * Strings of 0 to 69 bytes (the search takes 16 bytes at a time), with a pair at each offset and
 * without one.
 */
TEST(pairs_are_found_at_every_offset)
{
	char *text;

	for (size_t n = 0; n < 70; n++) {
		text = malloc(n ? n : 1); /* exact size, so that sanitizers see an overrun */
		memset(text, 'x', n);
		EXPECT(!pair_of_slashes((struct str){ text, n }) &&
		       !has_dot_or_slash_after_slash((struct str){ text, n }));
		for (size_t i = 0; i < n; i++) {
			text[i] = '/';
			EXPECT(!has_dot_or_slash_after_slash((struct str){ text, n }));
			if (i + 1 < n) {
				text[i + 1] = '.';
				EXPECT(has_dot_or_slash_after_slash((struct str){ text, n }) &&
				       !pair_of_slashes((struct str){ text, n }));
				text[i + 1] = '/';
				EXPECT(has_dot_or_slash_after_slash((struct str){ text, n }) &&
				       pair_of_slashes((struct str){ text, n }));
				text[i + 1] = 'x';
			}
			text[i] = 'x';
		}
		free(text);
	}
}

/* Random patterns over a small alphabet, compared with fnmatch() of the C library. */
TEST(glob_agrees_with_fnmatch)
{
	static const char pattern_chars[] = "ab*?[]!-\\A", text_chars[] = "abAB-]";
	char p[9], t[9];

	srand(1);
	for (int i = 0; i < 300000; i++) {
		unsigned np = (unsigned)rand() % 8, nt = (unsigned)rand() % 8, k;
		bool fold = i & 1, got, want;

		for (k = 0; k < np; k++)
			p[k] = pattern_chars[(unsigned)rand() % (sizeof(pattern_chars) - 1)];
		p[k] = 0;
		for (k = 0; k < nt; k++)
			t[k] = text_chars[(unsigned)rand() % (sizeof(text_chars) - 1)];
		t[k] = 0;
		/*
		 * Libraries differ in case folding of ranges and in escapes in unclosed brackets.
		 */
		if (strchr(p, '['))
			if (fold || strchr(p, '\\') || strchr(p, '-'))
				continue;
		got = glob_match(str_of(p), str_of(t), fold);
		want = fnmatch(p, t, fold ? FNM_CASEFOLD : 0) == 0;
		if (got != want) {
			printf("# '%s' on '%s' (fold %d): %d, fnmatch() returned %d\n", p, t, fold,
			       got, want);
			failed_checks++;
			break;
		}
	}
}

TEST(glob_examples)
{
	EXPECT(glob_match(STR_LIT("/etc/*"), STR_LIT("/etc/a/b"), false));
	EXPECT(glob_match(STR_LIT("*shadow"), STR_LIT("/etc/shadow"), false));
	EXPECT(!glob_match(STR_LIT("*shadow"), STR_LIT("/etc/shadow-"), false));
	EXPECT(glob_match(STR_LIT("[[:digit:]a-c]x"), STR_LIT("7x"), false));
	EXPECT(glob_match(STR_LIT("[!a]"), STR_LIT("b"), false));
	EXPECT(!glob_match(STR_LIT("[!a]"), STR_LIT("a"), false));
	EXPECT(glob_match(STR_LIT("A*C"), STR_LIT("abc"), true));
	EXPECT(glob_match(STR_LIT("\\*"), STR_LIT("*"), false));
	EXPECT(!glob_match(STR_LIT("\\*"), STR_LIT("x"), false));
	EXPECT(glob_match(STR_LIT(""), STR_LIT(""), false));
	EXPECT(glob_is_plain(STR_LIT("/bin/sh")));
	EXPECT(!glob_is_plain(STR_LIT("/bin/?sh")));
}

TEST(glob_is_not_exponential)
{
	char text[4096];

	memset(text, 'a', sizeof(text));
	EXPECT(!glob_match(STR_LIT("*a*a*a*a*a*a*a*a*a*a*a*a*b"),
			   (struct str){ text, sizeof(text) }, false));
}

TEST(addresses)
{
	char text[NET_TEXT];
	struct ip_net net;
	struct ip ip;

	EXPECT(net_parse_ip(STR_LIT("10.1.2.3"), &ip) && ip.v == 4);
	EXPECT_TEXT(net_ip_format(ip, text), "10.1.2.3");
	EXPECT(net_parse(STR_LIT("10.0.0.0/8"), &net) && net_contains(&net, &ip));
	EXPECT(net_parse(STR_LIT("10.1.2.2/31"), &net) && net_contains(&net, &ip));
	EXPECT(net_parse(STR_LIT("10.1.2.2/32"), &net) && !net_contains(&net, &ip));
	EXPECT(net_parse(STR_LIT("0.0.0.0/0"), &net) && net_contains(&net, &ip));
	EXPECT(net_parse(STR_LIT("192.168.77.5/16"), &net));
	EXPECT_TEXT(net_format(net, text), "192.168.0.0/16");
	EXPECT(net_parse_ip(STR_LIT("fe80::1"), &ip) && ip.v == 6);
	EXPECT_TEXT(net_ip_format(ip, text), "fe80::1");
	EXPECT(net_parse(STR_LIT("fe80::/10"), &net) && net_contains(&net, &ip));
	EXPECT(net_parse(STR_LIT("0.0.0.0/0"), &net) && !net_contains(&net, &ip));
	EXPECT(!net_parse(STR_LIT("10.0.0.0"), &net));
	EXPECT(!net_parse(STR_LIT("10.0.0.0/"), &net));
	EXPECT(!net_parse(STR_LIT("10.0.0.0/33"), &net));
	EXPECT(!net_parse(STR_LIT("::/0"), &net));
	EXPECT(!net_parse(STR_LIT("::1/129"), &net));
	EXPECT(!net_parse_ip(STR_LIT("10.1.2"), &ip));
	EXPECT(!net_parse_ip(STR_LIT("10.1.2.256"), &ip));
	EXPECT(!net_parse_ip(STR_LIT(""), &ip));
}

TEST(typo_finds_the_nearest_name)
{
	struct typo t = typo_of(STR_LIT("proc.nmae"));

	typo_try(&t, STR_LIT("fd.name"));
	typo_try(&t, STR_LIT("proc.name"));
	typo_try(&t, STR_LIT("proc.pname"));
	EXPECT_STR(t.best, "proc.name");
	EXPECT_INT(t.distance, 1);
	t = typo_of(STR_LIT("xyz"));
	typo_try(&t, STR_LIT("abc"));
	EXPECT(!t.best.p);
	EXPECT_INT(typo_distance(STR_LIT("kitten"), STR_LIT("sitting"), 9), 3);
}

TEST(diag_shows_the_line)
{
	struct str source = STR_LIT("- rule: x\n  condition: a and\tb\n");
	struct diag_at at[] = {
		{ "rule", STR_LIT("x"), STR_LIT("f.yaml"), 0, 2, 2 },
		{ "condition expression", STR_LIT(""), STR_LIT("f.yaml"), 1, 19, 29 },
	};
	struct diags d = { 0 };
	struct buf b = { 0 };
	struct diag *g = diag_add(&d, true, (struct diag_kind){ "CODE", "Short" }, at, 2, source,
				  STR_LIT("bad b"));

	diag_text(&b, g);
	EXPECT_TEXT(buf_c(&b), "In rule 'x': (f.yaml:0:2)\n"
			       "    condition expression: (f.yaml:1:19)\n"
			       "------\n"
			       "  condition: a and\tb\n"
			       "                  \t^\n"
			       "------\n"
			       "CODE (Short): bad b\n");
	buf_clear(&b);
	diag_line(&b, g);
	EXPECT_TEXT(buf_c(&b), "f.yaml:2:20: bad b");
	EXPECT_INT(d.n_errors, 1);
	buf_free(&b);
	diags_free(&d);
}
