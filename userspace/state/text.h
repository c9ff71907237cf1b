/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text that several owners share: a struct str whose bytes have a reference count in front of them and a NUL behind.
 * Everything a thread keeps is such a text, so a fork copies pointers.
 */
#ifndef STATE_TEXT_H
#define STATE_TEXT_H

#include <stdint.h>
#include <stdlib.h>

#include "base/str.h"

struct text {
	uint32_t refs;
	char bytes[];
};

#define TEXT_EMPTY STR_LIT("")

/* A text of n bytes for the caller to fill; the empty text for n = 0 and when memory is out. */
static inline struct str text_alloc(size_t n)
{
	struct text *t = n ? malloc(sizeof(*t) + n + 1) : NULL;

	if (!t)
		return TEXT_EMPTY;
	t->refs = 1;
	t->bytes[n] = 0;
	return (struct str){ t->bytes, n };
}

static inline struct str text_new(struct str s)
{
	struct str t = text_alloc(s.n);

	if (t.n)
		memcpy((char *)t.p, s.p, s.n);
	return t;
}

static inline struct text *text_of(struct str s)
{
	return (struct text *)(s.p - offsetof(struct text, bytes));
}

static inline struct str text_share(struct str s)
{
	if (s.n)
		text_of(s)->refs++;
	return s;
}

static inline void text_drop(struct str *s)
{
	if (s->n && --text_of(*s)->refs == 0)
		free(text_of(*s));
	*s = TEXT_EMPTY;
}

/* The text that holds these bytes: old shared if it is the same, else a copy. */
static inline struct str text_like(struct str old, struct str s)
{
	return str_eq(old, s) ? text_share(old) : text_new(s);
}

/* Replace a kept text; true if it is another one now. */
static inline bool text_set(struct str *kept, struct str s)
{
	struct str t;

	if (str_eq(*kept, s))
		return false;
	t = text_new(s);
	text_drop(kept);
	*kept = t;
	return true;
}

#endif
