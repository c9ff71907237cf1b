// SPDX-License-Identifier: Apache-2.0
/* Loads rules, compiles them, and builds the output of each rule. */
#include "app/ruleset.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/vec.h"
#include "rules/loader.h"

/* ---- files ---- */

bool ruleset_files(struct arena *a, const struct ruleset_input *in, struct str_list *out,
		   struct buf *errors)
{
	const struct config *c = in->config;
	const struct config_node *entry = c->rules_files ? c->rules_files : c->rules_file;
	struct str_list entries = config_texts(a, entry);

	for (unsigned i = 0; i < in->n_paths; i++) {
		if (!config_paths(a, in->paths[i], true, out)) {
			buf_printf(errors, "Rules file or directory %s does not exist\n",
				   in->paths[i]);
			return false;
		}
	}
	for (unsigned i = 0; !in->n_paths && i < entries.n; i++)
		config_paths(a, entries.v[i].p, true, out);
	if (out->n)
		return true;
	buf_cstr(errors, "You must specify at least one rules file/directory via -r "
			 "or a rules_file entry in falco.yaml\n");
	return false;
}

/* ---- falco.yaml, rules: enable and disable ---- */

struct changes {
	struct rules_change *v;
	unsigned n, cap;
};

static void add_change(struct changes *v, const struct config_node *selector, bool enable)
{
	const struct config_node *rule = config_node_member(selector, "rule"),
				 *tag = config_node_member(selector, "tag");

	if (rule && rule->kind == CONFIG_SCALAR)
		vec_push(v, (struct rules_change){ .enable = enable, .pattern = rule->text });
	if (tag && tag->kind == CONFIG_SCALAR)
		vec_push(v, (struct rules_change){
				    .enable = enable, .by_tag = true, .pattern = tag->text });
}

static struct changes changes_of(const struct config *c)
{
	struct changes v = { 0 };

	if (!c->rules || c->rules->kind != CONFIG_LIST)
		return v;
	for (const struct config_node *kid = c->rules->first; kid; kid = kid->next) {
		add_change(&v, config_node_member(kid, "disable"), false);
		add_change(&v, config_node_member(kid, "enable"), true);
	}
	return v;
}

/* ---- the output of a rule: `output`, then append_output, then -p ---- */

/* Whether rule has every tag of the list. */
static bool has_tags(const struct config_node *list, const struct rule *rule)
{
	for (const struct config_node *tag = list && list->kind == CONFIG_LIST ? list->first : NULL;
	     tag; tag = tag->next) {
		bool found = false;

		for (unsigned i = 0; i < rule->n_tags && !found; i++)
			found = str_eq(rule->tags[i], tag->text);
		if (!found)
			return false;
	}
	return true;
}

static bool matches_or_unset(const struct config_node *want, struct str is)
{
	return !want || want->kind != CONFIG_SCALAR || !want->text.n || str_eq(want->text, is);
}

static bool applies(const struct config_node *entry, const struct rule *rule)
{
	const struct config_node *match = config_node_member(entry, "match");

	return matches_or_unset(config_node_member(match, "source"), rule->source) &&
	       matches_or_unset(config_node_member(match, "rule"), rule->name) &&
	       has_tags(config_node_member(match, "tags"), rule);
}

/* suggested_output: " container_id=%container.id ...", every field with FIELD_SUGGESTED. */
static void add_suggested(struct buf *out)
{
	for (unsigned i = 0; i < fields_count(); i++) {
		const struct field *f = field_at(i);

		if (!(f->flags & FIELD_SUGGESTED))
			continue;
		buf_char(out, ' ');
		for (const char *p = f->name; *p; p++)
			buf_char(out, *p == '.' ? '_' : *p);
		buf_printf(out, "=%%%s", f->name);
	}
}

static const struct config_node *append_entries(const struct config *c)
{
	return c->append_output && c->append_output->kind == CONFIG_LIST ? c->append_output->first
									 : NULL;
}

static void build_output(const struct ruleset_input *in, const struct rule *rule, struct buf *out)
{
	buf_str(out, rule->output);
	for (const struct config_node *e = append_entries(in->config); e; e = e->next) {
		const struct config_node *extra = config_node_member(e, "extra_output");

		if (!applies(e, rule))
			continue;
		if (extra && extra->kind == CONFIG_SCALAR && extra->text.n)
			buf_printf(out, " %.*s", STR_ARGS(extra->text));
		if (config_bool(config_node_member(e, "suggested_output"), false))
			add_suggested(out);
	}
	if (in->print && in->print[0])
		buf_printf(out, " %s", in->print);
}

/* One entry of extra_fields: the name of a field, or { key: format }. */
static bool parse_extra_field(struct arena *a, const struct config_node *node,
			      struct message_extra *extra, struct reason *why)
{
	unsigned at;

	if (node->kind == CONFIG_SCALAR) {
		const char *open = memchr(node->text.p, '[', node->text.n);
		struct str name = node->text, arg = STR_NONE;

		if (open && str_ends(node->text, STR_LIT("]"))) {
			name.n = (size_t)(open - name.p);
			arg = (struct str){ open + 1, node->text.n - name.n - 2 };
		}
		extra->key = node->text;
		return field_resolve(a, name, arg, &extra->ref, why);
	}
	if (node->kind != CONFIG_MAP || !node->first || node->first->kind != CONFIG_SCALAR) {
		reason_set(why, STR_LIT("an entry is neither a field nor a key with a format"));
		return false;
	}
	extra->key = node->first->key;
	extra->format = template_new(a, node->first->text, why, &at);
	return extra->format;
}

static bool add_extras(struct arena *a, const struct ruleset_input *in, struct message_form *form,
		       struct reason *why)
{
	VEC(struct message_extra) v = { 0 };
	bool good = true;

	for (const struct config_node *e = append_entries(in->config); e && good; e = e->next) {
		const struct config_node *list = config_node_member(e, "extra_fields");

		if (!list || list->kind != CONFIG_LIST || !applies(e, form->rule))
			continue;
		for (const struct config_node *kid = list->first; kid && good; kid = kid->next) {
			struct message_extra extra = { 0 };

			good = parse_extra_field(a, kid, &extra, why);
			vec_push(&v, extra);
		}
	}
	if (good && v.n) {
		form->extra = arena_array(a, struct message_extra, v.n);
		memcpy(form->extra, v.v, v.n * sizeof(*v.v));
		form->n_extra = v.n;
	}
	vec_free(&v);
	return good;
}

static void report_error(struct buf *errors, const struct rule *rule, const char *part,
			 struct str why)
{
	if (rule)
		buf_printf(errors, "%.*s:%u: %s of rule '%.*s': ", STR_ARGS(rule->file), rule->line,
			   part, STR_ARGS(rule->name));
	buf_str(errors, why);
	buf_char(errors, '\n');
}

static bool make_form(struct ruleset *rs, const struct ruleset_input *in, unsigned i,
		      struct buf *errors)
{
	struct message_form *form = &rs->forms[i];
	struct buf text = { 0 };
	struct reason why;
	unsigned at;
	bool good;

	form->rule = rs->rules->v[i];
	build_output(in, form->rule, &text);
	form->text = template_new(&rs->arena, buf_view(&text), &why, &at);
	good = form->text && add_extras(&rs->arena, in, form, &why);
	if (good)
		message_form_ready(&rs->arena, form, in->message);
	else
		report_error(errors, form->rule, "output", why.text);
	buf_free(&text);
	return good;
}

/* ---- loading and compiling ---- */

bool ruleset_check_output(void *arg, struct arena *a, struct str source, struct str format,
			  struct reason *why, unsigned *at)
{
	(void)arg;
	(void)source;
	return template_new(a, format, why, at);
}

static bool load_files(struct rules_loader *l, const struct str_list *files, struct buf *errors,
		       struct buf *remarks)
{
	bool good = true;

	for (unsigned i = 0; i < files->n; i++) {
		struct load_result res = { 0 };
		bool file_good = rules_loader_path(l, files->v[i].p, &res);

		if (!file_good || res.diags.n)
			load_result_text(file_good ? remarks : errors, &res, true);
		good &= file_good;
		load_result_free(&res);
	}
	return good;
}

static struct rules *load_rules(const struct ruleset_input *in, const struct str_list *files,
				struct buf *errors, struct buf *remarks)
{
	struct rules_options opt = { .check_output = ruleset_check_output };
	struct rules_loader *l = rules_loader_new(&opt);
	struct changes changes = changes_of(in->config);
	struct rules_select select = { in->config->min_priority, changes.v, changes.n };
	struct rules *rules = NULL;

	bool good = load_files(l, files, errors, remarks);
	struct str unmet = rules_loader_unmet(l);

	if (unmet.p) {
		buf_clear(errors);
		buf_printf(errors, "%.*s\n", STR_ARGS(unmet));
	} else if (good && !rules_loader_finish(l, &select, &rules)) {
		buf_cstr(errors, "the files hold no rules\n");
	}
	rules_loader_free(l);
	vec_free(&changes);
	return rules;
}

static unsigned file_number(const struct str_list *files, struct str file)
{
	unsigned i = 0;

	while (i < files->n && !str_eq(files->v[i], file))
		i++;
	return i;
}

static int by_place(const void *a, const void *b, void *files)
{
	const struct rule *r = *(const struct rule *const *)a, *s = *(const struct rule *const *)b;
	unsigned i = file_number(files, r->file), k = file_number(files, s->file);

	return i != k ? (i > k) - (i < k) : (r->line > s->line) - (r->line < s->line);
}

/* The rules in the order they are written in the files, for the summary; in the ruleset's arena. */
static struct rule **sort_rules(struct ruleset *rs, const struct str_list *files)
{
	unsigned n = rs->rules->n;
	struct rule **sorted = arena_array(&rs->arena, struct rule *, n + 1);

	memcpy(sorted, rs->rules->v, n * sizeof(*sorted));
	qsort_r(sorted, n, sizeof(*sorted), by_place, (void *)files);
	return sorted;
}

static bool compile(struct ruleset *rs, const struct ruleset_input *in, struct buf *errors)
{
	struct matcher_options opt = { .match_all = in->config->match_all,
				       .generation = in->generation };
	struct matcher_error err = { 0 };
	unsigned n = rs->rules->n;
	bool good = true;

	rs->forms = arena_array(&rs->arena, struct message_form, n + 1);
	for (unsigned i = 0; i < n; i++)
		good &= make_form(rs, in, i, errors);
	if (!good)
		return false;
	rs->matcher = matcher_new(rs->rules, &opt, &rs->arena, &err);
	good = rs->matcher;
	rs->classes = good ? matcher_classes(rs->matcher) : NULL;
	if (!good)
		report_error(errors, err.rule, "condition", err.text);
	return good;
}

struct ruleset *ruleset_of(struct rules *rules, const struct ruleset_input *in, struct buf *errors)
{
	struct ruleset *rs = memory_zero(1, sizeof(*rs));

	rs->rules = rules;
	if (compile(rs, in, errors))
		return rs;
	ruleset_free(rs);
	return NULL;
}

struct loading {
	const struct ruleset_input *in;
	struct buf errors, remarks;
	struct ruleset *result;
	struct rule **sorted; /* see sort_rules() */
};

static void load(void *arg)
{
	struct loading *l = arg;
	struct ruleset *rs = memory_zero(1, sizeof(*rs));
	struct str_list files = { 0 };

	if (ruleset_files(&rs->arena, l->in, &files, &l->errors))
		rs->rules = load_rules(l->in, &files, &l->errors, &l->remarks);
	if (rs->rules && !l->in->keep_files)
		rules_free_files(rs->rules);
	if (rs->rules && compile(rs, l->in, &l->errors)) {
		rs->tally_rows = arena_array(&rs->arena, unsigned, rs->rules->n + 1);
		l->sorted = sort_rules(rs, &files);
		l->result = rs;
	} else {
		ruleset_free(rs);
	}
}

/*
 * Copies what outlives the transaction to the caller: rows of the summary, errors, remarks.  False
 * without memory.
 */
static bool commit(struct loading *l, struct tally *tally, struct buf *errors, struct buf *remarks)
{
	struct ruleset *rs = l->result;

	for (unsigned i = 0; rs && i < rs->rules->n; i++)
		if (!tally_row(tally, l->sorted[i]->name, &rs->tally_rows[l->sorted[i]->index]))
			return false;
	return buf_take(errors, &l->errors) && buf_take(remarks, &l->remarks);
}

struct ruleset *ruleset_load(const struct ruleset_input *in, struct tally *tally,
			     struct buf *errors, struct buf *remarks)
{
	struct loading l = { .in = in };

	if (memory_transaction(load, &l)) {
		if (commit(&l, tally, errors, remarks))
			return l.result;
		ruleset_free(l.result);
		buf_free(&l.errors);
		buf_free(&l.remarks);
	}
	buf_cstr(errors, "out of memory while rules were loaded\n");
	return NULL;
}

static bool is_host_field(const struct expr *e)
{
	const struct field *f = e->kind == EXPR_FIELD ? field_by_name(e->name) : NULL;

	return f && f->flags & FIELD_HOST;
}

/* Values that fields with FIELD_HOST are compared with. */
static void add_hosts(struct arena *a, const struct node *n, struct str_list *out)
{
	for (unsigned i = 0; n->kind == NODE_CHECK && is_host_field(n->left) && i < n->n_values; i++)
		str_list_add(a, out, n->values[i]);
	for (unsigned i = 0; i < n->n_kids; i++)
		add_hosts(a, n->kids[i], out);
}

struct str_list ruleset_hosts(struct arena *a, const struct ruleset *rs)
{
	struct str_list list = { 0 };

	for (unsigned i = 0; i < rs->rules->n; i++)
		if (rs->rules->v[i]->enabled)
			add_hosts(a, rs->rules->v[i]->cond, &list);
	return list;
}

unsigned ruleset_enabled(const struct ruleset *rs)
{
	unsigned n = 0;

	for (unsigned i = 0; i < rs->rules->n; i++)
		n += rs->rules->v[i]->enabled;
	return n;
}

void ruleset_free(struct ruleset *rs)
{
	if (!rs)
		return;
	if (rs->matcher)
		matcher_free(rs->matcher);
	if (rs->rules)
		rules_free(rs->rules);
	arena_free(&rs->arena);
	memory_free(rs);
}
