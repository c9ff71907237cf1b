/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Event parameters as text.
 *
 * Each parameter has a raw form (a number, a path as passed), some also a resolved form (names of
 * flags and errors, the name of a descriptor).  Returned text is borrowed from the event or the
 * state, or built in the arena: it is valid until the next event.
 */
#ifndef FIELDS_FORMAT_H
#define FIELDS_FORMAT_H

#include "base/arena.h"
#include "event/event.h"

struct state;

enum { AT_CWD = -100 };

/* Raw form of parameter i; "<NA>" or "NULL" if the event does not have it. */
struct str format_raw(struct arena *a, const struct event *ev, unsigned i);
/* Resolved form of parameter i; STR_NONE: it has none. */
struct str format_resolved(struct arena *a, struct state *s, const struct event *ev, unsigned i);
/* All parameters: "name=raw(resolved) name=..."; empty for generic events. */
struct str format_args(struct arena *a, struct state *s, const struct event *ev);
/* Bytes that are not printable ASCII become dots. */
struct str format_bytes(struct arena *a, struct str bytes);
/* A socktuple: "sip:sport->dip:dport" or "hex->hex path"; STR_NONE if the bytes are malformed. */
struct str format_tuple(struct arena *a, struct str bytes);
/* A sockaddr: "ip:port" or a path; STR_NONE if the bytes are malformed. */
struct str format_sockaddr(struct arena *a, struct str bytes);
/* Index of the dirfd parameter that path parameter i is relative to; -1: the working directory. */
int format_dirfd(const struct event *ev, unsigned i);

#endif
