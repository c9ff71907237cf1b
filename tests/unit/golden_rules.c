// SPDX-License-Identifier: Apache-2.0
/*
 * Loads the rules files in tests/golden/rules/NAME.test and compares the diagnostics and the rules
 * with the expected text:
 *
 *	==== title
 *	YAML of a file			(further files of the same case follow after a line "++++")
 *	----
 *	the diagnostics of each file, then every rule: enabled or not, its description and condition
 *
 * UPDATE_GOLDEN=1 replaces the expected text by the actual text: review the diff before committing
 * it.
 */
#include <dirent.h>
#include <stdlib.h>

#include "test.h"

#include "rules/loader.h"

#define DIR_NAME "tests/golden/rules"

/* Removes one line, newline included, from *rest. */
static struct str take_line(struct str *rest)
{
	const char *end = memchr(rest->p, '\n', rest->n);
	struct str line = { rest->p, end ? (size_t)(end - rest->p) + 1 : rest->n };

	*rest = str_skip(*rest, line.n);
	return line;
}

/* Removes the lines before the next line that starts with one of the markers from *rest. */
static struct str take_until(struct str *rest, const char *marker, const char *other_marker)
{
	struct str part = { rest->p, 0 };

	while (rest->n && !str_starts(*rest, str_of(marker)) &&
	       !str_starts(*rest, str_of(other_marker)))
		part.n += take_line(rest).n;
	return part;
}

static bool check_output(void *arg, struct arena *a, struct str source, struct str format,
			 struct reason *why, unsigned *at)
{
	const char *bad = memmem(format.p, format.n, "%bad", 4);

	(void)arg;
	(void)source;
	*at = bad ? (unsigned)(bad - format.p) : 0;
	reason_set_unknown(why, arena_printf(a, "invalid formatting token %.*s", STR_ARGS(format)));
	return !bad;
}

static void put_rules(struct buf *out, const struct rules *rules)
{
	for (unsigned i = 0; i < rules->n; i++) {
		const struct rule *r = rules->v[i];

		buf_printf(out, "%s %.*s (%s, line %u)", r->enabled ? "on " : "off",
			   STR_ARGS(r->name), priority_name(r->priority), r->line);
		for (unsigned k = 0; k < r->n_tags; k++)
			buf_printf(out, " #%.*s", STR_ARGS(r->tags[k]));
		buf_printf(out, "\n    %.*s | %.*s\n    ", STR_ARGS(r->desc), STR_ARGS(r->output));
		ast_print(out, r->cond);
		buf_char(out, '\n');
	}
}

/* Loads the files of one case, which are removed from *rest, and writes the actual text to out. */
static void run(struct str *rest, struct buf *out)
{
	const struct rules_options options = { .check_output = check_output };
	struct rules_loader *l = rules_loader_new(&options);
	struct rules *rules;
	bool good = true;
	char name[16];

	for (int i = 1; good; i++) {
		struct str yaml = take_until(rest, "----", "++++");
		struct load_result res;

		snprintf(name, sizeof(name), "%d.yaml", i);
		good = rules_loader_file(l, name, yaml.p, yaml.n, &res);
		if (res.diags.n)
			load_result_text(out, &res, true);
		load_result_free(&res);
		if (!str_starts(*rest, STR_LIT("++++")))
			break;
		take_line(rest);
	}
	while (str_starts(*rest, STR_LIT("++++"))) {
		take_line(rest);
		take_until(rest, "----", "++++");
	}
	if (rules_loader_finish(l, NULL, &rules)) {
		put_rules(out, rules);
		rules_free(rules);
	}
	rules_loader_free(l);
}

static void check_cases(const char *path, struct str text, struct buf *updated)
{
	buf_str(updated, take_until(&text, "====", "===="));
	while (text.n) {
		const char *start = text.p;
		struct str title = take_line(&text), want;
		struct buf got = { 0 };

		run(&text, &got);
		take_line(&text);
		buf_add(updated, start, (size_t)(text.p - start));
		buf_str(updated, buf_view(&got));
		want = take_until(&text, "====", "====");
		if (!str_eq(want, buf_view(&got))) {
			printf("# %s: %.*s# got:\n%s", path, STR_ARGS(title), buf_c(&got));
			failed_checks++;
		}
		buf_free(&got);
	}
}

static void check_file(const char *path)
{
	struct buf text = { 0 }, updated = { 0 };
	FILE *f = fopen(path, "r");

	EXPECT(f);
	if (!f)
		return;
	text.n = fread(buf_reserve(&text, 1 << 20), 1, 1 << 20, f);
	fclose(f);
	check_cases(path, buf_view(&text), &updated);
	if (getenv("UPDATE_GOLDEN") && (f = fopen(path, "w"))) {
		fwrite(updated.p, 1, updated.n, f);
		fclose(f);
	}
	buf_free(&text);
	buf_free(&updated);
}

TEST(every_case_has_the_expected_result)
{
	DIR *dir = opendir(DIR_NAME);
	unsigned files = 0;
	struct dirent *e;
	char path[512];

	EXPECT(dir);
	while (dir && (e = readdir(dir))) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), DIR_NAME "/%s", e->d_name);
		check_file(path);
		files++;
	}
	if (dir)
		closedir(dir);
	EXPECT(files > 0);
}
