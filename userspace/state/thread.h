/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads, and the program image and cgroups that threads share.
 *
 * Results of predicates on processes are memoized in the thread and the image (opaque to state/);
 * thread_touch() invalidates those of a thread.
 */
#ifndef STATE_THREAD_H
#define STATE_THREAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "state/fd.h"

/*
 * A running program: created by exec, shared by fork, reference-counted.  Immutable except for
 * memoized results.  Strings are rcstr (state/rcstr.h).
 */
struct image {
	uint32_t refs;
	uint32_t exe_flags; /* execve_flags of kmod/schema/flags.def: EXE_WRITABLE, ... */
	struct str comm;    /* at most 15 bytes */
	struct str exe;	    /* argv[0] */
	struct str exepath; /* path of the executable, without " (deleted)" */
	struct str args;    /* argv[1..], each followed by a NUL */
	struct str env;	    /* "NAME=value", each followed by a NUL */
	struct str cmdline; /* comm and args, separated by spaces */
	uint64_t exe_ino, exe_ctime, exe_mtime; /* ns since the epoch */

	/* Written by rules/lazy.c; one block of malloc(), freed with the image. */
	void *lazy_results;
	uint64_t lazy_epoch;
};

/*
 * Joins NUL-terminated args by spaces into out, which must have 3 * args.n bytes; returns the
 * length.
 * quirk: control characters become U+FFFD.
 */
size_t image_join_args(struct str args, char *out);

/* The cgroups of a task; reference-counted, immutable, one per distinct list (state/cgroup.h). */
struct cgroups {
	uint32_t refs;
	struct str list;	 /* "subsys=path", each followed by a NUL */
	struct str container_id; /* first 12 bytes of the full id; empty on the host */
	struct str container_full_id;
};

enum thread_flag {
	THREAD_INVALID = 1, /* placeholder for an unknown tid: pid -1, comm <NA> */
	THREAD_DEAD = 2, /* exited; removed before the next event, a leader after its last thread */
	THREAD_FROM_CHILD = 4, /* created from the child's clone event, before the parent's */
	THREAD_REAPER = 8,     /* its process adopts orphans: init or PR_SET_CHILD_SUBREAPER */
	THREAD_PIPE_SRC = 16,  /* has duplicated a descriptor to 1 */
	THREAD_PIPE_DST = 32,  /* has duplicated a descriptor to 0 */
};

struct thread {
	int64_t tid, pid, ptid; /* in the initial pid namespace */
	int64_t vtid, vpid;	/* in its own pid namespace; -1: unknown */
	int64_t sid, pgid,
		vpgid; /* sid and vpgid in its own pid namespace, pgid in the initial one */
	uint32_t uid, gid, loginuid, tty; /* effective ids; UINT32_MAX: unknown or none */
	uint64_t cap_inheritable, cap_permitted, cap_effective;
	int64_t fd_limit;		     /* RLIMIT_NOFILE, soft */
	uint64_t pf_major, pf_minor;	     /* page faults */
	uint32_t vm_size, vm_rss, vm_swap;   /* KiB */
	uint64_t clone_ts, exec_ts, last_ts; /* ns since the epoch; 0: unknown */
	uint64_t pidns_start_ts;	     /* ns since the epoch; 0: unknown */
	uint32_t flags;			     /* enum thread_flag */
	uint32_t n_threads;		     /* live threads of the group; leaders only */

	struct image *image;	 /* never NULL */
	struct cgroups *cgroups; /* never NULL */
	struct str cwd;		 /* an rcstr; ends in '/'; leaders only */
	struct str root;	 /* an rcstr; leaders only */
	struct fd_table *fds;	 /* leaders and placeholders only */

	struct thread *leader; /* itself for a leader; NULL: unknown */
	struct thread *parent; /* leader of the parent process, NULL: unknown; leaders only */
	struct thread *first_child, *next_sibling, *prev_sibling; /* processes; leaders only */
	struct thread *first_thread, *next_thread;		  /* the group's other threads */

	/*
	 * Written by rules/process_class.c, zero in a new thread; valid while process_class_gen
	 * equals gen.  process_class is borrowed.
	 */
	uint32_t gen; /* incremented by thread_touch() */
	uint32_t process_class_gen;
	uint64_t process_class_epoch;
	const void *process_class;
};

/* Leader of the n-th ancestor process; n = 0: of the process of t.  NULL: unknown. */
struct thread *thread_ancestor(struct thread *t, unsigned n);
/* The leader of the group, or t itself if that is unknown. */
static inline struct thread *thread_main(struct thread *t)
{
	return t->leader ? t->leader : t;
}

/*
 * Invalidates the memoized results of t's group and all its descendants.  To be called after a
 * change of image, ids, session, capabilities, cgroups, directories or parents.  Not after a change
 * of times, memory, page faults, limits, descriptors or thread counts: predicates on these are not
 * memoized, since they change too often.
 */
void thread_touch(struct thread *t);

#endif
