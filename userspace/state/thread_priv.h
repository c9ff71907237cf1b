/* SPDX-License-Identifier: Apache-2.0 */
/* Creating, linking and removing threads; for state/ only. */
#ifndef STATE_THREAD_PRIV_H
#define STATE_THREAD_PRIV_H

#include "state/cgroup.h"
#include "state/fd_table.h"
#include "state/image.h"
#include "state/thread.h"

struct state;

/* Every struct thread is the first member of one of these. */
struct thread_priv {
	struct thread t;
	struct fd_table fds; /* t.fds of a leader; empty for other threads */
	struct state *state;
	uint8_t *stash; /* record of the last enter event, until its exit event; NULL: none */
	uint32_t stash_len;
};

static inline struct thread_priv *thread_priv(struct thread *t)
{
	return (struct thread_priv *)t;
}

/*
 * A new thread in the table, not linked to a group or parent, owned by the table.  Takes references
 * to image and cgroups.  NULL, counted in n_drops_full_threadtable: the table has thread_limit
 * threads, or out of memory.
 */
struct thread *thread_new(struct state *s, int64_t tid, struct image *image,
			  struct cgroups *cgroups);
/* The same for an unknown thread (THREAD_INVALID): only tid is set, all values are "unknown". */
struct thread *thread_create_placeholder(struct state *s, int64_t tid);

/* Links t into the group of its pid, or a leader to its parent ptid, if these exist. */
void thread_link(struct state *s, struct thread *t);
/* Makes parent (NULL: none) the parent of leader t; no parent if that would make a loop. */
void thread_set_parent(struct thread *t, struct thread *parent);
/* Moves t, which is not known to be a leader, to the group of pid. */
void thread_set_group(struct state *s, struct thread *t, int64_t pid);

/*
 * Removes a thread that has exited.  A leader stays, as THREAD_DEAD, until its last thread exits;
 * its children are then reparented to reaper_tid or, if that is unknown, to the nearest reaper
 * among the ancestors.  Frees t, and also a dead leader whose last other thread was t.
 */
void thread_remove(struct state *s, struct thread *t, int64_t reaper_tid);
/* Removes t and, if it is a leader, its group. */
void thread_remove_group(struct state *s, struct thread *t);
/* Removes the other threads of the group that t leads. */
void thread_remove_others(struct state *s, struct thread *t);

/* Replaces the image; takes over the caller's reference. */
void thread_set_image(struct thread *t, struct image *image);
/* list: as in records and /proc.  Unchanged if memory is out. */
void thread_set_cgroups(struct state *s, struct thread *t, struct str list);
/* Discards the stored enter event, if any. */
void thread_stash_clear(struct thread *t);

/* The thread with this tid, live looked up in /proc if it is not in the table; NULL: unknown. */
struct thread *thread_find(struct state *s, int64_t tid);

#endif
