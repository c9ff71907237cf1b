/* SPDX-License-Identifier: Apache-2.0 */
/* Threads: clone, execve and exit events, parents, user and group ids. */
#include "state_test.h"

#include <malloc.h>
#include <unistd.h>

TEST(clone_event_of_parent_first)
{
	struct event *ev;
	struct thread *t;

	test_state_new(NULL);
	ev = apply_clone(1, 10, 1, 0, 0, "init");
	EXPECT(ev->thread == state_thread(test_state, 1));
	t = state_thread(test_state, 10);
	EXPECT(t && t->pid == 10 && t->ptid == 1 && t->vtid == 10 && t->vpid == 10);
	EXPECT(!(t->flags & THREAD_FROM_CHILD));
	EXPECT(t->parent == state_thread(test_state, 1));
	ev = apply_clone(10, 0, 10, 1, 0, "init");
	EXPECT(ev->thread == t);
	EXPECT(state_thread(test_state, 10) == t);
	EXPECT_STR(t->image->comm, "init");
	EXPECT_STR(t->cwd, "/");
	EXPECT_INT(state_thread_count(test_state), 2);
	test_state_free();
}

TEST(clone_event_of_child_first)
{
	struct thread *t;

	test_state_new(NULL);
	apply_clone(10, 0, 10, 1, 0, "child");
	t = state_thread(test_state, 10);
	EXPECT(t && (t->flags & THREAD_FROM_CHILD) && t->parent == state_thread(test_state, 1));
	EXPECT_STR(t->image->comm, "child");
	EXPECT_STR(t->image->exepath, "/sbin/init");
	apply_clone(1, 10, 1, 0, 0, "init");
	EXPECT(state_thread(test_state, 10) == t);
	test_state_free();
}

TEST(late_clone_event_does_not_recreate_exited_child)
{
	test_state_new(NULL);
	apply_clone(10, 0, 10, 1, 0, "child");
	apply_exit(10, 0);
	apply_unrelated_event();
	EXPECT(!state_thread(test_state, 10));
	apply_clone(1, 10, 1, 0, 0, "init");
	EXPECT(!state_thread(test_state, 10));
	/* After the window the tid has been reused. */
	record_clock += 3000000000ull;
	apply_clone(1, 10, 1, 0, 0, "init");
	EXPECT(state_thread(test_state, 10) != NULL);
	test_state_free();
}

TEST(clone_replaces_thread_of_reused_tid)
{
	struct thread *t;

	test_state_new(NULL);
	t = fork_process(1, 10);
	apply_exec(10, "old", "/bin/old");
	record_clock += 5000000000ull;
	apply_clone(10, 0, 10, 1, 0, "new");
	t = state_thread(test_state, 10);
	EXPECT_STR(t->image->comm, "new");
	EXPECT_INT(t->exec_ts, 0);
	EXPECT_INT(state_thread_count(test_state), 2);
	test_state_free();
}

TEST(namespace_and_vfork_children_are_created_by_their_own_event)
{
	struct thread *t;

	test_state_new(NULL);
	apply_clone(1, 10, 1, 0, clone_flags_CLONE_NEWPID, "init");
	EXPECT(!state_thread(test_state, 10));
	apply_clone(1, 11, 1, 0, clone_flags_CLONE_VFORK, "init");
	EXPECT(!state_thread(test_state, 11));
	record_start(&r, EV_clone, 10);
	NUM(&r, clone, tid, 10);
	NUM(&r, clone, pid, 10);
	NUM(&r, clone, ptid, 1);
	NUM(&r, clone, vtid, 1);
	NUM(&r, clone, vpid, 1);
	NUM(&r, clone, pidns_init_start_ts, 5);
	apply_record();
	t = state_thread(test_state, 10);
	EXPECT(t && t->vpid == 1 && (t->flags & THREAD_REAPER));
	EXPECT_INT(t->pidns_start_ts, 1005);
	test_state_free();
}

TEST(threads_are_linked_to_their_leader)
{
	struct thread *p, *t;

	test_state_new(NULL);
	p = fork_process(1, 10);
	t = create_thread(10, 11);
	EXPECT(t->leader == p && t->fds == NULL && p->first_thread == t);
	EXPECT_INT(t->ptid, 1);
	EXPECT_INT(p->n_threads, 2);
	EXPECT(thread_ancestor(t, 0) == p && thread_ancestor(t, 1) == state_thread(test_state, 1));
	EXPECT(thread_ancestor(t, 2) == NULL && thread_ancestor(t, 4000000000u) == NULL);
	apply_exit(11, 0);
	EXPECT_INT(p->n_threads, 1);
	apply_unrelated_event();
	EXPECT(!state_thread(test_state, 11) && !p->first_thread);
	test_state_free();
}

TEST(leader_is_kept_until_last_thread_exits)
{
	struct thread *p;

	test_state_new(NULL);
	p = fork_process(1, 10);
	create_thread(10, 11);
	apply_exit(10, 0);
	apply_unrelated_event();
	EXPECT(state_thread(test_state, 10) == p && (p->flags & THREAD_DEAD));
	EXPECT_INT(p->n_threads, 1);
	apply_exit(11, 0);
	apply_unrelated_event();
	EXPECT(!state_thread(test_state, 10) && !state_thread(test_state, 11));
	EXPECT_INT(state_thread_count(test_state), 1);
	test_state_free();
}

TEST(exec_replaces_image)
{
	struct thread *t;
	struct event *ev;
	uint32_t gen;

	test_state_new(NULL);
	t = fork_process(1, 10);
	EXPECT(t->image == state_thread(test_state, 1)->image ||
	       t->image->exepath.p == state_thread(test_state, 1)->image->exepath.p);
	create_thread(10, 11);
	apply_open(10, 3, -100, "/etc/a", file_flags_O_RDONLY | file_flags_O_CLOEXEC);
	apply_open(10, 4, -100, "/etc/b", file_flags_O_RDONLY);
	gen = t->gen;
	ev = apply_exec(10, "sh", "/bin/sh (deleted)");
	EXPECT(ev->thread == t && t->gen != gen);
	EXPECT_STR(t->image->cmdline, "sh -c true");
	EXPECT_STR(t->image->exepath, "/bin/sh");
	EXPECT_INT(t->exec_ts, ev->ts);
	EXPECT_INT(t->pgid, 10);
	EXPECT(!state_thread(test_state, 11));
	EXPECT_INT(t->n_threads, 1);
	EXPECT(!find_fd(10, 3) && find_fd(10, 4));
	EXPECT_STR(state_thread(test_state, 1)->image->comm, "init");
	/* A failed execve changes nothing. */
	record_start(&r, EV_execve, 10);
	NUM(&r, execve, res, -2);
	TEXT(&r, execve, comm, "nope");
	apply_record();
	EXPECT_STR(t->image->comm, "sh");
	test_state_free();
}

TEST(exec_by_non_leader_takes_over_process)
{
	struct thread *t;

	test_state_new(NULL);
	t = fork_process(1, 10);
	create_thread(10, 11);
	apply_exit(10, 0);
	apply_exec(10, "new", "/bin/new"); /* the kernel gives the thread the leader's tid */
	EXPECT(state_thread(test_state, 10) == t && !(t->flags & THREAD_DEAD));
	EXPECT_INT(t->n_threads, 1);
	EXPECT(!state_thread(test_state, 11));
	test_state_free();
}

TEST(fork_shares_image)
{
	struct image *image;

	test_state_new(NULL);
	fork_process(1, 10);
	apply_exec(10, "sh", "/bin/sh");
	image = state_thread(test_state, 10)->image;
	record_start(&r, EV_clone, 10);
	NUM(&r, clone, res, 20);
	NUM(&r, clone, pid, 10);
	NUM(&r, clone, ptid, 1);
	NUM(&r, clone, vtid, 10);
	NUM(&r, clone, vpid, 10);
	TEXT(&r, clone, comm, "sh");
	TEXT(&r, clone, exe, "/bin/sh");
	LIST(&r, clone, args, "-c\0true");
	apply_record();
	EXPECT(state_thread(test_state, 20)->image == image);
	EXPECT_INT(image->refs, 2);
	/* A thread with another comm shares the other strings. */
	create_thread(20, 21);
	EXPECT(state_thread(test_state, 21)->image != image);
	EXPECT(state_thread(test_state, 21)->image->env.p == image->env.p);
	apply_exit(10, 0);
	apply_unrelated_event();
	EXPECT_INT(image->refs, 1);
	EXPECT_STR(state_thread(test_state, 20)->image->cmdline, "sh -c true");
	test_state_free();
}

TEST(exited_thread_is_visible_on_exit_event)
{
	struct event *ev;

	test_state_new(NULL);
	fork_process(1, 10);
	ev = apply_exit(10, 0);
	EXPECT(ev->thread && (ev->thread->flags & THREAD_DEAD));
	EXPECT_STR(ev->thread->image->comm, "init");
	EXPECT_INT(state_thread_count(test_state), 2);
	apply_unrelated_event();
	EXPECT_INT(state_thread_count(test_state), 1);
	test_state_free();
}

TEST(children_are_reparented_to_reaper_of_exit_event)
{
	struct thread *child;
	uint32_t gen;

	test_state_new(NULL);
	fork_process(1, 10);
	fork_process(10, 20);
	child = fork_process(20, 30);
	gen = child->gen;
	apply_exit(20, 10);
	apply_unrelated_event();
	EXPECT(child->parent == state_thread(test_state, 10));
	EXPECT_INT(child->ptid, 10);
	EXPECT(child->gen != gen);
	EXPECT(state_thread(test_state, 10)->flags & THREAD_REAPER);
	test_state_free();
}

TEST(children_are_reparented_to_nearest_reaper_if_unknown)
{
	struct thread *child;

	test_state_new(NULL);
	fork_process(1, 10);
	fork_process(10, 20);
	child = fork_process(20, 30);
	apply_exit(20, -1);
	apply_unrelated_event();
	EXPECT(child->parent == state_thread(test_state, 1));
	record_start(&r, EV_prctl, 30);
	NUM(&r, prctl, option, prctl_options_PR_SET_CHILD_SUBREAPER);
	NUM(&r, prctl, arg2_int, 1);
	apply_record();
	fork_process(30, 40);
	fork_process(40, 50);
	apply_exit(40, 0);
	apply_unrelated_event();
	EXPECT(state_thread(test_state, 50)->parent == child);
	test_state_free();
}

TEST(children_without_reaper_have_no_parent)
{
	test_state_new(NULL);
	fork_process(1, 10);
	fork_process(10, 20);
	state_thread(test_state, 1)->flags &= ~THREAD_REAPER;
	apply_exit(10, 0);
	apply_unrelated_event();
	EXPECT(state_thread(test_state, 20)->parent == NULL);
	EXPECT_INT(state_thread(test_state, 20)->ptid, 0);
	test_state_free();
}

TEST(unknown_threads_get_placeholders)
{
	struct event *ev;

	test_state_new(NULL);
	record_start(&r, EV_getuid, 77);
	ev = apply_record();
	EXPECT(ev->thread && (ev->thread->flags & THREAD_INVALID));
	EXPECT_STR(ev->thread->image->comm, "<NA>");
	EXPECT_INT(ev->thread->pid, -1);
	EXPECT_INT(ev->thread->uid, UINT32_MAX);
	EXPECT(thread_ancestor(ev->thread, 1) == NULL);
	/* A clone event completes it. */
	apply_clone(77, 78, 77, 1, 0, "known");
	EXPECT_INT(state_thread(test_state, 77)->pid, 77);
	EXPECT(state_thread(test_state, 77)->parent == state_thread(test_state, 1));
	EXPECT(state_thread(test_state, 78)->parent == state_thread(test_state, 77));
	/* So does an execve event. */
	record_start(&r, EV_getuid, 90);
	apply_record();
	apply_exec(90, "found", "/bin/found");
	EXPECT_INT(state_thread(test_state, 90)->pid, 90);
	EXPECT(!(state_thread(test_state, 90)->flags & THREAD_INVALID));
	test_state_free();
}

TEST(metaevents_have_no_thread)
{
	struct event *ev;

	test_state_new(NULL);
	record_start(&r, EV_drop, -1);
	ev = apply_record();
	EXPECT(ev->thread == NULL && ev->fd == NULL && ev->num == 1);
	EXPECT_INT(state_first_ts(test_state), 0);
	record_start(&r, EV_getuid, 1);
	ev = apply_record();
	EXPECT_INT(ev->num, 2);
	EXPECT_INT(state_first_ts(test_state), ev->ts);
	test_state_free();
}

TEST(touch_invalidates_all_descendants)
{
	struct thread *leaf, *side, *t;
	uint32_t gen, side_gen;

	test_state_new(NULL);
	fork_process(1, 10);
	fork_process(10, 20);
	t = create_thread(20, 21);
	leaf = fork_process(20, 30);
	side = fork_process(1, 40);
	gen = leaf->gen;
	side_gen = side->gen;
	thread_touch(state_thread(test_state, 10));
	EXPECT_INT(leaf->gen, gen + 1);
	EXPECT(t->gen > 0);
	EXPECT_INT(side->gen, side_gen);
	thread_touch(t);
	EXPECT_INT(leaf->gen, gen + 2);
	test_state_free();
}

TEST(seeded_parent_loops_are_broken)
{
	schema_init();
	test_state = state_new(&(struct state_options){ 0 });
	state_seed_thread(test_state, &(struct proc_seed){
					      .tid = 5, .pid = 5, .ptid = 6, .vpid = 5, .vtid = 5 });
	state_seed_thread(test_state, &(struct proc_seed){
					      .tid = 6, .pid = 6, .ptid = 5, .vpid = 6, .vtid = 6 });
	state_seed_thread(test_state, &(struct proc_seed){
					      .tid = 7, .pid = 7, .ptid = 7, .vpid = 7, .vtid = 7 });
	state_seed_end(test_state);
	EXPECT(thread_ancestor(state_thread(test_state, 5), 100) == NULL);
	EXPECT(thread_ancestor(state_thread(test_state, 7), 1) == NULL);
	test_state_free();
}

TEST(seeds_are_linked_in_any_order)
{
	schema_init();
	test_state = state_new(&(struct state_options){ 0 });
	state_seed_thread(test_state,
			  &(struct proc_seed){
				  .tid = 31, .pid = 30, .ptid = 20, .comm = STR_LIT("thread") });
	state_seed_thread(test_state, &(struct proc_seed){ .tid = 30,
							   .pid = 30,
							   .ptid = 20,
							   .comm = STR_LIT("child"),
							   .exepath = STR_LIT("/bin/gone (deleted)"),
							   .cwd = STR_LIT("/tmp") });
	state_seed_thread(test_state,
			  &(struct proc_seed){ .tid = 20, .pid = 20, .comm = STR_LIT("parent") });
	state_seed_end(test_state);
	EXPECT(state_thread(test_state, 31)->leader == state_thread(test_state, 30));
	EXPECT(state_thread(test_state, 30)->parent == state_thread(test_state, 20));
	EXPECT_INT(state_thread(test_state, 30)->n_threads, 2);
	EXPECT_STR(state_thread(test_state, 30)->cwd, "/tmp/");
	EXPECT_STR(state_thread(test_state, 30)->image->exepath, "/bin/gone");
	/* After seeding, lookups add threads but do not change known ones. */
	state_seed_thread(test_state,
			  &(struct proc_seed){
				  .tid = 30, .pid = 30, .ptid = 20, .comm = STR_LIT("again") });
	EXPECT_STR(state_thread(test_state, 30)->image->comm, "child");
	state_seed_thread(test_state,
			  &(struct proc_seed){
				  .tid = 40, .pid = 40, .ptid = 20, .comm = STR_LIT("late") });
	EXPECT(state_thread(test_state, 40)->parent == state_thread(test_state, 20));
	test_state_free();
}

TEST(thread_limit_is_enforced)
{
	struct event *ev;

	test_state_new(&(struct state_options){ .thread_limit = 3, .self_pid = 99 });
	fork_process(1, 10);
	fork_process(1, 11);
	EXPECT_INT(state_thread_count(test_state), 3);
	record_start(&r, EV_getuid, 12);
	ev = apply_record();
	EXPECT(ev->thread == NULL);
	EXPECT_INT(state_thread_count(test_state), 3);
	EXPECT(state_counters(test_state)->n_drops_full_threadtable > 0);
	record_start(&r, EV_getuid, 99);
	EXPECT(apply_record()->thread != NULL);
	test_state_free();
}

static bool lookup_42(void *arg, int64_t tid, struct state *s)
{
	++*(int *)arg;
	if (tid != 42)
		return false;
	return state_seed_thread(s, &(struct proc_seed){ .tid = 42,
							 .pid = 42,
							 .ptid = 1,
							 .vtid = 42,
							 .vpid = 42,
							 .comm = STR_LIT("proc") });
}

TEST(live_unknown_threads_are_looked_up)
{
	struct event *ev;
	int n_lookups = 0;

	test_state_new(&(struct state_options){ .live = true });
	state_set_lookup(test_state, lookup_42, &n_lookups);
	record_start(&r, EV_getuid, 42);
	ev = apply_record();
	EXPECT_STR(ev->thread->image->comm, "proc");
	EXPECT(ev->thread->parent == state_thread(test_state, 1));
	EXPECT_INT(n_lookups, 1);
	record_start(&r, EV_switch, 43);
	EXPECT(apply_record()->thread == NULL);
	EXPECT_INT(n_lookups, 1);
	record_start(&r, EV_getuid, 43);
	EXPECT(apply_record()->thread->flags & THREAD_INVALID);
	EXPECT_INT(n_lookups, 2);
	test_state_free();
}

TEST(live_stale_threads_are_purged)
{
	test_state_new(&(struct state_options){ .live = true, .host_root = "/nonexistent" });
	record_start(&r, EV_getuid, 77);
	apply_record();
	fork_process(1, 10);
	EXPECT_INT(state_thread_count(test_state), 3);
	record_clock += 31000000000ull;
	for (int i = 0; i < 2000; i++)
		apply_unrelated_event();
	EXPECT(!state_thread(test_state, 77) && state_thread(test_state, 10));
	record_clock += 3000000000000ull;
	for (int i = 0; i < 2000; i++)
		apply_unrelated_event();
	EXPECT(!state_thread(test_state, 10) && state_thread(test_state, 1));
	test_state_free();
}

TEST(million_short_processes_leak_no_memory)
{
	size_t before = 0, after;

	test_state_new(NULL);
	for (int64_t i = 0; i < 1000000; i++) {
		int64_t tid = 100 + i % 30000;

		if (i == 50000)
			before = mallinfo2().uordblks;
		apply_clone(tid, 0, tid, 1, 0, "init");
		apply_open(tid, 3, -100, "/etc/passwd", 1);
		if (i % 8 == 0)
			apply_exec(tid, "true", "/bin/true");
		apply_exit(tid, 0);
	}
	apply_unrelated_event();
	after = mallinfo2().uordblks;
	EXPECT_INT(state_thread_count(test_state), 1);
	EXPECT_INT(state_thread(test_state, 1)->image->refs, 1);
	EXPECT(after <= before + 65536);
	test_state_free();
}

TEST(set_id_calls_change_ids)
{
	struct thread *t;
	uint32_t gen;

	test_state_new(NULL);
	t = fork_process(1, 10);
	gen = t->gen;
	record_start(&r, EV_setuid, 10);
	NUM(&r, setuid, uid, 1000);
	apply_record();
	EXPECT_INT(t->uid, 1000);
	EXPECT(t->gen != gen);
	record_start(&r, EV_setresuid, 10);
	NUM(&r, setresuid, ruid, 1);
	NUM(&r, setresuid, euid, 2);
	NUM(&r, setresuid, suid, 3);
	apply_record();
	EXPECT_INT(t->uid, 2);
	record_start(&r, EV_setresuid, 10);
	apply_record(); /* -1, -1, -1: unchanged */
	EXPECT_INT(t->uid, 2);
	record_start(&r, EV_setregid, 10);
	NUM(&r, setregid, rgid, 1);
	NUM(&r, setregid, egid, 8);
	apply_record();
	EXPECT_INT(t->gid, 8);
	record_start(&r, EV_setuid, 10);
	NUM(&r, setuid, res, -1);
	NUM(&r, setuid, uid, 0);
	apply_record();
	EXPECT_INT(t->uid, 2);
	record_start(&r, EV_setsid, 10);
	NUM(&r, setsid, res, 10);
	apply_record();
	EXPECT_INT(t->sid, 10);
	record_start(&r, EV_capset, 10);
	NUM(&r, capset, cap_effective, 0x123);
	apply_record();
	EXPECT_INT(t->cap_effective, 0x123);
	record_start(&r, EV_unshare, 10);
	NUM(&r, unshare, flags, clone_flags_CLONE_NEWUSER);
	apply_record();
	EXPECT_INT(t->cap_effective, 0x1ffffffffff);
	record_start(&r, EV_prlimit, 1);
	NUM(&r, prlimit, newcur, 555);
	NUM(&r, prlimit, pid, 10);
	NUM(&r, prlimit, resource, rlimit_resources_RLIMIT_NOFILE);
	apply_record();
	EXPECT_INT(t->fd_limit, 555);
	test_state_free();
}

TEST(memory_and_page_faults_are_updated)
{
	struct thread *t;

	test_state_new(NULL);
	fork_process(1, 10);
	t = create_thread(10, 11);
	record_start(&r, EV_switch, 11);
	NUM(&r, switch, pgft_min, 5);
	NUM(&r, switch, vm_rss, 300);
	apply_record();
	EXPECT_INT(t->pf_minor, 5);
	EXPECT_INT(state_thread(test_state, 10)->vm_rss, 300);
	record_start(&r, EV_mmap, 11);
	NUM(&r, mmap, vm_size, 900);
	apply_record();
	EXPECT_INT(t->vm_size, 900);
	test_state_free();
}
