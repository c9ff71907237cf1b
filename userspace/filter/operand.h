/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Operands: fields, and transformers of fields; on the left side of a check, or instead of
 * constants.
 */
#ifndef FILTER_OPERAND_H
#define FILTER_OPERAND_H

#include "fields/field.h"
#include "filter/ast.h"

/* The member of struct value that values of a type are in. */
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
	/* Evaluates o->args and the transformer; returns the number of values in out. */
	unsigned (*apply)(struct extract *x, const struct operand *o,
			  struct value out[FIELD_VALUES_MAX]);
	bool to_number; /* the result is UINT64, else text */
};

struct operand {
	struct str key; /* canonical text: operands with equal keys are equal */
	enum field_type type;
	uint32_t flags; /* FIELD_*: of the values of the operand */
	enum field_dep dep;
	bool single;			   /* a field with at most one value */
	struct field_ref ref;		   /* a field, if ref.field is not NULL */
	const struct transform *transform; /* else a transformer, if not NULL */
	struct operand **args;
	unsigned n_args;
	struct str constant; /* else a constant argument */
	struct str option;   /* getopt(...)[option] */
};

/* The kind of the values of a type. */
enum value_kind value_kind(enum field_type t);

/*
 * Compiles e; the operand is in the arena.  If e does not compile: NULL and *why, text in the
 * arena.
 */
struct operand *operand_compile(struct arena *a, const struct expr *e, struct reason *why);

/*
 * Evaluates the operand into out, of FIELD_VALUES_MAX elements; returns the number of values, 0 if
 * absent.
 */
static inline unsigned operand_values(struct extract *x, const struct operand *o, struct value *out)
{
	return o->ref.field ? field_get_values(x, &o->ref, out) : o->transform->apply(x, o, out);
}

/* filter/transform.c: the transformer of this name; NULL if there is none. */
const struct transform *transform_by_name(struct str name);

#endif
