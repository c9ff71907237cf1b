/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An event put together from words: the inverse of event/decode.c and fields/format.c, for tests of
 * rules.
 *
 * In: the name of an event and its parameters as people write them.  Out: a record, as it would
 * come from a ring.
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
	uint16_t code; /* generic events: which system call */
	struct buf params[MAX_PARAMS];
	bool set[MAX_PARAMS];
	struct buf bytes; /* the finished record */
};

/* False if there is no event and no system call of this name. */
bool compose_start(struct composed *r, struct str name);
void compose_free(struct composed *r);
/* Position of a parameter, -1 if the event has none of this name. */
int compose_find(const struct composed *r, const char *name);
/* What stands in a test file.  False with *why, in the arena. */
bool compose_node(struct composed *r, unsigned i, const struct tree_node *value, struct arena *a,
		  struct str *why);
/* For parameters nobody wrote; ignored when the event has none of this name or somebody did. */
void compose_default_text(struct composed *r, const char *name, struct str text);
void compose_default_list(struct composed *r, const char *name, struct str list);
void compose_default_num(struct composed *r, const char *name, int64_t v);
/*
 * The rest is zero, -1, AT_FDCWD or absent.  ev borrows r's bytes.  False with *why (static text):
 * a bug, not a bad file.
 */
bool compose_event(struct composed *r, uint64_t ts, int64_t tid, struct event *ev, const char **why);

/* "10.0.0.1", "::1". */
bool compose_ip(struct str s, struct ip *out);
/* "10.0.0.1:80", "[::1]:80". */
bool compose_sock_end(struct str s, struct endpoint *out);
/* "10.0.0.1:1234->10.0.0.2:80". */
bool compose_tuple(struct str s, struct endpoint *source, struct endpoint *dest);

#endif
