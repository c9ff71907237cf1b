// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What was seen, what was lost, and which events must not be. */
#include <linux/cpumask.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "consumer.h"
#include "ring.h"
#include "stats.h"

DEFINE_PER_CPU(long, falco_hits);

/* Which of the u64 counters of struct falco_ring_page; 0 is none, as that is where head and tail are. */
#define COUNTER(name) (offsetof(struct falco_ring_page, n_drops_buffer_##name) / sizeof(u64))
#define VITAL FALCO_TRAIT_VITAL

const u8 falco_event_traits[EVENT_NUMBERS] = {
	/* Births, images, deaths: without them the process table is wrong for good. */
	[EV_clone] = COUNTER(clone_fork_exit) | VITAL,
	[EV_clone3] = COUNTER(clone_fork_exit) | VITAL,
	[EV_fork] = COUNTER(clone_fork_exit) | VITAL,
	[EV_vfork] = COUNTER(clone_fork_exit) | VITAL,
	[EV_execve] = COUNTER(execve_exit) | VITAL,
	[EV_execveat] = COUNTER(execve_exit) | VITAL,
	[EV_procexit] = COUNTER(proc_exit) | VITAL | FALCO_TRAIT_SWITCH,

	/* Credentials and places. */
	[EV_setresuid] = COUNTER(other_interest_exit) | VITAL,
	[EV_setresgid] = COUNTER(other_interest_exit) | VITAL,
	[EV_setpgid] = COUNTER(other_interest_exit) | VITAL,
	[EV_setsid] = COUNTER(other_interest_exit) | VITAL,
	[EV_setns] = COUNTER(other_interest_exit) | VITAL,
	[EV_unshare] = COUNTER(other_interest_exit) | VITAL,
	[EV_capset] = COUNTER(other_interest_exit) | VITAL,
	[EV_setuid] = VITAL,
	[EV_setgid] = VITAL,
	[EV_setreuid] = VITAL,
	[EV_setregid] = VITAL,
	[EV_chroot] = VITAL,
	[EV_cpu_hotplug] = VITAL,
	[EV_drop_enter] = VITAL,
	[EV_drop] = VITAL,

	[EV_bpf] = COUNTER(other_interest_exit),
	[EV_ptrace] = COUNTER(other_interest_exit),
	[EV_seccomp] = COUNTER(other_interest_exit),
	[EV_keyctl] = COUNTER(other_interest_exit),

	[EV_open_enter] = COUNTER(open_enter),
	[EV_creat_enter] = COUNTER(open_enter),
	[EV_openat_enter] = COUNTER(open_enter),
	[EV_openat2_enter] = COUNTER(open_enter),
	[EV_open] = COUNTER(open_exit),
	[EV_creat] = COUNTER(open_exit),
	[EV_openat] = COUNTER(open_exit),
	[EV_openat2] = COUNTER(open_exit),
	[EV_open_by_handle_at] = COUNTER(open_exit),
	[EV_connect_enter] = COUNTER(connect_enter),
	[EV_connect] = COUNTER(connect_exit),
	[EV_close] = COUNTER(close_exit),

	[EV_chmod] = COUNTER(dir_file_exit),
	[EV_fchmod] = COUNTER(dir_file_exit),
	[EV_fchmodat] = COUNTER(dir_file_exit),
	[EV_chown] = COUNTER(dir_file_exit),
	[EV_lchown] = COUNTER(dir_file_exit),
	[EV_fchown] = COUNTER(dir_file_exit),
	[EV_fchownat] = COUNTER(dir_file_exit),
	[EV_link] = COUNTER(dir_file_exit),
	[EV_linkat] = COUNTER(dir_file_exit),
	[EV_mkdir] = COUNTER(dir_file_exit),
	[EV_mkdirat] = COUNTER(dir_file_exit),
	[EV_mount] = COUNTER(dir_file_exit),
	[EV_umount] = COUNTER(dir_file_exit),
	[EV_umount2] = COUNTER(dir_file_exit),
	[EV_rename] = COUNTER(dir_file_exit),
	[EV_renameat] = COUNTER(dir_file_exit),
	[EV_renameat2] = COUNTER(dir_file_exit),
	[EV_rmdir] = COUNTER(dir_file_exit),
	[EV_symlink] = COUNTER(dir_file_exit),
	[EV_symlinkat] = COUNTER(dir_file_exit),
	[EV_unlink] = COUNTER(dir_file_exit),
	[EV_unlinkat] = COUNTER(dir_file_exit),

	[EV_switch] = FALCO_TRAIT_SWITCH,
};

static void count(struct falco_ring *ring, u64 *own)
{
	size_t at = (u8 *)own - (u8 *)&ring->own;

	WRITE_ONCE(*(u64 *)((u8 *)ring->page + at), ++*own);
}

/* Written by one CPU, read by any. */
void falco_stats_unheard(struct falco_ring *ring, u16 event)
{
	WRITE_ONCE(ring->lost[event], ring->lost[event] + 1);
}

void falco_stats_lost(struct falco_ring *ring, u16 event, enum falco_loss why)
{
	u8 counter = falco_event_traits[event] & FALCO_TRAIT_COUNTER;

	falco_stats_unheard(ring, event);
	switch (why) {
	case FALCO_LOST_FULL:
		count(ring, &ring->own.n_drops_buffer);
		if (counter)
			count(ring, (u64 *)&ring->own + counter);
		break;
	case FALCO_LOST_FAULT:
		count(ring, &ring->own.n_drops_pf);
		break;
	case FALCO_LOST_NESTED:
		count(ring, &ring->own.n_preemptions);
		break;
	}
}

void falco_stats_reset_lost(struct falco_ring *ring)
{
	unsigned int i;

	for (i = 0; i < EVENT_NUMBERS; i++)
		WRITE_ONCE(ring->lost[i], 0);
}

void falco_stats_reset_hits(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		WRITE_ONCE(per_cpu(falco_hits, cpu), 0);
}

long falco_stats_get_hits(long __user *to)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		if (put_user(READ_ONCE(per_cpu(falco_hits, cpu)), to++))
			return -EINVAL;
	return 0;
}

static void add_lost(u64 *sum, const struct falco_ring *ring)
{
	unsigned int i;

	for (i = 0; i < EVENT_NUMBERS; i++)
		sum[i] += READ_ONCE(ring->lost[i]);
}

/* With falco_mutex held. */
static int sum_lost(u64 *sum, struct falco_consumer *who, u32 which)
{
	unsigned int cpu;

	if (which != FALCO_LOST_ALL_CPUS) {
		if (which >= nr_cpu_ids || !cpu_possible(which))
			return -EINVAL;
		add_lost(sum, per_cpu_ptr(who->rings, which));
		return 0;
	}
	for_each_possible_cpu(cpu)
		add_lost(sum, per_cpu_ptr(who->rings, cpu));
	return 0;
}

long falco_stats_get_lost(struct falco_consumer *who, struct falco_lost __user *to)
{
	struct falco_lost head;
	u64 *sum;
	long err;

	if (copy_from_user(&head, to, sizeof(head)))
		return -EFAULT;
	sum = kcalloc(EVENT_NUMBERS, sizeof(*sum), GFP_KERNEL);
	if (!sum)
		return -ENOMEM;
	err = sum_lost(sum, who, head.cpu);
	if (!err) {
		head.n = min_t(u32, head.n, EVENT_NUMBERS);
		if (copy_to_user(to->counts, sum, head.n * sizeof(*sum)) ||
		    copy_to_user(to, &head, sizeof(head)))
			err = -EFAULT;
	}
	kfree(sum);
	return err;
}
