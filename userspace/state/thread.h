/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One thread, and the image it runs.
 *
 * Images are shared: fork copies a pointer, exec makes a new one.  Everything a rule asks of a process changes rarely, so
 * answers are kept in the thread until thread_touch() says that something they were computed from has changed.
 */
#ifndef STATE_THREAD_H
#define STATE_THREAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "state/fd.h"

/* What runs: reference-counted, immutable but for text built on first use. */
struct image {
	uint32_t refs;
	uint32_t exe_flags; /* wire execve_flags: EXE_WRITABLE, EXE_UPPER_LAYER, ... */
	struct str comm;    /* 15 characters at most */
	struct str exe;	    /* argv[0] */
	struct str exepath; /* kernel path without " (deleted)" */
	struct str args;    /* argv[1..], NUL-terminated strings back to back */
	struct str env;	    /* likewise */
	struct str cmdline; /* comm + joined args: built when the image is made */
	uint64_t exe_ino, exe_ctime, exe_mtime; /* ns since the epoch */

	/* Answers kept by rules/lazy.c: opaque here, freed with the image. */
	void *answers;
	uint64_t answers_epoch;
};

/*
 * Strings back to back -> joined by blanks, into out, which has room for three times as much; returns the length.
 * quirk: control characters become U+FFFD.
 */
size_t image_join_args(struct str args, char *out);

/* cgroup list of a task, shared and reference-counted: "subsys=path" NUL-terminated strings back to back. */
struct cgroups {
	uint32_t refs;
	struct str list;
	struct str container_id; /* 12 characters, or empty on the host */
	struct str container_full_id;
};

enum thread_flag {
	THREAD_INVALID = 1,    /* made up for an unknown tid: pid -1, comm <NA> */
	THREAD_DEAD = 2,       /* exited, kept because something still needs it */
	THREAD_FROM_CHILD = 4, /* made by the child's own clone event ("inverted") */
	THREAD_REAPER = 8,     /* its group adopts orphans */
	THREAD_PIPE_SRC = 16,
	THREAD_PIPE_DST = 32,
};

struct thread {
	int64_t tid, pid, ptid;	  /* init pid namespace; ptid as the kernel told it */
	int64_t vtid, vpid;	  /* own pid namespace, -1 unknown */
	int64_t sid, pgid, vpgid; /* sid as seen in the pid namespace */
	uint32_t uid, gid, loginuid, tty;
	uint64_t cap_inheritable, cap_permitted, cap_effective;
	int64_t fd_limit;
	uint64_t pf_major, pf_minor;
	uint32_t vm_size, vm_rss, vm_swap;   /* KiB */
	uint64_t clone_ts, exec_ts, last_ts; /* ns since the epoch, 0 unknown */
	uint64_t pidns_start_ts;	     /* ns since the epoch, 0 unknown */
	uint32_t flags;			     /* enum thread_flag */
	uint32_t n_threads;		     /* live threads of the group; leaders only */

	struct image *image;	 /* never NULL */
	struct cgroups *cgroups; /* never NULL */
	struct str cwd;		 /* owned; ends in '/'; leaders only */
	struct str root;	 /* owned; leaders only */
	struct fd_table *fds;	 /* leaders and invalid entries only */

	struct thread *leader; /* itself for a leader; NULL for invalid entries and lost leaders */
	struct thread *parent; /* the parent process' leader, NULL if unknown; leaders only */
	struct thread *first_child, *next_sibling, *prev_sibling; /* processes; leaders only */
	struct thread *first_thread, *next_thread;		  /* the group's other threads */

	/*
	 * Answers kept by rules/profile.c, opaque here: stale when profile_gen differs from gen.  Borrowed; state/ only ever
	 * zeroes them in a new thread.
	 */
	uint32_t gen; /* bumped by thread_touch() */
	uint32_t profile_gen;
	uint64_t profile_epoch;
	const void *profile;
};

/* Ancestor n: 0 is the leader itself.  NULL when the chain ends (or loops). */
struct thread *thread_ancestor(struct thread *t, unsigned n);
/* The leader, or t itself when it has none. */
static inline struct thread *thread_main(struct thread *t)
{
	return t->leader ? t->leader : t;
}

/*
 * Something that process-level fields are computed from has changed: forget what was derived for this thread's whole
 * group and for every descendant.  Called for images, ids, sessions, capabilities, control groups, directories, parents;
 * not for what changes all the time: times, memory, faults, limits, descriptors, the number of threads.
 */
void thread_touch(struct thread *t);

#endif
