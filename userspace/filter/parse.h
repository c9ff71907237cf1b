/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parser of conditions: text to tree.  The grammar is in userspace/doc/conditions.md.
 *
 * In: text in which lists are replaced.  Out: nodes in the arena, which borrow the text.
 */
#ifndef FILTER_PARSE_H
#define FILTER_PARSE_H

#include "base/buf.h"
#include "filter/ast.h"

enum { PARSE_MAX_DEPTH = 1000 };

struct parse_error {
	uint32_t at;	    /* byte offset of the error */
	struct str message; /* in the arena */
};

/* NULL and *err if the text is not a condition, or if it is nested deeper than max_depth. */
struct node *parse_condition(struct arena *a, struct str text, unsigned max_depth,
			     struct parse_error *err);
/*
 * A single field or transformer, as in the fields of exceptions; NULL and *err if the text is not
 * one.
 */
struct expr *parse_operand(struct arena *a, struct str text, struct parse_error *err);

#endif
