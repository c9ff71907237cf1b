// SPDX-License-Identifier: Apache-2.0
#include "app/tally.h"

#include <ctype.h>

#include "base/memory.h"
#include "base/vec.h"

unsigned tally_row(struct tally *t, struct str name)
{
	for (unsigned i = 0; i < t->n; i++) {
		if (str_eq(t->v[i].name, name))
			return i;
	}
	/* Without memory for the name the row stays, nameless. */
	vec_push(t, (struct tally_row){ .name = STR_NONE });
	t->v[t->n - 1].name = (struct str){ memory_text(name.p, name.n), name.n };
	return t->n - 1;
}

/* quirk: the short word, in capitals. */
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
		buf_text(out, "   ");
		add_word(out, (enum priority)p);
		buf_printf(out, ": %llu\n", (unsigned long long)t->by_priority[p]);
	}
	buf_text(out, "Triggered rules by rule name:\n");
	for (unsigned i = 0; i < t->n; i++) {
		if (t->v[i].count)
			buf_printf(out, "   %.*s: %llu\n", STR_ARGS(t->v[i].name),
				   (unsigned long long)t->v[i].count);
	}
}

void tally_free(struct tally *t)
{
	for (unsigned i = 0; i < t->n; i++)
		memory_put((char *)t->v[i].name.p);
	vec_free(t);
}
