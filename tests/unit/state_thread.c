/* SPDX-License-Identifier: Apache-2.0 */
/* Births, images, deaths. */
#include "world.h"

#include <malloc.h>
#include <unistd.h>

TEST(fork_seen_by_the_caller_first)
{
	struct event *ev;
	struct thread *t;

	world_new(NULL);
	ev = clone_side(1, 10, 1, 0, 0, "init");
	EXPECT(ev->thread == state_thread(w, 1));
	t = state_thread(w, 10);
	EXPECT(t && t->pid == 10 && t->ptid == 1 && t->vtid == 10 && t->vpid == 10);
	EXPECT(!(t->flags & THREAD_FROM_CHILD));
	EXPECT(t->parent == state_thread(w, 1));
	ev = clone_side(10, 0, 10, 1, 0, "init");
	EXPECT(ev->thread == t);
	EXPECT(state_thread(w, 10) == t);
	EXPECT_STR(t->image->comm, "init");
	EXPECT_STR(t->cwd, "/");
	EXPECT_INT(state_thread_count(w), 2);
	world_end();
}

TEST(fork_seen_by_the_child_first)
{
	struct thread *t;

	world_new(NULL);
	clone_side(10, 0, 10, 1, 0, "child");
	t = state_thread(w, 10);
	EXPECT(t && (t->flags & THREAD_FROM_CHILD) && t->parent == state_thread(w, 1));
	EXPECT_STR(t->image->comm, "child");
	EXPECT_STR(t->image->exepath, "/sbin/init");
	clone_side(1, 10, 1, 0, 0, "init");
	EXPECT(state_thread(w, 10) == t);
	world_end();
}

TEST(a_short_lived_child_is_not_born_twice)
{
	world_new(NULL);
	clone_side(10, 0, 10, 1, 0, "child");
	exit_of(10, 0);
	nothing_happens();
	EXPECT(!state_thread(w, 10));
	clone_side(1, 10, 1, 0, 0, "init");
	EXPECT(!state_thread(w, 10));
	/* Much later the same number is somebody else. */
	record_clock += 3000000000ull;
	clone_side(1, 10, 1, 0, 0, "init");
	EXPECT(state_thread(w, 10) != NULL);
	world_end();
}

TEST(a_stale_child_is_replaced)
{
	struct thread *t;

	world_new(NULL);
	t = fork_of(1, 10);
	exec_of(10, "old", "/bin/old");
	record_clock += 5000000000ull;
	clone_side(10, 0, 10, 1, 0, "young");
	t = state_thread(w, 10);
	EXPECT_STR(t->image->comm, "young");
	EXPECT_INT(t->exec_ts, 0);
	EXPECT_INT(state_thread_count(w), 2);
	world_end();
}

TEST(children_in_namespaces_tell_for_themselves)
{
	struct thread *t;

	world_new(NULL);
	clone_side(1, 10, 1, 0, clone_flags_CLONE_NEWPID, "init");
	EXPECT(!state_thread(w, 10));
	clone_side(1, 11, 1, 0, clone_flags_CLONE_VFORK, "init");
	EXPECT(!state_thread(w, 11));
	record_start(&r, EV_clone, 10);
	NUM(&r, clone, tid, 10);
	NUM(&r, clone, pid, 10);
	NUM(&r, clone, ptid, 1);
	NUM(&r, clone, vtid, 1);
	NUM(&r, clone, vpid, 1);
	NUM(&r, clone, pidns_init_start_ts, 5);
	happen();
	t = state_thread(w, 10);
	EXPECT(t && t->vpid == 1 && (t->flags & THREAD_REAPER));
	EXPECT_INT(t->pidns_start_ts, 1005);
	world_end();
}

TEST(threads_belong_to_their_group)
{
	struct thread *p, *t;

	world_new(NULL);
	p = fork_of(1, 10);
	t = thread_of(10, 11);
	EXPECT(t->leader == p && t->fds == NULL && p->first_thread == t);
	EXPECT_INT(t->ptid, 1);
	EXPECT_INT(p->n_threads, 2);
	EXPECT(thread_ancestor(t, 0) == p && thread_ancestor(t, 1) == state_thread(w, 1));
	EXPECT(thread_ancestor(t, 2) == NULL && thread_ancestor(t, 4000000000u) == NULL);
	exit_of(11, 0);
	EXPECT_INT(p->n_threads, 1);
	nothing_happens();
	EXPECT(!state_thread(w, 11) && !p->first_thread);
	world_end();
}

TEST(a_leader_waits_for_its_last_thread)
{
	struct thread *p;

	world_new(NULL);
	p = fork_of(1, 10);
	thread_of(10, 11);
	exit_of(10, 0);
	nothing_happens();
	EXPECT(state_thread(w, 10) == p && (p->flags & THREAD_DEAD));
	EXPECT_INT(p->n_threads, 1);
	exit_of(11, 0);
	nothing_happens();
	EXPECT(!state_thread(w, 10) && !state_thread(w, 11));
	EXPECT_INT(state_thread_count(w), 1);
	world_end();
}

TEST(exec_makes_a_new_image)
{
	struct thread *t;
	struct event *ev;
	uint32_t gen;

	world_new(NULL);
	t = fork_of(1, 10);
	EXPECT(t->image == state_thread(w, 1)->image ||
	       t->image->exepath.p == state_thread(w, 1)->image->exepath.p);
	thread_of(10, 11);
	open_of(10, 3, -100, "/etc/a", file_flags_O_RDONLY | file_flags_O_CLOEXEC);
	open_of(10, 4, -100, "/etc/b", file_flags_O_RDONLY);
	gen = t->gen;
	ev = exec_of(10, "sh", "/bin/sh (deleted)");
	EXPECT(ev->thread == t && t->gen != gen);
	EXPECT_STR(t->image->cmdline, "sh -c true");
	EXPECT_STR(t->image->exepath, "/bin/sh");
	EXPECT_INT(t->exec_ts, ev->ts);
	EXPECT_INT(t->pgid, 10);
	EXPECT(!state_thread(w, 11));
	EXPECT_INT(t->n_threads, 1);
	EXPECT(!fd_of(10, 3) && fd_of(10, 4));
	EXPECT_STR(state_thread(w, 1)->image->comm, "init");
	/* A failed one changes nothing. */
	record_start(&r, EV_execve, 10);
	NUM(&r, execve, res, -2);
	TEXT(&r, execve, comm, "nope");
	happen();
	EXPECT_STR(t->image->comm, "sh");
	world_end();
}

TEST(a_thread_that_execs_becomes_the_process)
{
	struct thread *t;

	world_new(NULL);
	t = fork_of(1, 10);
	thread_of(10, 11);
	exit_of(10, 0);
	exec_of(10, "new", "/bin/new"); /* the kernel gave it the leader's id */
	EXPECT(state_thread(w, 10) == t && !(t->flags & THREAD_DEAD));
	EXPECT_INT(t->n_threads, 1);
	EXPECT(!state_thread(w, 11));
	world_end();
}

TEST(forks_share_images)
{
	struct image *image;

	world_new(NULL);
	fork_of(1, 10);
	exec_of(10, "sh", "/bin/sh");
	image = state_thread(w, 10)->image;
	record_start(&r, EV_clone, 10);
	NUM(&r, clone, res, 20);
	NUM(&r, clone, pid, 10);
	NUM(&r, clone, ptid, 1);
	NUM(&r, clone, vtid, 10);
	NUM(&r, clone, vpid, 10);
	TEXT(&r, clone, comm, "sh");
	TEXT(&r, clone, exe, "/bin/sh");
	LIST(&r, clone, args, "-c\0true");
	happen();
	EXPECT(state_thread(w, 20)->image == image);
	EXPECT_INT(image->refs, 2);
	/* A thread with a name of its own shares all but the name. */
	thread_of(20, 21);
	EXPECT(state_thread(w, 21)->image != image);
	EXPECT(state_thread(w, 21)->image->env.p == image->env.p);
	exit_of(10, 0);
	nothing_happens();
	EXPECT_INT(image->refs, 1);
	EXPECT_STR(state_thread(w, 20)->image->cmdline, "sh -c true");
	world_end();
}

TEST(rules_still_see_who_died)
{
	struct event *ev;

	world_new(NULL);
	fork_of(1, 10);
	ev = exit_of(10, 0);
	EXPECT(ev->thread && (ev->thread->flags & THREAD_DEAD));
	EXPECT_STR(ev->thread->image->comm, "init");
	EXPECT_INT(state_thread_count(w), 2);
	nothing_happens();
	EXPECT_INT(state_thread_count(w), 1);
	world_end();
}

TEST(orphans_go_to_whom_the_kernel_says)
{
	struct thread *child;
	uint32_t gen;

	world_new(NULL);
	fork_of(1, 10);
	fork_of(10, 20);
	child = fork_of(20, 30);
	gen = child->gen;
	exit_of(20, 10);
	nothing_happens();
	EXPECT(child->parent == state_thread(w, 10));
	EXPECT_INT(child->ptid, 10);
	EXPECT(child->gen != gen);
	EXPECT(state_thread(w, 10)->flags & THREAD_REAPER);
	world_end();
}

TEST(orphans_go_to_the_next_reaper_otherwise)
{
	struct thread *child;

	world_new(NULL);
	fork_of(1, 10);
	fork_of(10, 20);
	child = fork_of(20, 30);
	exit_of(20, -1);
	nothing_happens();
	EXPECT(child->parent == state_thread(w, 1));
	record_start(&r, EV_prctl, 30);
	NUM(&r, prctl, option, prctl_options_PR_SET_CHILD_SUBREAPER);
	NUM(&r, prctl, arg2_int, 1);
	happen();
	fork_of(30, 40);
	fork_of(40, 50);
	exit_of(40, 0);
	nothing_happens();
	EXPECT(state_thread(w, 50)->parent == child);
	world_end();
}

TEST(without_a_reaper_there_is_no_parent)
{
	world_new(NULL);
	fork_of(1, 10);
	fork_of(10, 20);
	state_thread(w, 1)->flags &= ~THREAD_REAPER;
	exit_of(10, 0);
	nothing_happens();
	EXPECT(state_thread(w, 20)->parent == NULL);
	EXPECT_INT(state_thread(w, 20)->ptid, 0);
	world_end();
}

TEST(unknown_threads_are_made_up_once)
{
	struct event *ev;

	world_new(NULL);
	record_start(&r, EV_getuid, 77);
	ev = happen();
	EXPECT(ev->thread && (ev->thread->flags & THREAD_INVALID));
	EXPECT_STR(ev->thread->image->comm, "<NA>");
	EXPECT_INT(ev->thread->pid, -1);
	EXPECT_INT(ev->thread->uid, UINT32_MAX);
	EXPECT(thread_ancestor(ev->thread, 1) == NULL);
	/* Its clone says who it is. */
	clone_side(77, 78, 77, 1, 0, "known");
	EXPECT_INT(state_thread(w, 77)->pid, 77);
	EXPECT(state_thread(w, 77)->parent == state_thread(w, 1));
	EXPECT(state_thread(w, 78)->parent == state_thread(w, 77));
	/* So does an exec. */
	record_start(&r, EV_getuid, 90);
	happen();
	exec_of(90, "found", "/bin/found");
	EXPECT_INT(state_thread(w, 90)->pid, 90);
	EXPECT(!(state_thread(w, 90)->flags & THREAD_INVALID));
	world_end();
}

TEST(metaevents_have_no_thread)
{
	struct event *ev;

	world_new(NULL);
	record_start(&r, EV_drop, -1);
	ev = happen();
	EXPECT(ev->thread == NULL && ev->fd == NULL && ev->num == 1);
	EXPECT_INT(state_first_ts(w), 0);
	record_start(&r, EV_getuid, 1);
	ev = happen();
	EXPECT_INT(ev->num, 2);
	EXPECT_INT(state_first_ts(w), ev->ts);
	world_end();
}

TEST(touch_reaches_every_descendant)
{
	struct thread *leaf, *side, *t;
	uint32_t gen, side_gen;

	world_new(NULL);
	fork_of(1, 10);
	fork_of(10, 20);
	t = thread_of(20, 21);
	leaf = fork_of(20, 30);
	side = fork_of(1, 40);
	gen = leaf->gen;
	side_gen = side->gen;
	thread_touch(state_thread(w, 10));
	EXPECT_INT(leaf->gen, gen + 1);
	EXPECT(t->gen > 0);
	EXPECT_INT(side->gen, side_gen);
	thread_touch(t);
	EXPECT_INT(leaf->gen, gen + 2);
	world_end();
}

TEST(parents_in_a_circle_are_refused)
{
	schema_init();
	w = state_new(&(struct state_options){ 0 });
	state_seed_thread(w, &(struct proc_seed){
				     .tid = 5, .pid = 5, .ptid = 6, .vpid = 5, .vtid = 5 });
	state_seed_thread(w, &(struct proc_seed){
				     .tid = 6, .pid = 6, .ptid = 5, .vpid = 6, .vtid = 6 });
	state_seed_thread(w, &(struct proc_seed){
				     .tid = 7, .pid = 7, .ptid = 7, .vpid = 7, .vtid = 7 });
	state_seed_end(w);
	EXPECT(thread_ancestor(state_thread(w, 5), 100) == NULL);
	EXPECT(thread_ancestor(state_thread(w, 7), 1) == NULL);
	world_end();
}

TEST(seeds_come_in_any_order)
{
	schema_init();
	w = state_new(&(struct state_options){ 0 });
	state_seed_thread(w, &(struct proc_seed){
				     .tid = 31, .pid = 30, .ptid = 20, .comm = STR_LIT("thread") });
	state_seed_thread(w, &(struct proc_seed){ .tid = 30,
						  .pid = 30,
						  .ptid = 20,
						  .comm = STR_LIT("child"),
						  .exepath = STR_LIT("/bin/gone (deleted)"),
						  .cwd = STR_LIT("/tmp") });
	state_seed_thread(w, &(struct proc_seed){ .tid = 20, .pid = 20, .comm = STR_LIT("parent") });
	state_seed_end(w);
	EXPECT(state_thread(w, 31)->leader == state_thread(w, 30));
	EXPECT(state_thread(w, 30)->parent == state_thread(w, 20));
	EXPECT_INT(state_thread(w, 30)->n_threads, 2);
	EXPECT_STR(state_thread(w, 30)->cwd, "/tmp/");
	EXPECT_STR(state_thread(w, 30)->image->exepath, "/bin/gone");
	/* A late look into /proc adds, and changes nothing. */
	state_seed_thread(w, &(struct proc_seed){
				     .tid = 30, .pid = 30, .ptid = 20, .comm = STR_LIT("again") });
	EXPECT_STR(state_thread(w, 30)->image->comm, "child");
	state_seed_thread(w, &(struct proc_seed){
				     .tid = 40, .pid = 40, .ptid = 20, .comm = STR_LIT("late") });
	EXPECT(state_thread(w, 40)->parent == state_thread(w, 20));
	world_end();
}

TEST(the_table_has_a_limit)
{
	struct event *ev;

	world_new(&(struct state_options){ .thread_limit = 3, .self_pid = 99 });
	fork_of(1, 10);
	fork_of(1, 11);
	EXPECT_INT(state_thread_count(w), 3);
	record_start(&r, EV_getuid, 12);
	ev = happen();
	EXPECT(ev->thread == NULL);
	EXPECT_INT(state_thread_count(w), 3);
	EXPECT(state_counters(w)->n_drops_full_threadtable > 0);
	record_start(&r, EV_getuid, 99);
	EXPECT(happen()->thread != NULL);
	world_end();
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

TEST(live_threads_are_looked_up)
{
	struct event *ev;
	int asked = 0;

	world_new(&(struct state_options){ .live = true });
	state_set_lookup(w, lookup_42, &asked);
	record_start(&r, EV_getuid, 42);
	ev = happen();
	EXPECT_STR(ev->thread->image->comm, "proc");
	EXPECT(ev->thread->parent == state_thread(w, 1));
	EXPECT_INT(asked, 1);
	record_start(&r, EV_switch, 43);
	EXPECT(happen()->thread == NULL);
	EXPECT_INT(asked, 1);
	record_start(&r, EV_getuid, 43);
	EXPECT(happen()->thread->flags & THREAD_INVALID);
	EXPECT_INT(asked, 2);
	world_end();
}

TEST(live_leftovers_are_purged)
{
	world_new(&(struct state_options){ .live = true, .host_root = "/nonexistent" });
	record_start(&r, EV_getuid, 77);
	happen();
	fork_of(1, 10);
	EXPECT_INT(state_thread_count(w), 3);
	record_clock += 31000000000ull;
	for (int i = 0; i < 2000; i++)
		nothing_happens();
	EXPECT(!state_thread(w, 77) && state_thread(w, 10));
	record_clock += 3000000000000ull;
	for (int i = 0; i < 2000; i++)
		nothing_happens();
	EXPECT(!state_thread(w, 10) && state_thread(w, 1));
	world_end();
}

TEST(a_million_short_lives_leave_nothing)
{
	size_t before = 0, after;

	world_new(NULL);
	for (int64_t i = 0; i < 1000000; i++) {
		int64_t tid = 100 + i % 30000;

		if (i == 50000)
			before = mallinfo2().uordblks;
		clone_side(tid, 0, tid, 1, 0, "init");
		open_of(tid, 3, -100, "/etc/passwd", 1);
		if (i % 8 == 0)
			exec_of(tid, "true", "/bin/true");
		exit_of(tid, 0);
	}
	nothing_happens();
	after = mallinfo2().uordblks;
	EXPECT_INT(state_thread_count(w), 1);
	EXPECT_INT(state_thread(w, 1)->image->refs, 1);
	EXPECT(after <= before + 65536);
	world_end();
}

TEST(ids_follow_the_calls)
{
	struct thread *t;
	uint32_t gen;

	world_new(NULL);
	t = fork_of(1, 10);
	gen = t->gen;
	record_start(&r, EV_setuid, 10);
	NUM(&r, setuid, uid, 1000);
	happen();
	EXPECT_INT(t->uid, 1000);
	EXPECT(t->gen != gen);
	record_start(&r, EV_setresuid, 10);
	NUM(&r, setresuid, ruid, 1);
	NUM(&r, setresuid, euid, 2);
	NUM(&r, setresuid, suid, 3);
	happen();
	EXPECT_INT(t->uid, 2);
	record_start(&r, EV_setresuid, 10);
	happen(); /* -1, -1, -1: as it is */
	EXPECT_INT(t->uid, 2);
	record_start(&r, EV_setregid, 10);
	NUM(&r, setregid, rgid, 1);
	NUM(&r, setregid, egid, 8);
	happen();
	EXPECT_INT(t->gid, 8);
	record_start(&r, EV_setuid, 10);
	NUM(&r, setuid, res, -1);
	NUM(&r, setuid, uid, 0);
	happen();
	EXPECT_INT(t->uid, 2);
	record_start(&r, EV_setsid, 10);
	NUM(&r, setsid, res, 10);
	happen();
	EXPECT_INT(t->sid, 10);
	record_start(&r, EV_capset, 10);
	NUM(&r, capset, cap_effective, 0x123);
	happen();
	EXPECT_INT(t->cap_effective, 0x123);
	record_start(&r, EV_unshare, 10);
	NUM(&r, unshare, flags, clone_flags_CLONE_NEWUSER);
	happen();
	EXPECT_INT(t->cap_effective, 0x1ffffffffff);
	record_start(&r, EV_prlimit, 1);
	NUM(&r, prlimit, newcur, 555);
	NUM(&r, prlimit, pid, 10);
	NUM(&r, prlimit, resource, rlimit_resources_RLIMIT_NOFILE);
	happen();
	EXPECT_INT(t->fd_limit, 555);
	world_end();
}

TEST(usage_follows_the_scheduler)
{
	struct thread *t;

	world_new(NULL);
	fork_of(1, 10);
	t = thread_of(10, 11);
	record_start(&r, EV_switch, 11);
	NUM(&r, switch, pgft_min, 5);
	NUM(&r, switch, vm_rss, 300);
	happen();
	EXPECT_INT(t->pf_minor, 5);
	EXPECT_INT(state_thread(w, 10)->vm_rss, 300);
	record_start(&r, EV_mmap, 11);
	NUM(&r, mmap, vm_size, 900);
	happen();
	EXPECT_INT(t->vm_size, 900);
	world_end();
}
