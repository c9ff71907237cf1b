/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Words of the traits column of events.def: what this driver and this evaluator do with an event,
 * beyond Falco's flags. check.h has the rules for their use.
 */
#ifndef SCHEMA_TRAITS_H
#define SCHEMA_TRAITS_H

enum event_trait {
	/*
	 * Adaptive sampling (kmod/sampling.c).  Exactly one of them for an event that the kernel
	 * makes.
	 */
	SAMPLED = 1 << 0,     /* recorded during the first 1/ratio of each second */
	NEVER_DROP = 1 << 1,  /* always recorded */
	ALWAYS_DROP = 1 << 2, /* not recorded while sampling is on */

	/* While sampling is on, not recorded in any class. */
	NOISE_IF_FAILED = 1 << 3,  /* when it failed */
	NOISE_BY_COMMAND = 1 << 4, /* fcntl() commands that neither duplicate a descriptor nor set its flags */

	/* System calls that need more than a filler: resolve_special() of kmod/dispatch.c. */
	SPECIAL_EXEC = 1 << 5,	 /* success is recorded by sched_process_exec */
	SPECIAL_CLONE = 1 << 6,	 /* the child returns too, where sched_process_fork records it */
	SPECIAL_MMSG = 1 << 7,	 /* one event per message */
	SPECIAL_HANDLE = 1 << 8, /* PREEMPT_RT: the path of the file is found before the record is begun */

	/*
	 * May use the reserve of the ring: without it the reader's process table is wrong for good.
	 */
	VITAL = 1 << 9,
	/* Also counted in n_context_switches of the ring page. */
	CONTEXT_SWITCH = 1 << 10,

	/* Userspace: which system calls the evaluator records (userspace/app/syscalls.c). */
	STATE_SET = 1 << 11, /* always, although Falco's flags do not say STATE */
	REPAIR = 1 << 12,    /* base_syscalls.repair: the least that keeps the process table correct */
	/* Userspace: no placeholder is created for an unknown thread; the handler decides. */
	LOOKUP_ONLY = 1 << 13,

	/*
	 * At most one: which n_drops_buffer_* counter of struct falco_ring_page counts records of
	 * the event that did not fit.  The order is that of these counters.
	 */
	LOSS_clone_fork_exit = 1 << 14,
	LOSS_execve_exit = 1 << 15,
	LOSS_connect_enter = 1 << 16,
	LOSS_connect_exit = 1 << 17,
	LOSS_open_enter = 1 << 18,
	LOSS_open_exit = 1 << 19,
	LOSS_dir_file_exit = 1 << 20,
	LOSS_other_interest_exit = 1 << 21,
	LOSS_close_exit = 1 << 22,
	LOSS_proc_exit = 1 << 23,
	LOSS_MASK = 0x3ff << 14,

	/* What kind of descriptor an event with the handler newfd makes: a value, not a bit. */
	NEWFD_eventfd = 1 << 24,
	NEWFD_signalfd = 2 << 24,
	NEWFD_timerfd = 3 << 24,
	NEWFD_inotify = 4 << 24,
	NEWFD_epoll = 5 << 24,
	NEWFD_bpf = 6 << 24,
	NEWFD_userfaultfd = 7 << 24,
	NEWFD_io_uring = 8 << 24,
	NEWFD_MASK = 0xf << 24,
};

/*
 * SINCE(major, minor, patch): the schema version that the event came with; readers of an older
 * schema get it as a generic event.  Events without it are in SCHEMA_OLDEST, the oldest schema that
 * this driver speaks.
 */
#define SCHEMA_CODE(major, minor, patch) ((major) << 16 | (minor) << 8 | (patch))
#define SCHEMA_OLDEST	SCHEMA_CODE(4, 1, 0)
#define SINCE(major, minor, patch)	((unsigned long long)SCHEMA_CODE(major, minor, patch) << 32)
#define SINCE_OF(traits)	((unsigned int)((unsigned long long)(traits) >> 32))

#endif
