/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the evaluator remembers: threads, descriptors, users, the machine.
 *
 * In: parsed events in time order.  Out: ev->thread, ev->fd and friends, for fields/ and rules/.
 */
#ifndef STATE_STATE_H
#define STATE_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "event/event.h"
#include "state/thread.h"

struct state;
struct dns;

struct state_options {
	unsigned thread_limit; /* 0 = 262144 */
	unsigned fd_limit;     /* per process, 0 = 4096 */
	bool live; /* unknown threads and descriptors may be looked up in /proc, idle ones purged */
	unsigned purge_interval_s; /* live: between scans for threads that are gone, 0 = 300 */
	unsigned thread_timeout_s; /* live: idle for so long before it is asked whether they still exist, 0 = 1800 */
	int64_t self_pid;      /* never refused by limits; 0 = none */
	const char *host_root; /* HOST_ROOT, "" when unset */
};

/* Monotonic counters; names as in falco.* metrics. */
struct state_counters {
	uint64_t n_added_threads, n_removed_threads, n_drops_full_threadtable,
		n_failed_thread_lookups, n_noncached_thread_lookups, n_cached_thread_lookups;
	uint64_t n_added_fds, n_removed_fds, n_drops_full_fdtable, n_failed_fd_lookups,
		n_noncached_fd_lookups, n_cached_fd_lookups;
	uint64_t n_stored_evts, n_retrieved_evts, n_store_evts_drops, n_retrieve_evts_drops;
};

struct state *state_new(const struct state_options *opt);
void state_free(struct state *s);

/*
 * One event: finish what the previous one left (removals are delayed so that rules still see them), find the thread,
 * number the event, run its state handler.  After it ev's state half is valid until the next call.
 */
void state_process(struct state *s, struct event *ev);

struct thread *state_thread(struct state *s, int64_t tid); /* NULL if unknown */
unsigned state_thread_count(const struct state *s);
/* Calls visit for every thread, in no order; the table must not change meanwhile. */
void state_each_thread(struct state *s, void (*visit)(struct thread *t, void *arg), void *arg);
const struct state_counters *state_counters(const struct state *s);
/* Changes when something global changed that process-level fields may depend on (users, groups, interfaces). */
uint32_t state_epoch(const struct state *s);
uint64_t state_num(const struct state *s);	/* evt.num of the last event, 0 before */
uint64_t state_first_ts(const struct state *s); /* first non-metaevent, 0 before it */

/* The machine events come from: this host, or what a capture says. */
struct machine {
	uint32_t n_cpus;
	uint64_t memory, max_pid; /* bytes; the highest pid there can be */
	uint64_t boot_ts;	  /* ns since the epoch */
	char hostname[129];
};
struct machine *state_machine(struct state *s);

/* ---- seeding: what was there before the first event (source/proc.c, source/replay.c) ---- */

/* Strings are copied.  0 in clone_ts means unknown. */
struct proc_seed {
	int64_t tid, pid, ptid, sid, vpgid, pgid, vtid, vpid;
	struct str comm, exe, exepath, args, cwd, env, cgroups,
		root; /* args, env, cgroups: NUL-terminated, back to back */
	int64_t fd_limit;
	uint32_t uid, gid, loginuid, tty;
	uint32_t vm_size, vm_rss, vm_swap;
	uint64_t pf_major, pf_minor;
	uint64_t cap_inheritable, cap_permitted, cap_effective;
	uint32_t exe_flags;
	uint64_t exe_ino, exe_ctime, exe_mtime;
	uint64_t pidns_start_ts, clone_ts;
};
/* After state_seed_end() a thread that is known already stays as it is. */
struct thread *state_seed_thread(struct state *s, const struct proc_seed *seed);
/* fd->name etc. are copied. */
void state_seed_fd(struct state *s, int64_t tid, const struct fd *fd);
/* Link parents, mark server sockets, forget scratch.  Call once after the last seed. */
void state_seed_end(struct state *s);
void state_seed_interface(struct state *s, struct ip addr, struct ip netmask, struct str name);
void state_each_interface(struct state *s,
			  void (*visit)(struct ip addr, struct ip netmask, struct str name,
					void *arg),
			  void *arg);

/* What a relative path of this thread starts from: cwd for -100, the descriptor's name, or "<UNKNOWN>". */
struct str state_base_dir(const struct thread *t, int64_t dirfd);

/* ---- users and groups (state/users.c) ---- */
struct user {
	uint32_t uid, gid;
	struct str name, home, shell;
};
void state_seed_user(struct state *s, const struct user *u);
void state_seed_group(struct state *s, uint32_t gid, struct str name);
/* NULL when unknown.  Live: NSS-free passwd lookup below host_root, per container where it has its own. */
const struct user *state_user(struct state *s, const struct thread *t, uint32_t uid);
/* STR_NONE when unknown. */
struct str state_group(struct state *s, const struct thread *t, uint32_t gid);
/*
 * Every account that is known now; container is empty for the host's own, whose files are read if they were not yet.
 * group is for u with gid and name only.
 */
typedef void (*user_visit)(const struct user *u, bool group, struct str container, void *arg);
void state_each_user(struct state *s, user_visit visit, void *arg);
/* True if addr is one of this machine's own. */
bool state_is_local(const struct state *s, struct ip addr);

/*
 * Live only: asked for when an unknown tid appears.  Set by source/proc.c; returns false when /proc has nothing.
 */
typedef bool (*proc_lookup)(void *arg, int64_t tid, struct state *s);
void state_set_lookup(struct state *s, proc_lookup fn, void *arg);
/*
 * Live only: a descriptor that came over a unix socket (pid is the receiver's); seeds it with state_seed_fd().  Optional.
 */
typedef bool (*proc_fd_lookup)(void *arg, int64_t pid, int64_t num, struct state *s);
void state_set_fd_lookup(struct state *s, proc_fd_lookup fn, void *arg);
/* Who knows the names of addresses; ends with the state.  Without one addresses have no names. */
void state_set_dns(struct state *s, struct dns *d);
struct dns *state_dns(struct state *s);
/* Called with arg when the state ends: nobody is asked any more. */
void state_set_lookup_free(struct state *s, void (*fn)(void *arg), void *arg);

#endif
