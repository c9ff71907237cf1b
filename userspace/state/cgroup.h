/* SPDX-License-Identifier: Apache-2.0 */
/* Hash-consed cgroup lists: one struct cgroups per distinct list; for state/ only. */
#ifndef STATE_CGROUP_H
#define STATE_CGROUP_H

#include "state/thread.h"

struct cgroup_pool;

/* NULL: out of memory. */
struct cgroup_pool *cgroup_pool_new(void);
/* All references to lists must have been released.  NULL is allowed. */
void cgroup_pool_free(struct cgroup_pool *p);
/*
 * The pool's entry for a list as in records and /proc ("subsys=path", each followed by a NUL), with
 * a reference for the caller.  likely (may be NULL) is compared before the hash is computed: a task
 * is usually in the cgroups of its parent.  NULL: out of memory.
 */
struct cgroups *cgroups_intern(struct cgroup_pool *p, struct cgroups *likely, struct str list);
/* Releases a reference; NULL is allowed. */
void cgroups_unref(struct cgroup_pool *p, struct cgroups *c);

#endif
