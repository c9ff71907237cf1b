/* SPDX-License-Identifier: Apache-2.0 */
/* User and group names per container; for state/ only.  Lookups are in state/state.h. */
#ifndef STATE_USERS_H
#define STATE_USERS_H

#include "state/state.h"

struct user_db;

/* Borrows s for its options and clock.  NULL: out of memory. */
struct user_db *user_db_new(const struct state *s);
/* NULL is allowed. */
void user_db_free(struct user_db *db);

/*
 * Changes reported by events.  container is a container id, empty for the host.  Strings are
 * copied; an account of the same id is replaced.  An account beyond the limits or without memory is
 * dropped.
 */
void users_set(struct user_db *db, struct str container, const struct user *u);
void users_remove(struct user_db *db, struct str container, uint32_t uid);
void groups_set(struct user_db *db, struct str container, uint32_t gid, struct str name);
void groups_remove(struct user_db *db, struct str container, uint32_t gid);

#endif
