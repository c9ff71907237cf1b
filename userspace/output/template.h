/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Output formats such as "%proc.name (pid=%proc.pid) %toupper(fd.name)": compiled once per rule,
 * filled per alert.
 *
 * In: a format, and an event that state/ has processed.  Out: text.
 */
#ifndef OUTPUT_TEMPLATE_H
#define OUTPUT_TEMPLATE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "fields/field.h"
#include "filter/operand.h"

/* A field if ref.field is set, a transformer if operand is set, else literal text. */
struct template_part {
	struct str literal; /* of a transformer: the text as written */
	struct field_ref ref;
	const struct operand *operand;
	unsigned width; /* truncate or pad with blanks to this many bytes; 0 = neither */
};

struct template
{
	struct template_part *parts;
	unsigned n_parts;
	unsigned n_fields;
};

/*
 * Compile into the arena.  NULL for a bad format: *why is a message for the user (in the arena) and
 * *at the offset of the error in text.
 */
struct template *template_new(struct arena *a, struct str text, struct reason *why, unsigned *at);
/* Append the text for an event.  Missing values are written as <NA>. */
void template_fill(const struct template *t, struct extract *x, struct buf *out);
/* Append one field's text: <NA> when it has no value, (a,b) for a list. */
void template_value(struct extract *x, const struct field_ref *ref, struct buf *out);
/* The same for the result of a transformer. */
void template_operand(struct extract *x, const struct operand *o, struct buf *out);

#endif
