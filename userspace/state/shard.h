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

struct shard {
	unsigned index, count;
	const struct shard_ops *ops;
	void *arg;

	/* Ours: the message in hand, and a descriptor read from it. */
	struct buf message;
	struct fd fd;
};

/* s becomes one of several, before its first seed.  shard is borrowed. */
void state_set_shard(struct state *s, struct shard *shard);
void shard_free(struct shard *sh);

/* What state_process() does, or less: false if another state evaluates the event.  Its parameters may then be missing. */
bool state_share(struct state *s, struct event *ev);

/* The owner of a thread group, by its leader's number: a process stays where it was born. */
static inline unsigned shard_owner(const struct shard *sh, const struct thread *t)
{
	uint32_t hash;

	if (!t)
		return 0;
	hash = (uint32_t)(((uint64_t)(t->leader ? t->leader->tid : t->tid) * 0x9e3779b97f4a7c15ull) >> 32);
	return (unsigned)((uint64_t)hash * sh->count >> 32);
}

static inline bool shard_owns(const struct shard *sh, const struct thread *t)
{
	return shard_owner(sh, t) == sh->index;
}

/*
 * The n events that follow are of the same thread and private as the one just passed over was (shard_is_private()), the last
 * of them at ts: they are passed over too.  False: one by one.
 */
bool state_skip(struct state *s, const struct event *ev, unsigned n, uint64_t ts);

/* Whether state/ reads parameters of events of this type. */
bool state_wants(uint16_t type);
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
struct fd *shard_foreign_fd(struct state *s, const struct thread *caller, struct thread *target, int64_t num);

#endif
