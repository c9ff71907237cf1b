// SPDX-License-Identifier: Apache-2.0
/* Compiles operands: fields and transformers. */
#include "filter/operand.h"

enum value_kind value_kind(enum field_type t)
{
	switch (t) {
	case FT_INT8:
	case FT_INT16:
	case FT_INT32:
	case FT_INT64:
		return KIND_SIGNED;
	case FT_BOOL:
		return KIND_BOOL;
	case FT_DOUBLE:
		return KIND_DOUBLE;
	case FT_CHARBUF:
	case FT_FSPATH:
		return KIND_TEXT;
	case FT_BYTEBUF:
		return KIND_BYTES;
	case FT_IPADDR:
		return KIND_IP;
	case FT_IPNET:
		return KIND_NET;
	default:
		return KIND_UNSIGNED;
	}
}

static enum field_dep max_dep(enum field_dep a, enum field_dep b)
{
	return a > b ? a : b;
}

static struct operand *compile_field(struct arena *a, const struct expr *e, struct reason *why)
{
	struct operand *o = arena_new(a, struct operand);

	if (!field_resolve(a, e->name, e->arg, &o->ref, why))
		return NULL;
	o->key = o->ref.text;
	o->type = o->ref.type;
	o->flags = o->ref.field->flags &
		   (FIELD_LIST | FIELD_ANY | FIELD_BOTH_ENDS | FIELD_WITHIN | FIELD_COUNTED);
	if (o->ref.arg.p && (o->ref.field->flags & FIELD_ARG_OPTIONAL))
		o->flags = 0; /* proc.aname[2] has one value, proc.aname one per ancestor */
	o->dep = o->ref.field->dep;
	o->single = !(o->ref.field->flags & (FIELD_LIST | FIELD_ANY | FIELD_BOTH_ENDS));
	return o;
}

static struct operand *constant_operand(struct arena *a, struct str text)
{
	struct operand *o = arena_new(a, struct operand);

	o->constant = arena_str(a, text);
	o->key = arena_printf(a, "'%.*s'", STR_ARGS(text));
	o->type = FT_CHARBUF;
	return o;
}

static struct operand *compile_args(struct arena *a, struct operand *o, const struct expr *e,
				    struct reason *why)
{
	o->args = arena_array(a, struct operand *, e->n_args ? e->n_args : 1);
	o->n_args = e->n_args;
	for (unsigned i = 0; i < e->n_args; i++) {
		struct operand *arg = operand_compile(a, e->args[i], why);

		if (!arg)
			return NULL;
		if (arg->ref.field && (arg->ref.field->flags & FIELD_NO_TRANSFORM)) {
			reason_set(why, arena_printf(a, "field '%.*s' does not support transformers",
						     STR_ARGS(arg->key)));
			return NULL;
		}
		o->args[i] = arg;
		o->dep = max_dep(o->dep, arg->dep);
		o->key = arena_printf(a, "%.*s%s%.*s", STR_ARGS(o->key), i ? ", " : "",
				      STR_ARGS(arg->key));
	}
	o->key = arena_printf(a, "%.*s)", STR_ARGS(o->key));
	return o;
}

/* Whether a transformer can take o: text or bytes, or a list of these. */
static bool is_text(const struct operand *o)
{
	enum value_kind kind = value_kind(o->type);

	for (unsigned i = 0; i < o->n_args && o->flags & FIELD_LIST; i++)
		if (!is_text(o->args[i]))
			return false;
	return kind == KIND_TEXT || kind == KIND_BYTES;
}

static struct operand *compile_transform(struct arena *a, const struct expr *e, struct reason *why)
{
	struct operand *o;

	if (str_is(e->name, "val") && e->n_args == 1)
		return operand_compile(a, e->args[0], why);
	o = arena_new(a, struct operand);
	o->transform = transform_by_name(e->name);
	if (!o->transform) {
		reason_set(why, arena_printf(a, "unknown transformer '%.*s'", STR_ARGS(e->name)));
		return NULL;
	}
	if (e->n_args < o->transform->min_args || e->n_args > o->transform->max_args) {
		reason_set(why, arena_printf(a, "transformer '%.*s' does not take %u arguments",
					     STR_ARGS(e->name), e->n_args));
		return NULL;
	}
	o->key = arena_printf(a, "%.*s(", STR_ARGS(e->name));
	if (!compile_args(a, o, e, why))
		return NULL;
	if (e->arg.p) {
		o->option = arena_str(a, e->arg);
		o->key = arena_printf(a, "%.*s[%.*s]", STR_ARGS(o->key), STR_ARGS(e->arg));
	}
	for (unsigned i = 0; i < o->n_args; i++) {
		if (is_text(o->args[i]))
			continue;
		reason_set(why,
			   arena_printf(a, "transformer '%.*s' does not support the type of '%.*s'",
					STR_ARGS(e->name), STR_ARGS(o->args[i]->key)));
		return NULL;
	}
	o->type = FT_CHARBUF;
	if (o->transform->to_number) {
		o->type = FT_UINT64;
	} else if (o->n_args == 1) {
		o->type = o->args[0]->type;
		o->flags = o->args[0]->flags;
	}
	if (str_is(e->name, "getopt") && !e->arg.p)
		o->flags = FIELD_LIST;
	return o;
}

/* A list argument is an operand whose values are those of its elements, in order. */
static unsigned list_values(struct extract *x, const struct operand *o, struct value *out)
{
	unsigned n = 0;

	for (unsigned i = 0; i < o->n_args && n < FIELD_VALUES_MAX; i++) {
		struct value v[FIELD_VALUES_MAX];
		unsigned got;

		if (!o->args[i]->ref.field && !o->args[i]->transform) {
			out[n++].str = o->args[i]->constant;
			continue;
		}
		got = operand_values(x, o->args[i], v);
		for (unsigned k = 0; k < got && n < FIELD_VALUES_MAX; k++)
			out[n++] = v[k];
	}
	return n;
}

static const struct transform list_transform = { "", 0, UINT32_MAX, list_values, false };

static struct operand *compile_list(struct arena *a, const struct expr *e, struct reason *why)
{
	struct operand *o = arena_new(a, struct operand);

	o->transform = &list_transform;
	o->type = FT_CHARBUF;
	o->flags = FIELD_LIST;
	o->key = STR_LIT("(");
	return compile_args(a, o, e, why);
}

struct operand *operand_compile(struct arena *a, const struct expr *e, struct reason *why)
{
	switch (e->kind) {
	case EXPR_FIELD:
		return compile_field(a, e, why);
	case EXPR_TRANSFORM:
		return compile_transform(a, e, why);
	case EXPR_LIST:
		return compile_list(a, e, why);
	default:
		return constant_operand(a, e->name);
	}
}
