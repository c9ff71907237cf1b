// SPDX-License-Identifier: Apache-2.0
/* Exceptions: reads and checks them, and adds them to the condition as "and not (...)". */
#include "rules/read.h"

#include "filter/check.h"
#include "filter/parse.h"

/* ---- names of operators ---- */

enum comp_kind { COMP_UNKNOWN, COMP_ONE, COMP_MANY };

/*
 * Trims s and replaces white space by one blank: "startswith  oneof" becomes "startswith oneof".
 */
static struct str normalise(struct arena *a, struct str s)
{
	struct buf b = { 0 };
	struct str out;

	for (size_t i = 0; i < s.n; i++) {
		bool blank = s.p[i] == ' ' || (s.p[i] >= '\t' && s.p[i] <= '\r');

		if (!blank)
			buf_char(&b, s.p[i]);
		else if (b.n && b.p[b.n - 1] != ' ')
			buf_char(&b, ' ');
	}
	if (b.n && b.p[b.n - 1] == ' ')
		b.n--;
	out = arena_str(a, buf_view(&b));
	buf_free(&b);
	return out;
}

/* Whether an operator takes one value or a list. */
static enum comp_kind comp_kind(struct str comp)
{
	static const char *const modifiers[] = { " oneof", " anyof", " allof" };

	if (str_is(comp, "=="))
		return COMP_ONE;
	for (int op = 0; op < OP_COUNT; op++) {
		struct str word = str_of(op_word((enum op)op));

		if (str_eq(comp, word))
			return op == OP_IN || op == OP_INTERSECTS || op == OP_PMATCH ? COMP_MANY
										     : COMP_ONE;
		if (!str_starts(comp, word) || op == OP_EXISTS || (op >= OP_LT && op <= OP_GE) ||
		    op >= OP_IN)
			continue;
		for (unsigned m = 0; m < 3; m++)
			if (str_is(str_skip(comp, word.n), modifiers[m]))
				return COMP_MANY;
	}
	return COMP_UNKNOWN;
}

/* ---- reading ---- */

static bool check_field(struct reader *r, struct str field, bool known_source)
{
	struct arena scratch = { 0 };
	struct parse_error err;
	struct expr *e = parse_operand(&scratch, field, &err);
	bool good = e && (!known_source || !check_operand(&scratch, e).p);

	if (!good)
		read_fail(r, LOAD_ERR_YAML_VALIDATE, "'%.*s' is not a supported filter field",
			  STR_ARGS(field));
	arena_free(&scratch);
	return good;
}

static bool check_fields(struct reader *r, const struct exception_item *e, bool known_source)
{
	for (unsigned i = 0; i < e->n_fields; i++) {
		enum comp_kind kind = comp_kind(e->comps[i]);

		if (kind == COMP_UNKNOWN || (e->single && kind != COMP_MANY))
			return read_fail(r, LOAD_ERR_YAML_VALIDATE,
					 "'%.*s' is not a supported comparison operator",
					 STR_ARGS(e->comps[i]));
		if (!check_field(r, e->fields[i], known_source))
			return false;
	}
	return true;
}

static void read_single(struct reader *r, const struct tree_node *fields,
			const struct tree_node *comps, struct exception_item *e)
{
	e->single = true;
	e->n_fields = 1;
	e->fields = arena_new(r->arena, struct str);
	e->comps = arena_new(r->arena, struct str);
	e->fields[0] = arena_str(r->arena, fields->text);
	e->comps[0] = comps ? normalise(r->arena, comps->text) : STR_LIT("in");
}

static bool read_tuple(struct reader *r, const struct tree_node *fields,
		       const struct tree_node *comps, struct exception_item *e)
{
	unsigned n_comps;

	if (!read_scalars(r, fields, &e->fields, &e->n_fields))
		return false;
	if (!comps) {
		e->comps = arena_array(r->arena, struct str, e->n_fields);
		for (unsigned i = 0; i < e->n_fields; i++)
			e->comps[i] = STR_LIT("=");
		return true;
	}
	if (!read_scalars(r, comps, &e->comps, &n_comps))
		return false;
	if (n_comps != e->n_fields)
		return read_fail(r, LOAD_ERR_YAML_VALIDATE,
				 "Fields and comps lists must have equal length");
	for (unsigned i = 0; i < n_comps; i++)
		e->comps[i] = normalise(r->arena, e->comps[i]);
	return true;
}

static bool read_fields(struct reader *r, const struct tree_node *n, bool known_source,
			struct exception_item *e)
{
	const struct tree_node *fields = tree_get(n, "fields"), *comps = tree_get(n, "comps");

	if (comps && comps->kind == TREE_NULL)
		comps = NULL;
	if (!fields || fields->kind == TREE_NULL)
		return read_fail(r, LOAD_ERR_YAML_VALIDATE, "Item has no mapping for key 'fields'");
	if (fields->kind == TREE_SCALAR && (!comps || comps->kind == TREE_SCALAR))
		read_single(r, fields, comps, e);
	else if (fields->kind == TREE_LIST && (!comps || comps->kind == TREE_LIST)) {
		if (!read_tuple(r, fields, comps, e))
			return false;
	} else {
		return read_fail(r, LOAD_ERR_YAML_VALIDATE,
				 "Fields and comps must both be strings or both be sequences");
	}
	return check_fields(r, e, known_source);
}

/* Checks one element of values against the fields of its exception. */
static bool check_value(struct reader *r, const struct exception_item *e, const struct tree_node *v)
{
	read_enter(r, "exception value", STR_NONE, v);
	if (e->single && (v->kind == TREE_LIST || v->kind == TREE_MAP))
		return read_fail(r, LOAD_ERR_YAML_VALIDATE,
				 "Expected values array to contain a list of strings");
	if (!e->single && v->kind != TREE_LIST)
		return read_fail(r, LOAD_ERR_YAML_VALIDATE,
				 "Expected values array to contain a list of tuples");
	if (!e->single && v->n != e->n_fields)
		return read_fail(r, LOAD_ERR_VALIDATE,
				 "Fields and values lists must have equal length");
	for (unsigned i = 0; !e->single && i < v->n; i++) {
		const struct tree_node *part = v->items[i];

		if (part->kind == TREE_MAP)
			return read_fail(r, LOAD_ERR_YAML_VALIDATE,
					 "Tuple element is neither a scalar nor a list");
		for (unsigned k = 0; part->kind == TREE_LIST && k < part->n; k++)
			if (part->items[k]->kind == TREE_LIST || part->items[k]->kind == TREE_MAP)
				return read_fail(r, LOAD_ERR_YAML_VALIDATE,
						 "sequence value is not scalar");
	}
	read_leave(r);
	return true;
}

static void keep_part(struct arena *a, const struct tree_node *n, struct exception_part *part)
{
	const struct tree_node *const *items =
		n->kind == TREE_LIST ? (const struct tree_node *const *)n->items : &n;

	part->is_list = n->kind == TREE_LIST;
	part->n = part->is_list ? n->n : 1;
	part->offset = n->offset;
	part->texts = arena_array(a, struct str, part->n);
	part->offsets = arena_array(a, uint32_t, part->n);
	for (unsigned i = 0; i < part->n; i++) {
		part->texts[i] = arena_str(a, items[i]->text);
		part->offsets[i] = items[i]->offset;
	}
}

static struct exception_value keep_value(struct reader *r, const struct exception_item *e,
					 const struct tree_node *v)
{
	struct exception_value value = { r->file,
					 arena_array(r->arena, struct exception_part, e->n_fields) };

	if (e->single)
		keep_part(r->arena, v, &value.parts[0]);
	for (unsigned i = 0; !e->single && i < e->n_fields; i++)
		keep_part(r->arena, v->items[i], &value.parts[i]);
	return value;
}

/* Appends to the values of e. */
static bool read_values(struct reader *r, const struct tree_node *values, struct exception_item *e)
{
	struct exception_value *all;

	if (values->kind != TREE_LIST)
		return read_fail(r, LOAD_ERR_YAML_VALIDATE, "Value is not a sequence");
	all = arena_array(r->arena, struct exception_value, e->n_values + values->n);
	if (e->n_values)
		memcpy(all, e->values, sizeof(*all) * e->n_values);
	for (unsigned i = 0; i < values->n; i++) {
		if (!check_value(r, e, values->items[i]))
			return false;
		all[e->n_values + i] = keep_value(r, e, values->items[i]);
	}
	e->values = all;
	e->n_values += values->n;
	return true;
}

static const struct tree_node *values_of(const struct tree_node *n)
{
	const struct tree_node *values = tree_get(n, "values");

	return values && values->kind != TREE_NULL ? values : NULL;
}

static bool append_to(struct reader *r, const struct tree_node *n, struct exception_item *e)
{
	const struct tree_node *values = values_of(n);

	if (tree_get(n, "fields") || tree_get(n, "comps"))
		return read_fail(r, LOAD_ERR_YAML_VALIDATE,
				 "Can not append exception fields to existing exception, only values");
	if (!values) {
		read_warn(r, LOAD_APPEND_NO_VALUES, "Overriding/appending exception with no values");
		return true;
	}
	return read_values(r, values, e);
}

static bool read_new(struct reader *r, const struct tree_node *n, bool append,
		     struct rule_item *rule, struct exception_item *e)
{
	const struct tree_node *values = values_of(n);

	e->place = read_place(r, n);
	if (!read_fields(r, n, !rule->unknown_source, e))
		return false;
	if (append && !values)
		return read_fail(r, LOAD_ERR_VALIDATE,
				 "Rule exception '%.*s' is new: it must have fields and values",
				 STR_ARGS(e->name));
	return !values || read_values(r, values, e);
}

static void warn_keys(struct reader *r, const struct tree_node *n)
{
	for (unsigned i = 0; i < n->n; i++) {
		struct str key = n->keys[i]->text;

		if (!str_is(key, "name") && !str_is(key, "fields") && !str_is(key, "comps") &&
		    !str_is(key, "values"))
			read_warn(r, LOAD_UNKNOWN_KEY,
				  "Unknown key '%.*s'. The key will be ignored.", STR_ARGS(key));
	}
}

static struct exception_item *find(struct rule_item *rule, struct str name)
{
	for (unsigned i = 0; i < rule->n_exceptions; i++)
		if (str_eq(rule->exceptions[i].name, name))
			return &rule->exceptions[i];
	return NULL;
}

static bool named_before(const struct tree_node *list, unsigned i, struct str name)
{
	while (i-- > 0) {
		const struct tree_node *other = tree_get(list->items[i], "name");

		if (other && str_eq(other->text, name))
			return true;
	}
	return false;
}

static bool read_one(struct reader *r, const struct tree_node *list, unsigned i, bool append,
		     struct rule_item *rule)
{
	const struct tree_node *n = list->items[i], *name;
	struct exception_item *old;
	bool good;

	if (n->kind != TREE_MAP) {
		read_enter(r, "exception", STR_NONE, n);
		return read_fail(r, LOAD_ERR_YAML_VALIDATE, "Rule exception must be a map");
	}
	if (!read_text(r, n, "name", &name))
		return false;
	read_enter(r, "exception", name->text, n);
	warn_keys(r, n);
	if (named_before(list, i, name->text))
		read_warn(r, LOAD_EXCEPTION_NAME_NOT_UNIQUE,
			  "Multiple definitions of exception '%.*s'", STR_ARGS(name->text));
	old = append ? find(rule, name->text) : NULL;
	if (old) {
		good = append_to(r, n, old);
	} else {
		struct exception_item *e = &rule->exceptions[rule->n_exceptions];

		*e = (struct exception_item){ .name = arena_str(r->arena, name->text) };
		good = read_new(r, n, append, rule, e);
		rule->n_exceptions++;
	}
	if (good)
		read_leave(r);
	return good;
}

bool exception_read(struct reader *r, const struct tree_node *list, bool append,
		    struct rule_item *rule)
{
	unsigned n_old = append ? rule->n_exceptions : 0;
	struct exception_item *all = arena_array(r->arena, struct exception_item, n_old + list->n);

	if (n_old)
		memcpy(all, rule->exceptions, sizeof(*all) * n_old);
	rule->exceptions = all;
	rule->n_exceptions = n_old;
	read_enter(r, "exceptions", STR_NONE, list);
	for (unsigned i = 0; i < list->n; i++)
		if (!read_one(r, list, i, append, rule))
			return false;
	read_leave(r);
	return true;
}

/* ---- folding ---- */

/* Appends a value; one with blanks is quoted, unless it begins with a quote. */
static void put_scalar(struct text_builder *b, struct str s, struct place place)
{
	bool quote = !s.n || (memchr(s.p, ' ', s.n) && s.p[0] != '"' && s.p[0] != '\'');

	text_put(b, quote ? STR_LIT("\"") : STR_LIT(""), place);
	text_put(b, s, place);
	text_put(b, quote ? STR_LIT("\"") : STR_LIT(""), place);
}

/* Appends the value of one field; a text that begins with '(' is already a list. */
static void put_value(struct text_builder *b, const struct exception_part *v,
		      const struct source_file *file, bool as_list)
{
	struct place place = { file, v->offset };
	bool own_list = !v->is_list && v->texts[0].n && v->texts[0].p[0] == '(';
	bool parens = v->is_list || (as_list && !own_list);

	text_put(b, parens ? STR_LIT("(") : STR_LIT(""), place);
	if (own_list)
		text_put(b, v->texts[0], place);
	for (unsigned i = 0; !own_list && i < v->n; i++) {
		text_put(b, i ? STR_LIT(", ") : STR_LIT(""), place);
		put_scalar(b, v->texts[i], (struct place){ file, v->offsets[i] });
	}
	text_put(b, parens ? STR_LIT(")") : STR_LIT(""), place);
}

static void put_compare(struct text_builder *b, const struct exception_item *e, unsigned i)
{
	text_put(b, e->fields[i], e->place);
	text_put(b, STR_LIT(" "), e->place);
	text_put(b, e->comps[i], e->place);
	text_put(b, STR_LIT(" "), e->place);
}

static void fold_single(struct text_builder *b, const struct exception_item *e)
{
	put_compare(b, e, 0);
	text_put(b, STR_LIT("("), e->place);
	for (unsigned i = 0; i < e->n_values; i++) {
		text_put(b, i ? STR_LIT(", ") : STR_LIT(""), e->place);
		put_scalar(b, e->values[i].parts[0].texts[0],
			   (struct place){ e->values[i].file, e->values[i].parts[0].offset });
	}
	text_put(b, STR_LIT(")"), e->place);
}

static void fold_tuples(struct text_builder *b, const struct exception_item *e)
{
	for (unsigned i = 0; i < e->n_values; i++) {
		text_put(b, i ? STR_LIT(" or (") : STR_LIT("("), e->place);
		for (unsigned k = 0; k < e->n_fields; k++) {
			text_put(b, k ? STR_LIT(" and ") : STR_LIT(""), e->place);
			put_compare(b, e, k);
			put_value(b, &e->values[i].parts[k], e->values[i].file,
				  comp_kind(e->comps[k]) == COMP_MANY);
		}
		text_put(b, STR_LIT(")"), e->place);
	}
}

struct text exception_fold(struct arena *a, const struct rule_item *rule)
{
	struct text_builder b = { 0 };

	if (!rule->n_exceptions)
		return rule->cond;
	text_put(&b, STR_LIT("("), rule->cond_place);
	text_copy(&b, &rule->cond, 0, rule->cond.s.n);
	text_put(&b, STR_LIT(")"), rule->cond_place);
	for (unsigned i = 0; i < rule->n_exceptions; i++) {
		const struct exception_item *e = &rule->exceptions[i];

		if (!e->n_values)
			continue;
		text_put(&b, STR_LIT(" and not ("), e->place);
		if (e->single)
			fold_single(&b, e);
		else
			fold_tuples(&b, e);
		text_put(&b, STR_LIT(")"), e->place);
	}
	return text_done(&b, a);
}
