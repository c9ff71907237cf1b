// SPDX-License-Identifier: Apache-2.0
/*
 * falco rules profile: cost of each rule over the events of a capture, and the part of its
 * condition that stops it.
 *
 * All rules share bytecode, so that its time cannot be attributed to rules.  Two figures are shown
 * instead: `undecided`, the number of events for which the cached predicates on the process did not
 * decide the condition, and `ns`, the time to evaluate the condition alone, in the order in which
 * it is written.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "base/macros.h"
#include "filter/check.h"
#include "tools/evaluate.h"
#include "tools/tool.h"

enum { SAMPLE_EVERY = 16, STOPS_SHOWN = 3 };

struct row {
	const struct rule *rule;
	struct part *cond;
	uint64_t types[EVENT_WORDS];
	uint64_t n_events, n_undecided, n_matched;
	uint64_t *stopped; /* per conjunct: how often it was the first that was false */
	uint64_t ns, n_samples;
};

struct profiler {
	struct tool *tool;
	struct ruleset *rules;
	struct evaluator evaluator;
	struct row *rows; /* enabled rules */
	unsigned n_rows;
	uint64_t n_events, n_hits, shared_ns;
	uint64_t clock_ns; /* smallest difference of two clock readings: overhead to subtract */
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

/* The first conjunct that is false; their number if all are true. */
static unsigned decide(struct row *r, struct extract *x)
{
	unsigned n = part_conjuncts(r->cond), i = 0;

	while (i < n && part_is_true(part_conjunct(r->cond, i), x))
		i++;
	return i;
}

static void evaluate_alone(struct profiler *p, struct row *r, struct extract *x)
{
	bool sampled = r->n_events++ % SAMPLE_EVERY == 0;
	uint64_t start = sampled ? now() : 0;
	unsigned at = decide(r, x);

	if (sampled) {
		r->ns += since(p, start);
		r->n_samples++;
	}
	if (at == part_conjuncts(r->cond))
		r->n_matched++;
	else
		r->stopped[at]++;
}

static void count_undecided(void *arg, const struct rule *rule)
{
	struct profiler *p = arg;

	for (unsigned i = 0; i < p->n_rows; i++) {
		if (p->rows[i].rule == rule) {
			p->rows[i].n_undecided++;
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
	matcher_undecided(p->rules->matcher, x, count_undecided, p);
	for (unsigned i = 0; i < p->n_rows; i++) {
		if (p->rows[i].types[type / 64] >> type % 64 & 1)
			evaluate_alone(p, &p->rows[i], x);
	}
	return true;
}

/* ---- the table ---- */

static uint64_t mean_ns(const struct row *r)
{
	return r->n_samples ? r->ns / r->n_samples : 0;
}

static int by_total_cost(const void *a, const void *b)
{
	const struct row *r = a, *s = b;
	uint64_t x = mean_ns(r) * r->n_events, y = mean_ns(s) * s->n_events;

	return x != y ? (x < y) - (x > y)
		      : (r->rule->index > s->rule->index) - (r->rule->index < s->rule->index);
}

/* The conjunct that stopped the rule most often, of those not in *shown, a bit set; -1 for none. */
static int next_stop(const struct row *r, uint64_t *shown)
{
	int best = -1;

	for (unsigned i = 0; i < part_conjuncts(r->cond) && i < 64; i++) {
		if (!(*shown >> i & 1) && r->stopped[i] &&
		    (best < 0 || r->stopped[i] > r->stopped[best]))
			best = (int)i;
	}
	if (best >= 0)
		*shown |= UINT64_C(1) << best;
	return best;
}

static void stop_text(const struct row *r, int i, struct buf *out)
{
	struct part *part = part_conjunct(r->cond, (unsigned)i);

	if (part->macro.p)
		buf_str(out, part->macro);
	else
		part_text(part, out);
}

static void print_row(const struct row *r, struct buf *out)
{
	uint64_t shown = 0;
	int stop;

	buf_printf(out, "%9" PRIu64 " %9" PRIu64 " %9" PRIu64 " %7" PRIu64 "  %.*s\n", r->n_events,
		   r->n_undecided, r->n_matched, mean_ns(r), STR_ARGS(r->rule->name));
	for (unsigned n = 0; n < STOPS_SHOWN && (stop = next_stop(r, &shown)) >= 0; n++) {
		buf_printf(out, "%39s  stopped %" PRIu64 " times by ", "", r->stopped[stop]);
		stop_text(r, stop, out);
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
	json_add_uint(j, "events", r->n_events);
	json_add_uint(j, "undecided", r->n_undecided);
	json_add_uint(j, "matches", r->n_matched);
	json_add_uint(j, "ns", mean_ns(r));
	json_add_uint(j, "samples", r->n_samples);
	json_add_array(j, "stopped");
	while ((stop = next_stop(r, &shown)) >= 0) {
		buf_clear(&text);
		stop_text(r, stop, &text);
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
	qsort(p->rows, p->n_rows, sizeof(*p->rows), by_total_cost);
	if (!p->tool->json) {
		buf_printf(out,
			   "%" PRIu64 " events, %" PRIu64 " alerts; all rules together: %" PRIu64
			   " ns per event, %u process classes\n\n",
			   p->n_events, p->n_hits, p->n_events ? p->shared_ns / p->n_events : 0,
			   stats.n_process_classes);
		buf_cstr(out, "   events undecided   matches      ns  rule\n");
		for (unsigned i = 0; i < p->n_rows; i++)
			print_row(&p->rows[i], out);
		buf_cstr(out,
			 "\nevents: of the rule's event types. undecided: not decided by the cached predicates on the process.\n"
			 "ns: the condition on its own, per event of its types; in the running program rules share predicates.\n");
		return;
	}
	json_object(&j);
	json_add_uint(&j, "events", p->n_events);
	json_add_uint(&j, "alerts", p->n_hits);
	json_add_uint(&j, "shared_ns", p->shared_ns);
	json_add_uint(&j, "process_classes", stats.n_process_classes);
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

	p->rows = arena_array(&p->evaluator.arena, struct row, rules->n + 1);
	for (unsigned i = 0; i < rules->n; i++) {
		struct row *r = &p->rows[p->n_rows];

		if (!rules->v[i]->enabled || !str_is(rules->v[i]->source, "syscall"))
			continue;
		r->rule = rules->v[i];
		r->cond = evaluator_compile(&p->evaluator, r->rule->cond, &why);
		if (!r->cond) {
			buf_printf(&p->tool->errors, "%.*s\n", STR_ARGS(why.text));
			return false;
		}
		r->stopped = arena_array(&p->evaluator.arena, uint64_t, part_conjuncts(r->cond) + 1);
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
	evaluator_init(&p.evaluator);
	measure_clock(&p);
	if (make_rows(&p) && tool_replay(t, t->capture, visit, &p)) {
		print_all(&p);
		good = true;
	}
	evaluator_free(&p.evaluator);
	ruleset_free(p.rules);
	return good ? TOOL_OK : TOOL_FOUND;
}
