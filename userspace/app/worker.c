// SPDX-License-Identifier: Apache-2.0
/*
 * One worker.
 *
 * In: batches, each of which all workers get.  Out: findings about the events that are its own.
 */
#include "app/worker.h"

#include <stdlib.h>

enum { AHEAD = 384 }; /* bytes: what another CPU wrote takes its time to get here */

/* ---- messages between workers ---- */

static void post(void *arg, unsigned to, uint64_t num, struct str bytes)
{
	struct worker *from = arg, *w = &from->all->v[to];
	struct message *m = malloc(sizeof(*m) + bytes.n);

	if (!m)
		return; /* take() sees that we are past it */
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

const struct shard_ops worker_messages = { post, take };

/* ---- events ---- */

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

/* What comes behind a corrupt event is not for us, unless the source bears it. */
static __attribute__((noinline)) void blame(struct worker *w, struct job *j, const struct run *r,
					    const uint8_t *frame, const struct event *ev,
					    const char *why)
{
	struct source *src = w->all->app->source;

	if (!src->ops->blame) {
		__atomic_fetch_add(&src->n_corrupt, 1, __ATOMIC_RELAXED);
		return;
	}
	j->found[w->index].fault = (struct fault){
		.num = ev->num,
		.offset = r->copied ? 0 : batch_offset(&j->batch, frame),
		.type = ev->type,
		.why = why,
	};
	w->failed = true;
}

static inline void judge(struct worker *w, struct job *j, struct extract *x)
{
	if (!x->ev->state_only && w->all->app->rules->classes[x->ev->type])
		evaluate(w, x, &j->found[w->index]);
}

static inline void disturb(struct worker *w)
{
	const struct workers_options *opt = &w->all->opt;

	if (__builtin_expect(!!opt->pause, 0))
		opt->pause(opt->pause_arg, w->index);
}

/* One event of a run; false if it is somebody else's. */
static bool work_on_one(struct worker *w, struct job *j, const struct run *r, const uint8_t *frame,
			struct extract *x)
{
	struct event *ev = (struct event *)x->ev;
	const char *why;

	frame_head(frame, r, ev);
	if (!state_meet(w->state, ev))
		return false;
	why = frame_body(frame, r, ev);
	if (why)
		blame(w, j, r, frame, ev, why);
	else if (state_share(w->state, ev))
		judge(w, j, x);
	return true;
}

/* The rest of a run that is ours. */
static void work_on_ours(struct worker *w, struct job *j, const struct run *r, const uint8_t *frame,
			 unsigned left, struct extract *x)
{
	struct event *ev = (struct event *)x->ev;

	for (const uint8_t *next; left; left--, frame = next) {
		next = frame_next(frame);
		__builtin_prefetch(frame + AHEAD);
		__builtin_prefetch(frame + AHEAD + 64);
		disturb(w);
		if (!frame_event(frame, r, ev)) {
			work_on_one(w, j, r, frame, x);
			if (w->failed)
				return;
			continue;
		}
		w->shard.load[w->index]++;
		state_process(w->state, ev);
		judge(w, j, x);
	}
}

static void work_on_run(struct worker *w, struct job *j, const struct run *r, struct extract *x)
{
	const uint8_t *frame = batch_first(&j->batch, r);

	for (unsigned left = r->n; left-- && !w->failed; frame = frame_next(frame)) {
		disturb(w);
		if (!work_on_one(w, j, r, frame, x)) {
			if (left && state_skip(w->state, x->ev, left, r->ts))
				return;
		} else if (left && state_stays(w->state)) {
			work_on_ours(w, j, r, frame_next(frame), left, x);
			return;
		}
	}
}

static void work_on(struct worker *w, struct job *j)
{
	struct event ev;
	struct extract x = { .ev = &ev, .state = w->state, .scratch = &w->scratch };

	for (unsigned i = 0; i < j->batch.n_runs && !w->failed; i++) {
		if (i + 2 < j->batch.n_runs) {
			const uint8_t *soon = batch_first(&j->batch, &j->batch.runs[i + 2]);

			__builtin_prefetch(soon);
			__builtin_prefetch(soon + 64);
		}
		work_on_run(w, j, &j->batch.runs[i], &x);
	}
}

/* ---- batches ---- */

static struct job *next_job(struct worker *w)
{
	struct workers *all = w->all;
	struct job *j = NULL;

	pthread_mutex_lock(&all->lock);
	while (w->taken == all->n_filled && !all->stop)
		pthread_cond_wait(&all->filled, &all->lock);
	if (w->taken < all->n_filled)
		j = &all->jobs[w->taken++ % BATCHES];
	pthread_mutex_unlock(&all->lock);
	return j;
}

static void done_with(struct worker *w, struct job *j)
{
	struct workers *all = w->all;

	pthread_mutex_lock(&all->lock);
	pass(w, j->batch.first_num + j->batch.n_events - 1);
	if (!--j->left)
		workers_hand_on(all);
	pthread_mutex_unlock(&all->lock);
}

void *worker_run(void *arg)
{
	struct worker *w = arg;
	struct job *j;

	while ((j = next_job(w))) {
		work_on(w, j);
		done_with(w, j);
	}
	return NULL;
}
