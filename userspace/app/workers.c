// SPDX-License-Identifier: Apache-2.0
#include "app/worker.h"

#include <signal.h>
#include <stdlib.h>

#include "base/vec.h"

enum { BATCH_EVENTS = 4096 };

_Static_assert((int)SHARDS_MAX >= (int)CONFIG_WORKERS_MAX, "each has a state");

/* ---- behind the workers ---- */

static void tell(struct workers *w, const struct alert *a, struct str line)
{
	struct app *app = w->app;

	outputs_emit(app->outputs, a->rule->priority, line);
	tally_count(&app->tally, app->rules->tally_rows[a->rule->index], a->rule->priority);
}

/* A recording is of all events, and begins with all that is known: the recorder has a state of its own. */
static void record_run(struct workers *w, struct job *j, const struct run *r, uint64_t end)
{
	struct loop *l = &w->loop;
	VEC(const struct rule *) hits = { 0 };
	const uint8_t *frame = batch_first(&j->batch, r);
	const struct alert *a;
	struct str line;

	for (unsigned left = r->n; left && state_num(w->app->state) + 1 < end;
	     left--, frame = frame_next(frame)) {
		frame_head(frame, r, &l->ev);
		state_meet(w->app->state, &l->ev);
		if (frame_body(frame, r, &l->ev))
			continue;
		arena_reset(&l->scratch);
		state_share(w->app->state, &l->ev);
		for (hits.n = 0; (a = findings_next(j->found, w->count, l->ev.num + 1, &line));) {
			tell(w, a, line);
			vec_push(&hits, a->rule);
		}
		if (recorder_event(w->app->recorder, &l->ev, hits.v, hits.n))
			loop_report_full(l);
	}
	vec_free(&hits);
}

/* Alerts of events in front of number end. */
static void hand_on(struct workers *w, struct job *j, uint64_t end)
{
	const struct alert *a;
	struct str line;

	for (unsigned i = 0; w->app->recorder && i < j->batch.n_runs; i++)
		record_run(w, j, &j->batch.runs[i], end);
	while ((a = findings_next(j->found, w->count, end, &line)))
		tell(w, a, line);
}

/* One at a time; the lock is not held meanwhile. */
void workers_hand_on(struct workers *w)
{
	if (w->handing)
		return; /* whoever does it looks again before it stops */
	w->handing = true;
	while (w->n_done < w->n_filled && !w->jobs[w->n_done % BATCHES].left) {
		struct job *j = &w->jobs[w->n_done % BATCHES];

		if (!w->fault.num) {
			w->fault = findings_fault(j->found, w->count);
			pthread_mutex_unlock(&w->lock);
			hand_on(w, j, w->fault.num ? w->fault.num : UINT64_MAX);
			pthread_mutex_lock(&w->lock);
		}
		w->n_done++;
		pthread_cond_signal(&w->freed);
	}
	w->handing = false;
}

/* ---- in front of the workers ---- */

/* One that everybody is done with; NULL once there is nothing more to do. */
static struct job *empty_job(struct workers *w)
{
	struct job *j;

	pthread_mutex_lock(&w->lock);
	while (w->n_filled - w->n_done == BATCHES)
		pthread_cond_wait(&w->freed, &w->lock);
	j = w->fault.num ? NULL : &w->jobs[w->n_filled % BATCHES];
	pthread_mutex_unlock(&w->lock);
	if (!j)
		return NULL;
	batch_clear(&j->batch);
	for (unsigned i = 0; i < w->count; i++)
		findings_clear(&j->found[i]);
	j->batch.first_num = w->num + 1;
	return j;
}

static void give(struct workers *w, struct job *j)
{
	w->num += j->batch.n_events;
	pthread_mutex_lock(&w->lock);
	j->left = w->count;
	w->n_filled++;
	pthread_cond_broadcast(&w->filled);
	pthread_mutex_unlock(&w->lock);
}

enum source_result workers_read(struct workers *w, struct source *src, uint64_t until,
				int timeout_ms, unsigned *n, uint64_t *ts)
{
	struct job *j = empty_job(w);
	enum source_result got;

	*n = 0;
	if (!j)
		return SOURCE_END;
	got = src->ops->fill(src, &j->batch, until, timeout_ms);
	*n = j->batch.n_events;
	*ts = j->batch.last_ts;
	if (*n)
		give(w, j);
	return got;
}

void workers_drain(struct workers *w)
{
	pthread_mutex_lock(&w->lock);
	while (w->n_done < w->n_filled || w->handing)
		pthread_cond_wait(&w->freed, &w->lock);
	pthread_mutex_unlock(&w->lock);
}

bool workers_failed(struct workers *w, struct source *src, uint64_t *n)
{
	const struct fault *f = &w->fault;

	if (!f->num)
		return false;
	*n = f->num - 1;
	src->ops->blame(src, f->offset, f->type, f->why);
	return true;
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
	struct worker *w = &all->v[i];

	*w = (struct worker){
		.all = all, .index = i, .state = state_new(&all->opt.state), .last = &w->first
	};
	w->shard =
		(struct shard){ .index = i, .count = all->count, .ops = &worker_messages, .arg = w };
	pthread_cond_init(&w->posted, NULL);
	if (w->state)
		state_set_shard(w->state, &w->shard);
	return w->state;
}

static bool job_init(struct workers *w, struct job *j)
{
	batch_init(&j->batch, &w->types, w->opt.batch_events);
	j->found = calloc(w->count, sizeof(*j->found));
	return j->found;
}

static void job_free(struct workers *w, struct job *j)
{
	for (unsigned i = 0; j->found && i < w->count; i++)
		findings_free(&j->found[i]);
	free(j->found);
	batch_free(&j->batch);
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
	batch_types_init(&w->types, shard_is_private);
	for (unsigned i = 0; i < BATCHES; i++)
		good &= job_init(w, &w->jobs[i]);
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

	for (unsigned i = 0; i < w->count; i++)
		state_set_resolver(w->v[i].state, state_resolver(w->app->state));
	/* Signals are for the thread that reads events. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	for (unsigned i = 0; i < w->count && good; i++)
		good = w->v[i].running =
			!pthread_create(&w->v[i].thread, NULL, worker_run, &w->v[i]);
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
		state_set_resolver(w->state, NULL); /* app->state's */
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
		job_free(w, &w->jobs[i]);
	journal_free(w->journal);
	arena_free(&w->loop.scratch);
	buf_free(&w->loop.line);
	pthread_cond_destroy(&w->filled);
	pthread_cond_destroy(&w->freed);
	pthread_mutex_destroy(&w->lock);
	free(w);
}
