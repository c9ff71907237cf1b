/* SPDX-License-Identifier: Apache-2.0 */
/* The scan of /proc: declarations for source/proc*.c. */
#ifndef SOURCE_PROC_H
#define SOURCE_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/arena.h"
#include "state/state.h"

/* Sockets of one network namespace, sorted by inode. */
struct netns {
	uint64_t ino;	    /* of the namespace */
	uint64_t read_at;   /* when the sockets were read, monotonic ns; 0: not yet */
	struct fd *sockets; /* with ino, type, l4, addresses, name */
	size_t n, capacity;
	struct arena names;
	struct netns *next;
};

/* A pid namespace, and the start of its first process, ns since the epoch. */
struct pidns {
	uint64_t ino, start_ts;
};

enum { PROC_TEXT = 4096, PROC_BUFFER = 16384, PIDNS_MAX = 4096 };

struct proc {
	int root;	  /* directory: <host_root>/proc */
	uint64_t boot_ts; /* ns since the epoch */
	uint64_t tick_ns;
	struct netns *netns;
	struct pidns pidns[PIDNS_MAX];
	unsigned n_pidns;
	struct str controllers; /* of the unified cgroup tree: NUL-terminated names back to back */
	char controllers_text[256];
	char host_root[256];
	/* Buffers for the process that is being read. */
	char text[PROC_BUFFER];
	char args[PROC_TEXT + 1], env[PROC_TEXT + 1], cgroups[PROC_TEXT + 1];
	char exe[PROC_TEXT], cwd[PROC_TEXT], dir[PROC_TEXT];
};

/*
 * Reads a file below dir into text[size], NUL-terminated, truncated.  Returns its length; -1:
 * unreadable.
 */
ssize_t proc_read(int dir, const char *name, char *text, size_t size);
/* The target of a symbolic link, in text[size], truncated; STR_NONE: unreadable. */
struct str proc_link(int dir, const char *name, char *text, size_t size);
/* The inode number in a link such as "net:[4026531840]"; 0 without one. */
uint64_t proc_link_number(struct str link);
uint64_t proc_clock(void); /* monotonic ns */

/* source/procfd.c: seeds state with the descriptors of a process. */
void procfd_scan(struct proc *p, int pid_dir, int64_t pid, struct state *state);
/* Seeds one descriptor; false: it does not exist, or is a socket of an unsupported family. */
bool procfd_one(struct proc *p, int pid_dir, int64_t pid, int64_t num, struct state *state);

/*
 * source/procsock.c: the socket with this inode in the network namespace of a process, valid until
 * the next call; NULL: unknown.
 */
const struct fd *procsock_find(struct proc *p, int pid_dir, uint64_t ino);
/* Frees the tables of all namespaces; they are read again when needed. */
void procsock_clear(struct proc *p);

#endif
