// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Facts of a task: ids, credentials, control groups, memory, terminal, reaper of its children.
 *
 * In: event_ctx.task, the current one but for a child seen from fork.  Out: numbers, and the list
 * of its control groups.
 */
#include <linux/audit.h>
#include <linux/cgroup.h>
#include <linux/cred.h>
#include <linux/kernfs.h>
#include <linux/mm.h>
#include <linux/nsproxy.h>
#include <linux/pid_namespace.h>
#include <linux/sched/cputime.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/tty.h>
#include <linux/tty_driver.h>
#include <uapi/linux/sched.h>

#include "compat/facts.h"
#include "record.h"
#include "user.h"
#include "collect_macros.h"

static u32 kib(unsigned long pages)
{
	return pages << (PAGE_SHIFT - 10);
}

const struct memory_facts *collect_find_memory(struct event_ctx *ctx)
{
	struct mm_struct *mm = ctx->task->mm;

	ctx->known |= KNOWN_MEMORY;
	memset(&ctx->memory, 0, sizeof(ctx->memory));
	if (mm) {
		ctx->memory.size = kib(mm->total_vm);
		ctx->memory.rss = kib(get_mm_rss(mm));
		ctx->memory.swap = kib(get_mm_counter(mm, MM_SWAPENTS));
	}
	return &ctx->memory;
}

s64 collect_parent(const struct event_ctx *ctx)
{
	const struct task_struct *parent = rcu_dereference_raw(ctx->task->real_parent);

	return parent ? parent->pid : 0;
}

/* Stable: only the task itself changes them, and a child in sched_process_fork has not run yet. */
const struct cred *collect_cred(const struct event_ctx *ctx)
{
	return rcu_dereference_raw(ctx->task->cred);
}

u64 collect_caps(const kernel_cap_t *set)
{
	return compat_cap_bits(set) & (BIT_ULL(CAP_LAST_CAP + 1) - 1);
}

/* Ids in the initial pid namespace, and in the namespace of `of` (0: not visible there). */

s64 collect_nr(const struct pid *pid)
{
	return pid ? pid->numbers[0].nr : 0;
}

s64 collect_vnr(const struct pid *pid, const struct pid *of)
{
	const struct upid *own;

	if (!pid || !of || pid->level < of->level)
		return 0;
	own = &pid->numbers[of->level];
	return own->ns == of->numbers[of->level].ns ? own->nr : 0;
}

static struct pid_namespace *active_ns(const struct task_struct *task)
{
	const struct pid *pid = task_pid((struct task_struct *)task);

	return pid ? pid->numbers[pid->level].ns : NULL;
}

/* Start time of init of the task's pid namespace, ns since boot: identifies the namespace. */
u64 collect_pidns_start(const struct event_ctx *ctx)
{
	const struct pid_namespace *ns = ctx->ret ? NULL : active_ns(ctx->task);
	const struct task_struct *reaper = ns ? READ_ONCE(ns->child_reaper) : NULL;

	return reaper ? reaper->start_time : 0;
}

static bool child_in_pidns(const struct task_struct *task)
{
	const struct pid_namespace *ns = active_ns(task);
	const struct nsproxy *proxy = task->nsproxy;

	return ns && (ns->level || (proxy && proxy->pid_ns_for_children != ns));
}

/* In sched_process_fork the arguments of the system call are not known; what is shared is. */
static u32 inferred_clone_flags(const struct task_struct *child)
{
	u32 flags = 0;

	if (!thread_group_leader((struct task_struct *)child))
		flags |= clone_flags_CLONE_THREAD | clone_flags_CLONE_SIGHAND | clone_flags_CLONE_VM;
	if (child->files == current->files)
		flags |= clone_flags_CLONE_FILES;
	return flags;
}

u32 collect_clone_flags(const struct event_ctx *ctx, u32 flags)
{
	if (ctx->task != current)
		flags = inferred_clone_flags(ctx->task);
	return flags | (child_in_pidns(ctx->task) ? clone_flags_CLONE_CHILD_IN_PIDNS : 0);
}

u64 collect_clone3_flags(const struct event_ctx *ctx, int arg)
{
	u64 flags;

	user_get(&flags, ctx->args[arg] + offsetof(struct clone_args, flags));
	return flags;
}

u32 collect_loginuid(const struct event_ctx *ctx)
{
	return __kuid_val(audit_get_loginuid(ctx->task));
}

static u32 tty_number(const struct tty_struct *tty)
{
	return tty && tty->driver ? new_encode_dev(MKDEV(tty->driver->major,
							 tty->driver->minor_start + tty->index))
				  : 0;
}

/*
 * The lock keeps the terminal; on PREEMPT_RT it must not be waited for.  The task is current or its
 * child that does not run yet, so its sighand stays.
 */
u32 collect_tty(const struct event_ctx *ctx)
{
	spinlock_t *lock = &rcu_dereference_raw(ctx->task->sighand)->siglock;
	unsigned long flags;
	u32 number;

	if (!READ_ONCE(ctx->task->signal->tty))
		return 0;
	if (IS_ENABLED(CONFIG_PREEMPT_RT)) {
		if (!spin_trylock_irqsave(lock, flags))
			return 0;
	} else {
		spin_lock_irqsave(lock, flags);
	}
	number = tty_number(ctx->task->signal->tty);
	spin_unlock_irqrestore(lock, flags);
	return number;
}

/*
 * Control groups: "name=path" and a NUL for every controller, in the kernel's order.  Not with
 * kernfs_path(), which takes a lock per path; the names live as long as their group (RCU).
 */
enum { CGROUPS_MAX = 4096, CGROUP_DEPTH = 64 };

/* Writes the path; returns its end, or NULL if it does not fit. */
static char *cgroup_path_at(char *at, const char *end, const struct cgroup *group)
{
	const struct kernfs_node *nodes[CGROUP_DEPTH] __compat_uninitialized;
	const struct kernfs_node *node = group->kn;
	const char *name;
	int n = 0;
	size_t len;

	while (n < CGROUP_DEPTH && compat_kernfs_parent(node)) {
		nodes[n++] = node;
		node = compat_kernfs_parent(node);
	}
	if (!n) {
		if (at == end)
			return NULL;
		*at++ = '/';
	}
	while (n--) {
		name = compat_kernfs_name(nodes[n]);
		len = strlen(name);
		if ((size_t)(end - at) < len + 1)
			return NULL;
		*at++ = '/';
		memcpy(at, name, len);
		at += len;
	}
	return at;
}

/* The last path is kept: most controllers share it with their neighbour. */
struct cgroup_list {
	char *at, *end;
	const struct cgroup *last;
	const char *path; /* of last */
	size_t path_len;
	bool done; /* full: the list ends at the end of an entry */
};

static void cgroup_append(struct cgroup_list *list, const char *name, size_t name_len,
			  const struct cgroup *group)
{
	char *at = list->at, *path;

	if (list->done)
		return;
	list->done = true;
	if (list->end - at < name_len + 2)
		return;
	memcpy(at, name, name_len);
	at += name_len;
	*at++ = '=';
	path = at;
	if (group == list->last) {
		if (list->end - at < list->path_len)
			return;
		memcpy(at, list->path, list->path_len);
		at += list->path_len;
	} else {
		at = cgroup_path_at(at, list->end, group);
		if (!at)
			return;
		list->last = group;
		list->path = path;
		list->path_len = at - path;
	}
	if (at == list->end)
		return;
	*at++ = 0;
	list->at = at;
	list->done = false;
}

struct written collect_cgroups(struct event_ctx *ctx)
{
	struct cgroup_list list = {
		.at = ctx->at,
		.end = ctx->at + min_t(u32, record_space(ctx), CGROUPS_MAX),
	};
#ifdef CONFIG_CGROUPS
	const struct css_set *set = rcu_dereference_raw(ctx->task->cgroups);

#define SUBSYS(name) \
	cgroup_append(&list, #name, sizeof(#name) - 1, set->subsys[name##_cgrp_id]->cgroup);
#include <linux/cgroup_subsys.h>
#undef SUBSYS
#endif
	if (list.done && record_space(ctx) < CGROUPS_MAX)
		ctx->full = true;
	return (struct written){ list.at - (char *)ctx->at };
}

/* Exit. */

u8 collect_exit_signal(const struct event_ctx *ctx)
{
	return ctx->task->exit_code & 0x7f;
}

static const struct task_struct *living_thread(const struct task_struct *task)
{
	const struct task_struct *thread;

	for_each_thread(task, thread)
		if (!(thread->flags & PF_EXITING))
			return thread;
	return NULL;
}

enum { MAX_ANCESTORS = 1024 };

/*
 * As find_new_reaper() will choose.  Without tasklist_lock, so an ancestor that exits meanwhile is
 * skipped.
 */
static const struct task_struct *subreaper(const struct task_struct *dying)
{
	const struct pid *pid = task_pid((struct task_struct *)dying), *its;
	const struct task_struct *task = dying, *thread;
	int i;

	for (i = 0; i < MAX_ANCESTORS; i++) {
		task = rcu_dereference_raw(task->real_parent);
		its = task ? task_pid((struct task_struct *)task) : NULL;
		if (!its || !pid || its->level != pid->level || task == &init_task)
			break;
		if (!task->signal->is_child_subreaper)
			continue;
		thread = living_thread(task);
		if (thread)
			return thread;
	}
	return NULL;
}

s64 collect_reaper(const struct event_ctx *ctx)
{
	const struct task_struct *task = ctx->task, *reaper;
	const struct pid_namespace *ns;

	if (list_empty(&task->children))
		return 0;
	reaper = living_thread(task);
	if (reaper)
		return reaper->pid;
	ns = active_ns(task);
	if (!ns || READ_ONCE(ns->child_reaper) == task)
		return 0;
	reaper = task->signal->has_child_subreaper ? subreaper(task) : NULL;
	if (!reaper)
		reaper = READ_ONCE(ns->child_reaper);
	return reaper ? reaper->pid : 0;
}

/* The sending process, where siginfo has it; for SIGCHLD the child.  0: the kernel. */
s64 collect_signal_sender(const struct event_ctx *ctx)
{
	const struct kernel_siginfo *info = ctx->info;

	if ((unsigned long)info <= (unsigned long)SEND_SIG_PRIV)
		return 0;
	switch (ctx->sig) {
	case SIGKILL:
		return info->si_pid;
	case SIGTERM:
	case SIGHUP:
	case SIGINT:
	case SIGTSTP:
	case SIGQUIT:
		return info->si_code <= 0 ? info->si_pid : 0;
	case SIGCHLD:
		return info->si_pid;
	default:
		return ctx->sig >= SIGRTMIN && ctx->sig <= SIGRTMAX ? info->_sifields._rt._pid : 0;
	}
}
