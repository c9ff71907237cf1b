/* SPDX-License-Identifier: Apache-2.0 */
/* Syntax tree of a condition.  Nodes are in the arena of the rules. */
#ifndef FILTER_AST_H
#define FILTER_AST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

enum node_kind { NODE_AND, NODE_OR, NODE_NOT, NODE_CHECK, NODE_MACRO };

enum op {
	OP_EXISTS,
	OP_EQ,
	OP_NE,
	OP_LT,
	OP_LE,
	OP_GT,
	OP_GE,
	OP_CONTAINS,
	OP_ICONTAINS,
	OP_BCONTAINS,
	OP_STARTSWITH,
	OP_BSTARTSWITH,
	OP_ENDSWITH,
	OP_GLOB,
	OP_IGLOB,
	OP_REGEX,
	OP_IN,
	OP_INTERSECTS,
	OP_PMATCH,
	OP_COUNT
};

enum modifier { MOD_NONE, MOD_ONEOF, MOD_ANYOF, MOD_ALLOF };

enum expr_kind { EXPR_FIELD, EXPR_TRANSFORM, EXPR_VALUE, EXPR_LIST };

/*
 * An operand: a field, a transformer of operands, or (as argument of a transformer) a constant or a
 * list.
 */
struct expr {
	enum expr_kind kind;
	uint32_t at;	    /* byte offset in the condition text it was parsed from */
	struct str name;    /* field, transformer ("tolower", "val"), or the constant */
	struct str arg;	    /* argument in brackets; STR_NONE: no argument */
	struct expr **args; /* TRANSFORM, LIST */
	unsigned n_args;
};

struct node {
	enum node_kind kind;
	uint32_t at;	    /* byte offset in the condition text */
	struct node **kids; /* AND, OR: two or more; NOT: one */
	unsigned n_kids;
	struct str macro; /* MACRO */

	/* CHECK */
	struct expr *left;
	enum op op;
	enum modifier mod;
	struct str *values; /* constants, escapes resolved; one unless op or mod takes a list */
	uint32_t *value_at; /* byte offset of each constant in the condition text */
	unsigned n_values;
	struct expr *right;  /* instead of values: a transformer or val(field) */
	struct str macro_of; /* the macro that this node was written in; STR_NONE: the rule */
	uint32_t shared; /* number (from 1) of a node of a macro, which rules share; 0: the rule */
	bool sound;	 /* check_condition() found no error and no warning */
};

/* The operator as it is written: "=", "startswith", ... */
const char *op_word(enum op op);
/*
 * Append the condition or the operand as text in canonical form: single blanks, each chain of `and`
 * or `or` in parentheses, values quoted only where necessary.  Parsing the text gives an equal
 * tree.
 */
void ast_print(struct buf *out, const struct node *n);
void ast_print_expr(struct buf *out, const struct expr *e);
/* Whether both are equal, offsets aside. */
bool ast_equal(const struct node *a, const struct node *b);
bool ast_equal_expr(const struct expr *a, const struct expr *b);

#endif
