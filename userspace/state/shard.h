/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One machine's events, several states.
 *
 * Every state sees every event, in the same order, and keeps the same threads: who is whose child, what each runs, its
 * ids, sessions, control groups.  So whatever a rule asks about an ancestor is at hand, as of that event.  What takes
 * the time, and what only a process' own events ask for, is kept by one state alone, the owner of its thread group:
 * descriptors, the working directory, stored enter events.  An event that changes nothing else is passed over by others.
 *
 * Three things cross from owner to owner, as messages about one event: what a child inherits, the directory that an old
 * capture's exec counts from, and the descriptor that pidfd_getfd() takes.  The receiver waits for the sender to get to
 * that event.  Nobody waits long: a message is sent when its event is handled, and a sender has either nothing to wait for
 * there or only for a message of the same event whose sender waits for nothing; so the state that is furthest behind
 * never waits for anybody, as long as the event it is to handle next has been given to all.
 */
#ifndef STATE_SHARD_H
#define STATE_SHARD_H

#include "base/buf.h"
#include "state/state.h"

struct shard_ops {
	/* bytes are copied. */
	void (*post)(void *arg, unsigned to, uint64_t num, struct str bytes);
	/* What another state posted at event num; waits until it is past it.  False if it said nothing. */
	bool (*take)(void *arg, unsigned from, uint64_t num, struct buf *out);
};

enum { SHARDS_MAX = 64 };

struct shard {
	unsigned index, count;
	const struct shard_ops *ops;
	void *arg;
	uint32_t load[SHARDS_MAX]; /* events of each one's thread groups, older ones for less; everywhere the same */

	/* Ours: the message in hand, and a descriptor read from it. */
	struct buf message;
	struct fd fd;
};

/* s becomes one of several, before its first seed.  shard is borrowed. */
void state_set_shard(struct state *s, struct shard *shard);
void shard_free(struct shard *sh);

/*
 * state_process() in two steps.  First whom the event is about, which is for everybody: of its parameters nothing is asked.
 * False: that was it, the rest is for another state.
 */
bool state_meet(struct state *s, struct event *ev);
/* Then what happened; false if another state evaluates the event.  A state that shares with nobody does all of it. */
bool state_share(struct state *s, struct event *ev);

/*
 * Who keeps a new thread's group: whoever has had least to do.  A child stays with its parent, which costs no message, unless
 * that one has a good deal more to do.  All states decide alike, since all count alike.
 */
void shard_place(struct shard *sh, struct thread *t);

/* The owner of a thread group: a process stays where it was put at birth. */
static inline unsigned shard_owner(const struct thread *t)
{
	if (!t)
		return 0;
	return t->leader ? t->leader->owner : t->owner;
}

static inline bool shard_owns(const struct shard *sh, const struct thread *t)
{
	return shard_owner(t) == sh->index;
}

/* Events of one process do not change whose it is, as long as they are private: nothing is looked up or forgotten meanwhile. */
bool state_stays(const struct state *s);

/*
 * The n events that follow are of the same thread and private as the one just passed over was (shard_is_private()), the last
 * of them at ts: they are passed over too.  False: one by one.
 */
bool state_skip(struct state *s, const struct event *ev, unsigned n, uint64_t ts);

/* Whether events of this type concern the owner of their process only. */
bool shard_is_local(uint16_t type);
/* Local, and the process is that of the thread they name. */
bool shard_is_private(uint16_t type);

/* ---- for the handlers of state/ ---- */

/* Descriptors and directories of a new process; true if both are ours: the caller then shares them as ever. */
bool shard_inherit(struct state *s, struct thread *child, const struct thread *from);
/* Everybody is to know the working directory of this process now. */
void shard_tell_cwd(struct state *s, struct thread *leader);
/* A descriptor of target's (only the owner of caller knows who that is), for the owner of caller; NULL for others. */
struct fd *shard_foreign_fd(struct state *s, const struct thread *caller, struct thread *target,
			    int64_t num);

#endif
