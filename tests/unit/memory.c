// SPDX-License-Identifier: Apache-2.0
/*
 * Failing allocations.  This program is linked with --wrap, so that all calls of malloc() and its
 * family, those of libyaml and PCRE2 included, call the functions below, which let one chosen
 * request fail.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/ruleset.h"
#include "base/map.h"
#include "base/memory.h"
#include "base/vec.h"
#include "config/config.h"

#include "state_test.h"

/* ---- failing requests ---- */

static long n_requests, fail_at; /* requests so far; number of the one that fails, -1: none */
static bool counting;
static long n_blocks; /* allocated while counting and not freed */

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__real_reallocarray(void *p, size_t n, size_t size);
char *__real_strdup(const char *s);
void __real_free(void *p);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
void *__wrap_reallocarray(void *p, size_t n, size_t size);
char *__wrap_strdup(const char *s);
void __wrap_free(void *p);

static bool must_fail(void)
{
	return counting && n_requests++ == fail_at;
}

static void *count_block(void *p)
{
	n_blocks += p && counting;
	return p;
}

void *__wrap_malloc(size_t n)
{
	return must_fail() ? NULL : count_block(__real_malloc(n));
}

void *__wrap_calloc(size_t n, size_t size)
{
	return must_fail() ? NULL : count_block(__real_calloc(n, size));
}

void *__wrap_realloc(void *p, size_t n)
{
	if (must_fail())
		return NULL;
	return p ? __real_realloc(p, n) : count_block(__real_realloc(p, n));
}

void *__wrap_reallocarray(void *p, size_t n, size_t size)
{
	if (must_fail())
		return NULL;
	return p ? __real_reallocarray(p, n, size) : count_block(__real_reallocarray(p, n, size));
}

char *__wrap_strdup(const char *s)
{
	return must_fail() ? NULL : count_block(__real_strdup(s));
}

void __wrap_free(void *p)
{
	n_blocks -= p && counting;
	__real_free(p);
}

static void fail_request(long at)
{
	n_requests = n_blocks = 0;
	fail_at = at;
	counting = true;
}

/* Returns how many blocks allocated since fail_request() were not freed. */
static long end_failing(void)
{
	counting = false;
	return n_blocks;
}

/* ---- transactions ---- */

static void *remaining[30];

static void allocate_some(void *arg)
{
	VEC(int) v = { 0 };
	struct map m = { 0 };
	struct arena a = { 0 };
	struct buf b = { 0 };
	char name[16];

	for (int i = 0; i < 3000; i++) {
		vec_push(&v, i);
		snprintf(name, sizeof(name), "%d", i);
		map_put(&m, arena_str(&a, str_of(name)), &a);
		buf_cstr(&b, name);
		memory_free(memory_text(name, 3));
		if (i % 100 == 0)
			remaining[i / 100] = memory_alloc(100);
	}
	*(int *)arg = v.v[2999] + (int)m.n;
	vec_free(&v);
	map_free(&m);
	arena_free(&a);
	buf_free(&b);
}

TEST(a_failed_transaction_frees_its_blocks)
{
	long points = 0;
	int sum = 0;

	for (bool good = false; !good; points++) {
		sum = 0;
		fail_request(points);
		good = memory_transaction(allocate_some, &sum);
		/* If it succeeded, the caller owns the blocks that were not freed. */
		EXPECT_INT(end_failing(), good ? 30 : 0);
		EXPECT_INT(sum, good ? 5999 : 0);
		if (failed_checks)
			return;
	}
	for (int i = 0; i < 30; i++)
		memory_free(remaining[i]);
	EXPECT(points > 3000);
	printf("# %ld points\n", points - 1);
}

struct cleanups {
	char order[8]; /* one letter per cleanup that ran */
	unsigned n;
	bool fails;
};

static void outer_cleanup(void *arg)
{
	struct cleanups *c = arg;

	c->order[c->n++] = 'o';
}

static void closed_cleanup(void *arg)
{
	struct cleanups *c = arg;

	c->order[c->n++] = 'c';
}

static void inner_cleanup(void *arg)
{
	struct cleanups *c = arg;

	c->order[c->n++] = 'i';
}

static void do_nothing(void *arg)
{
	(void)arg;
}

static void allocate_one(void *arg)
{
	struct cleanups *c = arg;

	if (c->fails)
		fail_request(0);
	memory_free(memory_alloc(8));
}

static void inner(void *arg)
{
	memory_finally(do_nothing, closed_cleanup, arg);
	memory_finally(allocate_one, inner_cleanup, arg);
}

static void outer(void *arg)
{
	memory_finally(inner, outer_cleanup, arg);
}

TEST(each_cleanup_runs_once)
{
	struct cleanups good = { 0 }, failing = { .fails = true }, outside = { 0 };

	EXPECT(memory_transaction(outer, &good));
	EXPECT(!memory_transaction(outer, &failing));
	end_failing();
	outer(&outside);
	EXPECT_TEXT(good.order, "cio");
	EXPECT_TEXT(failing.order, "cio");
	EXPECT_TEXT(outside.order, "cio");
}

static void resize_older(void *arg)
{
	void **p = arg;
	void *fresh[3];

	for (int i = 0; i < 3; i++)
		fresh[i] = memory_alloc(16);
	*p = memory_resize(*p, 1 << 20, 1);
	fresh[1] = memory_resize(fresh[1], 1 << 20, 1);
	memory_free(fresh[0]);
	memory_alloc(16);
	fail_at = n_requests;
	memory_alloc(16);
}

TEST(a_failed_transaction_leaves_older_blocks)
{
	char *p;

	fail_request(-1);
	p = memory_text("older", 5);
	EXPECT(!memory_transaction(resize_older, &p));
	EXPECT_INT(end_failing(), 1);
	EXPECT_TEXT(p, "older");
	memory_free(p);
}

TEST(memory_try_resize_reports_failure)
{
	struct buf to = { 0 }, from = { 0 };

	buf_cstr(&to, "ab");
	buf_cstr(&from, "cd");
	EXPECT(!memory_try_resize(NULL, SIZE_MAX, 2));
	EXPECT(!memory_try_resize(NULL, SIZE_MAX - 1, 1));
	fail_request(0);
	EXPECT(!buf_take(&to, &from));
	end_failing();
	EXPECT_TEXT(buf_c(&to), "ab");
	EXPECT_TEXT(buf_c(&from), "cd");
	EXPECT(buf_take(&to, &from));
	EXPECT_TEXT(buf_c(&to), "abcd");
	EXPECT(!from.p && buf_take(&to, &from));
	EXPECT(buf_take(&from, &to));
	EXPECT_TEXT(buf_c(&from), "abcd");
	buf_free(&from);
}

/* ---- configuration and rules ---- */

static const char falco_yaml[] =
	"rules_files: [%s/rules]\n"
	"config_files: [%s/more]\n"
	"json_output: true\n"
	"rule_matching: all\n"
	"rules:\n  - disable: {tag: quiet}\n  - enable: {rule: 'shell*'}\n"
	"append_output:\n"
	"  - match: {source: syscall, tags: [b]}\n"
	"    extra_output: 'on %%evt.hostname'\n"
	"    extra_fields: ['proc.aname[2]', {shout: '%%toupper(proc.name)'}]\n"
	"  - suggested_output: true\n";

static const char more_text[] =
	"priority: debug\noutputs_queue: {capacity: 10}\nlog_level: ${NO_SUCH_LEVEL}info\n";

/* Every kind of item and key, with warnings. */
static const char rules_text[] =
	"- required_engine_version: 0.31.0\n"
	"- list: shells\n  items: [bash, sh, \"a b\"]\n"
	"- list: all_shells\n  items: [shells, zsh]\n"
	"- list: shells\n  override: {items: append}\n  items: [dash]\n"
	"- macro: opens\n  condition: evt.type in (open, openat, openat2) and evt.rawres >= 0\n"
	"- macro: unused\n  condition: (evt.type = close)\n"
	"- rule: shell opened\n"
	"  desc: >\n    folded\n    text\n"
	"  condition: >\n"
	"    opens and proc.name in (all_shells)\n"
	"    and not fd.name regex \"/(proc|sys)/[a-z]+/.*x\"\n"
	"    and (fd.name startswith anyof (/etc, /root) or fd.directory pmatch (/home/*, /var))\n"
	"    and tolower(proc.exe) != val(proc.name) and fd.snet in (10.0.0.0/8, \"::1/128\")\n"
	"  output: \"%proc.name %20fd.name %basename(fd.name) %proc.aname[2] \\x41\"\n"
	"  priority: WARNING\n"
	"  tags: [b, a]\n"
	"  exceptions:\n"
	"  - {name: one, fields: [proc.name, fd.name], comps: [=, in], values: [[bash, [a, b]]]}\n"
	"  - {name: two, fields: proc.pname, values: [x, y]}\n"
	"- rule: shell opened\n"
	"  override: {condition: append, tags: append, exceptions: append}\n"
	"  condition: and not user.uid = 1000\n  tags: [c]\n"
	"  exceptions:\n  - {name: two, values: [z]}\n"
	"- rule: any\n  desc: d\n  condition: evt.type = getuid\n  output: any %evt.type\n  priority: INFO\n  strange: 1\n"
	"- rule: silent\n  desc: d\n  condition: opens and no.such = 1\n  output: x\n  priority: INFO\n"
	"  skip-if-unknown-filter: true\n  tags: [quiet]\n";

static char dir[] = "/tmp/memory_XXXXXX";

static void write_file(const char *name, const char *format)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	fprintf(f, format, dir, dir);
	fclose(f);
}

static bool make_files(void)
{
	char path[64];

	if (!mkdtemp(dir))
		return false;
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, i ? "more" : "rules");
		mkdir(path, 0700);
	}
	write_file("falco.yaml", falco_yaml);
	write_file("more/10.yaml", more_text);
	snprintf(path, sizeof(path), "%s/rules/r.yaml", dir);
	FILE *f = fopen(path, "w");

	fwrite(rules_text, 1, sizeof(rules_text) - 1, f);
	fclose(f);
	return true;
}

static void remove_files(void)
{
	static const char *const names[] = { "rules/r.yaml", "more/10.yaml", "falco.yaml",
					     "rules",	     "more",	     "" };
	char path[64];

	for (unsigned i = 0; i < 6; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		if (i < 3)
			unlink(path);
		else
			rmdir(path);
	}
}

static struct config *read_config(struct buf *errors)
{
	char path[64];
	struct config_input in = { .file = path };
	struct buf remarks = { 0 };
	struct config *c;

	snprintf(path, sizeof(path), "%s/falco.yaml", dir);
	c = config_load(&in, errors, &remarks);
	buf_free(&remarks);
	return c;
}

static int open_files(void)
{
	int n = 0;

	for (int fd = 0; fd < 64; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static bool is_out_of_memory(const struct buf *errors)
{
	const char *text = buf_c(errors);

	return strstr(text, "ut of memory") || strstr(text, "annot allocate memory");
}

static long sweep_config(void)
{
	int files = open_files();
	long points = 0, left;

	for (struct config *c = NULL; !c; points++) {
		struct buf errors = { 0 };

		fail_request(points);
		c = read_config(&errors);
		left = end_failing();
		if (!c) {
			EXPECT(is_out_of_memory(&errors));
			buf_free(&errors);
			/* Only the block of the message remains. */
			EXPECT_INT(left, 1);
		}
		config_free(c);
		EXPECT_INT(open_files(), files);
		if (failed_checks) {
			printf("# point %ld: %s\n", points, buf_c(&errors));
			break;
		}
	}
	return points - 1;
}

struct loader_input {
	struct config *config;
	struct tally tally;
	struct message_options message;
	uint16_t generation;
};

static struct ruleset *read_rules(struct loader_input *n, struct buf *errors)
{
	struct ruleset_input in = { .config = n->config,
				    .message = &n->message,
				    .generation = ++n->generation };
	struct buf remarks = { 0 };
	struct ruleset *rs = ruleset_load(&in, &n->tally, errors, &remarks);

	buf_free(&remarks);
	return rs;
}

/* The loaded rules match an event and format its alert. */
static bool rules_work(struct ruleset *rs)
{
	struct arena scratch = { 0 };
	struct extract x = { .state = test_state, .scratch = &scratch };
	const struct rule *const *hits = NULL;
	struct buf line = { 0 };
	unsigned n;
	bool good;

	record_start(&r, EV_getuid, 1);
	x.ev = apply_record();
	n = matcher_match(rs->matcher, &x, &hits);
	if (n)
		message_alert(&(struct message_options){ .include_output = true },
			      &rs->forms[hits[0]->index], &x, &line);
	good = n == 1 && str_is(hits[0]->name, "any") && line.n && strstr(line.p, "any getuid");
	buf_free(&line);
	arena_free(&scratch);
	return good;
}

static long sweep_reload(struct loader_input *n, struct ruleset *running)
{
	unsigned rows = n->tally.n;
	int files = open_files();
	long points = 0, left;

	for (struct ruleset *rs = NULL; !rs; points++) {
		struct buf errors = { 0 };

		fail_request(points);
		rs = read_rules(n, &errors);
		left = end_failing();
		if (!rs) {
			EXPECT(is_out_of_memory(&errors));
			EXPECT_INT(left, 1);
		}
		EXPECT(rules_work(rs ? rs : running));
		EXPECT_INT(n->tally.n, rows);
		EXPECT_INT(open_files(), files);
		if (failed_checks) {
			printf("# point %ld: %ld blocks left: %s\n", points, left, buf_c(&errors));
			break;
		}
		buf_free(&errors);
		ruleset_free(rs);
	}
	return points - 1;
}

TEST(each_request_of_a_load_fails_once)
{
	struct loader_input n = {
		.message = { .json = true, .include_output = true, .include_fields = true }
	};
	struct buf errors = { 0 };
	struct ruleset *running;
	long points;

	test_state_new(NULL);
	if (!make_files())
		SKIP("cannot create a directory");
	points = sweep_config();
	printf("# configuration: %ld points\n", points);
	EXPECT(points > 200);
	n.config = read_config(&errors);
	running = n.config ? read_rules(&n, &errors) : NULL;
	EXPECT(running);
	if (running) {
		EXPECT_INT(ruleset_enabled(running), 2);
		EXPECT(rules_work(running));
		points = sweep_reload(&n, running);
		printf("# rules: %ld points\n", points);
		EXPECT(points > 1000);
		EXPECT(rules_work(running));
	} else {
		printf("# %s\n", buf_c(&errors));
	}
	ruleset_free(running);
	config_free(n.config);
	tally_free(&n.tally);
	buf_free(&errors);
	remove_files();
	test_state_free();
}
