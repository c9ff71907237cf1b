/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reference-counted immutable strings, held as struct str.
 *
 * The count is directly before the bytes, and a NUL follows them.  Threads and images store their
 * strings in this form, so that a fork copies pointers only.  The empty string has no count and
 * needs no memory.  Other strings must not be passed as an rcstr, unless they are empty.
 */
#ifndef STATE_RCSTR_H
#define STATE_RCSTR_H

#include <stdint.h>
#include <stdlib.h>

#include "base/str.h"

struct rcstr {
	uint32_t refs;
	char bytes[];
};

#define RCSTR_EMPTY STR_LIT("")

static inline struct rcstr *rcstr_header(struct str s)
{
	return (struct rcstr *)(s.p - offsetof(struct rcstr, bytes));
}

/* n uninitialised bytes with one reference, to be filled; empty if n is 0 or without memory. */
static inline struct str rcstr_alloc(size_t n)
{
	struct rcstr *r = n ? malloc(sizeof(*r) + n + 1) : NULL;

	if (!r)
		return RCSTR_EMPTY;
	r->refs = 1;
	r->bytes[n] = 0;
	return (struct str){ r->bytes, n };
}

/* A copy of s (any str) with one reference; empty without memory. */
static inline struct str rcstr_new(struct str s)
{
	struct str copy = rcstr_alloc(s.n);

	if (copy.n)
		memcpy((char *)copy.p, s.p, s.n);
	return copy;
}

/* Takes another reference. */
static inline struct str rcstr_ref(struct str s)
{
	if (s.n)
		rcstr_header(s)->refs++;
	return s;
}

/* Releases a reference; *s is empty afterwards. */
static inline void rcstr_unref(struct str *s)
{
	if (s->n && --rcstr_header(*s)->refs == 0)
		free(rcstr_header(*s));
	*s = RCSTR_EMPTY;
}

/* An rcstr equal to s (any str): another reference to old if that is equal, else a copy. */
static inline struct str rcstr_ref_or_new(struct str old, struct str s)
{
	return str_eq(old, s) ? rcstr_ref(old) : rcstr_new(s);
}

/* Makes *kept equal to s (any str); true if that changed it. */
static inline bool rcstr_set(struct str *kept, struct str s)
{
	struct str copy;

	if (str_eq(*kept, s))
		return false;
	copy = rcstr_new(s);
	rcstr_unref(kept);
	*kept = copy;
	return true;
}

#endif
