/* SPDX-License-Identifier: Apache-2.0 */
/* A state with a few processes in it, and short words for what happens to them. */
#ifndef WORLD_H
#define WORLD_H

#include "record.h"
#include "state/state.h"
#include "test.h"

static struct state *w;
static struct record r;

/* Empty but for init; events may come. */
static inline void world_new(const struct state_options *opt)
{
	schema_init();
	w = state_new(opt ? opt : &(struct state_options){ 0 });
	state_machine(w)->boot_ts = 1000;
	state_seed_thread(w, &(struct proc_seed){
				     .tid = 1,
				     .pid = 1,
				     .vtid = 1,
				     .vpid = 1,
				     .sid = 1,
				     .comm = STR_LIT("init"),
				     .exe = STR_LIT("/sbin/init"),
				     .exepath = STR_LIT("/sbin/init"),
				     .cwd = STR_LIT("/"),
				     .loginuid = UINT32_MAX,
			     });
	state_seed_end(w);
}

static inline void world_end(void)
{
	state_free(w);
	w = NULL;
}

static inline struct event *happen(void)
{
	struct event *ev = record_event(&r);

	state_process(w, ev);
	return ev;
}

/* The event of one side of a clone: result is the child's tid, or 0 in the child. */
static inline struct event *clone_side(int64_t tid, int64_t result, int64_t pid, int64_t ptid,
				       uint32_t flags, const char *comm)
{
	record_start(&r, EV_clone, tid);
	NUM(&r, clone, res, result);
	NUM(&r, clone, tid, tid);
	NUM(&r, clone, pid, pid);
	NUM(&r, clone, ptid, ptid);
	NUM(&r, clone, vtid, tid);
	NUM(&r, clone, vpid, pid);
	NUM(&r, clone, flags, flags);
	NUM(&r, clone, uid, 0);
	NUM(&r, clone, gid, 0);
	NUM(&r, clone, fdlimit, 1024);
	TEXT(&r, clone, comm, comm);
	TEXT(&r, clone, exe, comm);
	return happen();
}

/* A whole fork, caller first. */
static inline struct thread *fork_of(int64_t parent, int64_t child)
{
	struct thread *p = state_thread(w, parent);
	char comm[16];

	snprintf(comm, sizeof(comm), "%.*s", STR_ARGS(p->image->comm));
	clone_side(parent, child, p->pid, p->ptid, 0, comm);
	clone_side(child, 0, child, p->pid, 0, comm);
	return state_thread(w, child);
}

static inline struct thread *thread_of(int64_t pid, int64_t tid)
{
	struct thread *p = state_thread(w, pid);

	clone_side(pid, tid, p->pid, p->ptid, clone_flags_CLONE_THREAD, "worker");
	return state_thread(w, tid);
}

static inline struct event *exec_of(int64_t tid, const char *comm, const char *path)
{
	record_start(&r, EV_execve, tid);
	NUM(&r, execve, tid, tid);
	NUM(&r, execve, pid, tid);
	NUM(&r, execve, uid, 0);
	NUM(&r, execve, gid, 0);
	NUM(&r, execve, pgid, tid);
	TEXT(&r, execve, comm, comm);
	TEXT(&r, execve, exe, path);
	TEXT(&r, execve, trusted_exepath, path);
	LIST(&r, execve, args, "-c\0true");
	LIST(&r, execve, env, "A=1\0B=2");
	return happen();
}

static inline struct event *exit_of(int64_t tid, int64_t reaper)
{
	record_start(&r, EV_procexit, tid);
	NUM(&r, procexit, reaper_tid, reaper);
	return happen();
}

/* An event that changes nothing, so that what was delayed is done. */
static inline void nothing_happens(void)
{
	record_start(&r, EV_getuid, 1);
	happen();
}

static inline struct event *open_of(int64_t tid, int64_t fd, int64_t dirfd, const char *name,
				    uint32_t flags)
{
	record_start(&r, EV_openat, tid);
	NUM(&r, openat, fd, fd);
	NUM(&r, openat, dirfd, dirfd);
	NUM(&r, openat, flags, flags);
	NUM(&r, openat, ino, 7);
	TEXT(&r, openat, name, name);
	return happen();
}

static inline struct event *close_of(int64_t tid, int64_t fd)
{
	record_start(&r, EV_close, tid);
	NUM(&r, close, fd, fd);
	return happen();
}

static inline struct fd *fd_of(int64_t pid, int64_t num)
{
	return fd_table_get(state_thread(w, pid)->fds, num);
}

#endif
