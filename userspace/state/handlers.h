/* SPDX-License-Identifier: Apache-2.0 */
/* Event handlers, and what they have in common; for state/ only. */
#ifndef STATE_HANDLERS_H
#define STATE_HANDLERS_H

#include "event/event.h"
#include "state/state_priv.h"
#include "state/thread_priv.h"

/*
 * One function per handler named in the state column of kmod/schema/events.def.
 *
 * Called with thread, fd, fd_num, result and has_result of ev set; ev->thread is NULL for
 * metaevents and if the thread table is full.  Strings of ev are borrowed from the record:
 * handlers copy what they keep.
 */
#define HANDLER(name, parameters) void state_on_##name(struct state *s, struct event *ev);
#include "schema/handlers.def"
#undef HANDLER

/* The descriptor table of the event's process, or NULL. */
static inline struct fd_table *ev_fds(const struct event *ev)
{
	return ev->thread ? thread_main(ev->thread)->fds : NULL;
}

/* True for the exit of a successful system call. */
static inline bool ev_ok(const struct event *ev)
{
	return ev->has_result && ev->result >= 0;
}

/*
 * Stores a copy of fd in the table of the event's process, and as the event's descriptor.  Returns
 * the entry; NULL as fd_table_set().
 */
struct fd *ev_new_fd(struct event *ev, const struct fd *fd);

/*
 * Parses the stored enter event of the call whose exit event ev is into *enter; valid until ev's
 * handler returns.  False if there is none.
 */
bool ev_unstash(struct state *s, struct event *ev, struct event *enter);

#endif
