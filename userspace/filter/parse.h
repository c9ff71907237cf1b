/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Condition text → tree.
 *
 * In: text with lists already substituted.  Out: nodes in the arena that borrow the text.
 */
#ifndef FILTER_PARSE_H
#define FILTER_PARSE_H

#include "base/buf.h"
#include "filter/ast.h"

enum { PARSE_MAX_DEPTH = 1000 };

struct parse_error {
	uint32_t at;	    /* byte offset of the culprit */
	struct str message; /* in the arena */
};

/* NULL on failure. */
struct node *parse_condition(struct arena *a, struct str text, unsigned max_depth,
			     struct parse_error *err);
/* A field or a transformer expression alone, as exceptions name them. */
struct expr *parse_operand(struct arena *a, struct str text, struct parse_error *err);

#endif
