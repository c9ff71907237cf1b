/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts by container: what state.h offers to everybody, and what events change. */
#ifndef STATE_USERS_H
#define STATE_USERS_H

#include "state/engine.h"

void users_put(struct user_db *db, struct str container, const struct user *u);
void users_remove(struct user_db *db, struct str container, uint32_t uid);
void groups_put(struct user_db *db, struct str container, uint32_t gid, struct str name);
void groups_remove(struct user_db *db, struct str container, uint32_t gid);

#endif
