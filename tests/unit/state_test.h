/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fixture for tests of state/: a state with one process, init, and functions that apply one event.
 *
 * Each apply_*() builds a record in r and applies it to test_state.  The event returned is valid
 * until the next one.
 */
#ifndef STATE_TEST_H
#define STATE_TEST_H

#include "record.h"
#include "state/state.h"
#include "test.h"

static struct state *test_state;
static struct record r;

/* Creates test_state with init (pid 1), after seeding.  opt: NULL for the defaults. */
static inline void test_state_new(const struct state_options *opt)
{
	schema_init();
	test_state = state_new(opt ? opt : &(struct state_options){ 0 });
	state_machine(test_state)->boot_ts = 1000;
	state_seed_thread(test_state, &(struct proc_seed){
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
	state_seed_end(test_state);
}

static inline void test_state_free(void)
{
	state_free(test_state);
	test_state = NULL;
}

/* Applies the record in r. */
static inline struct event *apply_record(void)
{
	struct event *ev = record_event(&r);

	state_process(test_state, ev);
	return ev;
}

/* One of the two clone events: result is the child's tid in the parent, 0 in the child. */
static inline struct event *apply_clone(int64_t tid, int64_t result, int64_t pid, int64_t ptid,
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
	return apply_record();
}

/* Both events of a fork, the parent's first; returns the child. */
static inline struct thread *fork_process(int64_t parent, int64_t child)
{
	struct thread *p = state_thread(test_state, parent);
	char comm[16];

	snprintf(comm, sizeof(comm), "%.*s", STR_ARGS(p->image->comm));
	apply_clone(parent, child, p->pid, p->ptid, 0, comm);
	apply_clone(child, 0, child, p->pid, 0, comm);
	return state_thread(test_state, child);
}

/* A clone with CLONE_THREAD by the leader; returns the new thread. */
static inline struct thread *create_thread(int64_t pid, int64_t tid)
{
	struct thread *p = state_thread(test_state, pid);

	apply_clone(pid, tid, p->pid, p->ptid, clone_flags_CLONE_THREAD, "worker");
	return state_thread(test_state, tid);
}

static inline struct event *apply_exec(int64_t tid, const char *comm, const char *path)
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
	return apply_record();
}

static inline struct event *apply_exit(int64_t tid, int64_t reaper)
{
	record_start(&r, EV_procexit, tid);
	NUM(&r, procexit, reaper_tid, reaper);
	return apply_record();
}

/* An event without effect of its own.  Changes that the previous event deferred are made. */
static inline void apply_unrelated_event(void)
{
	record_start(&r, EV_getuid, 1);
	apply_record();
}

static inline struct event *apply_open(int64_t tid, int64_t fd, int64_t dirfd, const char *name,
				       uint32_t flags)
{
	record_start(&r, EV_openat, tid);
	NUM(&r, openat, fd, fd);
	NUM(&r, openat, dirfd, dirfd);
	NUM(&r, openat, flags, flags);
	NUM(&r, openat, ino, 7);
	TEXT(&r, openat, name, name);
	return apply_record();
}

static inline struct event *apply_close(int64_t tid, int64_t fd)
{
	record_start(&r, EV_close, tid);
	NUM(&r, close, fd, fd);
	return apply_record();
}

static inline struct fd *find_fd(int64_t pid, int64_t num)
{
	return fd_table_get(state_thread(test_state, pid)->fds, num);
}

#endif
