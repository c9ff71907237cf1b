/* SPDX-License-Identifier: Apache-2.0 */
/* Processes that were there before us, read from /proc: what the files of the scan share. */
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
	uint64_t read_at;   /* monotonic ns */
	struct fd *sockets; /* ino, type, l4, addresses, name */
	size_t n, room;
	struct arena names;
	struct netns *next;
};

/* Which process began a pid namespace. */
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
	/* One process at a time is read into these. */
	char text[PROC_BUFFER];
	char args[PROC_TEXT + 1], env[PROC_TEXT + 1], cgroups[PROC_TEXT + 1];
	char exe[PROC_TEXT], cwd[PROC_TEXT], dir[PROC_TEXT];
};

/* A whole small file below dir, NUL-terminated; -1 when unreadable. */
ssize_t proc_read(int dir, const char *name, char *text, size_t size);
/* Text of a link, cut at size; STR_NONE when unreadable. */
struct str proc_link(int dir, const char *name, char *text, size_t size);
/* The number in "net:[4026531840]"; 0 if there is none. */
uint64_t proc_link_number(struct str link);
uint64_t proc_clock(void); /* monotonic ns */

/* source/procfd.c: descriptors of one process into state. */
void procfd_scan(struct proc *p, int pid_dir, int64_t pid, struct state *state);
/* One of them; false when it is not there, or an unknown kind of socket. */
bool procfd_one(struct proc *p, int pid_dir, int64_t pid, int64_t num, struct state *state);

/* source/procsock.c: the socket with this inode in the namespace of a process, or NULL. */
const struct fd *procsock_find(struct proc *p, int pid_dir, uint64_t ino);
void procsock_forget(struct proc *p);

#endif
