// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* GET_PROCLIST: all threads of the machine (doc/ioctls.md). */
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/time64.h>
#include <linux/uaccess.h>

#include "proclist.h"

#define RESCHED_INTERVAL 256 /* threads between two cond_resched() */

static u64 ticks(u64 ns)
{
	return div_u64(ns, NSEC_PER_SEC / USER_HZ);
}

/*
 * Leaves the RCU critical section once.  False: one of the two has exited, so the iteration cannot
 * go on.
 */
static bool reschedule(struct task_struct *process, struct task_struct *thread)
{
	bool alive;

	get_task_struct(process);
	get_task_struct(thread);
	rcu_read_unlock();
	cond_resched();
	rcu_read_lock();
	alive = pid_alive(process) && pid_alive(thread);
	put_task_struct(thread);
	put_task_struct(process);
	return alive;
}

/* All threads; -EAGAIN: the position in the list was lost. */
static int list_threads(struct falco_proclist *list, bool may_resched)
{
	struct task_struct *process, *thread;
	int err = 0;

	list->n_entries = 0;
	rcu_read_lock();
	for_each_process_thread(process, thread) {
		if (list->n_entries < list->max_entries)
			list->entries[list->n_entries] = (struct falco_proclist_entry){
				.pid = thread->pid,
				.utime = ticks(READ_ONCE(thread->utime)),
				.stime = ticks(READ_ONCE(thread->stime)),
			};
		if (++list->n_entries % RESCHED_INTERVAL || !may_resched)
			continue;
		if (!reschedule(process, thread)) {
			err = -EAGAIN;
			goto out;
		}
	}
out:
	rcu_read_unlock();
	return err;
}

long falco_proclist_get(struct falco_proclist __user *to)
{
	struct falco_proclist head, *list;
	long err = -EINVAL;
	size_t size;

	if (copy_from_user(&head, to, sizeof(head)) || head.max_entries < 0 ||
	    head.max_entries > FALCO_PROCLIST_MAX)
		return -EINVAL;
	list = kvmalloc(sizeof(*list) + head.max_entries * sizeof(list->entries[0]), GFP_KERNEL);
	if (!list)
		return -EINVAL;
	list->max_entries = head.max_entries;
	/* The third attempt does not reschedule and therefore cannot fail. */
	if (list_threads(list, true) && list_threads(list, true))
		list_threads(list, false);
	size = sizeof(*list);
	if (list->n_entries < list->max_entries) {
		size += list->n_entries * sizeof(list->entries[0]);
		err = 0;
	} else {
		err = -ENOSPC;
	}
	if (copy_to_user(to, list, size))
		err = -EINVAL;
	kvfree(list);
	return err;
}
