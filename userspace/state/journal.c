/* SPDX-License-Identifier: Apache-2.0 */
#include "state/journal.h"

#include <pthread.h>

#include "base/arena.h"
#include "base/vec.h"
#include "state/engine.h"

struct entry {
	bool answer;
	unsigned left;		/* readers that have not had it */
	VEC(struct seed) seeds; /* what came with the answer, in the arena */
	struct arena arena;
};

struct journal_reader {
	struct journal *journal;
	struct state *state;
	uint64_t next; /* number of the next answer */
};

struct journal {
	proc_lookup lookup;
	void *lookup_arg;
	proc_fd_lookup fd_lookup;
	void *fd_lookup_arg;
	unsigned n_readers;
	pthread_mutex_t lock; /* everything below, and /proc itself: its reader has one set of buffers */
	VEC(struct entry *) entries;
	uint64_t first; /* number of entries.v[0] */
	struct journal_reader readers[];
};

static void entry_free(struct entry *e)
{
	vec_free(&e->seeds);
	arena_free(&e->arena);
	free(e);
}

struct journal *journal_new(const struct state *front, unsigned n_readers)
{
	struct journal *j = calloc(1, sizeof(*j) + n_readers * sizeof(j->readers[0]));

	if (!j)
		return NULL;
	j->lookup = front->lookup;
	j->lookup_arg = front->lookup_arg;
	j->fd_lookup = front->fd_lookup;
	j->fd_lookup_arg = front->fd_lookup_arg;
	j->n_readers = n_readers;
	pthread_mutex_init(&j->lock, NULL);
	return j;
}

void journal_free(struct journal *j)
{
	if (!j)
		return;
	for (unsigned i = 0; i < j->entries.n; i++)
		entry_free(j->entries.v[i]);
	vec_free(&j->entries);
	pthread_mutex_destroy(&j->lock);
	free(j);
}

/* ---- an answer is kept ---- */

static struct str keep(struct entry *e, struct str s)
{
	return s.p ? arena_str(&e->arena, s) : s;
}

static struct proc_seed *keep_thread(struct entry *e, const struct proc_seed *from)
{
	struct proc_seed *p = arena_new(&e->arena, struct proc_seed);

	*p = *from;
	p->comm = keep(e, p->comm);
	p->exe = keep(e, p->exe);
	p->exepath = keep(e, p->exepath);
	p->args = keep(e, p->args);
	p->cwd = keep(e, p->cwd);
	p->env = keep(e, p->env);
	p->cgroups = keep(e, p->cgroups);
	p->root = keep(e, p->root);
	return p;
}

static struct fd *keep_fd(struct entry *e, const struct fd *from)
{
	struct fd *fd = arena_new(&e->arena, struct fd);

	*fd = *from;
	fd->name = keep(e, fd->name);
	fd->name_raw = keep(e, fd->name_raw);
	return fd;
}

/* /proc tells of threads and descriptors only. */
static bool keep_seed(void *arg, const struct seed *seed)
{
	struct entry *e = arg;
	struct seed kept = *seed;

	if (seed->kind == SEED_THREAD)
		kept.thread = keep_thread(e, seed->thread);
	else if (seed->kind == SEED_FD)
		kept.fd = keep_fd(e, seed->fd);
	else
		return true;
	vec_push(&e->seeds, kept);
	return true;
}

/* ---- questions ---- */

/* The reader has had it; what everybody has had is forgotten. */
static void entry_done(struct journal_reader *r, struct entry *e)
{
	struct journal *j = r->journal;
	unsigned n = 0;

	r->next++;
	e->left--;
	while (n < j->entries.n && !j->entries.v[n]->left)
		entry_free(j->entries.v[n++]);
	if (!n)
		return;
	memmove(j->entries.v, j->entries.v + n, (j->entries.n - n) * sizeof(j->entries.v[0]));
	j->entries.n -= n;
	j->first += n;
}

/* The answer that is the reader's next; *fresh: it is the first to ask, and has to fill it.  NULL: no memory. */
static struct entry *entry_next(struct journal_reader *r, bool *fresh)
{
	struct journal *j = r->journal;
	struct entry *e;

	*fresh = r->next == j->first + j->entries.n;
	if (!*fresh)
		return j->entries.v[r->next - j->first];
	e = calloc(1, sizeof(*e));
	if (!e)
		return NULL;
	e->left = j->n_readers;
	vec_push(&j->entries, e);
	return e;
}

static bool ask(struct journal_reader *r, struct entry *e, int64_t tid)
{
	struct journal *j = r->journal;

	r->state->observer = keep_seed;
	r->state->observer_arg = e;
	e->answer = j->lookup(j->lookup_arg, tid, r->state);
	r->state->observer = NULL;
	return e->answer;
}

static bool journal_lookup(void *arg, int64_t tid, struct state *s)
{
	struct journal_reader *r = arg;
	struct entry *e;
	bool fresh, answer = false;

	pthread_mutex_lock(&r->journal->lock);
	e = entry_next(r, &fresh);
	if (e) {
		if (fresh)
			ask(r, e, tid);
		else
			for (unsigned i = 0; i < e->seeds.n; i++)
				state_seed(s, &e->seeds.v[i]);
		answer = e->answer;
		entry_done(r, e);
	}
	pthread_mutex_unlock(&r->journal->lock);
	return answer;
}

/* A process' own business: its owner asks alone. */
static bool journal_fd_lookup(void *arg, int64_t pid, int64_t num, struct state *s)
{
	struct journal *j = ((struct journal_reader *)arg)->journal;
	bool found;

	pthread_mutex_lock(&j->lock);
	found = j->fd_lookup(j->fd_lookup_arg, pid, num, s);
	pthread_mutex_unlock(&j->lock);
	return found;
}

bool journal_exists(struct journal_reader *r, int64_t tid)
{
	struct entry *e;
	bool fresh, answer = true;

	pthread_mutex_lock(&r->journal->lock);
	e = entry_next(r, &fresh);
	if (e) {
		if (fresh)
			e->answer = purge_asks(r->state, tid);
		answer = e->answer;
		entry_done(r, e);
	}
	pthread_mutex_unlock(&r->journal->lock);
	return answer;
}

void journal_join(struct journal *j, unsigned i, struct state *s)
{
	struct journal_reader *r = &j->readers[i];

	*r = (struct journal_reader){ .journal = j, .state = s };
	s->journal = r;
	if (j->lookup)
		state_set_lookup(s, journal_lookup, r);
	if (j->fd_lookup)
		state_set_fd_lookup(s, journal_fd_lookup, r);
}
