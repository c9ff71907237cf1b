// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* v6.16: sched: sched_process_exit has an argument group_dead */
#include <linux/sched.h>
#include <trace/events/sched.h>
void probe(void *data, struct task_struct *p, bool group_dead);
void probe(void *data, struct task_struct *p, bool group_dead)
{
	check_trace_callback_type_sched_process_exit(probe);
}
