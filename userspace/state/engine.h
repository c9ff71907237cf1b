/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of state/ share and nobody else sees. */
#ifndef STATE_ENGINE_H
#define STATE_ENGINE_H

#include "event/event.h"
#include "state/fd.h"
#include "state/path.h"
#include "state/state.h"
#include "state/text.h"
#include "state/thread.h"

enum { NS_PER_S = 1000000000, STASH_MAX = 4096, EXITED_SLOTS = 8192 };

/* ---- descriptors: fd_table.c ---- */

struct fd_node {
	uint32_t refs;
	uint32_t room; /* bytes of text */
	struct fd fd;
	char text[]; /* name, name_raw */
};

struct fd_store {
	uint32_t refs;
	uint32_t n, room;
	struct fd_node *nodes[]; /* by number */
};

/* Entries are shared between tables, and tables between processes, until somebody writes. */
struct fd_table {
	struct fd_store *store; /* NULL: empty */
	struct state *state;	/* for its limit and counters */
};

/* Whether a number is where it is in a table without gaps. */
static inline bool fd_store_at(const struct fd_store *st, int64_t num)
{
	return (uint64_t)num < st->n && st->nodes[num]->fd.num == num;
}

void fd_table_init(struct fd_table *t, struct state *s);
void fd_table_clear(struct fd_table *t);
/* t becomes what from is; costs one reference. */
void fd_table_share(struct fd_table *t, const struct fd_table *from);
void fd_spare_free(struct state *s);
/* An entry that may be changed in place (not its names); NULL when absent or out of memory. */
struct fd *fd_table_edit(struct fd_table *t, int64_t num);
/* Remove every entry whose number lies in [first, last] and that has all of flags. */
void fd_table_drop(struct fd_table *t, int64_t first, int64_t last, uint16_t flags);
void fd_table_flag(struct fd_table *t, int64_t first, int64_t last, uint16_t flags);

/* ---- images and cgroups: image.c, cgroup.c ---- */

/* What an image is made from.  Texts are borrowed. */
struct image_seed {
	struct str comm, exe, exepath, args, env;
	uint32_t exe_flags;
	uint64_t exe_ino, exe_ctime, exe_mtime;
};
/* An image of these facts: like itself when nothing differs, else new, sharing like's equal texts.  NULL: no memory. */
struct image *image_new(struct image *like, const struct image_seed *seed);
static inline struct image *image_share(struct image *i)
{
	i->refs++;
	return i;
}
void image_drop(struct image *i);
static inline struct image_seed image_facts(const struct image *i)
{
	return (struct image_seed){ i->comm,	  i->exe,     i->exepath,   i->args,	 i->env,
				    i->exe_flags, i->exe_ino, i->exe_ctime, i->exe_mtime };
}

struct cgroup_pool;
struct cgroup_pool *cgroup_pool_new(void);
void cgroup_pool_free(struct cgroup_pool *p);
/* The shared list of these strings; like is tried first.  NULL only when memory is out. */
struct cgroups *cgroups_intern(struct cgroup_pool *p, struct cgroups *like, struct str list);
void cgroups_drop(struct cgroup_pool *p, struct cgroups *c);

/* ---- threads: table.c, thread.c ---- */

struct thread_slot {
	int64_t tid;
	struct thread *t; /* NULL: free */
};

struct thread_table {
	struct thread_slot *slots;
	uint32_t size, used; /* size is a power of two or 0 */
};

struct thread *table_find(const struct thread_table *t, int64_t tid);
bool table_insert(struct thread_table *t, struct thread *th); /* false: no memory */
void table_erase(struct thread_table *t, int64_t tid);

/* A thread with what only the engine needs. */
struct thread_box {
	struct thread t;
	struct fd_table fds;
	struct state *state;
	uint8_t *stash; /* a stored enter event, or NULL */
	uint32_t stash_len;
};
static inline struct thread_box *thread_box(struct thread *t)
{
	return (struct thread_box *)t;
}

/*
 * A thread in the table, linked to nothing; NULL when the table is full or memory is out.  image and cgroups are shared,
 * not taken.
 */
struct thread *thread_new(struct state *s, int64_t tid, struct image *image,
			  struct cgroups *cgroups);
/* Made up for a tid that nobody knows. */
struct thread *thread_invent(struct state *s, int64_t tid);
/* Join group and parent as pid and ptid say. */
void thread_link(struct state *s, struct thread *t);
void thread_set_parent(struct thread *t, struct thread *parent);
/* Out of the table and of every list; children are given to reaper_tid or whoever is next in line. */
void thread_remove(struct state *s, struct thread *t, int64_t reaper_tid);
/* Out of the table with its whole group, if it leads one. */
void thread_erase(struct state *s, struct thread *t);
/* It turned out to belong to this process. */
void thread_regroup(struct state *s, struct thread *t, int64_t pid);
/* Remove every other thread of the group (exec). */
void thread_remove_others(struct state *s, struct thread *t);
void thread_set_image(struct thread *t, struct image *image); /* takes the reference */
void thread_set_cgroups(struct state *s, struct thread *t, struct str list);
void thread_stash_clear(struct thread *t);
/* Looked up in the table, then, live, in /proc. */
struct thread *state_find(struct state *s, int64_t tid);

/* ---- sockets: socket.c ---- */

enum { FD_NAME_MAX = 256 };
/* The name an IP or unix socket goes by. */
struct str sock_name(const struct fd *fd, struct str path, char out[FD_NAME_MAX]);
/* Sockets that were open before the first event: roles from the listening ports. */
void sock_seeded(struct state *s, struct thread *t);
/* One descriptor that was looked up while events run. */
void sock_seeded_late(struct thread *t, struct fd *fd);

/* ---- users: users.c; interfaces: iface.c ---- */

struct user_db;
struct user_db *user_db_new(const struct state *s);
void user_db_free(struct user_db *db);

struct iface {
	struct ip addr, mask;
	struct str name; /* a text */
};

void ifaces_free(struct state *s);

/* Removals that rules must not see happen: done when the next event comes. */
struct pending {
	struct thread *thread;
	int64_t reaper;
	struct thread *fd_owner; /* NULL: no descriptor */
	int64_t fd_num;
};

/* Memory of descriptors that are gone, for those to come. */
enum { SPARE_SIZES = 8 };
struct spare_nodes {
	struct fd_node *first;
	uint32_t n;
};

struct exited {
	int64_t tid, ptid, pid;
	uint64_t ts;
};

struct state {
	struct state_options opt;
	struct state_counters n;
	struct machine machine;
	uint32_t epoch;
	uint64_t num, first_ts;
	struct thread_table table;
	struct thread *last; /* the thread of the previous lookup */
	uint64_t now;	     /* of the event in work */
	bool due;	     /* something is to be done before the next event */
	struct pending pending;
	struct spare_nodes spare[SPARE_SIZES];
	struct exited *exited;	/* EXITED_SLOTS, by hash of tid */
	struct image *image_na; /* of invented threads */
	struct cgroups *cgroups_none;
	struct cgroup_pool *cgroups;
	struct user_db *users;
	struct iface *ifaces;
	unsigned n_ifaces;
	uint8_t *listening; /* 65536 bits: ports seen with a listener while seeding */
	bool seeding;
	proc_lookup lookup;
	void *lookup_arg;
	proc_fd_lookup fd_lookup;
	void *fd_lookup_arg;
	struct dns *dns;
	void (*lookup_end)(void *arg);
	void *lookup_end_arg;
	uint64_t purge_at;   /* next scan */
	uint32_t purge_slot; /* where a running scan is; 0: none runs */
};

/* fd_table_get() of what most events are about, at once. */
static inline struct fd *fd_table_find(struct fd_table *t, int64_t num)
{
	if (!t || !t->store || !fd_store_at(t->store, num))
		return fd_table_get(t, num);
	t->state->n.n_cached_fd_lookups++;
	return &t->store->nodes[num]->fd;
}

/* The table of the event's process, or NULL. */
static inline struct fd_table *ev_fds(const struct event *ev)
{
	return ev->thread ? thread_main(ev->thread)->fds : NULL;
}

static inline bool ev_ok(const struct event *ev)
{
	return ev->has_result && ev->result >= 0;
}

/* Put a descriptor into the event's process and make it the event's. */
struct fd *ev_new_fd(struct event *ev, const struct fd *fd);
/* The enter event stored for this exit: parsed into *enter; false if there is none. */
bool ev_unstash(struct state *s, struct event *ev, struct event *enter);

/* ---- handlers: the state column of events.def ---- */

#define P(name, type, show, collect)
#define EVENT(id, sym, row, ...) \
	void ROW_PASTE_STATE(state_, row)(struct state * s, struct event * ev);
#include "schema/events.def"
#undef EVENT
#undef P

void purge_step(struct state *s, uint64_t now);

#endif
