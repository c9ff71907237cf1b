// SPDX-License-Identifier: Apache-2.0
/* Describes rules, macros and lists as JSON. */
#include "app/describe.h"

#include <stdlib.h>

#include "base/json.h"
#include "base/vec.h"
#include "filter/check.h"
#include "filter/parse.h"
#include "rules/item.h"

/* A set of texts; sorted and without duplicates when written. */
struct names {
	struct str *v;
	unsigned n, cap;
};

struct describe {
	const struct ruleset *rs;
	const struct rules *rules;
	struct arena arena;
	struct json json;
	bool *macros, *lists; /* by position in rules: whether to write it */
	/* Collected from the current condition. */
	struct names in_macros, in_lists, fields, operators;
};

/* ---- names ---- */

static void add_name(struct names *v, struct str s)
{
	vec_push(v, s);
}

/* Write v as an array member; v is empty afterwards. */
static void put_names(struct json *j, const char *key, struct names *v)
{
	if (v->n)
		qsort(v->v, v->n, sizeof(*v->v), str_cmp_elements);
	json_add_array(j, key);
	for (unsigned i = 0; i < v->n; i++) {
		if (!i || !str_eq(v->v[i - 1], v->v[i]))
			json_str(j, v->v[i]);
	}
	json_end(j);
	vec_free(v);
}

static void put_texts(struct json *j, const char *key, const struct str *v, unsigned n)
{
	json_add_array(j, key);
	for (unsigned i = 0; i < n; i++)
		json_str(j, v[i]);
	json_end(j);
}

static int find_macro(const struct rules *rules, struct str name)
{
	for (unsigned i = 0; i < rules->n_macros; i++) {
		if (str_eq(rules->macro_items[i].name, name))
			return (int)i;
	}
	return -1;
}

static int find_list(const struct rules *rules, struct str name)
{
	for (unsigned i = 0; i < rules->n_lists; i++) {
		if (str_eq(rules->lists[i].name, name))
			return (int)i;
	}
	return -1;
}

/* ---- fields, operators, macros and lists of a condition ---- */

static void walk_expr(struct describe *d, const struct expr *e)
{
	struct buf text = { 0 };

	if (e->kind == EXPR_FIELD) {
		ast_print_expr(&text, e);
		add_name(&d->fields, arena_str(&d->arena, buf_view(&text)));
		buf_free(&text);
	}
	for (unsigned i = 0; i < e->n_args; i++)
		walk_expr(d, e->args[i]);
}

static void walk(struct describe *d, const struct node *n)
{
	if (n->kind == NODE_CHECK) {
		walk_expr(d, n->left);
		if (n->right)
			walk_expr(d, n->right);
		add_name(&d->operators, str_of(op_word(n->op)));
	}
	for (unsigned i = 0; i < n->n_kids; i++)
		walk(d, n->kids[i]);
}

/* Names of macros and lists: found in the condition as written, not in the compiled one. */
static void walk_written(struct describe *d, const struct node *n)
{
	if (n->kind == NODE_MACRO && find_macro(d->rules, n->macro) >= 0)
		add_name(&d->in_macros, n->macro);
	for (unsigned i = 0; n->kind == NODE_CHECK && i < n->n_values; i++) {
		if (find_list(d->rules, n->values[i]) >= 0)
			add_name(&d->in_lists, n->values[i]);
	}
	for (unsigned i = 0; i < n->n_kids; i++)
		walk_written(d, n->kids[i]);
}

static void read_written(struct describe *d, struct str condition)
{
	struct parse_error err;
	struct node *n = parse_condition(&d->arena, condition, PARSE_MAX_DEPTH, &err);

	if (n)
		walk_written(d, n);
}

static void put_events(struct json *j, const struct node *cond)
{
	struct names v = { 0 };
	uint64_t set[EVENT_WORDS];

	evttypes_of(cond, set);
	for (unsigned i = 0; i < EVENT_NUMBERS; i++) {
		if ((set[i / 64] >> i % 64 & 1) && event_infos[i].name && i != EV_generic &&
		    i != EV_generic - 1)
			add_name(&v, str_of(event_infos[i].name));
	}
	if (set[EV_generic / 64] >> EV_generic % 64 & 1) {
		uint64_t calls[SYSCALL_WORDS];

		evttypes_syscalls_of(cond, calls);
		for (unsigned i = 0; i < SYSCALL_CODES; i++) {
			if ((calls[i / 64] >> i % 64 & 1) && syscall_name(i))
				add_name(&v, str_of(syscall_name(i)));
		}
	}
	put_names(j, "events", &v);
}

static void put_compiled(struct describe *d, const struct node *cond)
{
	struct buf text = { 0 };

	ast_print(&text, cond);
	json_add_str(&d->json, "condition_compiled", buf_view(&text));
	put_names(&d->json, "condition_fields", &d->fields);
	put_names(&d->json, "condition_operators", &d->operators);
	put_events(&d->json, cond);
	buf_free(&text);
}

/* ---- outputs ---- */

static struct str part_name(const struct template_part *p)
{
	return p->operand ? p->literal : p->ref.text;
}

static bool is_literal(const struct template_part *p)
{
	return !p->operand && !p->ref.field;
}

static void put_template(struct json *j, const char *key, struct str name, const struct template *t)
{
	struct buf text = { 0 };

	for (unsigned i = 0; i < t->n_parts; i++) {
		const struct template_part *p = &t->parts[i];

		if (!is_literal(p) && p->width)
			buf_printf(&text, "%%%u", p->width);
		else if (!is_literal(p))
			buf_char(&text, '%');
		buf_str(&text, is_literal(p) ? p->literal : part_name(p));
	}
	if (key)
		json_key(j, key);
	else
		json_key_str(j, name);
	json_str(j, buf_view(&text));
	buf_free(&text);
}

static void put_output(struct json *j, const struct message_form *form)
{
	struct names v = { 0 };

	put_template(j, "output_compiled", STR_NONE, form->text);
	for (unsigned i = 0; i < form->text->n_parts; i++) {
		if (!is_literal(&form->text->parts[i]))
			add_name(&v, part_name(&form->text->parts[i]));
	}
	put_names(j, "output_fields", &v);
}

static void put_extra(struct describe *d, const struct message_form *form)
{
	struct json *j = &d->json;

	if (!form->n_extra)
		return;
	json_add_object(j, "extra_output_formatted_fields");
	for (unsigned i = 0; i < form->n_extra; i++) {
		const struct message_extra *e = &form->extra[i];

		if (e->format) {
			put_template(j, NULL, e->key, e->format);
		} else {
			json_key_str(j, e->key);
			json_str(j, arena_printf(&d->arena, "%%%.*s", STR_ARGS(e->ref.text)));
		}
	}
	json_end(j);
}

static void put_exceptions(struct json *j, const struct rule_item *item)
{
	struct names names = { 0 }, fields = { 0 }, operators = { 0 };

	for (unsigned i = 0; i < item->n_exceptions; i++) {
		const struct exception_item *e = &item->exceptions[i];

		add_name(&names, e->name);
		for (unsigned k = 0; k < e->n_fields; k++) {
			add_name(&fields, e->fields[k]);
			if (e->comps)
				add_name(&operators, e->comps[k]);
		}
	}
	put_names(j, "exception_fields", &fields);
	put_names(j, "exception_names", &names);
	put_names(j, "exception_operators", &operators);
}

/* ---- items ---- */

static void put_none(struct json *j, const char *key)
{
	json_add_array(j, key);
	json_end(j);
}

static void put_rule(struct describe *d, const struct rule *r)
{
	const struct message_form *form = &d->rs->forms[r->index];
	struct json *j = &d->json;

	walk(d, r->cond);
	read_written(d, r->item->cond.s);
	json_object(j);
	json_add_object(j, "details");
	put_compiled(d, r->cond);
	put_exceptions(j, r->item);
	put_extra(d, form);
	put_names(j, "lists", &d->in_lists);
	put_names(j, "macros", &d->in_macros);
	put_output(j, form);
	put_none(j, "plugins");
	json_end(j);
	json_add_object(j, "info");
	json_add_bool(j, "capture", r->capture);
	json_add_uint(j, "capture_duration", r->capture_duration_ms);
	json_add_str(j, "condition", r->item->cond.s);
	json_add_str(j, "description", r->desc);
	json_add_bool(j, "enabled", r->enabled);
	json_add_str(j, "name", r->name);
	json_add_str(j, "output", r->item->output.s);
	json_add_text(j, "priority", priority_name(r->priority));
	json_add_str(j, "source", r->source);
	put_texts(j, "tags", r->tags, r->n_tags);
	json_end(j);
	json_end(j);
}

static void put_macro(struct describe *d, const struct rule_macro *m)
{
	struct json *j = &d->json;

	walk(d, m->cond);
	read_written(d, m->condition);
	json_object(j);
	json_add_object(j, "details");
	put_compiled(d, m->cond);
	put_names(j, "lists", &d->in_lists);
	put_names(j, "macros", &d->in_macros);
	put_none(j, "plugins");
	json_add_bool(j, "used", m->used);
	json_end(j);
	json_add_object(j, "info");
	json_add_str(j, "condition", m->condition);
	json_add_str(j, "name", m->name);
	json_end(j);
	json_end(j);
}

static void put_list(struct describe *d, const struct rule_list *l)
{
	struct json *j = &d->json;
	struct names inner = { 0 };

	for (unsigned i = 0; i < l->n_items; i++) {
		if (find_list(d->rules, l->items[i]) >= 0)
			add_name(&inner, l->items[i]);
	}
	json_object(j);
	json_add_object(j, "details");
	put_texts(j, "items_compiled", l->compiled, l->n_compiled);
	put_names(j, "lists", &inner);
	put_none(j, "plugins");
	json_add_bool(j, "used", l->used);
	json_end(j);
	json_add_object(j, "info");
	put_texts(j, "items", l->items, l->n_items);
	json_add_str(j, "name", l->name);
	json_end(j);
	json_end(j);
}

/* ---- selection: one rule and everything it uses, or all ---- */

static void show_list(struct describe *d, int at)
{
	const struct rule_list *l = &d->rules->lists[at];

	if (d->lists[at])
		return;
	d->lists[at] = true;
	for (unsigned i = 0; i < l->n_items; i++) {
		int inner = find_list(d->rules, l->items[i]);

		if (inner >= 0)
			show_list(d, inner);
	}
}

static void show_written(struct describe *d, struct str condition)
{
	struct names macros, lists;

	read_written(d, condition);
	macros = d->in_macros;
	lists = d->in_lists;
	d->in_macros = d->in_lists = (struct names){ 0 };
	for (unsigned i = 0; i < lists.n; i++)
		show_list(d, find_list(d->rules, lists.v[i]));
	for (unsigned i = 0; i < macros.n; i++) {
		int at = find_macro(d->rules, macros.v[i]);

		if (d->macros[at])
			continue;
		d->macros[at] = true;
		show_written(d, d->rules->macro_items[at].condition);
	}
	vec_free(&macros);
	vec_free(&lists);
}

static bool is_shown(const char *only, struct str name)
{
	return !only || str_is(name, only);
}

static void select_items(struct describe *d, const char *only)
{
	d->macros = arena_array(&d->arena, bool, d->rules->n_macros + 1);
	d->lists = arena_array(&d->arena, bool, d->rules->n_lists + 1);
	for (unsigned i = 0; only && i < d->rules->n; i++) {
		if (is_shown(only, d->rules->v[i]->name))
			show_written(d, d->rules->v[i]->item->cond.s);
	}
	if (!only) {
		memset(d->macros, true, d->rules->n_macros);
		memset(d->lists, true, d->rules->n_lists);
	}
}

static void put_requirement(struct json *j, const struct requirement *want)
{
	json_add_str(j, "name", want->name);
	json_add_str(j, "version", want->version);
}

static void put_requirements(struct json *j, const struct rules *rules)
{
	json_add_array(j, "required_plugin_versions");
	for (unsigned i = 0; i < rules->n_requirements; i++) {
		const struct requirement *want = &rules->requirements[i];

		json_object(j);
		json_add_array(j, "alternatives");
		for (unsigned k = 0; k < want->n_alternatives; k++) {
			json_object(j);
			put_requirement(j, &want->alternatives[k]);
			json_end(j);
		}
		json_end(j);
		put_requirement(j, want);
		json_end(j);
	}
	json_end(j);
}

void describe_json(const struct ruleset *rs, const char *only, struct json *out)
{
	struct describe d = { .rs = rs, .rules = rs->rules, .json = *out };
	struct json *j = &d.json;

	select_items(&d, only);
	json_object(j);
	json_add_array(j, "lists");
	for (unsigned i = 0; i < d.rules->n_lists; i++) {
		if (d.lists[i])
			put_list(&d, &d.rules->lists[i]);
	}
	json_end(j);
	json_add_array(j, "macros");
	for (unsigned i = 0; i < d.rules->n_macros; i++) {
		if (d.macros[i])
			put_macro(&d, &d.rules->macro_items[i]);
	}
	json_end(j);
	json_add_str(j, "required_engine_version",
		     arena_printf(&d.arena, "0.%u.%u", d.rules->engine_minor, d.rules->engine_patch));
	put_requirements(j, d.rules);
	json_add_array(j, "rules");
	for (unsigned i = 0; i < d.rules->n; i++) {
		if (is_shown(only, d.rules->v[i]->name))
			put_rule(&d, d.rules->v[i]);
	}
	json_end(j);
	json_end(j);
	*out = *j;
	arena_free(&d.arena);
}
