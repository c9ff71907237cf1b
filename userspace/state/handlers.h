/* SPDX-License-Identifier: Apache-2.0 */
/* Event handlers, and functions that they share; for state/ only. */
#ifndef STATE_HANDLERS_H
#define STATE_HANDLERS_H

#include "event/event.h"
#include "state/state_priv.h"
#include "state/thread_priv.h"

/*
 * One function per handler named in the state column of kmod/schema/events.def.
 *
 * Called with thread, fd, fd_num, result and has_result of ev set; ev->thread is NULL for
 * metaevents and if the thread table is full.  Strings of ev point into the record: handlers copy
 * those that they store.
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
 * Decodes the stored enter event that belongs to exit event ev into *enter, valid until the handler
 * of ev returns.  False if none is stored.
 */
bool ev_unstash(struct state *s, struct event *ev, struct event *enter);

#endif
