/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "%proc.name (pid=%proc.pid)": compiled once, filled per alert.
 *
 * In: a format, and an event that went through state/.  Out: text, or the values of the fields it names.
 */
#ifndef OUTPUT_TEMPLATE_H
#define OUTPUT_TEMPLATE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "fields/field.h"

/* Literal text, or a field when ref.field is set. */
struct template_part {
	struct str literal;
	struct field_ref ref;
	unsigned width;		/* cut or padded with blanks to this; 0 = as long as it is */
};

struct template {
	struct template_part *parts;
	unsigned n_parts;
	unsigned n_fields;
};

/*
 * Compile into the arena.  NULL for a bad format: *why is a message for the user (in the arena) and *at the offset of the
 * culprit in text.
 */
struct template *template_new(struct arena *a, struct str text, struct str *why, unsigned *at);
/* Missing values show as <NA>. */
void template_fill(const struct template *t, struct extract *x, struct buf *out);
/* One field's text: <NA> when it has no value, (a,b) for a list. */
void template_value(struct extract *x, const struct field_ref *ref, struct buf *out);

#endif
