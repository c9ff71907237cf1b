// SPDX-License-Identifier: Apache-2.0
#include "app/workers.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "app/app.h"
#include "app/batch.h"
#include "app/loop.h"
#include "base/vec.h"
#include "state/journal.h"
#include "state/shard.h"

enum {
	BATCHES = 16,			/* under way at once */
	BATCH_EVENTS = 512,
	BATCH_BYTES = 128 << 10,	/* a batch with more is full */
};

/* What one worker told another about an event. */
struct message {
	struct message *next;
	unsigned from;
	uint64_t num;
	size_t n;
	char bytes[];
};

struct worker {
	struct workers *all;
	unsigned index;
	pthread_t thread;
	bool running;
	struct state *state;
	struct shard shard;
	struct arena scratch;
	struct buf line;

	/* Under all->lock. */
	uint64_t taken;			/* batches begun */
	uint64_t passed;		/* events up to this number are done */
	struct message *first, **last;	/* for it */
	bool waits;			/* for a message */
	pthread_cond_t posted;
};

struct workers {
	struct app *app;
	struct workers_options opt;
	struct journal *journal;
	struct loop loop;		/* of whoever hands on alerts: `handing` */
	struct batch *filling;
	uint64_t num;			/* events given so far */
	struct {
		bool wanted;		/* parameters are read by state/ or a rule */
		bool local;		/* shard_is_private() */
	} types[EVENT_NUMBERS];

	pthread_mutex_t lock;		/* everything below */
	pthread_cond_t filled, freed;
	struct batch batches[BATCHES];
	unsigned left[BATCHES];		/* workers not done with it */
	uint64_t n_filled, n_done;	/* batches so far */
	bool handing;			/* somebody hands on alerts */
	bool stop;

	unsigned count;
	struct worker v[];
};

/* ---- messages between workers ---- */

static void post(void *arg, unsigned to, uint64_t num, struct str bytes)
{
	struct worker *from = arg, *w = &from->all->v[to];
	struct message *m = malloc(sizeof(*m) + bytes.n);

	if (!m)
		return;		/* take() sees that we are past it */
	*m = (struct message){ .from = from->index, .num = num, .n = bytes.n };
	if (bytes.n)
		memcpy(m->bytes, bytes.p, bytes.n);
	pthread_mutex_lock(&from->all->lock);
	*w->last = m;
	w->last = &m->next;
	if (w->waits)
		pthread_cond_signal(&w->posted);
	pthread_mutex_unlock(&from->all->lock);
}

static struct message *find(struct worker *w, unsigned from, uint64_t num)
{
	for (struct message **at = &w->first; *at; at = &(*at)->next) {
		struct message *m = *at;

		if (m->from != from || m->num != num)
			continue;
		*at = m->next;
		if (!m->next)
			w->last = at;
		return m;
	}
	return NULL;
}

/* Whoever waits for a message of before will not get it any more.  Under the lock. */
static void pass(struct worker *w, uint64_t num)
{
	struct workers *all = w->all;

	w->passed = num;
	for (unsigned i = 0; i < all->count; i++)
		if (all->v[i].waits)
			pthread_cond_signal(&all->v[i].posted);
}

static bool take(void *arg, unsigned from, uint64_t num, struct buf *out)
{
	struct worker *w = arg, *sender = &w->all->v[from];
	struct message *m;

	pthread_mutex_lock(&w->all->lock);
	pass(w, num - 1);
	w->waits = true;
	while (!(m = find(w, from, num)) && sender->passed < num)
		pthread_cond_wait(&w->posted, &w->all->lock);
	w->waits = false;
	pthread_mutex_unlock(&w->all->lock);
	if (!m)
		return false;
	buf_add(out, m->bytes, m->n);
	free(m);
	return true;
}

/* ---- a worker ---- */

static struct batch *next_batch(struct worker *w)
{
	struct workers *all = w->all;
	struct batch *b = NULL;

	pthread_mutex_lock(&all->lock);
	while (w->taken == all->n_filled && !all->stop)
		pthread_cond_wait(&all->filled, &all->lock);
	if (w->taken < all->n_filled)
		b = &all->batches[w->taken++ % BATCHES];
	pthread_mutex_unlock(&all->lock);
	return b;
}

static void evaluate(struct worker *w, struct extract *x, struct findings *found)
{
	struct app *app = w->all->app;
	const struct ruleset *rs = app->rules;
	const struct rule *const *hits;
	unsigned n;

	arena_reset(&w->scratch);
	n = matcher_match(ruleset_matcher(rs, w->index), x, &hits);
	for (unsigned i = 0; i < n; i++) {
		buf_clear(&w->line);
		message_alert(&app->message, &rs->forms[hits[i]->index], x, &w->line);
		findings_add(found, x->ev->num, hits[i], buf_view(&w->line));
	}
}

static void work_on(struct worker *w, struct batch *b)
{
	const struct workers_options *opt = &w->all->opt;
	struct event ev;
	struct extract x = { .ev = &ev, .state = w->state, .scratch = &w->scratch };
	size_t at = 0;

	for (unsigned i = 0; i < b->n_runs; i++) {
		const struct run *r = &b->runs[i];

		for (unsigned left = r->n; left && batch_next(b, &at, &ev);) {
			left--;
			if (opt->pause)
				opt->pause(opt->pause_arg, w->index);
			if (state_share(w->state, &ev)) {
				if (!ev.state_only)
					evaluate(w, &x, &b->found[w->index]);
			} else if (left && state_skip(w->state, &ev, left, r->ts)) {
				at = r->end;
				break;
			}
		}
	}
}

/* ---- behind the workers ---- */

static void tell(struct workers *w, const struct alert *a, struct str line)
{
	struct app *app = w->app;

	outputs_emit(app->outputs, a->rule->priority, line);
	tally_count(&app->tally, app->rules->tally_rows[a->rule->index], a->rule->priority);
}

/* A recording is of all events, and begins with all that is known: the recorder has a state of its own. */
static void record(struct workers *w, struct batch *b)
{
	struct loop *l = &w->loop;
	VEC(const struct rule *) hits = { 0 };
	const struct alert *a;
	struct str line;
	size_t at = 0;

	while (batch_next(b, &at, &l->ev)) {
		arena_reset(&l->scratch);
		state_process(w->app->state, &l->ev);
		for (hits.n = 0; (a = batch_alert(b, l->ev.num, &line));) {
			tell(w, a, line);
			vec_push(&hits, a->rule);
		}
		if (recorder_event(w->app->recorder, &l->ev, hits.v, hits.n))
			loop_report_full(l);
	}
	vec_free(&hits);
}

static void hand_on(struct workers *w, struct batch *b)
{
	const struct alert *a;
	struct str line;

	if (w->app->recorder)
		record(w, b);
	while ((a = batch_alert(b, UINT64_MAX, &line)))
		tell(w, a, line);
}

/* One at a time, in order; called and left with the lock, which is not held meanwhile. */
static void hand_on_all(struct workers *w)
{
	if (w->handing)
		return;		/* whoever does it looks again before it stops */
	w->handing = true;
	while (w->n_done < w->n_filled && !w->left[w->n_done % BATCHES]) {
		struct batch *b = &w->batches[w->n_done % BATCHES];

		pthread_mutex_unlock(&w->lock);
		hand_on(w, b);
		pthread_mutex_lock(&w->lock);
		w->n_done++;
		pthread_cond_signal(&w->freed);
	}
	w->handing = false;
}

static void done_with(struct worker *w, const struct batch *b)
{
	struct workers *all = w->all;

	pthread_mutex_lock(&all->lock);
	pass(w, b->first_num + b->n_events - 1);
	if (!--all->left[b - all->batches])
		hand_on_all(all);
	pthread_mutex_unlock(&all->lock);
}

static void *work(void *arg)
{
	struct worker *w = arg;
	struct batch *b;

	while ((b = next_batch(w))) {
		work_on(w, b);
		done_with(w, b);
	}
	return NULL;
}

/* ---- in front of the workers ---- */

/* Nothing is being filled: take a batch that everybody is done with. */
static struct batch *empty_batch(struct workers *w)
{
	struct batch *b;

	pthread_mutex_lock(&w->lock);
	while (w->n_filled - w->n_done == BATCHES)
		pthread_cond_wait(&w->freed, &w->lock);
	b = &w->batches[w->n_filled % BATCHES];
	pthread_mutex_unlock(&w->lock);
	batch_clear(b);
	b->first_num = w->num + 1;
	return b;
}

bool workers_idle(const struct workers *w)
{
	return !w->filling;
}

void workers_flush(struct workers *w)
{
	if (!w->filling)
		return;
	pthread_mutex_lock(&w->lock);
	w->left[w->n_filled % BATCHES] = w->count;
	w->n_filled++;
	w->filling = NULL;
	pthread_cond_broadcast(&w->filled);
	pthread_mutex_unlock(&w->lock);
}

void workers_add(struct workers *w, const struct event *ev)
{
	if (!w->filling)
		w->filling = empty_batch(w);
	batch_add(w->filling, ev, w->types[ev->type].wanted, w->types[ev->type].local);
	w->num++;
	if (w->filling->n_events >= w->opt.batch_events || w->filling->bytes.n >= BATCH_BYTES)
		workers_flush(w);
}

void workers_drain(struct workers *w)
{
	workers_flush(w);
	pthread_mutex_lock(&w->lock);
	while (w->n_done < w->n_filled || w->handing)
		pthread_cond_wait(&w->freed, &w->lock);
	pthread_mutex_unlock(&w->lock);
}

void workers_rules(struct workers *w)
{
	for (unsigned i = 0; i < EVENT_NUMBERS; i++) {
		w->types[i].wanted = w->app->recorder || state_wants(i) || matcher_wants(w->app->rules->matcher, i);
		w->types[i].local = shard_is_private(i);
	}
}

/* ---- a life ---- */

/* What the source tells of the machine, told to every worker; here it counts for the recorder only. */
static bool mirror(void *arg, const struct seed *seed)
{
	struct workers *w = arg;

	workers_drain(w);
	for (unsigned i = 0; i < w->count; i++) {
		if (seed->kind == SEED_END)
			*state_machine(w->v[i].state) = *state_machine(w->app->state);
		state_seed(w->v[i].state, seed);
	}
	return w->app->config->record;
}

static bool worker_init(struct workers *all, unsigned i)
{
	static const struct shard_ops ops = { post, take };
	struct worker *w = &all->v[i];

	*w = (struct worker){ .all = all, .index = i, .state = state_new(&all->opt.state), .last = &w->first };
	w->shard = (struct shard){ .index = i, .count = all->count, .ops = &ops, .arg = w };
	pthread_cond_init(&w->posted, NULL);
	if (w->state)
		state_set_shard(w->state, &w->shard);
	return w->state;
}

struct workers *workers_new(struct app *app, const struct workers_options *opt)
{
	struct workers *w = calloc(1, sizeof(*w) + opt->count * sizeof(w->v[0]));
	bool good = w;

	if (!w)
		return NULL;
	w->app = app;
	w->loop.app = app;
	w->opt = *opt;
	w->opt.batch_events = opt->batch_events ? opt->batch_events : BATCH_EVENTS;
	w->count = opt->count;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->filled, NULL);
	pthread_cond_init(&w->freed, NULL);
	for (unsigned i = 0; i < BATCHES; i++)
		good &= batch_init(&w->batches[i], w->count);
	for (unsigned i = 0; i < w->count; i++)
		good &= worker_init(w, i);
	if (good) {
		state_observe_seeds(app->state, mirror, w);
		return w;
	}
	workers_free(w);
	return NULL;
}

/* Live nobody seeds once events run, but the states ask. */
static bool share_answers(struct workers *w)
{
	bool records = w->app->config->record;

	state_observe_seeds(w->app->state, NULL, NULL);
	w->journal = journal_new(w->app->state, w->count + records);
	if (!w->journal)
		return false;
	for (unsigned i = 0; i < w->count; i++)
		journal_join(w->journal, i, w->v[i].state);
	if (records)
		journal_join(w->journal, w->count, w->app->state);
	return true;
}

bool workers_start(struct workers *w)
{
	sigset_t all, old;
	bool good = !w->app->watches_kernel || share_answers(w);

	workers_rules(w);
	for (unsigned i = 0; i < w->count; i++)
		state_set_resolver(w->v[i].state, state_resolver(w->app->state));
	/* Signals are for the thread that reads events. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	for (unsigned i = 0; i < w->count && good; i++)
		good = w->v[i].running = !pthread_create(&w->v[i].thread, NULL, work, &w->v[i]);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return good;
}

static void worker_free(struct worker *w)
{
	struct message *m;

	while ((m = w->first)) {
		w->first = m->next;
		free(m);
	}
	if (w->state)
		state_set_resolver(w->state, NULL);	/* app->state's */
	state_free(w->state);
	shard_free(&w->shard);
	arena_free(&w->scratch);
	buf_free(&w->line);
	pthread_cond_destroy(&w->posted);
}

void workers_free(struct workers *w)
{
	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	w->stop = true;
	pthread_cond_broadcast(&w->filled);
	pthread_mutex_unlock(&w->lock);
	for (unsigned i = 0; i < w->count; i++)
		if (w->v[i].running)
			pthread_join(w->v[i].thread, NULL);
	for (unsigned i = 0; i < w->count; i++)
		worker_free(&w->v[i]);
	for (unsigned i = 0; i < BATCHES; i++)
		batch_free(&w->batches[i]);
	journal_free(w->journal);
	arena_free(&w->loop.scratch);
	buf_free(&w->loop.line);
	pthread_cond_destroy(&w->filled);
	pthread_cond_destroy(&w->freed);
	pthread_mutex_destroy(&w->lock);
	free(w);
}
