// SPDX-License-Identifier: Apache-2.0
/* Resolves items into rules: parses and checks conditions, replaces lists and macros. */
#include "rules/resolve.h"

#include <stdint.h>

#include "base/macros.h"
#include "base/typo.h"
#include "fields/field.h"
#include "filter/check.h"
#include "filter/parse.h"
#include "rules/locate.h"

enum progress { MACRO_NEW, MACRO_BEING_RESOLVED, MACRO_RESOLVED };

struct macro {
	const struct macro_item *item;
	struct text text;
	struct node *tree;
	enum progress state;
	uint32_t size, height;
	bool used;
};

struct resolver {
	struct arena *arena;
	struct arena scratch; /* for checks of outputs */
	const struct collection *c;
	const struct rules_options *options;
	struct diags *diags;
	struct lists lists;
	struct macro *macros;
	unsigned depth;
	uint32_t n_shared; /* number of nodes of macros numbered so far */
};

enum { CHAIN_MAX = 8 };

/* The rule or macro that is being resolved, for the location of diagnostics. */
struct scope {
	const char *what, *cond_what, *expr_what;
	struct str name;
	struct place place, cond_place;
	const struct text *text;
	const struct macro_item *macro; /* NULL in a rule */
	/* The macros between the rule and the node that a diagnostic is about, outermost first. */
	const struct macro_item *chain[CHAIN_MAX];
	unsigned n_chain;
};

/* ---- diagnostics ---- */

static struct diag_at location(const char *what, struct str name, struct place p)
{
	struct diag_at at = { .what = what, .name = name, .offset = p.offset };

	if (p.file) {
		at.file = p.file->name;
		tree_position(&p.file->tree, p.offset, &at.line, &at.column);
	}
	return at;
}

/* Adds a diagnostic.  expr: its position in the condition; NULL: it is about the complete item. */
static struct diag *add_diag(struct resolver *v, enum load_code code, const struct scope *s,
			     const struct place *expr, struct str message)
{
	const struct source_file *file = expr && expr->file ? expr->file : s->place.file;
	struct diag_at at[5 + CHAIN_MAX];
	unsigned n = 0;

	at[n++] = location("rules content", STR_NONE, (struct place){ s->place.file, 0 });
	at[n++] = location(s->what, s->name, s->place);
	if (expr && s->cond_place.file) {
		at[n++] = location(s->cond_what, STR_NONE, s->cond_place);
		for (unsigned i = 0; i < s->n_chain; i++)
			at[n++] = location("macro", s->chain[i]->name, s->chain[i]->place);
		if (s->n_chain)
			at[n++] = location("macro condition", STR_NONE,
					   s->chain[s->n_chain - 1]->cond_place);
		at[n++] = location(s->expr_what, STR_NONE, *expr);
	}
	return diag_add(v->diags, code < LOAD_UNKNOWN_SOURCE, load_kind(code), at, n, file->content,
			message);
}

static bool fail_at(struct resolver *v, enum load_code code, const struct scope *s, uint32_t at,
		    struct str message)
{
	struct place place = text_place(s->text, at);

	add_diag(v, code, s, &place, message);
	return false;
}

static struct scope macro_scope(const struct macro *m)
{
	return (struct scope){
		.what = "macro",
		.cond_what = "macro condition",
		.expr_what = "condition expression",
		.name = m->item->name,
		.place = m->item->place,
		.cond_place = m->item->cond_place,
		.text = &m->text,
		.macro = m->item,
	};
}

/* ---- macros ---- */

static void mark_macro(struct resolver *v, struct node *n, struct str name)
{
	n->macro_of = name;
	n->shared = ++v->n_shared;
	for (unsigned i = 0; i < n->n_kids; i++)
		mark_macro(v, n->kids[i], name);
}

static struct node *parse_text(struct resolver *v, const struct scope *s, const struct text *raw,
			       struct text *out)
{
	struct parse_error err;
	struct node *n;

	if (!lists_substitute(&v->lists, raw, out)) {
		add_diag(v, LOAD_ERR_COMPILE_CONDITION, s, NULL,
			 STR_LIT("the condition is too long with its lists expanded"));
		return NULL;
	}
	n = parse_condition(v->arena, out->s, PARSE_MAX_DEPTH, &err);
	if (!n)
		fail_at(v, LOAD_ERR_COMPILE_CONDITION, s, err.at, err.message);
	return n;
}

static struct macro *find_macro(struct resolver *v, struct str name, const struct scope *s)
{
	int at = collection_find(&v->c->macro_names, name);

	if (at < 0 || (s->macro && v->c->macros.v[at]->index >= s->macro->visibility))
		return NULL;
	return &v->macros[at];
}

static bool fail_undefined(struct resolver *v, const struct scope *s, const struct node *n)
{
	struct typo t = typo_of(n->macro);
	struct buf b = { 0 };

	buf_printf(&b, "Undefined macro '%.*s' used in filter.", STR_ARGS(n->macro));
	if (collection_find(&v->c->macro_names, n->macro) >= 0) {
		buf_cstr(&b, " It is defined later.");
	} else {
		for (unsigned i = 0; i < v->c->macros.n; i++)
			typo_try(&t, v->c->macros.v[i]->name);
		if (t.best.p)
			buf_printf(&b, " Did you mean '%.*s'?", STR_ARGS(t.best));
	}
	fail_at(v, LOAD_ERR_VALIDATE, s, n->at, buf_view(&b));
	buf_free(&b);
	return false;
}

struct measure {
	uint32_t size, height;
};

static bool resolve_macro(struct resolver *v, struct macro *m);

static bool resolve_reference(struct resolver *v, struct node **ref, const struct scope *s,
			      struct measure *out)
{
	struct macro *m = find_macro(v, (*ref)->macro, s);

	if (!m)
		return fail_undefined(v, s, *ref);
	if (m->state == MACRO_BEING_RESOLVED)
		return fail_at(v, LOAD_ERR_VALIDATE, s, (*ref)->at,
			       arena_printf(v->arena, "reference loop in macro '%.*s'",
					    STR_ARGS(m->item->name)));
	if (!resolve_macro(v, m))
		return false;
	m->used = true;
	*ref = m->tree;
	*out = (struct measure){ m->size, m->height };
	return true;
}

/*
 * Replaces references below *ref by the trees of the macros, which are shared.  *out: size with
 * copies.
 */
static bool resolve(struct resolver *v, struct node **ref, const struct scope *s,
		    struct measure *out)
{
	struct node *n = *ref;
	bool good = v->depth++ < RESOLVE_MAX_HEIGHT;

	*out = (struct measure){ 1, 1 };
	if (good && n->kind == NODE_MACRO) {
		good = resolve_reference(v, ref, s, out);
		v->depth--;
		return good;
	}
	for (unsigned i = 0; good && i < n->n_kids; i++) {
		struct measure kid;

		if (!resolve(v, &n->kids[i], s, &kid))
			return false;
		out->size += kid.size;
		if (kid.height >= out->height)
			out->height = kid.height + 1;
		good = out->size <= RESOLVE_MAX_NODES && out->height <= RESOLVE_MAX_HEIGHT;
	}
	v->depth--;
	return good || fail_at(v, LOAD_ERR_COMPILE_CONDITION, s, n->at,
			       STR_LIT("the condition is too large with its macros expanded"));
}

static bool resolve_macro(struct resolver *v, struct macro *m)
{
	struct scope s = macro_scope(m);
	struct measure size;

	if (m->state == MACRO_RESOLVED)
		return true;
	m->state = MACRO_BEING_RESOLVED;
	if (!resolve(v, &m->tree, &s, &size))
		return false;
	m->state = MACRO_RESOLVED;
	m->size = size.size;
	m->height = size.height;
	return true;
}

static struct scope rule_scope(const struct rule_item *item, const char *cond_what,
			       const char *expr_what, struct place cond)
{
	return (struct scope){
		.what = "rule",
		.cond_what = cond_what,
		.expr_what = expr_what,
		.name = item->name,
		.place = item->place,
		.cond_place = cond,
	};
}

static bool resolve_macros(struct resolver *v)
{
	v->macros = arena_array(v->arena, struct macro, v->c->macros.n);
	for (unsigned i = 0; i < v->c->macros.n; i++) {
		struct macro *m = &v->macros[i];
		struct scope s;

		m->item = v->c->macros.v[i];
		m->text = m->item->cond;
		s = macro_scope(m);
		m->tree = parse_text(v, &s, &m->item->cond, &m->text);
		if (!m->tree)
			return false;
		mark_macro(v, m->tree, m->item->name);
	}
	for (unsigned i = 0; i < v->c->macros.n; i++)
		if (!resolve_macro(v, &v->macros[i]))
			return false;
	return true;
}

/* ---- rules ---- */

/*
 * The position of a note of check_condition(): its offset is in the text of a macro, or of the
 * rule.
 */
static struct place note_place(struct resolver *v, const struct scope *s,
			       const struct check_note *note)
{
	int at = note->node && note->node->macro_of.p
			 ? collection_find(&v->c->macro_names, note->node->macro_of)
			 : -1;

	return text_place(at >= 0 ? &v->macros[at].text : s->text, note->at);
}

/* Adds the macros between n and goal to s->chain; false if goal is not below n. */
static bool find_chain(struct resolver *v, struct scope *s, const struct node *n,
		       const struct node *goal)
{
	unsigned before = s->n_chain;
	int at = n->macro_of.p ? collection_find(&v->c->macro_names, n->macro_of) : -1;

	if (at >= 0 && s->n_chain < CHAIN_MAX &&
	    (!s->n_chain || s->chain[s->n_chain - 1] != v->c->macros.v[at]))
		s->chain[s->n_chain++] = v->c->macros.v[at];
	if (n == goal)
		return true;
	for (unsigned i = 0; i < n->n_kids; i++)
		if (find_chain(v, s, n->kids[i], goal))
			return true;
	s->n_chain = before;
	return false;
}

static struct scope note_scope(struct resolver *v, const struct scope *s, const struct node *cond,
			       const struct check_note *note)
{
	struct scope with = *s;

	if (note->node)
		find_chain(v, &with, cond, note->node);
	return with;
}

static void warn_condition(struct resolver *v, const struct scope *s, const struct node *cond,
			   const struct check_result *res)
{
	for (unsigned i = 0; i < res->n_warnings; i++) {
		const struct check_note *w = &res->warnings[i];
		struct scope with = note_scope(v, s, cond, w);
		struct place place = note_place(v, s, w);
		enum load_code code = w->deprecated.p ? LOAD_DEPRECATED_ITEM
						      : LOAD_COMPILE_CONDITION;

		add_diag(v, code, &with, &place, w->message)->field =
			arena_str(&v->diags->arena, w->deprecated);
	}
}

enum { EVENTS_MANY = 100 };

static void warn_events(struct resolver *v, const struct scope *s, const struct node *cond)
{
	struct place start = text_place(s->text, 0);
	uint64_t set[EVENT_WORDS];
	unsigned n = 0;

	evttypes_of(cond, set);
	for (unsigned i = 0; i < EVENT_WORDS; i++)
		n += (unsigned)__builtin_popcountll(set[i]);
	if (n > EVENTS_MANY)
		add_diag(v, LOAD_NO_EVTTYPE, s, &start,
			 STR_LIT("Rule matches too many evt.type values. This has a significant performance penalty."));
}

enum outcome { RULE_GOOD, RULE_DROPPED, RULE_BAD };

static enum outcome drop_or_fail(struct resolver *v, enum load_code code,
				 const struct rule_item *item, const struct scope *s,
				 struct place place, struct reason why)
{
	bool drop = item->skip_if_unknown && why.unknown_name;

	add_diag(v, drop ? LOAD_UNKNOWN_FILTER : code, s, &place, why.text);
	return drop ? RULE_DROPPED : RULE_BAD;
}

static enum outcome resolve_condition(struct resolver *v, const struct rule_item *item,
				      struct rule *rule)
{
	struct text *text = arena_new(v->arena, struct text),
		    folded = exception_fold(v->arena, item);
	struct scope s =
		rule_scope(item, "rule condition", "condition expression", item->cond_place);
	struct check_result res = { 0 };
	struct measure size;

	s.text = &folded;
	rule->text = text;
	*text = folded;
	rule->cond = parse_text(v, &s, &folded, text);
	s.text = text;
	if (!rule->cond || !resolve(v, &rule->cond, &s, &size))
		return RULE_BAD;
	if (!check_condition(v->arena, rule->cond, &res)) {
		struct place place = note_place(v, &s, &res.error);
		struct scope with = note_scope(v, &s, rule->cond, &res.error);

		return drop_or_fail(v, LOAD_ERR_COMPILE_CONDITION, item, &with, place,
				    (struct reason){ res.error.message, res.error.unknown_name });
	}
	warn_condition(v, &s, rule->cond, &res);
	if (item->warn_evttypes && str_is(item->source, "syscall"))
		warn_events(v, &s, rule->cond);
	rule->condition = text->s;
	return RULE_GOOD;
}

/*
 * Removes "%container.info", a deprecated placeholder; append_output in the configuration replaces
 * it.
 */
static void drop_container_info(struct resolver *v, const struct scope *s, struct text *output)
{
	struct str what = STR_LIT("%container.info");
	struct place place = output->n ? text_place(output, 0) : s->place;
	struct text_builder b = { 0 };
	const char *hit;
	size_t at;

	while (output->s.n && (hit = memmem(output->s.p, output->s.n, what.p, what.n))) {
		add_diag(v, LOAD_DEPRECATED_ITEM, s, &place,
			 STR_LIT("%container.info is deprecated and has no value: use the append_output configuration key"));
		at = (size_t)(hit - output->s.p);
		text_copy(&b, output, 0, at);
		text_copy(&b, output, at + what.n, output->s.n);
		*output = text_done(&b, v->arena);
	}
}

static void warn_output_fields(struct resolver *v, const struct scope *s, struct place place,
			       struct str output)
{
	for (unsigned i = 0; i < fields_count(); i++) {
		const struct field *f = field_at(i);
		struct buf b = { 0 };

		if (!(f->flags & FIELD_DEPRECATED) ||
		    !memmem(output.p, output.n, f->name, strlen(f->name)))
			continue;
		buf_printf(&b, "Usage of deprecated field '%s' has been detected in the rule output",
			   f->name);
		add_diag(v, LOAD_DEPRECATED_ITEM, s, &place, buf_view(&b))->field =
			arena_str(&v->diags->arena, str_of(f->name));
		buf_free(&b);
	}
}

static enum outcome resolve_output(struct resolver *v, const struct rule_item *item,
				   struct rule *rule)
{
	struct scope s =
		rule_scope(item, "rule output", "rule output expression", item->output_place);
	struct text output = item->output;
	struct reason why = { 0 };
	struct place place;
	unsigned at = 0;

	arena_reset(&v->scratch);
	drop_container_info(v, &s, &output);
	warn_output_fields(v, &s, item->output_place, output.s);
	rule->output = output.s;
	if (!v->options->check_output || v->options->check_output(v->options->arg, &v->scratch,
								  item->source, output.s, &why, &at))
		return RULE_GOOD;
	place = output.n ? text_place(&output, at) : item->output_place;
	return drop_or_fail(v, LOAD_ERR_COMPILE_OUTPUT, item, &s, place, why);
}

static void fill_rule(struct resolver *v, const struct rule_item *item, struct rule *rule)
{
	struct diag_at at = location("", STR_NONE, item->place),
		       out = location("", STR_NONE, item->output_place);

	rule->item = item;
	rule->name = item->name;
	rule->desc = item->desc;
	rule->source = item->source;
	rule->priority = item->priority;
	rule->tags = item->tags;
	rule->n_tags = item->n_tags;
	rule->enabled = item->enabled;
	rule->capture = item->capture;
	rule->warn_evttypes = item->warn_evttypes;
	rule->skip_if_unknown = item->skip_if_unknown;
	rule->capture_duration_ms = item->capture_duration_ms;
	rule->file = arena_str(v->arena, at.file);
	rule->line = at.line + 1;
	rule->output_line = out.line + 1;
}

static bool resolve_all_rules(struct resolver *v, struct rules *out)
{
	out->v = arena_array(v->arena, struct rule *, v->c->rules.n);
	for (unsigned i = 0; i < v->c->rules.n; i++) {
		const struct rule_item *item = v->c->rules.v[i];
		struct rule *rule = arena_new(v->arena, struct rule);
		enum outcome outcome;

		if (item->unknown_source)
			continue;
		fill_rule(v, item, rule);
		outcome = resolve_output(v, item, rule);
		if (outcome == RULE_GOOD)
			outcome = resolve_condition(v, item, rule);
		if (outcome == RULE_BAD)
			return false;
		if (outcome == RULE_DROPPED)
			continue;
		rule->index = out->n;
		out->v[out->n++] = rule;
	}
	return true;
}

static void warn_unused(struct resolver *v)
{
	for (unsigned i = 0; i < v->c->macros.n; i++) {
		struct scope s = macro_scope(&v->macros[i]);

		if (!v->macros[i].used)
			add_diag(v, LOAD_UNUSED_MACRO, &s, NULL,
				 STR_LIT("Macro not referred to by any other rule/macro"));
	}
	for (unsigned i = 0; i < v->c->lists.n; i++) {
		const struct list_item *item = v->c->lists.v[i];
		struct scope s = { .what = "list", .name = item->name, .place = item->place };

		if (!v->lists.v[i].used)
			add_diag(v, LOAD_UNUSED_LIST, &s, NULL,
				 STR_LIT("List not referred to by any other rule/macro/list"));
	}
}

static void keep_macro_texts(struct resolver *v, struct rules *out)
{
	out->n_macros = v->c->macros.n;
	out->n_shared = v->n_shared;
	out->macros = arena_array(v->arena, struct macro_text, v->c->macros.n);
	for (unsigned i = 0; i < v->c->macros.n; i++)
		out->macros[i] = (struct macro_text){ v->macros[i].item->name, &v->macros[i].text };
}

static void keep_items(struct resolver *v, struct rules *out)
{
	out->macro_items = arena_array(v->arena, struct rule_macro, v->c->macros.n);
	for (unsigned i = 0; i < v->c->macros.n; i++) {
		const struct macro *m = &v->macros[i];

		out->macro_items[i] =
			(struct rule_macro){ m->item->name, m->item->cond.s, m->tree, m->used };
	}
	out->n_lists = v->c->lists.n;
	out->lists = arena_array(v->arena, struct rule_list, v->c->lists.n);
	for (unsigned i = 0; i < v->c->lists.n; i++) {
		const struct list_text *t = &v->lists.v[i];

		out->lists[i] = (struct rule_list){ t->item->name,    t->item->items, t->items,
						    t->item->n_items, t->n_items,     t->used };
	}
	out->engine_minor = v->c->engine_minor;
	out->engine_patch = v->c->engine_patch;
}

bool resolve_rules(struct arena *a, const struct collection *c, const struct rules_options *opt,
		   struct diags *diags, struct rules *out)
{
	struct resolver v = { .arena = a, .c = c, .options = opt, .diags = diags };
	const struct list_item *too_long = NULL;
	bool good;

	if (!lists_expand(&v.lists, a, c, &too_long)) {
		struct scope s = { .what = "list", .name = too_long->name, .place = too_long->place };

		add_diag(&v, LOAD_ERR_VALIDATE, &s, NULL,
			 STR_LIT("the list is too long with its lists expanded"));
		return false;
	}
	good = resolve_macros(&v) && resolve_all_rules(&v, out);
	arena_free(&v.scratch);
	if (!good)
		return false;
	warn_unused(&v);
	keep_macro_texts(&v, out);
	keep_items(&v, out);
	return true;
}
