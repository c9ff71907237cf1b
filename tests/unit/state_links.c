/* SPDX-License-Identifier: Apache-2.0 */
/* Random events: invariants of groups, parents and thread counts hold after each. */
#include "state_test.h"

static void check_thread(struct thread *t, void *arg)
{
	unsigned live = 0;
	bool listed = false;

	(void)arg;
	EXPECT(state_thread(test_state, t->tid) == t);
	if (!t->leader)
		return;
	EXPECT(t->leader->leader == t->leader && t->pid == t->leader->tid);
	for (struct thread *o = t->leader->first_thread; o; o = o->next_thread) {
		EXPECT(o->leader == t->leader && o != t->leader);
		listed |= o == t;
		live += !(o->flags & THREAD_DEAD);
	}
	EXPECT(listed == (t != t->leader));
	EXPECT_INT(t->leader->n_threads, live + !(t->leader->flags & THREAD_DEAD));
	if (t != t->leader)
		return;
	listed = t->parent == NULL;
	for (struct thread *c = t->parent ? t->parent->first_child : NULL; c; c = c->next_sibling) {
		EXPECT(c->parent == t->parent &&
		       (!c->next_sibling || c->next_sibling->prev_sibling == c));
		listed |= c == t;
	}
	EXPECT(listed);
	EXPECT(thread_ancestor(t, 1000) == NULL);
}

static uint32_t random_state = 1;

static int64_t random_below(uint32_t n)
{
	random_state = random_state * 1664525 + 1013904223;
	return (random_state >> 8) % n;
}

TEST(links_are_consistent_after_random_events)
{
	test_state_new(&(struct state_options){ .thread_limit = 40 });
	for (int i = 0; i < 30000 && !failed_checks; i++) {
		int64_t a = 1 + random_below(48), b = 1 + random_below(48), c = 1 + random_below(48);
		bool thread = random_below(3) == 0;

		record_clock += (uint64_t)random_below(8) * 500000000;
		switch (random_below(6)) {
		case 0:
			apply_clone(a, b, c, 1 + random_below(48),
				    thread ? clone_flags_CLONE_THREAD : 0, "a");
			break;
		case 1:
			apply_clone(a, 0, thread ? b : a, c, 0, "b");
			break;
		case 2:
			apply_exec(a, "x", "/bin/x");
			break;
		case 3:
			apply_exit(a, random_below(3) ? 0 : b);
			break;
		case 4:
			apply_open(a, random_below(6), -100, "/f", 1);
			break;
		case 5:
			record_start(&r, EV_prctl, a);
			NUM(&r, prctl, option, prctl_options_PR_SET_CHILD_SUBREAPER);
			NUM(&r, prctl, arg2_int, random_below(2));
			apply_record();
			break;
		}
		state_each_thread(test_state, check_thread, NULL);
	}
	EXPECT(state_thread_count(test_state) <= 40);
	test_state_free();
}
