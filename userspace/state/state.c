/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One event through the state.
 *
 * In: a parsed event.  Out: its thread and descriptor, as they are after the event.
 */
#include "state/engine.h"
#include "state/dns.h"

/* A row of events.def without its function does not link. */
#define state_none NULL
#define P(name, type, show, collect)
#define EVENT(id, sym, row, ...) [id] = ROW_PASTE_STATE(state_, row),
static void (*const handlers[EVENT_NUMBERS])(struct state *s, struct event *ev) = {
#include "schema/events.def"
};
#undef EVENT
#undef P
#undef state_none

/* ---- a life ---- */

struct state *state_new(const struct state_options *opt)
{
	static const struct image_seed na = { .comm = { "<NA>", 4 }, .exe = { "<NA>", 4 } };
	struct state *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->opt = *opt;
	s->opt.thread_limit = opt->thread_limit ? opt->thread_limit : 262144;
	s->opt.fd_limit = opt->fd_limit ? opt->fd_limit : 4096;
	s->opt.purge_interval_s = opt->purge_interval_s ? opt->purge_interval_s : 300;
	s->opt.thread_timeout_s = opt->thread_timeout_s ? opt->thread_timeout_s : 1800;
	s->opt.host_root = opt->host_root ? opt->host_root : "";
	s->seeding = s->due = true;
	s->exited = calloc(EXITED_SLOTS, sizeof(s->exited[0]));
	s->listening = calloc(1, 65536 / 8);
	s->image_na = image_new(NULL, &na);
	s->cgroups = cgroup_pool_new();
	s->cgroups_none = s->cgroups ? cgroups_intern(s->cgroups, NULL, STR_NONE) : NULL;
	s->users = user_db_new(s);
	if (s->exited && s->listening && s->image_na && s->cgroups_none && s->users)
		return s;
	state_free(s);
	return NULL;
}

void state_free(struct state *s)
{
	if (!s)
		return;
	for (uint32_t i = 0; i < s->table.size; i++)
		while (s->table.slots[i].t)
			thread_erase(s, s->table.slots[i].t);
	free(s->table.slots);
	fd_spare_free(s);
	image_drop(s->image_na);
	if (s->cgroups)
		cgroups_drop(s->cgroups, s->cgroups_none);
	cgroup_pool_free(s->cgroups);
	user_db_free(s->users);
	ifaces_free(s);
	free(s->listening);
	free(s->exited);
	dns_free(s->dns);
	if (s->lookup_end)
		s->lookup_end(s->lookup_end_arg);
	free(s);
}

struct thread *state_thread(struct state *s, int64_t tid)
{
	return table_find(&s->table, tid);
}

unsigned state_thread_count(const struct state *s)
{
	return s->table.used;
}

void state_each_thread(struct state *s, void (*visit)(struct thread *t, void *arg), void *arg)
{
	for (uint32_t i = 0; i < s->table.size; i++)
		if (s->table.slots[i].t)
			visit(s->table.slots[i].t, arg);
}

const struct state_counters *state_counters(const struct state *s)
{
	return &s->n;
}

uint32_t state_epoch(const struct state *s)
{
	return s->epoch;
}

uint64_t state_num(const struct state *s)
{
	return s->num;
}

uint64_t state_first_ts(const struct state *s)
{
	return s->first_ts;
}

struct machine *state_machine(struct state *s)
{
	return &s->machine;
}

void state_set_lookup(struct state *s, proc_lookup fn, void *arg)
{
	s->lookup = fn;
	s->lookup_arg = arg;
}

void state_set_fd_lookup(struct state *s, proc_fd_lookup fn, void *arg)
{
	s->fd_lookup = fn;
	s->fd_lookup_arg = arg;
}

void state_set_dns(struct state *s, struct dns *d)
{
	s->dns = d;
}

struct dns *state_dns(struct state *s)
{
	return s->dns;
}

void state_set_lookup_free(struct state *s, void (*fn)(void *arg), void *arg)
{
	s->lookup_end = fn;
	s->lookup_end_arg = arg;
}

/* ---- whom an event is about ---- */

static struct thread *thread_lookup(struct state *s, int64_t tid)
{
	struct thread *t = table_find(&s->table, tid);

	if (t) {
		s->n.n_noncached_thread_lookups++;
		s->last = t;
	} else {
		s->n.n_failed_thread_lookups++;
	}
	return t;
}

struct thread *state_find(struct state *s, int64_t tid)
{
	struct thread *t = table_find(&s->table, tid);

	if (!t && s->opt.live && s->lookup && s->lookup(s->lookup_arg, tid, s))
		t = table_find(&s->table, tid);
	return t;
}

/* These speak of threads that may be unknown for a good reason: their handlers decide. */
static bool event_only_looks(const struct event *ev)
{
	switch (ev->type) {
	case EV_clone:
	case EV_clone3:
	case EV_fork:
	case EV_vfork:
	case EV_procexit:
	case EV_switch:
	case EV_procinfo:
		return true;
	}
	return ev->info->category & SRC_ITERATOR;
}

static __attribute__((noinline)) struct thread *thread_search(struct state *s,
							      const struct event *ev)
{
	struct thread *t = thread_lookup(s, ev->tid);

	if (t || event_only_looks(ev))
		return t;
	t = state_find(s, ev->tid);
	return t ? t : thread_invent(s, ev->tid);
}

static inline struct thread *event_thread(struct state *s, const struct event *ev)
{
	if ((ev->info->category & (SRC_METAEVENT | SRC_PLUGIN_SOURCE)) && ev->type != EV_procinfo)
		return NULL;
	if (!s->last || s->last->tid != ev->tid)
		return thread_search(s, ev);
	s->n.n_cached_thread_lookups++;
	return s->last;
}

static __attribute__((noinline)) void result_search(struct event *ev)
{
	int i = ev_role(ev, ROLE_RESULT);

	ev->has_result = i >= 0 && i < ev->n_params;
	ev->result = ev->has_result ? ev_s64(ev, (unsigned)i, 0) : 0;
}

static inline void event_result(struct event *ev)
{
	ev->has_result = ev->usual & USUAL_RESULT;
	ev->result = 0;
	/* Usual records have it whole, and first. */
	if (ev->has_result)
		ev->result = (int64_t)ev_load(ev->rec + ev->at[0], 8, true);
	else if (!(ev->usual & USUAL_VOID))
		result_search(ev);
}

static __attribute__((noinline)) int64_t fd_search(const struct event *ev)
{
	return ev_s64(ev, (unsigned)ev_role(ev, ROLE_FD), -1);
}

static inline void event_fd(struct event *ev)
{
	int i = ev_role(ev, ROLE_FD);

	ev->fd = NULL;
	ev->fd_num = -1;
	ev->fd_name_changed = false;
	if (i < 0 || !ev->thread)
		return;
	ev->fd_num = ev->usual & USUAL_FD ? (int64_t)ev_load(ev->rec + ev->at[i], 8, true)
					  : fd_search(ev);
	if (ev->fd_num >= 0)
		ev->fd = fd_table_find(ev_fds(ev), ev->fd_num);
}

/* ---- stored enter events ---- */

/* An enter event is a note for its exit: rules are asked there, once per call. */
void state_stash(struct state *s, struct event *ev)
{
	struct thread_box *box = ev->thread ? thread_box(ev->thread) : NULL;

	ev->state_only = true;
	if (!box || ev->n_params == 0)
		return;
	thread_stash_clear(&box->t);
	box->stash = ev->len <= STASH_MAX ? malloc(ev->len) : NULL;
	if (!box->stash) {
		s->n.n_store_evts_drops++;
		return;
	}
	memcpy(box->stash, ev->rec, ev->len);
	box->stash_len = ev->len;
	s->n.n_stored_evts++;
}

bool ev_unstash(struct state *s, struct event *ev, struct event *enter)
{
	struct thread_box *box = ev->thread ? thread_box(ev->thread) : NULL;
	const char *why;

	if (!box || !box->stash || event_parse(enter, box->stash, box->stash_len, &why) != EVENT_OK ||
	    enter->type != ev->type - 1) {
		s->n.n_retrieve_evts_drops++;
		return false;
	}
	s->n.n_retrieved_evts++;
	return true;
}

/* ---- the line ---- */

static void pending_remove(struct state *s)
{
	struct thread *owner = s->pending.fd_owner, *gone = s->pending.thread;

	s->pending.fd_owner = s->pending.thread = NULL;
	if (owner)
		fd_table_remove(owner->fds, s->pending.fd_num);
	if (gone)
		thread_remove(s, gone, s->pending.reaper);
}

/* The exit of a call whose enter event waits for it. */
static __attribute__((noinline)) void handle_stashed(struct state *s, struct event *ev)
{
	if (handlers[ev->type])
		handlers[ev->type](s, ev);
	if (ev->thread)
		thread_stash_clear(ev->thread);
}

/* What the previous event left to do, and what is done rarely: apart, so that events ask for all of it at once. */
static __attribute__((noinline)) void event_due(struct state *s, const struct event *ev)
{
	pending_remove(s);
	if (s->opt.live)
		purge_step(s, ev->ts);
	if (!s->first_ts && !(ev->info->category & SRC_METAEVENT))
		s->first_ts = ev->ts;
	s->due = s->opt.live || !s->first_ts;
}

static inline void event_apply(struct state *s, struct event *ev)
{
	event_result(ev);
	event_fd(ev);
	s->now = ev->ts;
	if (ev->thread) {
		ev->thread->last_ts = ev->ts;
		if (thread_box(ev->thread)->stash && ev_is_exit(ev)) {
			handle_stashed(s, ev);
			return;
		}
	}
	if (handlers[ev->type])
		handlers[ev->type](s, ev);
}

/* inline: link-time optimization puts it into the loop of app/loop.c. */
inline void state_process(struct state *s, struct event *ev)
{
	if (s->due)
		event_due(s, ev);
	ev->num = ++s->num;
	ev->thread = event_thread(s, ev);
	event_apply(s, ev);
}

struct fd *ev_new_fd(struct event *ev, const struct fd *fd)
{
	ev->fd_num = fd->num;
	ev->fd = fd_table_put(ev_fds(ev), fd);
	ev->fd_name_changed = ev->fd && ev->fd->name.n;
	return ev->fd;
}
