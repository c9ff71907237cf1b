/* SPDX-License-Identifier: Apache-2.0 */
/* The left side of a check (or a right side that is no constant): a field, or transformers around fields. */
#ifndef FILTER_OPERAND_H
#define FILTER_OPERAND_H

#include "fields/field.h"
#include "filter/ast.h"

/* How the bytes of a struct value are to be read. */
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
	/* args' values are computed by the function itself: some want lists, some want constants. */
	unsigned (*apply)(struct extract *x, const struct operand *o,
			  struct value out[FIELD_VALUES_MAX]);
	bool to_number; /* the result is UINT64, else text of the first field's type */
};

struct operand {
	struct str key; /* canonical text: equal keys are the same operand */
	enum field_type type;
	uint32_t flags; /* FIELD_LIST, FIELD_ANY, FIELD_BOTH_ENDS of what it yields */
	enum field_dep dep;
	bool single;			   /* a field that has one value at most */
	struct field_ref ref;		   /* a field, if ref.field is set */
	const struct transform *transform; /* else a transformer, if set */
	struct operand **args;
	unsigned n_args;
	struct str constant; /* else a constant argument */
	struct str option;   /* getopt(...)[option] */
};

enum value_kind value_kind(enum field_type t);

/* Copies what it keeps into the arena.  NULL and *why (a message for the user, in the arena) on failure. */
struct operand *operand_compile(struct arena *a, const struct expr *e, struct reason *why);

static inline unsigned operand_values(struct extract *x, const struct operand *o, struct value *out)
{
	return o->ref.field ? field_get_values(x, &o->ref, out) : o->transform->apply(x, o, out);
}

/* NULL if there is no such transformer.  filter/transform.c */
const struct transform *transform_by_name(struct str name);

#endif
