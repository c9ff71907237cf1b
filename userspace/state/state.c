/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Creation of the state, and the application of one event.
 *
 * In: a decoded event.  Out: its thread, descriptor and result, after the event has been applied.
 */
#include "state/state_priv.h"

#include <stdlib.h>

#include "state/dns.h"
#include "state/handlers.h"
#include "state/iface.h"
#include "state/purge.h"
#include "state/rcstr.h"
#include "state/users.h"

enum { STASH_MAX = 4096 };

/* By event type; NULL: the event changes nothing.  A missing handler is a linker error. */
#define state_on_none NULL
#define P(name, type, show, collect)
#define EVENT(id, sym, row, ...) [id] = ROW_PASTE_STATE(state_on_, row),
static void (*const handlers[EVENT_NUMBERS])(struct state *s, struct event *ev) = {
#include "schema/events.def"
};
#undef EVENT
#undef P
#undef state_on_none

/* ---- creation and options ---- */

struct state *state_new(const struct state_options *opt)
{
	static const struct image_info unknown = { .comm = { "<NA>", 4 }, .exe = { "<NA>", 4 } };
	struct state *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->opt = *opt;
	s->opt.thread_limit = opt->thread_limit ? opt->thread_limit : 262144;
	s->opt.fd_limit = opt->fd_limit ? opt->fd_limit : 4096;
	s->opt.purge_interval_s = opt->purge_interval_s ? opt->purge_interval_s : 300;
	s->opt.thread_timeout_s = opt->thread_timeout_s ? opt->thread_timeout_s : 1800;
	s->opt.host_root = opt->host_root ? opt->host_root : "";
	s->seeding = s->has_deferred_work = true;
	s->exited = calloc(EXITED_THREADS, sizeof(s->exited[0]));
	s->listening = calloc(1, LISTENING_PORTS_BYTES);
	s->placeholder_image = image_get(NULL, &unknown);
	s->cgroups = cgroup_pool_new();
	s->no_cgroups = s->cgroups ? cgroups_intern(s->cgroups, NULL, STR_NONE) : NULL;
	s->users = user_db_new(s);
	if (s->exited && s->listening && s->placeholder_image && s->no_cgroups && s->users)
		return s;
	state_free(s);
	return NULL;
}

void state_free(struct state *s)
{
	if (!s)
		return;
	for (uint32_t i = 0; i < s->threads.size; i++)
		while (s->threads.slots[i].t)
			thread_remove_group(s, s->threads.slots[i].t);
	free(s->threads.slots);
	fd_free_lists_clear(s);
	image_unref(s->placeholder_image);
	if (s->cgroups)
		cgroups_unref(s->cgroups, s->no_cgroups);
	cgroup_pool_free(s->cgroups);
	user_db_free(s->users);
	ifaces_free(s);
	free(s->listening);
	free(s->exited);
	dns_free(s->dns);
	if (s->lookup_free)
		s->lookup_free(s->lookup_free_arg);
	free(s);
}

struct thread *state_thread(struct state *s, int64_t tid)
{
	return thread_table_find(&s->threads, tid);
}

unsigned state_thread_count(const struct state *s)
{
	return s->threads.used;
}

void state_each_thread(struct state *s, void (*visit)(struct thread *t, void *arg), void *arg)
{
	for (uint32_t i = 0; i < s->threads.size; i++)
		if (s->threads.slots[i].t)
			visit(s->threads.slots[i].t, arg);
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
	s->lookup_free = fn;
	s->lookup_free_arg = arg;
}

/* ---- thread, result and descriptor of an event ---- */

/* Lookup for an event: counted, and cached for the next event. */
static struct thread *lookup_and_cache(struct state *s, int64_t tid)
{
	struct thread *t = thread_table_find(&s->threads, tid);

	if (t) {
		s->n.n_noncached_thread_lookups++;
		s->last = t;
	} else {
		s->n.n_failed_thread_lookups++;
	}
	return t;
}

struct thread *thread_find(struct state *s, int64_t tid)
{
	struct thread *t = thread_table_find(&s->threads, tid);

	if (!t && s->opt.live && s->lookup && s->lookup(s->lookup_arg, tid, s))
		t = thread_table_find(&s->threads, tid);
	return t;
}

/* Slow path of event_thread(): another thread than the previous event. */
static __attribute__((noinline)) struct thread *event_thread_slow(struct state *s,
								  const struct event *ev)
{
	struct thread *t = lookup_and_cache(s, ev->tid);

	if (t || event_descs[ev->type].traits & LOOKUP_ONLY)
		return t;
	t = thread_find(s, ev->tid);
	return t ? t : thread_create_placeholder(s, ev->tid);
}

static inline struct thread *event_thread(struct state *s, const struct event *ev)
{
	if ((ev->info->category & (SRC_METAEVENT | SRC_PLUGIN_SOURCE)) && ev->type != EV_procinfo)
		return NULL;
	if (!s->last || s->last->tid != ev->tid)
		return event_thread_slow(s, ev);
	s->n.n_cached_thread_lookups++;
	return s->last;
}

/* Slow path of event_result(). */
static __attribute__((noinline)) void event_result_slow(struct event *ev)
{
	int i = ev_role(ev, ROLE_RESULT);

	ev->has_result = i >= 0 && i < ev->n_params;
	ev->result = ev->has_result ? ev_s64(ev, (unsigned)i, 0) : 0;
}

static inline void event_result(struct event *ev)
{
	ev->has_result = ev->layout & LAYOUT_RESULT;
	ev->result = 0;
	/* Fast path: in complete records it is the first parameter, with 8 bytes. */
	if (ev->has_result)
		ev->result = (int64_t)ev_load(ev->rec + ev->at[0], 8, true);
	else if (!(ev->layout & LAYOUT_NO_RESULT))
		event_result_slow(ev);
}

/* Slow path of event_fd(). */
static __attribute__((noinline)) int64_t event_fd_num_slow(const struct event *ev)
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
	ev->fd_num = ev->layout & LAYOUT_FD ? (int64_t)ev_load(ev->rec + ev->at[i], 8, true)
					    : event_fd_num_slow(ev);
	if (ev->fd_num >= 0)
		ev->fd = fd_table_get_fast(ev_fds(ev), ev->fd_num);
}

/* ---- stored enter events ---- */

/*
 * Enter events are stored for the exit event: their arguments were read before the kernel used
 * them.  Rules are evaluated on the exit event only.
 */
void state_on_stash(struct state *s, struct event *ev)
{
	struct thread_priv *priv = ev->thread ? thread_priv(ev->thread) : NULL;

	ev->state_only = true;
	if (!priv || ev->n_params == 0)
		return;
	thread_stash_clear(&priv->t);
	priv->stash = ev->len <= STASH_MAX ? malloc(ev->len) : NULL;
	if (!priv->stash) {
		s->n.n_store_evts_drops++;
		return;
	}
	memcpy(priv->stash, ev->rec, ev->len);
	priv->stash_len = ev->len;
	s->n.n_stored_evts++;
}

bool ev_unstash(struct state *s, struct event *ev, struct event *enter)
{
	struct thread_priv *priv = ev->thread ? thread_priv(ev->thread) : NULL;

	if (!priv || !priv->stash || event_decode(enter, priv->stash, priv->stash_len) != EVENT_OK ||
	    enter->type != ev->type - 1) {
		s->n.n_retrieve_evts_drops++;
		return false;
	}
	s->n.n_retrieved_evts++;
	return true;
}

/* ---- application of an event ---- */

static void run_deferred_removals(struct state *s)
{
	struct thread *owner = s->deferred.fd_owner, *exited = s->deferred.exited;

	s->deferred.fd_owner = s->deferred.exited = NULL;
	if (owner)
		fd_table_remove(owner->fds, s->deferred.fd_num);
	if (exited)
		thread_remove(s, exited, s->deferred.reaper_tid);
}

/* Slow path: an exit event while an enter event is stored. */
static __attribute__((noinline)) void handle_stashed(struct state *s, struct event *ev)
{
	if (handlers[ev->type])
		handlers[ev->type](s, ev);
	if (ev->thread)
		thread_stash_clear(ev->thread);
}

/* noinline: keeps the fast path small. */
static __attribute__((noinline)) void run_deferred_work(struct state *s, const struct event *ev)
{
	run_deferred_removals(s);
	if (s->opt.live)
		purge_step(s, ev->ts);
	if (!s->first_ts && !(ev->info->category & SRC_METAEVENT))
		s->first_ts = ev->ts;
	s->has_deferred_work = s->opt.live || !s->first_ts;
}

static inline void event_apply(struct state *s, struct event *ev)
{
	event_result(ev);
	event_fd(ev);
	s->now = ev->ts;
	if (ev->thread) {
		ev->thread->last_ts = ev->ts;
		if (thread_priv(ev->thread)->stash && ev_is_exit(ev)) {
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
	if (s->has_deferred_work)
		run_deferred_work(s, ev);
	ev->num = ++s->num;
	ev->thread = event_thread(s, ev);
	event_apply(s, ev);
}

struct fd *ev_new_fd(struct event *ev, const struct fd *fd)
{
	ev->fd_num = fd->num;
	ev->fd = fd_table_set(ev_fds(ev), fd);
	ev->fd_name_changed = ev->fd && ev->fd->name.n;
	return ev->fd;
}
