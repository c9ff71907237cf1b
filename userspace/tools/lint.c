// SPDX-License-Identifier: Apache-2.0
/* falco rules lint: finds mistakes in rules that load without an error. */
#include "tools/lint.h"

#include <stdarg.h>
#include <stdlib.h>

#include "app/syscalls.h"
#include "fields/extract.h"
#include "output/template.h"
#include "rules/locate.h"

/* ---- findings ---- */

static void place(struct lint *l, const struct rule *rule, const struct part *at, struct finding *f)
{
	struct rule_place p;

	f->file = rule->file;
	f->line = rule->line;
	if (at && rules_locate(l->rules, rule, at->node, at->node->at, &p)) {
		f->file = p.file;
		f->line = p.line;
		f->column = p.column;
	}
}

static bool is_reported(const struct lint *l, const struct finding *f)
{
	for (unsigned i = 0; i < l->found.n; i++) {
		const struct finding *g = &l->found.v[i];

		if (g->line == f->line && g->column == f->column && !strcmp(g->code, f->code) &&
		    str_eq(g->file, f->file) && str_eq(g->message, f->message))
			return true;
	}
	return false;
}

void lint_add(struct lint *l, const char *code, const struct rule *rule, const struct part *at,
	      const char *format, ...)
{
	struct finding f = { .code = code, .item = rule->name };
	struct buf text = { 0 };
	va_list ap;

	va_start(ap, format);
	buf_vprintf(&text, format, ap);
	va_end(ap);
	f.message = arena_str(&l->evaluator.arena, buf_view(&text));
	buf_free(&text);
	place(l, rule, at, &f);
	/* Report a finding in a macro once, not for each rule that uses it. */
	if (!at || !is_reported(l, &f))
		vec_push(&l->found, f);
}

struct str lint_quote(struct lint *l, const struct part *p)
{
	struct buf text = { 0 };
	struct str s;

	buf_char(&text, '`');
	if (p->macro.p)
		buf_str(&text, p->macro);
	else
		part_text(p, &text);
	buf_char(&text, '`');
	s = arena_str(&l->evaluator.arena, buf_view(&text));
	buf_free(&text);
	return s;
}

/* ---- diagnostics of the loader ---- */

static void add_diagnostics(struct lint *l, const struct load_result *res)
{
	struct arena *a = &l->evaluator.arena;

	for (unsigned i = 0; i < res->diags.n; i++) {
		const struct diag *d = res->diags.v[i];
		const struct diag_at *last = d->n_at ? &d->at[d->n_at - 1] : NULL,
				     *item = d->n_at > 1 ? &d->at[1] : last;
		struct finding f = { .code = d->kind.code, .message = arena_str(a, d->message) };

		if (last) {
			f.item = arena_str(a, item->name);
			f.file = arena_str(a, last->file);
			f.line = last->line + 1;
			f.column = last->column + 1;
		}
		if (!is_reported(l, &f))
			vec_push(&l->found, f);
	}
}

/*
 * The loader's warnings about unused items are repeated after each file, with all files so far:
 * only the last ones count.
 */
static void drop_unused(struct lint *l)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < l->found.n; i++) {
		if (!str_starts(str_of(l->found.v[i].code), STR_LIT("LOAD_UNUSED")))
			l->found.v[kept++] = l->found.v[i];
	}
	l->found.n = kept;
}

static bool load(struct lint *l)
{
	struct rules_options opt = { .check_output = ruleset_check_output };
	struct ruleset_input in = {
		.config = l->tool->config,
		.paths = l->tool->rules.v,
		.n_paths = l->tool->rules.n,
		.message = &l->tool->message,
	};
	struct rules_loader *loader = rules_loader_new(&opt);
	struct str_list files = { 0 };
	bool good = ruleset_files(&l->evaluator.arena, &in, &files, &l->tool->errors);

	for (unsigned i = 0; good && i < files.n; i++) {
		struct load_result res = { 0 };

		good = rules_loader_path(loader, files.v[i].p, &res);
		if (good) {
			drop_unused(l);
			add_diagnostics(l, &res);
		} else {
			load_result_text(&l->tool->errors, &res, true);
		}
		load_result_free(&res);
	}
	good = good && rules_loader_finish(loader, NULL, &l->rules);
	rules_loader_free(loader);
	return good;
}

/* ---- fields without values ---- */

/* The first field in an operand that never has a value. */
static const struct field *absent_field(const struct operand *o)
{
	const struct field *f = NULL;

	if (o->ref.field)
		return o->ref.field->get == field_absent ? o->ref.field : NULL;
	for (unsigned i = 0; !f && i < o->n_args; i++)
		f = absent_field(o->args[i]);
	return f;
}

static void check_fields(struct lint *l, const struct rule *rule, const struct part *p)
{
	const struct field *f = NULL;

	if (p->atom)
		f = absent_field(p->atom->left);
	if (p->atom && p->atom->right && !f)
		f = absent_field(p->atom->right);
	if (f)
		lint_add(l, "FIELD_WITHOUT_VALUE", rule, p,
			 "%s never has a value, so %.*s is never true", f->name,
			 STR_ARGS(lint_quote(l, p)));
	for (unsigned i = 0; i < p->n_kids; i++)
		check_fields(l, rule, p->kids[i]);
}

static void check_output(struct lint *l, const struct rule *rule)
{
	struct reason why;
	unsigned at;
	struct template *t = template_new(&l->evaluator.arena, rule->output, &why, &at);

	for (unsigned i = 0; t && i < t->n_parts; i++) {
		const struct field *f = t->parts[i].ref.field;

		if (f && f->get == field_absent)
			lint_add(l, "FIELD_WITHOUT_VALUE", rule, NULL,
				 "%%%s in the output never has a value", f->name);
	}
}

/* ---- calls that are not recorded ---- */

static void check_recorded(struct lint *l)
{
	uint64_t set[SYSCALL_WORDS];

	for (unsigned i = 0; i < l->rules->n; i++) {
		const struct rule *rule = l->rules->v[i];
		unsigned n = 0, ignored = 0;

		if (!str_is(rule->source, "syscall"))
			continue;
		evttypes_syscalls_of(rule->cond, set);
		for (unsigned code = 0; code < SYSCALL_CODES; code++) {
			bool wanted = set[code / 64] >> code % 64 & 1;

			n += wanted;
			ignored += wanted && syscalls_is_ignored(code);
		}
		if (n && n == ignored && !l->tool->config->base_syscalls_all)
			lint_add(l, "NOT_RECORDED", rule, NULL,
				 "all its system calls are plain I/O, which is recorded only with base_syscalls.all");
	}
}

/* ---- the command ---- */

static bool compile(struct lint *l)
{
	struct reason why = { 0 };

	l->conds = arena_array(&l->evaluator.arena, struct part *, l->rules->n + 1);
	for (unsigned i = 0; i < l->rules->n; i++) {
		l->conds[i] = evaluator_compile(&l->evaluator, l->rules->v[i]->cond, &why);
		if (!l->conds[i]) {
			buf_printf(&l->tool->errors, "%.*s\n", STR_ARGS(why.text));
			return false;
		}
		check_fields(l, l->rules->v[i], l->conds[i]);
		check_output(l, l->rules->v[i]);
	}
	return true;
}

static int by_place(const void *a, const void *b)
{
	const struct finding *f = a, *g = b;
	int c = str_cmp(f->file, g->file);

	return c		    ? c
	       : f->line != g->line ? (f->line > g->line) - (f->line < g->line)
				    : (f->column > g->column) - (f->column < g->column);
}

static void print_all(struct lint *l)
{
	struct buf *out = &l->tool->out;
	struct json j = json_to(out);

	if (l->found.n)
		qsort(l->found.v, l->found.n, sizeof(*l->found.v), by_place);
	if (l->tool->json) {
		json_object(&j);
		json_add_array(&j, "findings");
	}
	for (unsigned i = 0; i < l->found.n; i++) {
		const struct finding *f = &l->found.v[i];

		if (!l->tool->json) {
			buf_printf(out, "%.*s:%u:", STR_ARGS(f->file), f->line);
			if (f->column)
				buf_printf(out, "%u:", f->column);
			buf_printf(out, " %s: %.*s: %.*s\n", f->code, STR_ARGS(f->item),
				   STR_ARGS(f->message));
			continue;
		}
		json_object(&j);
		json_add_text(&j, "code", f->code);
		json_add_str(&j, "item", f->item);
		json_add_str(&j, "file", f->file);
		json_add_uint(&j, "line", f->line);
		json_add_uint(&j, "column", f->column);
		json_add_str(&j, "message", f->message);
		json_end(&j);
	}
	if (l->tool->json) {
		json_end(&j);
		json_add_uint(&j, "rules", l->rules->n);
		json_end(&j);
		buf_char(out, '\n');
	} else {
		buf_printf(out, "%u rules, %u findings\n", l->rules->n, l->found.n);
	}
}

enum tool_status lint_run(struct tool *t)
{
	struct lint l = { .tool = t };
	enum tool_status status = TOOL_FOUND;

	if (!tool_config(t, false))
		return TOOL_FOUND;
	evaluator_init(&l.evaluator);
	dag_init(&l.dag);
	if (load(&l) && compile(&l)) {
		lint_logic(&l);
		lint_sets(&l);
		check_recorded(&l);
		print_all(&l);
		status = l.found.n ? TOOL_FOUND : TOOL_OK;
	}
	vec_free(&l.found);
	dag_free(&l.dag);
	evaluator_free(&l.evaluator);
	rules_free(l.rules);
	return status;
}
