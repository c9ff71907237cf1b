/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state of the machine that events come from: threads, descriptors, users, interfaces.
 *
 * In: decoded events in order of time.  Out: the members of struct event that state/ sets (thread,
 * fd, ...), for fields/ and rules/.  Not thread-safe: one thread calls all functions.
 */
#ifndef STATE_STATE_H
#define STATE_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "event/event.h"
#include "state/thread.h"

struct state;
struct dns;

/* Members that are 0 get the default given here. */
struct state_options {
	unsigned thread_limit; /* 262144 */
	unsigned fd_limit;     /* per process; 4096 */
	bool live; /* look up unknown threads and descriptors in /proc, purge exited threads */
	unsigned purge_interval_s; /* live, seconds between scans for exited threads; 300 */
	unsigned thread_timeout_s; /* live, idle seconds after which a scan checks a thread; 1800 */
	int64_t self_pid;	   /* thread that thread_limit does not apply to; 0: none */
	const char *host_root; /* HOST_ROOT, before /proc and /etc; "" or NULL: none.  Borrowed */
};

/* Monotonic counters; names as in falco.* metrics.  "cached": found on the fast path. */
struct state_counters {
	uint64_t n_added_threads, n_removed_threads, n_drops_full_threadtable,
		n_failed_thread_lookups, n_noncached_thread_lookups, n_cached_thread_lookups;
	uint64_t n_added_fds, n_removed_fds, n_drops_full_fdtable, n_failed_fd_lookups,
		n_noncached_fd_lookups, n_cached_fd_lookups;
	uint64_t n_stored_evts, n_retrieved_evts, n_store_evts_drops, n_retrieve_evts_drops;
};

/* NULL: out of memory. */
struct state *state_new(const struct state_options *opt);
/* NULL is allowed. */
void state_free(struct state *s);

/*
 * Applies one event: makes the removals that the previous event deferred (rules still saw the
 * thread that exited and the descriptor that was closed), finds the thread, numbers the event and
 * calls its handler.  The members of ev that state/ sets are valid until the next call.
 */
void state_process(struct state *s, struct event *ev);

/* The thread with this tid, owned by the state until the next event; NULL: unknown. */
struct thread *state_thread(struct state *s, int64_t tid);
/* Number of threads in the table, placeholders included. */
unsigned state_thread_count(const struct state *s);
/* Calls visit for every thread, in no order; visit must not add or remove threads. */
void state_each_thread(struct state *s, void (*visit)(struct thread *t, void *arg), void *arg);
/* Owned by the state; updated by every event. */
const struct state_counters *state_counters(const struct state *s);
/* Incremented by changes to users, groups and interfaces: process-level fields depend on them. */
uint32_t state_epoch(const struct state *s);
uint64_t state_num(const struct state *s);	/* evt.num of the last event; 0: no event yet */
uint64_t state_first_ts(const struct state *s); /* of the first non-metaevent, ns; 0: none yet */

/* The machine that events come from: this host, or the one of the capture. */
struct machine {
	uint32_t n_cpus;
	uint64_t memory, max_pid; /* bytes; kernel.pid_max */
	uint64_t boot_ts;	  /* ns since the epoch */
	char hostname[129];
};
/* Owned by the state; the source fills it. */
struct machine *state_machine(struct state *s);

/* ---- seeding: the state before the first event (source/proc.c, source/replay.c) ---- */

/* A thread; units and "unknown" values as in struct thread. */
struct proc_seed {
	int64_t tid, pid, ptid, sid, vpgid, pgid, vtid, vpid;
	struct str comm, exe, exepath, args, cwd, env, cgroups,
		root; /* args, env, cgroups: each item is followed by a NUL */
	int64_t fd_limit;
	uint32_t uid, gid, loginuid, tty;
	uint32_t vm_size, vm_rss, vm_swap;
	uint64_t pf_major, pf_minor;
	uint64_t cap_inheritable, cap_permitted, cap_effective;
	uint32_t exe_flags;
	uint64_t exe_ino, exe_ctime, exe_mtime;
	uint64_t pidns_start_ts, clone_ts;
};
/*
 * Adds a thread; strings are copied.  After state_seed_end() a thread that exists already is
 * returned unchanged.  NULL: the table is full, or out of memory.
 */
struct thread *state_seed_thread(struct state *s, const struct proc_seed *seed);
/* Adds a descriptor to the process of tid, if that is known; strings are copied. */
void state_seed_fd(struct state *s, int64_t tid, const struct fd *fd);
/* To be called once, after the last seed: links groups and parents, sets the roles of sockets. */
void state_seed_end(struct state *s);
/* netmask: as an address.  name is copied. */
void state_seed_interface(struct state *s, struct ip addr, struct ip netmask, struct str name);
/* Calls visit for every interface; name is borrowed. */
void state_each_interface(struct state *s,
			  void (*visit)(struct ip addr, struct ip netmask, struct str name,
					void *arg),
			  void *arg);

/*
 * The base directory of relative paths of this thread: the current directory for AT_FDCWD,
 * else the name of descriptor dirfd, "<UNKNOWN>" without one.  Borrowed from the thread.
 */
struct str state_base_dir(const struct thread *t, int64_t dirfd);

/* ---- users and groups (state/users.c) ---- */
struct user {
	uint32_t uid, gid; /* primary group */
	struct str name, home, shell;
};
/* Accounts of the host; strings are copied. */
void state_seed_user(struct state *s, const struct user *u);
void state_seed_group(struct state *s, uint32_t gid, struct str name);
/*
 * The user with this id in the container of t (NULL: on the host); NULL: unknown.  Live, passwd is
 * read when needed.  Borrowed until the next event.
 */
const struct user *state_user(struct state *s, const struct thread *t, uint32_t uid);
/* The name of a group, likewise; STR_NONE: unknown. */
struct str state_group(struct state *s, const struct thread *t, uint32_t gid);
/*
 * Called for an account by state_each_user(), which reads the files of the host first if they have
 * not been read.  container is a container id, empty for the host.  A group has gid and name only.
 */
typedef void (*user_visit)(const struct user *u, bool group, struct str container, void *arg);
void state_each_user(struct state *s, user_visit visit, void *arg);
/* True if addr is an address of this machine. */
bool state_is_local(const struct state *s, struct ip addr);

/* ---- lookups while events are processed (source/proc.c) ---- */

/* Live only: seeds an unknown thread with state_seed_thread(); false if /proc does not have it. */
typedef bool (*proc_lookup)(void *arg, int64_t tid, struct state *s);
/* The state borrows arg.  NULL, the default: no lookups. */
void state_set_lookup(struct state *s, proc_lookup fn, void *arg);
/*
 * Live only: seeds descriptor num, received by process pid over a unix socket, with
 * state_seed_fd(); false if /proc does not have it.
 */
typedef bool (*proc_fd_lookup)(void *arg, int64_t pid, int64_t num, struct state *s);
/* Likewise. */
void state_set_fd_lookup(struct state *s, proc_fd_lookup fn, void *arg);
/* fn(arg) is called by state_free(), to free the arg of the lookups. */
void state_set_lookup_free(struct state *s, void (*fn)(void *arg), void *arg);

/* Names of addresses (state/dns.h): takes ownership of d.  NULL, the default: no names. */
void state_set_dns(struct state *s, struct dns *d);
/* The object passed to state_set_dns(), owned by the state; NULL: none. */
struct dns *state_dns(struct state *s);

#endif
