/* SPDX-License-Identifier: Apache-2.0 */
/* struct state; for state/ only. */
#ifndef STATE_STATE_PRIV_H
#define STATE_STATE_PRIV_H

#include "state/cgroup.h"
#include "state/fd_table.h"
#include "state/state.h"
#include "state/thread_table.h"

struct iface;
struct user_db;

enum { LISTENING_PORTS_BYTES = 65536 / 8 };

/*
 * Changes that must not be visible to the rules evaluated on the same event: they are made before
 * the next one.
 */
struct deferred_work {
	struct thread *exited;	 /* NULL: none */
	int64_t reaper_tid;	 /* of exited's children; 0 or less: unknown */
	struct thread *fd_owner; /* leader with a closed descriptor; NULL: none */
	int64_t fd_num;
};

/*
 * A removed thread, stored because the clone event of its parent may follow its exit and must not
 * create it again.
 */
struct exited_thread {
	int64_t tid, ptid, pid;
	uint64_t ts; /* ns since the epoch */
};

/* Hash table by tid without chains: a newer entry replaces an older one of the same hash. */
enum { EXITED_THREADS = 8192 };

static inline struct exited_thread *exited_thread_of(struct exited_thread *exited, int64_t tid)
{
	return &exited[(uint64_t)tid % EXITED_THREADS];
}

struct state {
	struct state_options opt; /* defaults filled in */
	struct state_counters n;
	struct machine machine;
	uint32_t epoch;		/* state_epoch() */
	uint64_t num, first_ts; /* evt.num of the last event; time of the first non-metaevent */
	uint64_t now;		/* time of the current event, ns since the epoch */
	bool has_deferred_work; /* run_deferred_work() is due before the next event */
	struct deferred_work deferred;

	struct thread_table threads;  /* owns them */
	struct thread *last;	      /* result of the previous lookup for an event, or NULL */
	struct exited_thread *exited; /* EXITED_THREADS of them */
	struct image *placeholder_image;
	struct cgroups *no_cgroups;
	struct cgroup_pool *cgroups;
	struct fd_free_list fd_free[FD_FREE_LISTS]; /* by size class */

	struct user_db *users;
	struct iface *ifaces;
	unsigned n_ifaces;

	bool seeding;	    /* before state_seed_end() */
	uint8_t *listening; /* bit per port: a listening IP socket was seeded */
	proc_lookup lookup; /* NULL: no lookups in /proc */
	void *lookup_arg;
	proc_fd_lookup fd_lookup;
	void *fd_lookup_arg;
	void (*lookup_free)(void *arg);
	void *lookup_free_arg;
	struct dns *dns; /* owned; NULL: addresses have no names */

	uint64_t purge_at;   /* event time of the next scan for exited threads, 0: not set */
	uint32_t purge_slot; /* next slot of the scan in progress; 0: none */
};

/* fd_table_get() with a fast path for tables without gaps up to num. */
static inline struct fd *fd_table_get_fast(struct fd_table *t, int64_t num)
{
	if (!t || !t->array || !fd_array_is_dense_at(t->array, num))
		return fd_table_get(t, num);
	t->state->n.n_cached_fd_lookups++;
	return &t->array->nodes[num]->fd;
}

#endif
