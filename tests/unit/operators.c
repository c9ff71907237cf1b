// SPDX-License-Identifier: Apache-2.0
/* Operators, modifiers and transformers on the values of one event; userspace/doc/conditions.md. */
#include "base/macros.h"
#include "filter/atom.h"
#include "filter/check.h"
#include "filter/parse.h"

#include "state_test.h"

static struct event *ev;

/* init, then sh, then bash with two arguments, which opens a file. */
static void make_event(void)
{
	test_state_new(NULL);
	fork_process(1, 100);
	apply_exec(100, "sh", "/usr/bin/sh");
	fork_process(100, 200);
	apply_exec(200, "bash", "/usr/bin/bash");
	ev = apply_open(200, 3, -100, "/etc/a b/passwd", 1);
}

/* Evaluates a condition of one comparison: 'y', 'n', or '!' if it does not compile. */
static char result(const char *condition)
{
	struct arena arena = { 0 };
	struct extract x = { .ev = ev, .state = test_state, .scratch = &arena };
	struct check_result res;
	struct parse_error err;
	struct reason why;
	struct atoms atoms;
	struct node *n = parse_condition(&arena, str_of(condition), 100, &err);
	uint32_t at;
	char c = '!';
	int i;

	atoms_init(&atoms, &arena);
	if (n && check_condition(&arena, n, &res)) {
		i = atom_intern(&atoms, n, &why, &at);
		if (i >= 0)
			c = atom_holds(atoms.v[i], &x) ? 'y' : 'n';
	} else {
		printf("# %s: %.*s\n", condition, STR_ARGS(n ? res.error.message : err.message));
	}
	atoms_free(&atoms);
	arena_free(&arena);
	return c;
}

static const struct {
	char want;
	const char *condition;
} rows[] = {
	/* text */
	{ 'y', "proc.name = bash" },
	{ 'n', "proc.name = Bash" },
	{ 'y', "proc.name != sh" },
	{ 'y', "proc.name in (sh, bash)" },
	{ 'n', "proc.name in ()" },
	{ '!', "proc.name < 'bask'" },
	{ 'y', "proc.name >= 0" },
	{ 'y', "fd.name contains etc" },
	{ 'y', "fd.name contains ''" },
	{ 'y', "fd.name icontains PASS" },
	{ 'y', "fd.name startswith /etc" },
	{ 'y', "fd.name endswith wd" },
	{ 'y', "fd.name glob '/etc/*'" },
	{ 'n', "fd.name glob 'etc/*'" },
	{ 'y', "fd.name iglob '/ETC/*/PASSW[a-d]'" },
	{ 'y', "fd.name regex '/etc/.*'" },
	{ 'n', "fd.name regex etc" },
	{ 'y', "fd.name pmatch (/usr, '/etc/a*')" },
	{ 'n', "fd.name pmatch (/et)" },
	{ 'y', "fd.name = '/etc/a\\x20b/passwd'" },
	/* numbers */
	{ 'y', "proc.pid = 200" },
	{ 'y', "proc.pid > -1" },
	{ 'n', "proc.pid in (100, 1)" },
	{ '!', "proc.pid = 0xc8" },
	{ '!', "proc.pid = bash" },
	{ '!', "proc.pid contains 2" },
	{ 'y', "fd.num <= 3" },
	{ '!', "proc.is_exe_writable = 1" },
	/* modifiers: one value, and fields with several */
	{ 'y', "proc.name startswith anyof (x, ba)" },
	{ 'n', "proc.name startswith allof (x, ba)" },
	{ 'y', "proc.name startswith allof (b, ba)" },
	{ 'y', "proc.name startswith oneof (x, ba)" },
	{ 'n', "proc.name startswith oneof (b, ba)" },
	{ 'y', "proc.aname = sh" },
	{ 'y', "proc.aname = anyof (x, sh)" },
	{ 'y', "proc.aname = oneof (x, y, sh)" },
	{ 'n', "proc.aname = allof (x, sh)" },
	{ 'y', "proc.aname[1] = sh" },
	/* absent values */
	{ 'n', "fd.sip exists" },
	{ 'n', "fd.sip != 1.2.3.4" },
	{ 'y', "fd.name exists" },
	/* transformers and the right side */
	{ 'y', "toupper(proc.name) = BASH" },
	{ 'y', "basename(fd.name) = passwd" },
	{ 'y', "len(proc.name) = 4" },
	{ 'y', "concat(proc.name, '-', proc.pname) = bash-sh" },
	{ 'y', "join('/', (proc.pname, 'x', proc.name)) = sh/x/bash" },
	{ 'y', "len((proc.name, 'x')) = 2" },
	{ 'y', "proc.name = tolower('BASH')" },
	{ 'n', "proc.name = val(proc.pname)" },
	{ 'y', "proc.pid != val(proc.ppid)" },
	{ '!', "proc.pid = val(proc.name)" },
	{ '!', "proc.name regex val(proc.pname)" },
	{ '!', "toupper(proc.pid) = X" },
	{ '!', "concat(proc.pid, 'x') = 200x" },
	{ '!', "join('-', (proc.name, proc.pid)) = x" },
	{ '!', "len(proc.pid) = 3" },
	{ '!', "toupper(proc.name, proc.name) = X" },
};

TEST(operators_on_values)
{
	make_event();
	for (unsigned i = 0; i < ARRAY_SIZE(rows); i++) {
		char got = result(rows[i].condition);

		if (got != rows[i].want)
			printf("# %s: %c\n", rows[i].condition, got);
		EXPECT(got == rows[i].want);
	}
	test_state_free();
}
