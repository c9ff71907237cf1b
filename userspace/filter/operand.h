/* SPDX-License-Identifier: Apache-2.0 */
/* Operands: the left side of a check, or a right side that is no constant: a field, or transformers of fields. */
#ifndef FILTER_OPERAND_H
#define FILTER_OPERAND_H

#include "fields/field.h"
#include "filter/ast.h"

/* Which member of struct value is meant. */
enum value_kind {
	KIND_SIGNED,
	KIND_UNSIGNED,
	KIND_BOOL,
	KIND_DOUBLE,
	KIND_TEXT,
	KIND_BYTES,
	KIND_IP,
	KIND_NET
};

struct operand;

struct transform {
	const char *name;
	unsigned min_args, max_args;
	/* The function evaluates o->args itself: some of them are lists, some constants.  Returns the number of values. */
	unsigned (*apply)(struct extract *x, const struct operand *o,
			  struct value out[FIELD_VALUES_MAX]);
	bool to_number; /* the result is UINT64, else text of the first field's type */
};

struct operand {
	struct str key; /* canonical text: operands with equal keys are equal */
	enum field_type type;
	uint32_t flags; /* FIELD_LIST, FIELD_ANY, FIELD_BOTH_ENDS of what it yields */
	enum field_dep dep;
	bool single;			   /* a field with at most one value */
	struct field_ref ref;		   /* a field, if ref.field is set */
	const struct transform *transform; /* else a transformer, if set */
	struct operand **args;
	unsigned n_args;
	struct str constant; /* else a constant argument */
	struct str option;   /* getopt(...)[option] */
};

/* The kind of values of a type. */
enum value_kind value_kind(enum field_type t);

/* The operand, in the arena.  NULL with *why (text in the arena) if e does not compile. */
struct operand *operand_compile(struct arena *a, const struct expr *e, struct reason *why);

/* Evaluates the operand: values into out, which has FIELD_VALUES_MAX elements; returns their number, 0 if absent. */
static inline unsigned operand_values(struct extract *x, const struct operand *o, struct value *out)
{
	return o->ref.field ? field_get_values(x, &o->ref, out) : o->transform->apply(x, o, out);
}

/* filter/transform.c: a transformer, NULL if there is none of this name. */
const struct transform *transform_by_name(struct str name);

#endif
