// SPDX-License-Identifier: Apache-2.0
/*
 * falco rules test: runs tests of rules.  A test is an event with its process, or a capture, and
 * the alerts that are expected; rules/README.md describes the files.
 *
 * Every test with an event has a state of its own: init, the process and its ancestors.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/macros.h"
#include "base/vec.h"
#include "config/config.h"
#include "event/event.h"
#include "output/template.h"
#include "tools/fixture.h"
#include "tools/tool.h"
#include "yaml/tree.h"

enum { FILE_BYTES_MAX = 16 << 20, EVENT_TS = 1700000000 };

struct expected_alert {
	struct str rule, output; /* output: text that the alert contains, STR_NONE for any */
	uint64_t count;		 /* 0: any number from 1 */
	uint64_t seen;
};

struct rule_test {
	struct tool *tool;
	struct arena arena;
	const char *file;
	struct tree tree;
	struct ruleset *rules;
	struct json *json;
	unsigned passed, failed, skipped;
	struct {
		bool raised, quiet;
	} * cover; /* per rule */

	/* The current test. */
	const struct tree_node *test;
	VEC(struct expected_alert) expected;
	struct buf failures; /* one line each */
	bool skip;
};

/* ---- failures ---- */

static void add_failure_at(struct rule_test *u, const struct tree_node *at, struct str why)
{
	buf_printf(&u->failures, "%s:%u:%u: ", u->file, at->line + 1, at->column + 1);
	buf_str(&u->failures, why);
	buf_char(&u->failures, '\n');
}

static bool reject(struct rule_test *u, const struct tree_node *at, const char *why)
{
	add_failure_at(u, at, str_of(why));
	return false;
}

static bool is_rule(struct rule_test *u, struct str name)
{
	for (unsigned i = 0; i < u->rules->rules->n; i++) {
		if (str_eq(u->rules->rules->v[i]->name, name))
			return true;
	}
	return false;
}

/* ---- expected alerts ---- */

static bool add_expected(struct rule_test *u, const struct tree_node *at, struct expected_alert w)
{
	if (!is_rule(u, w.rule))
		return reject(u, at, "there is no such rule");
	vec_push(&u->expected, w);
	return true;
}

/* A rule's name, or { rule: NAME, output: TEXT, count: N }. */
static bool read_one_expected(struct rule_test *u, const struct tree_node *n)
{
	const struct tree_node *rule = tree_get(n, "rule"), *output = tree_get(n, "output"),
			       *count = tree_get(n, "count");
	struct expected_alert w = { 0 };

	if (n->kind == TREE_SCALAR) {
		w.rule = n->text;
		return add_expected(u, n, w);
	}
	if (!rule || rule->kind != TREE_SCALAR)
		return reject(u, n, "an alert is a rule's name or a map with 'rule'");
	w.rule = rule->text;
	if (output && output->kind == TREE_SCALAR)
		w.output = output->text;
	if (count && !tree_uint(count, UINT32_MAX, &w.count))
		return reject(u, count, "'count' takes a number");
	return add_expected(u, n, w);
}

static bool read_expected(struct rule_test *u)
{
	const struct tree_node *alerts = tree_get(u->test, "alerts");

	u->expected.n = 0;
	if (!alerts || alerts->kind != TREE_LIST)
		return reject(u, u->test,
			      "a test needs 'alerts', a list (empty if there must be none)");
	for (unsigned i = 0; i < alerts->n; i++) {
		if (!read_one_expected(u, alerts->items[i]))
			return false;
	}
	return true;
}

/* ---- alerts that were raised ---- */

static bool check_output(struct rule_test *u, const struct expected_alert *w,
			 const struct rule *rule, struct extract *x)
{
	struct buf text = { 0 };
	bool good;

	template_fill(u->rules->forms[rule->index].text, x, &text);
	good = memmem(text.p, text.n, w->output.p, w->output.n);
	if (!good)
		buf_printf(&u->failures, "rule '%.*s': output does not contain '%.*s': %s\n",
			   STR_ARGS(w->rule), STR_ARGS(w->output), buf_c(&text));
	buf_free(&text);
	return good;
}

static void count_alert(struct rule_test *u, const struct rule *rule, struct extract *x)
{
	for (unsigned i = 0; i < u->expected.n; i++) {
		struct expected_alert *w = &u->expected.v[i];

		if (!str_eq(w->rule, rule->name))
			continue;
		if (!w->seen++ && w->output.n)
			check_output(u, w, rule, x);
		return;
	}
	buf_printf(&u->failures, "event %llu raised '%.*s', which was not expected\n",
		   (unsigned long long)x->ev->num, STR_ARGS(rule->name));
}

static bool visit(void *arg, struct extract *x)
{
	struct rule_test *u = arg;
	const struct rule *const *hits;
	unsigned n = matcher_match(u->rules->matcher, x, &hits);

	for (unsigned i = 0; i < n; i++)
		count_alert(u, hits[i], x);
	return true;
}

static void check_expected(struct rule_test *u)
{
	for (unsigned i = 0; i < u->expected.n; i++) {
		const struct expected_alert *w = &u->expected.v[i];

		if (!w->seen)
			buf_printf(&u->failures, "'%.*s' was expected, but raised no alert\n",
				   STR_ARGS(w->rule));
		else if (w->count && w->seen != w->count)
			buf_printf(&u->failures, "'%.*s' raised %llu alerts, expected %llu\n",
				   STR_ARGS(w->rule), (unsigned long long)w->seen,
				   (unsigned long long)w->count);
	}
}

/* ---- one event ---- */

static bool read_params(struct rule_test *u, struct composed *r)
{
	const struct tree_node *params = tree_get(u->test, "params");
	struct str why;

	if (params && params->kind != TREE_MAP)
		return reject(u, params, "'params' is a map of names to values");
	for (unsigned i = 0; params && i < params->n; i++) {
		struct str name = arena_str(&u->arena, params->keys[i]->text);
		int at = compose_find(r, name.p);

		if (at < 0)
			return reject(u, params->keys[i],
				      "the event has no such parameter (falco --list-events)");
		if (!compose_node(r, (unsigned)at, params->items[i], &u->arena, &why)) {
			add_failure_at(u, params->items[i], why);
			return false;
		}
	}
	return true;
}

static void process_one_event(struct rule_test *u, const struct fixture *fixture, struct composed *r)
{
	struct state *state =
		state_new(&(struct state_options){ .thread_limit = 256, .host_root = "" });
	struct arena scratch = { 0 };
	struct event ev;
	struct extract x = { .ev = &ev, .state = state, .scratch = &scratch };
	const char *why = "out of memory";

	if (state && compose_event(r, EVENT_TS * NSEC_PER_SEC, FIXTURE_TID, &ev, &why)) {
		fixture_seed(fixture, state);
		state_process(state, &ev);
		visit(u, &x);
	} else {
		reject(u, u->test, why);
	}
	if (state)
		state_free(state);
	arena_free(&scratch);
}

static void run_event(struct rule_test *u, const struct tree_node *event)
{
	struct fixture fixture = { .arena = &u->arena };
	struct composed r;

	if (event->kind != TREE_SCALAR || !compose_start(&r, event->text)) {
		reject(u, event, "there is no such event (falco --list-events)");
		return;
	}
	if (!fixture_read(&fixture, u->test)) {
		add_failure_at(u, fixture.at, fixture.why);
	} else if (read_params(u, &r)) {
		if (r.type == EV_execve || r.type == EV_execveat)
			fixture_exec_params(&fixture, &r);
		process_one_event(u, &fixture, &r);
	}
	compose_free(&r);
}

/* ---- a capture ---- */

/* Paths in a test file are relative to its directory. */
static struct str resolve_path(struct rule_test *u, struct str path)
{
	const char *slash = strrchr(u->file, '/');

	if (!slash || (path.n && path.p[0] == '/'))
		return arena_str(&u->arena, path);
	return arena_printf(&u->arena, "%.*s/%.*s", (int)(slash - u->file), u->file, STR_ARGS(path));
}

static void run_capture(struct rule_test *u, const struct tree_node *capture)
{
	struct str path = resolve_path(u, capture->text);
	FILE *f = fopen(path.p, "re");

	if (!f) {
		u->skip = true;
		return;
	}
	fclose(f);
	if (!tool_replay(u->tool, path.p, visit, u)) {
		add_failure_at(u, capture, buf_view(&u->tool->errors));
		buf_clear(&u->tool->errors);
	}
}

/* ---- a test ---- */

static const char *const test_keys[] = {
	"test",	     "rule", "event",	  "params",  "process",
	"ancestors", "fds",  "addresses", "capture", "alerts",
};

static bool check_keys(struct rule_test *u)
{
	if (u->test->kind != TREE_MAP)
		return reject(u, u->test, "a test is a map");
	for (unsigned i = 0; i < u->test->n; i++) {
		size_t k = 0;

		while (k < ARRAY_SIZE(test_keys) && !str_is(u->test->keys[i]->text, test_keys[k]))
			k++;
		if (k == ARRAY_SIZE(test_keys))
			return reject(u, u->test->keys[i], "unknown key of a test");
	}
	return true;
}

/* Coverage: rules whose alert the test expects, and the rule it is about, if it expects none. */
static void record_coverage(struct rule_test *u)
{
	const struct tree_node *about = tree_get(u->test, "rule");

	for (unsigned i = 0; i < u->rules->rules->n; i++) {
		const struct rule *r = u->rules->rules->v[i];
		bool wanted = false;

		for (unsigned k = 0; k < u->expected.n; k++)
			wanted |= str_eq(u->expected.v[k].rule, r->name);
		u->cover[i].raised |= wanted;
		u->cover[i].quiet |= !wanted && about && about->kind == TREE_SCALAR &&
				     str_eq(about->text, r->name);
	}
}

static void run_parts(struct rule_test *u)
{
	const struct tree_node *event, *capture, *about;

	if (!check_keys(u) || !read_expected(u))
		return;
	event = tree_get(u->test, "event");
	capture = tree_get(u->test, "capture");
	about = tree_get(u->test, "rule");
	if (about && !(about->kind == TREE_SCALAR && is_rule(u, about->text)))
		reject(u, about, "there is no such rule");
	else if (!event == !capture)
		reject(u, u->test, "a test has either 'event' or 'capture'");
	else if (event)
		run_event(u, event);
	else if (capture->kind == TREE_SCALAR)
		run_capture(u, capture);
	else
		reject(u, capture, "'capture' is the path of a file");
	if (!u->failures.n && !u->skip) {
		check_expected(u);
		record_coverage(u);
	}
}

static void report_json(struct rule_test *u, struct str name, const char *result)
{
	const char *line = buf_c(&u->failures);

	json_object(u->json);
	json_add_text(u->json, "file", u->file);
	json_add_uint(u->json, "line", u->test ? u->test->line + 1 : 0);
	json_add_str(u->json, "test", name);
	json_add_text(u->json, "result", result);
	json_add_array(u->json, "reasons");
	for (size_t n; *line; line += n + (line[n] != 0)) {
		n = strcspn(line, "\n");
		json_str(u->json, (struct str){ line, n });
	}
	json_end(u->json);
	json_end(u->json);
}

/* As TAP, or in JSON as an element of "tests". */
static void report(struct rule_test *u, struct str name)
{
	bool bad = u->failures.n;
	const char *line = buf_c(&u->failures);
	struct buf *out = &u->tool->out;

	u->failed += bad;
	u->skipped += !bad && u->skip;
	u->passed += !bad && !u->skip;
	if (u->json) {
		report_json(u, name, bad ? "failed" : u->skip ? "skipped" : "passed");
		return;
	}
	buf_printf(out, "%sok %u - %.*s%s\n", bad ? "not " : "", u->passed + u->failed + u->skipped,
		   STR_ARGS(name), u->skip ? " # SKIP no such capture" : "");
	for (size_t n; *line; line += n + (line[n] != 0)) {
		n = strcspn(line, "\n");
		buf_printf(out, "# %.*s\n", (int)n, line);
	}
}

static void run_test(struct rule_test *u, const struct tree_node *test)
{
	const struct tree_node *name = tree_get(test, "test");

	u->test = test;
	u->skip = false;
	buf_clear(&u->failures);
	run_parts(u);
	report(u, name && name->kind == TREE_SCALAR ? name->text : STR_LIT("without a name"));
}

/* ---- a file ---- */

static bool read_file(const char *path, struct buf *b)
{
	FILE *f = fopen(path, "re");
	size_t got = 1;
	bool good = f;

	while (f && got && b->n <= FILE_BYTES_MAX) {
		got = fread(buf_reserve(b, 65536), 1, 65536, f);
		b->n += got;
	}
	if (f) {
		good = !ferror(f);
		fclose(f);
	}
	return good;
}

static bool read_tree(struct rule_test *u)
{
	struct buf b = { 0 };
	struct str text;

	if (!read_file(u->file, &b)) {
		buf_printf(&u->tool->errors, "%s: %m\n", u->file);
		buf_free(&b);
		return false;
	}
	text = arena_str(&u->arena, buf_view(&b));
	buf_free(&b);
	if (tree_parse(&u->arena, text, &u->tree) && u->tree.n_docs == 1 &&
	    tree_get(u->tree.docs[0], "tests"))
		return true;
	if (u->tree.error.n)
		buf_printf(&u->tool->errors, "%s:%u:%u: %.*s\n", u->file, u->tree.line + 1,
			   u->tree.column + 1, STR_ARGS(u->tree.error));
	else
		buf_printf(&u->tool->errors,
			   "%s: a test file is a map with 'tests' and maybe 'rules'\n", u->file);
	return false;
}

static bool load_rules(struct rule_test *u)
{
	const struct tree_node *list = tree_get(u->tree.docs[0], "rules");
	struct words paths = { 0 };

	for (unsigned i = 0; !u->tool->rules.n && list && list->kind == TREE_LIST && i < list->n;
	     i++)
		vec_push(&paths, resolve_path(u, list->items[i]->text).p);
	u->rules = tool_rules(u->tool, paths.v, paths.n);
	vec_free(&paths);
	return u->rules;
}

static void check_coverage(struct rule_test *u)
{
	for (unsigned i = 0; u->tool->cover && i < u->rules->rules->n; i++) {
		const struct rule *r = u->rules->rules->v[i];

		u->test = NULL;
		u->skip = false;
		buf_clear(&u->failures);
		if (!r->enabled)
			continue;
		if (!u->cover[i].raised)
			buf_cstr(&u->failures, "no test expects an alert of it\n");
		if (!u->cover[i].quiet)
			buf_cstr(&u->failures, "no test with 'rule' set to it expects no alert\n");
		report(u, arena_printf(&u->arena, "tests of %.*s", STR_ARGS(r->name)));
	}
}

static void run_file(struct rule_test *u)
{
	const struct tree_node *tests;

	if (!read_tree(u) || !load_rules(u))
		return;
	u->cover = arena_zalloc(&u->arena, sizeof(*u->cover) * (u->rules->rules->n + 1));
	tests = tree_get(u->tree.docs[0], "tests");
	for (unsigned i = 0; tests->kind == TREE_LIST && i < tests->n; i++)
		run_test(u, tests->items[i]);
	check_coverage(u);
	ruleset_free(u->rules);
	u->rules = NULL;
}

enum tool_status rule_test_run(struct tool *t)
{
	struct json j = json_to(&t->out);
	struct rule_test u = { .tool = t, .json = t->json ? &j : NULL };

	if (!tool_config(t, true))
		return TOOL_FOUND;
	t->config->match_all = true;
	if (t->json) {
		json_object(&j);
		json_add_array(&j, "tests");
	}
	for (unsigned i = 0; i < t->words.n; i++) {
		u.file = t->words.v[i];
		run_file(&u);
		arena_free(&u.arena);
		u.arena = (struct arena){ 0 };
	}
	if (t->json) {
		json_end(&j);
		json_add_uint(&j, "passed", u.passed);
		json_add_uint(&j, "failed", u.failed);
		json_add_uint(&j, "skipped", u.skipped);
		json_end(&j);
		buf_char(&t->out, '\n');
	} else {
		buf_printf(&t->out, "1..%u\n%u passed, %u failed, %u skipped\n",
			   u.passed + u.failed + u.skipped, u.passed, u.failed, u.skipped);
	}
	vec_free(&u.expected);
	buf_free(&u.failures);
	return u.failed || t->errors.n ? TOOL_FOUND : TOOL_OK;
}
