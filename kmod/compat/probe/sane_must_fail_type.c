// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The same for prototypes: a probe with too many arguments must not compile. */
#include <linux/sched.h>
#include <trace/events/sched.h>
void probe(void *data, struct task_struct *p, int a, int b, int c, int d);
void probe(void *data, struct task_struct *p, int a, int b, int c, int d)
{
	check_trace_callback_type_sched_process_fork(probe);
}
