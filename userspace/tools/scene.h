/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who does it: a process with its ancestors and descriptors, as a test describes them.
 *
 * In: the `process`, `ancestors`, `fds` and `addresses` of a test.  Out: threads and descriptors in
 * a state, as if /proc had told.
 */
#ifndef TOOLS_SCENE_H
#define TOOLS_SCENE_H

#include "base/arena.h"
#include "state/state.h"
#include "tools/compose.h"
#include "yaml/tree.h"

enum { SCENE_TID = 1000, SCENE_ANCESTORS = 32 };

struct scene {
	struct arena *arena;
	struct proc_seed process;
	struct str user, group;			     /* names, STR_NONE for none */
	struct proc_seed ancestors[SCENE_ANCESTORS]; /* parent first */
	unsigned n_ancestors;
	struct fd *fds;
	unsigned n_fds;
	struct ip *addresses; /* the machine's own */
	unsigned n_addresses;
	/* What is wrong, and where it stands. */
	struct str why;
	const struct tree_node *at;
};

/*
 * Parts may be missing: a process "test" below init, without descriptors.  False with why and at.
 */
bool scene_read(struct scene *s, const struct tree_node *test);
void scene_seed(const struct scene *s, struct state *state);
/* What an exec tells about the process it makes. */
void scene_exec_params(const struct scene *s, struct composed *r);

#endif
