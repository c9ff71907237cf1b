/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parameters as text.
 *
 * Each has a raw form (a number, a path as passed) and maybe a resolved one (names of flags, of the
 * error, of what a descriptor refers to).  Text is borrowed from the event or built in the arena
 * given.
 */
#ifndef FIELDS_FORMAT_H
#define FIELDS_FORMAT_H

#include "base/arena.h"
#include "event/event.h"

struct state;

enum { AT_CWD = -100 };

/* Raw form of parameter i; "<NA>" or "NULL" when the event carries none. */
struct str format_raw(struct arena *a, const struct event *ev, unsigned i);
/* Resolved form, STR_NONE without one. */
struct str format_resolved(struct arena *a, struct state *s, const struct event *ev, unsigned i);
/*
 * "name=raw(resolved) name=..."; empty for generic events, which have no parameters of their own.
 */
struct str format_args(struct arena *a, struct state *s, const struct event *ev);
/* Bytes for people: what does not print becomes a dot. */
struct str format_bytes(struct arena *a, struct str bytes);
/* "sip:sport->dip:dport", "hex->hex path"; STR_NONE if the bytes are no such thing. */
struct str format_tuple(struct arena *a, struct str bytes);
/* "ip:port" or a path. */
struct str format_sockaddr(struct arena *a, struct str bytes);
/*
 * Index of the directory descriptor that path parameter i counts from, -1: the working directory.
 */
int format_dirfd(const struct event *ev, unsigned i);

#endif
