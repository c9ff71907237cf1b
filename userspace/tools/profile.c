// SPDX-License-Identifier: Apache-2.0
/*
 * falco rules profile: how far each rule gets with the events of a capture, and what it costs.
 *
 * Rules run as one shared program, so no nanosecond of it belongs to one rule.  Two things are told
 * apart: `left`, the events for which the shared program still had something to ask for the rule
 * once the process' facts were known, and `ns`, what the rule's condition costs when it is asked by
 * itself, in the order it is written.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "base/macros.h"
#include "filter/check.h"
#include "tools/judge.h"
#include "tools/tool.h"

enum { SAMPLE_EVERY = 16, STOPS_SHOWN = 3 };

struct row {
	const struct rule *rule;
	struct part *cond;
	uint64_t types[EVENT_WORDS];
	uint64_t n_asked, n_left, n_matched;
	uint64_t *stopped; /* per conjunct: how often it was the one that said no */
	uint64_t ns, n_samples;
};

struct profiler {
	struct tool *tool;
	struct ruleset *rules;
	struct judge judge;
	struct row *rows; /* enabled rules */
	unsigned n_rows;
	uint64_t n_events, n_hits, shared_ns;
	uint64_t clock_ns; /* what asking the clock twice costs */
};

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * NSEC_PER_SEC + (uint64_t)t.tv_nsec;
}

static void measure_clock(struct profiler *p)
{
	p->clock_ns = UINT64_MAX;
	for (unsigned i = 0; i < 1000; i++) {
		uint64_t start = now(), took = now() - start;

		p->clock_ns = took < p->clock_ns ? took : p->clock_ns;
	}
}

static uint64_t since(const struct profiler *p, uint64_t start)
{
	uint64_t took = now() - start;

	return took > p->clock_ns ? took - p->clock_ns : 0;
}

/* ---- one event ---- */

/* The conjunct that says no, or their number. */
static unsigned decide(struct row *r, struct extract *x)
{
	unsigned n = judge_conjuncts(r->cond), i = 0;

	while (i < n && judge_decide(judge_conjunct(r->cond, i), x))
		i++;
	return i;
}

static void ask(struct profiler *p, struct row *r, struct extract *x)
{
	bool sampled = r->n_asked++ % SAMPLE_EVERY == 0;
	uint64_t start = sampled ? now() : 0;
	unsigned at = decide(r, x);

	if (sampled) {
		r->ns += since(p, start);
		r->n_samples++;
	}
	if (at == judge_conjuncts(r->cond))
		r->n_matched++;
	else
		r->stopped[at]++;
}

static void left(void *arg, const struct rule *rule)
{
	struct profiler *p = arg;

	for (unsigned i = 0; i < p->n_rows; i++) {
		if (p->rows[i].rule == rule) {
			p->rows[i].n_left++;
			return;
		}
	}
}

static bool visit(void *arg, struct extract *x)
{
	struct profiler *p = arg;
	const struct rule *const *hits;
	unsigned type = x->ev->type;
	uint64_t start = now();

	p->n_hits += matcher_match(p->rules->matcher, x, &hits);
	p->shared_ns += since(p, start);
	p->n_events++;
	matcher_left(p->rules->matcher, x, left, p);
	for (unsigned i = 0; i < p->n_rows; i++) {
		if (p->rows[i].types[type / 64] >> type % 64 & 1)
			ask(p, &p->rows[i], x);
	}
	return true;
}

/* ---- the table ---- */

static uint64_t mean_ns(const struct row *r)
{
	return r->n_samples ? r->ns / r->n_samples : 0;
}

static int dearest_first(const void *a, const void *b)
{
	const struct row *r = a, *s = b;
	uint64_t x = mean_ns(r) * r->n_asked, y = mean_ns(s) * s->n_asked;

	return x != y ? (x < y) - (x > y)
		      : (r->rule->index > s->rule->index) - (r->rule->index < s->rule->index);
}

/* The next conjunct by how often it stopped the rule; -1 when there are no more. */
static int next_stop(const struct row *r, uint64_t *shown)
{
	int best = -1;

	for (unsigned i = 0; i < judge_conjuncts(r->cond) && i < 64; i++) {
		if (!(*shown >> i & 1) && r->stopped[i] &&
		    (best < 0 || r->stopped[i] > r->stopped[best]))
			best = (int)i;
	}
	if (best >= 0)
		*shown |= UINT64_C(1) << best;
	return best;
}

static void part_text(const struct row *r, int i, struct buf *out)
{
	struct part *part = judge_conjunct(r->cond, (unsigned)i);

	if (part->macro.p)
		buf_str(out, part->macro);
	else
		judge_text(part, out);
}

static void print_row(const struct row *r, struct buf *out)
{
	uint64_t shown = 0;
	int stop;

	buf_printf(out, "%9" PRIu64 " %9" PRIu64 " %9" PRIu64 " %7" PRIu64 "  %.*s\n", r->n_asked,
		   r->n_left, r->n_matched, mean_ns(r), STR_ARGS(r->rule->name));
	for (unsigned n = 0; n < STOPS_SHOWN && (stop = next_stop(r, &shown)) >= 0; n++) {
		buf_printf(out, "%39s  stopped %" PRIu64 " times by ", "", r->stopped[stop]);
		part_text(r, stop, out);
		buf_char(out, '\n');
	}
}

static void json_row(const struct row *r, struct json *j)
{
	struct buf text = { 0 };
	uint64_t shown = 0;
	int stop;

	json_object(j);
	json_add_str(j, "rule", r->rule->name);
	json_add_uint(j, "events", r->n_asked);
	json_add_uint(j, "left", r->n_left);
	json_add_uint(j, "matches", r->n_matched);
	json_add_uint(j, "ns", mean_ns(r));
	json_add_uint(j, "samples", r->n_samples);
	json_add_array(j, "stopped");
	while ((stop = next_stop(r, &shown)) >= 0) {
		buf_clear(&text);
		part_text(r, stop, &text);
		json_object(j);
		json_add_str(j, "part", buf_view(&text));
		json_add_uint(j, "times", r->stopped[stop]);
		json_end(j);
	}
	json_end(j);
	json_end(j);
	buf_free(&text);
}

static void print_all(struct profiler *p)
{
	struct buf *out = &p->tool->out;
	struct matcher_stats stats;
	struct json j = json_to(out);

	matcher_stats(p->rules->matcher, &stats);
	qsort(p->rows, p->n_rows, sizeof(*p->rows), dearest_first);
	if (!p->tool->json) {
		buf_printf(out,
			   "%" PRIu64 " events, %" PRIu64 " alerts; all rules together: %" PRIu64
			   " ns per event, %u profiles of "
			   "processes\n\n",
			   p->n_events, p->n_hits, p->n_events ? p->shared_ns / p->n_events : 0,
			   stats.n_process_classes);
		buf_text(out, "   events      left   matches      ns  rule\n");
		for (unsigned i = 0; i < p->n_rows; i++)
			print_row(&p->rows[i], out);
		buf_text(out,
			 "\nevents: of the rule's types. left: still to ask when the process' facts are known. ns: the condition "
			 "by itself,\nper event of its types; in the running program rules share what they ask.\n");
		return;
	}
	json_object(&j);
	json_add_uint(&j, "events", p->n_events);
	json_add_uint(&j, "alerts", p->n_hits);
	json_add_uint(&j, "shared_ns", p->shared_ns);
	json_add_uint(&j, "profiles", stats.n_process_classes);
	json_add_array(&j, "rules");
	for (unsigned i = 0; i < p->n_rows; i++)
		json_row(&p->rows[i], &j);
	json_end(&j);
	json_end(&j);
	buf_char(out, '\n');
}

static bool make_rows(struct profiler *p)
{
	const struct rules *rules = p->rules->rules;
	struct reason why = { 0 };

	p->rows = arena_array(&p->judge.arena, struct row, rules->n + 1);
	for (unsigned i = 0; i < rules->n; i++) {
		struct row *r = &p->rows[p->n_rows];

		if (!rules->v[i]->enabled || !str_is(rules->v[i]->source, "syscall"))
			continue;
		r->rule = rules->v[i];
		r->cond = judge_part(&p->judge, r->rule->cond, &why);
		if (!r->cond) {
			buf_printf(&p->tool->errors, "%.*s\n", STR_ARGS(why.text));
			return false;
		}
		r->stopped = arena_array(&p->judge.arena, uint64_t, judge_conjuncts(r->cond) + 1);
		evttypes_of(r->rule->cond, r->types);
		p->n_rows++;
	}
	return true;
}

enum tool_status profile_run(struct tool *t)
{
	struct profiler p = { .tool = t };
	bool good = false;

	if (!tool_config(t, false))
		return TOOL_FOUND;
	p.rules = tool_rules(t, NULL, 0);
	if (!p.rules)
		return TOOL_FOUND;
	judge_init(&p.judge);
	measure_clock(&p);
	if (make_rows(&p) && tool_replay(t, t->capture, visit, &p)) {
		print_all(&p);
		good = true;
	}
	judge_free(&p.judge);
	ruleset_free(p.rules);
	return good ? TOOL_OK : TOOL_FOUND;
}
