/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The process, ancestors and descriptors of a rule test.
 *
 * In: the `process`, `ancestors`, `fds` and `addresses` of a test.  Out: threads and descriptors in
 * a state, as if read from /proc.
 */
#ifndef TOOLS_FIXTURE_H
#define TOOLS_FIXTURE_H

#include "base/arena.h"
#include "state/state.h"
#include "tools/compose.h"
#include "yaml/tree.h"

enum { FIXTURE_TID = 1000, FIXTURE_ANCESTORS = 32 };

struct fixture {
	struct arena *arena;
	struct proc_seed process;
	struct str user, group;			       /* names, STR_NONE for none */
	struct proc_seed ancestors[FIXTURE_ANCESTORS]; /* parent first */
	unsigned n_ancestors;
	struct fd *fds;
	unsigned n_fds;
	struct ip *addresses; /* of the machine's interfaces */
	unsigned n_addresses;
	/* Error of fixture_read(), and its node. */
	struct str why;
	const struct tree_node *at;
};

/*
 * Read the fixture of a test into s, of which arena is set; everything else is allocated there.  By
 * default a process named "test", child of init, without descriptors.  False with s->why and s->at.
 */
bool fixture_read(struct fixture *s, const struct tree_node *test);
/* Enter processes, accounts, interfaces and descriptors into an empty state. */
void fixture_seed(const struct fixture *s, struct state *state);
/* Set the parameters of an execve event that describe the process. */
void fixture_exec_params(const struct fixture *s, struct composed *r);

#endif
