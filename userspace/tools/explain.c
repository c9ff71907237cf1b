// SPDX-License-Identifier: Apache-2.0
/*
 * falco rules explain: a rule's condition as a tree, with result and values of each part for one
 * event.
 *
 * The event is that of --event; by default the first one that matches, or, if none does, the one
 * with the most conjuncts true.
 */
#include <inttypes.h>

#include "filter/check.h"
#include "rules/locate.h"
#include "tools/evaluate.h"
#include "tools/tool.h"

struct explain {
	struct tool *tool;
	struct ruleset *rules;
	const struct rule *rule;
	struct evaluator evaluator;
	struct part *cond;
	uint64_t types[EVENT_WORDS]; /* events for which the condition can be true */
	uint64_t n_events, n_evaluated, n_matched;
	bool found;    /* the event in `shown` matched, or is that of --event */
	unsigned best; /* true conjuncts of the event in `shown`, plus 1; 0 for none */
	struct buf shown;
};

/* ---- the tree ---- */

static void print_place(struct explain *e, const struct part *p, struct buf *out)
{
	struct rule_place place;

	if (rules_locate(e->rules->rules, e->rule, p->node, p->node->at, &place))
		buf_printf(out, "  [%.*s:%u]", STR_ARGS(place.file), place.line);
}

/* decisive: with another result of this part, that of the whole condition could differ. */
static void print_part(struct explain *e, const struct part *p, struct extract *x, unsigned depth,
		       bool decisive, struct buf *out)
{
	static const char *const words[] = {
		[NODE_AND] = "all of", [NODE_OR] = "any of", [NODE_NOT] = "not"
	};

	buf_printf(out, "%s %s", p->holds ? "yes" : "no ", decisive ? "* " : "  ");
	buf_fill(out, ' ', 2 * depth);
	if (p->macro.p)
		buf_printf(out, "%.*s: ", STR_ARGS(p->macro));
	if (p->atom) {
		part_text(p, out);
		buf_cstr(out, "  <- ");
		part_values(p, x, out);
		if (decisive)
			print_place(e, p, out);
		buf_char(out, '\n');
		return;
	}
	buf_printf(out, "%s\n", words[p->node->kind]);
	for (unsigned i = 0; i < p->n_kids; i++) {
		bool same = p->node->kind == NODE_NOT || p->kids[i]->holds == p->holds;

		print_part(e, p->kids[i], x, depth + 1, decisive && same, out);
	}
}

static void json_part(struct json *j, const struct part *p, struct extract *x)
{
	static const char *const words[] = {
		[NODE_AND] = "and", [NODE_OR] = "or", [NODE_NOT] = "not", [NODE_CHECK] = "check"
	};
	struct buf text = { 0 };

	json_object(j);
	json_add_text(j, "kind", words[p->node->kind]);
	json_add_bool(j, "holds", p->holds);
	if (p->macro.p)
		json_add_str(j, "macro", p->macro);
	if (p->atom) {
		part_text(p, &text);
		json_add_str(j, "text", buf_view(&text));
		buf_clear(&text);
		part_values(p, x, &text);
		json_add_str(j, "values", buf_view(&text));
	} else {
		json_add_array(j, "parts");
		for (unsigned i = 0; i < p->n_kids; i++)
			json_part(j, p->kids[i], x);
		json_end(j);
	}
	json_end(j);
	buf_free(&text);
}

/* ---- why a matching rule raises no alert ---- */

static const struct rule *find_other_rule(struct explain *e, struct extract *x)
{
	const struct rule *const *hits;
	unsigned n = matcher_match(e->rules->matcher, x, &hits);

	for (unsigned i = 0; i < n; i++) {
		if (hits[i] == e->rule)
			return NULL;
	}
	return n ? hits[0] : NULL;
}

static const char *suppression_reason(struct explain *e)
{
	if (e->rule->enabled)
		return NULL;
	return e->rule->priority > e->tool->config->min_priority
		       ? "the rule is below the configured priority"
		       : "the rule is disabled";
}

static void show(struct explain *e, struct extract *x)
{
	const struct thread *t = x->ev->thread;
	const struct rule *other = e->cond->holds && e->rule->enabled ? find_other_rule(e, x) : NULL;
	const char *off = suppression_reason(e);

	buf_clear(&e->shown);
	if (e->tool->json) {
		struct json j = json_to(&e->shown);

		json_object(&j);
		json_add_uint(&j, "event", x->ev->num);
		json_add_text(&j, "type", x->ev->info->name);
		json_add_str(&j, "process", t ? t->image->comm : STR_NONE);
		json_add_int(&j, "pid", t ? t->pid : -1);
		json_add_bool(&j, "matches", e->cond->holds);
		if (other)
			json_add_str(&j, "silenced_by", other->name);
		json_key(&j, "condition");
		json_part(&j, e->cond, x);
		json_end(&j);
		return;
	}
	buf_printf(&e->shown, "Event %" PRIu64 ": %s by %.*s (pid %" PRId64 ") %s\n", x->ev->num,
		   x->ev->info->name, t ? (int)t->image->comm.n : 0, t ? t->image->comm.p : "",
		   t ? t->pid : -1, e->cond->holds ? "matches" : "does not match");
	if (off)
		buf_printf(&e->shown, "But no alert: %s\n", off);
	if (other)
		buf_printf(&e->shown,
			   "But no alert: '%.*s' matches first, and rule_matching is first\n",
			   STR_ARGS(other->name));
	buf_char(&e->shown, '\n');
	print_part(e, e->cond, x, 0, true, &e->shown);
}

/* ---- events ---- */

static bool is_candidate(struct explain *e, const struct event *ev)
{
	return e->types[ev->type / 64] >> ev->type % 64 & 1;
}

static unsigned count_true_conjuncts(struct explain *e)
{
	unsigned n = 0;

	for (unsigned i = 0; i < part_conjuncts(e->cond); i++)
		n += part_conjunct(e->cond, i)->holds;
	return n;
}

static bool visit(void *arg, struct extract *x)
{
	struct explain *e = arg;
	uint64_t wanted = e->tool->event;
	unsigned points;

	e->n_events++;
	if (wanted) {
		if (x->ev->num != wanted)
			return x->ev->num < wanted;
		e->n_evaluated++;
		e->n_matched += part_evaluate(e->cond, x);
		show(e, x);
		e->found = true;
		return false;
	}
	if (!is_candidate(e, x->ev))
		return true;
	e->n_evaluated++;
	e->n_matched += part_evaluate(e->cond, x);
	points = count_true_conjuncts(e) + 1;
	if (e->found || (!e->cond->holds && points <= e->best))
		return true;
	e->found = e->cond->holds;
	e->best = points;
	show(e, x);
	return true;
}

/* ---- the command ---- */

static const struct rule *find_rule(struct explain *e, struct str name)
{
	for (unsigned i = 0; i < e->rules->rules->n; i++) {
		if (str_eq(e->rules->rules->v[i]->name, name))
			return e->rules->rules->v[i];
	}
	buf_printf(&e->tool->errors, "there is no rule '%.*s'\n", STR_ARGS(name));
	return NULL;
}

static void print_all(struct explain *e)
{
	struct buf *out = &e->tool->out;

	if (e->tool->json) {
		struct json j = json_to(out);

		json_object(&j);
		json_add_str(&j, "rule", e->rule->name);
		json_add_bool(&j, "enabled", e->rule->enabled);
		json_add_uint(&j, "events_evaluated", e->n_evaluated);
		json_add_uint(&j, "events_matched", e->n_matched);
		json_key(&j, "shown");
		if (e->shown.n)
			json_raw(&j, buf_view(&e->shown));
		else
			json_null(&j);
		json_end(&j);
		buf_char(out, '\n');
		return;
	}
	buf_printf(out, "Rule '%.*s' (%.*s:%u)\n", STR_ARGS(e->rule->name), STR_ARGS(e->rule->file),
		   e->rule->line);
	if (!e->tool->event)
		buf_printf(out,
			   "%" PRIu64 " of %" PRIu64 " events have its event types, %" PRIu64
			   " match\n",
			   e->n_evaluated, e->n_events, e->n_matched);
	if (!e->shown.n)
		buf_cstr(out, "The capture has no event of the rule's event types.\n");
	else
		buf_printf(out, "%s%s\nLines with * decide the result.\n",
			   e->tool->event ? ""
			   : e->n_matched ? "The first match:\n"
					  : "The closest event:\n",
			   buf_c(&e->shown));
}

static bool run(struct explain *e)
{
	struct reason why = { 0 };

	e->rule = find_rule(e, str_of(e->tool->words.v[0]));
	if (!e->rule)
		return false;
	e->cond = evaluator_compile(&e->evaluator, e->rule->cond, &why);
	if (!e->cond) {
		buf_printf(&e->tool->errors, "%.*s\n", STR_ARGS(why.text));
		return false;
	}
	evttypes_of(e->rule->cond, e->types);
	if (!tool_replay(e->tool, e->tool->capture, visit, e))
		return false;
	if (e->tool->event && !e->found) {
		buf_printf(&e->tool->errors,
			   "the capture has no event %" PRIu64 " that is evaluated by rules\n",
			   e->tool->event);
		return false;
	}
	print_all(e);
	return true;
}

enum tool_status explain_run(struct tool *t)
{
	struct explain e = { .tool = t };
	bool good = false;

	if (t->words.n != 1) {
		buf_cstr(&t->errors, "exactly one rule is expected: quote its name\n");
		return TOOL_USAGE;
	}
	if (!tool_config(t, false))
		return TOOL_FOUND;
	e.rules = tool_rules(t, NULL, 0);
	evaluator_init(&e.evaluator);
	if (e.rules)
		good = run(&e);
	evaluator_free(&e.evaluator);
	buf_free(&e.shown);
	if (e.rules)
		ruleset_free(e.rules);
	return good && e.n_matched ? TOOL_OK : TOOL_FOUND;
}
