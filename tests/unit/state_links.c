/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever happens, in whatever order: groups, parents and counts agree with each other. */
#include "world.h"

static void check_thread(struct thread *t, void *arg)
{
	unsigned live = 0;
	bool listed = false;

	(void)arg;
	EXPECT(state_thread(w, t->tid) == t);
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

static uint32_t dice_seed = 1;

static int64_t dice(uint32_t n)
{
	dice_seed = dice_seed * 1664525 + 1013904223;
	return (dice_seed >> 8) % n;
}

TEST(links_stay_exact_in_any_order_of_events)
{
	world_new(&(struct state_options){ .thread_limit = 40 });
	for (int i = 0; i < 30000 && !test_bad; i++) {
		int64_t a = 1 + dice(48), b = 1 + dice(48), c = 1 + dice(48);
		bool thread = dice(3) == 0;

		record_clock += (uint64_t)dice(8) * 500000000;
		switch (dice(6)) {
		case 0:
			clone_side(a, b, c, 1 + dice(48), thread ? clone_flags_CLONE_THREAD : 0,
				   "a");
			break;
		case 1:
			clone_side(a, 0, thread ? b : a, c, 0, "b");
			break;
		case 2:
			exec_of(a, "x", "/bin/x");
			break;
		case 3:
			exit_of(a, dice(3) ? 0 : b);
			break;
		case 4:
			open_of(a, dice(6), -100, "/f", 1);
			break;
		case 5:
			record_start(&r, EV_prctl, a);
			NUM(&r, prctl, option, prctl_options_PR_SET_CHILD_SUBREAPER);
			NUM(&r, prctl, arg2_int, dice(2));
			happen();
			break;
		}
		state_each_thread(w, check_thread, NULL);
	}
	EXPECT(state_thread_count(w) <= 40);
	world_end();
}
