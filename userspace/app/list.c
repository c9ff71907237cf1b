// SPDX-License-Identifier: Apache-2.0
/* Text of -L and -i. */
#include "app/list.h"

#include "app/syscalls.h"
#include "event/event.h"

enum { RULE_COLUMN = 51, WIDTH = 110 };

/* Appends text from a column up to WIDTH, with line breaks at blanks. */
static void add_block(struct buf *out, struct str text, size_t column)
{
	for (;;) {
		size_t n = WIDTH - column;

		if (text.n <= n)
			break;
		while (n && text.p[n] != ' ')
			n--;
		n = n ? n : WIDTH - column;
		buf_add(out, text.p, n);
		buf_char(out, '\n');
		buf_fill(out, ' ', column);
		text = str_skip(text, n);
		while (text.n && text.p[0] == ' ')
			text = str_skip(text, 1);
	}
	buf_str(out, text);
	buf_char(out, '\n');
}

void list_rule(struct str name, struct str desc, struct buf *out)
{
	while (desc.n && (desc.p[desc.n - 1] == '\n' || desc.p[desc.n - 1] == ' '))
		desc.n--;
	buf_printf(out, "%-*.*s ", RULE_COLUMN - 1, STR_ARGS(name));
	add_block(out, desc, RULE_COLUMN);
	buf_char(out, '\n');
}

void list_ignored(struct buf *out)
{
	const char *names[SYSCALL_CODES];
	unsigned n = syscalls_ignored_events(names, SYSCALL_CODES);

	buf_cstr(out, "Ignored syscall(s):\n");
	for (unsigned i = 0; i < n; i++)
		buf_printf(out, "- %s\n", names[i]);
	buf_char(out, '\n');
}
