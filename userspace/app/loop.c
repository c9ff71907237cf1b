// SPDX-License-Identifier: Apache-2.0
/*
 * The event loop: source -> state -> rules -> outputs.
 *
 * In: events from source_next(), borrowed until the next call.  Out: alert lines in the output
 * queue.
 */
#include <inttypes.h>
#include <time.h>

#include "app/app.h"
#include "app/signals.h"
#include "base/json.h"
#include "base/log.h"
#include "base/macros.h"

enum { TIMEOUT_MS = 100 };

/* The current event and its context. */
struct loop {
	struct app *app;
	struct event ev;
	struct arena scratch; /* text built for the current event */
	struct buf line;      /* the current alert */
	struct extract x;
	uint64_t due; /* event time (ns) of the next check_time() */
	bool stop;
	enum step result;
};

static void raise_alert(struct loop *l, const struct rule *rule)
{
	struct app *app = l->app;
	struct ruleset *rs = app->rules;

	buf_clear(&l->line);
	message_alert(&app->message, &rs->forms[rule->index], &l->x, &l->line);
	outputs_emit(app->outputs, rule->priority, buf_view(&l->line));
	tally_count(&app->tally, rs->tally_rows[rule->index], rule->priority);
}

/* Alert: a recording reached its maximum size. */
static void report_size_limit(struct loop *l)
{
	static const char rule[] = "Falco internal: capture size limit reached";
	struct message_field fields[] = {
		{ "max_file_size_mb",
		  arena_printf(&l->scratch, "%" PRId64, l->app->config->record_max_mb) },
		{ "written_bytes",
		  arena_printf(&l->scratch, "%" PRIu64, recorder_written(l->app->recorder)) },
	};

	buf_clear(&l->line);
	message_internal(&l->app->message, rule, PRIO_INFORMATIONAL, str_of(rule), fields, 2,
			 l->ev.ts, &l->line);
	outputs_emit(l->app->outputs, PRIO_INFORMATIONAL, buf_view(&l->line));
}

/* noinline, as evaluate_event(): keeps the code for events without rules small. */
static __attribute__((noinline)) void report_matches(struct loop *l, const struct rule *const *hits,
						     unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		raise_alert(l, hits[i]);
	if (l->app->recorder && recorder_event(l->app->recorder, &l->ev, hits, n))
		report_size_limit(l);
}

static __attribute__((noinline)) void evaluate_event(struct loop *l)
{
	const struct rule *const *hits = NULL;
	unsigned n;

	arena_reset(&l->scratch);
	n = l->ev.state_only ? 0 : matcher_match(l->app->rules->matcher, &l->x, &hits);
	if (n || l->app->recorder)
		report_matches(l, hits, n);
}

static inline void handle_event(struct loop *l)
{
	struct app *app = l->app;

	state_process(app->state, &l->ev);
	app->n_events++;
	if (app->rules->classes[l->ev.type] || app->recorder)
		evaluate_event(l);
}

static void stop_failed(struct loop *l)
{
	l->stop = true;
	l->result = STEP_FAILED;
	buf_clear(&l->app->errors);
	buf_printf(&l->app->errors, "%s\n", l->app->source->error);
}

static void report_drops(struct loop *l, unsigned actions, const struct source_stats *lost)
{
	static const char rule[] = "Falco internal: syscall event drop";
	struct app *app = l->app;
	struct message_field *fields;
	unsigned n = drops_fields(lost, &l->scratch, &fields);
	struct str text = arena_printf(&l->scratch,
				       "%s. %" PRIu64 " system calls dropped in last second.", rule,
				       lost->n_drops);

	if (actions & DROPS_LOG)
		log_printf(LOG_DEBUG, "%s", text.p);
	if (actions & DROPS_ALERT) {
		buf_clear(&l->line);
		message_internal(&app->message, rule, PRIO_DEBUG, text, fields, n, l->ev.ts,
				 &l->line);
		outputs_emit(app->outputs, PRIO_DEBUG, buf_view(&l->line));
	}
	if (actions & DROPS_EXIT) {
		log_printf(LOG_CRIT, "%s Exiting.", text.p);
		l->stop = true;
	}
}

static void check_drops(struct loop *l)
{
	struct source_stats lost;
	unsigned actions = drops_check(&l->app->drops, l->app->source, l->ev.ts, &lost);

	if (actions)
		report_drops(l, actions, &lost);
}

/* -M is in event time: a replay ends at the event at which a live run would have ended. */
static void check_max_seconds(struct loop *l)
{
	struct app *app = l->app;
	uint64_t limit = (uint64_t)app->options.max_seconds * NSEC_PER_SEC;

	if (!app->first_ts)
		app->first_ts = l->ev.ts;
	if (!limit)
		return;
	if (l->ev.ts >= app->first_ts + limit)
		l->stop = true;
	if (l->due > app->first_ts + limit)
		l->due = app->first_ts + limit;
}

/* Called once per second of event time, not for each event. */
static __attribute__((noinline)) void check_time(struct loop *l)
{
	check_drops(l);
	l->due = l->app->drops.next_ts;
	check_max_seconds(l);
}

static __attribute__((noinline)) void handle_signals(struct loop *l, unsigned set)
{
	if (set & SIGNAL_STOP) {
		log_printf(LOG_INFO, "SIGINT received, exiting...");
		l->stop = true;
	}
	if (set & SIGNAL_REOPEN) {
		log_printf(LOG_INFO, "SIGUSR1 received, reopening outputs...");
		outputs_reopen(l->app->outputs);
	}
	if (set & SIGNAL_CHANGED && l->app->watch)
		watch_read(l->app->watch);
	if (set & SIGNAL_RELOAD)
		reload_files(l->app);
}

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * NSEC_PER_SEC + (uint64_t)t.tv_nsec;
}

/*
 * Only live sources time out: the clock is used as event time, so that -M also ends the program on
 * an idle machine.
 */
static __attribute__((noinline)) void handle_timeout(struct loop *l)
{
	l->ev.ts = now_ns();
	check_max_seconds(l);
	if (l->app->recorder)
		recorder_time(l->app->recorder, l->ev.ts);
}

static inline void process_event(struct loop *l)
{
	handle_event(l);
	if (l->ev.ts >= l->due)
		check_time(l);
}

static __attribute__((noinline)) void handle_no_event(struct loop *l, enum source_result got)
{
	if (got == SOURCE_TIMEOUT)
		handle_timeout(l);
	else if (got == SOURCE_FAILED)
		stop_failed(l);
	else
		l->stop = true;
}

static inline void poll_signals(struct loop *l)
{
	unsigned set = signals_take();

	if (set)
		handle_signals(l, set);
}

static void run(struct loop *l)
{
	enum source_result got;

	while (!l->stop) {
		got = source_next(l->app->source, &l->ev, TIMEOUT_MS);
		if (got == SOURCE_EVENT)
			process_event(l);
		else
			handle_no_event(l, got);
		poll_signals(l);
	}
}

enum step loop_run(struct app *app)
{
	struct loop l = { .app = app, .result = STEP_NEXT };

	l.x = (struct extract){ .ev = &l.ev, .state = app->state, .scratch = &l.scratch };
	run(&l);
	arena_free(&l.scratch);
	buf_free(&l.line);
	return l.result;
}
