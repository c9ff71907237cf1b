// SPDX-License-Identifier: Apache-2.0
/* Counts alerts per rule, and prints the summary. */
#include "app/tally.h"

#include <ctype.h>
#include <stdlib.h>

bool tally_row(struct tally *t, struct str name, unsigned *row)
{
	char *text;

	for (*row = 0; *row < t->n; ++*row) {
		if (str_eq(t->v[*row].name, name))
			return true;
	}
	if (t->n == t->cap) {
		unsigned cap = 2 * t->cap + 16;
		struct tally_row *v = reallocarray(t->v, cap, sizeof(*v));

		if (!v)
			return false;
		t->v = v;
		t->cap = cap;
	}
	text = malloc(name.n + 1);
	if (!text)
		return false;
	memcpy(text, name.p, name.n);
	t->v[t->n++] = (struct tally_row){ .name = { text, name.n } };
	return true;
}

/* quirk: Falco prints the short name, in capitals. */
static void add_word(struct buf *out, enum priority priority)
{
	const char *word = priority == PRIO_INFORMATIONAL ? "Info" : priority_name(priority);

	while (*word)
		buf_char(out, (char)toupper((unsigned char)*word++));
}

void tally_print(const struct tally *t, struct buf *out)
{
	buf_printf(out, "Events detected: %llu\nRule counts by severity:\n",
		   (unsigned long long)t->total);
	for (unsigned p = 0; p <= PRIO_DEBUG; p++) {
		if (!t->by_priority[p])
			continue;
		buf_cstr(out, "   ");
		add_word(out, (enum priority)p);
		buf_printf(out, ": %llu\n", (unsigned long long)t->by_priority[p]);
	}
	buf_cstr(out, "Triggered rules by rule name:\n");
	for (unsigned i = 0; i < t->n; i++) {
		if (t->v[i].count)
			buf_printf(out, "   %.*s: %llu\n", STR_ARGS(t->v[i].name),
				   (unsigned long long)t->v[i].count);
	}
}

void tally_free(struct tally *t)
{
	for (unsigned i = 0; i < t->n; i++)
		free((char *)t->v[i].name.p);
	free(t->v);
	*t = (struct tally){ 0 };
}
