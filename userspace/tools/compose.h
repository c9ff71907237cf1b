/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Builds the record of an event from text: the inverse of event/decode.c and fields/format.c, for
 * rule tests.
 *
 * In: the name of an event and its parameters as written in a test file.  Out: a record as a ring
 * would contain it, decoded.
 */
#ifndef TOOLS_COMPOSE_H
#define TOOLS_COMPOSE_H

#include "base/arena.h"
#include "base/buf.h"
#include "event/event.h"
#include "state/fd.h"
#include "yaml/tree.h"

struct composed {
	uint16_t type; /* enum event_id */
	uint16_t code; /* of generic events: the system call */
	struct buf params[MAX_PARAMS];
	bool set[MAX_PARAMS];
	struct buf bytes; /* the finished record */
};

/*
 * Initialise r for the event of this name, or for the system call of this name as the generic
 * event. False if there is neither.
 */
bool compose_start(struct composed *r, struct str name);
/* Release the buffers in r, not r itself. */
void compose_free(struct composed *r);
/* Index of a parameter, -1 if the event has none of this name. */
int compose_find(const struct composed *r, const char *name);
/*
 * Set parameter i to the value in a test file.  False with *why, in the arena, if its type does not
 * fit.
 */
bool compose_node(struct composed *r, unsigned i, const struct tree_node *value, struct arena *a,
		  struct str *why);
/* Set a parameter unless it is set already.  Nothing happens if the event has none of this name. */
void compose_default_text(struct composed *r, const char *name, struct str text);
void compose_default_list(struct composed *r, const char *name, struct str list);
void compose_default_num(struct composed *r, const char *name, int64_t v);
/*
 * Fill in the unset parameters (zero, -1 for ids, AT_FDCWD), write the record and decode it into
 * ev, which borrows r's bytes. ts: ns since the epoch.  False with *why (static text) if the record
 * would be invalid.
 */
bool compose_event(struct composed *r, uint64_t ts, int64_t tid, struct event *ev, const char **why);

/* Parse "10.0.0.1", "::1", "[::1]". */
bool compose_ip(struct str s, struct ip *out);
/* Parse "10.0.0.1:80", "[::1]:80". */
bool compose_sock_end(struct str s, struct endpoint *out);
/* Parse "10.0.0.1:1234->10.0.0.2:80"; both of one family. */
bool compose_tuple(struct str s, struct endpoint *source, struct endpoint *dest);

#endif
