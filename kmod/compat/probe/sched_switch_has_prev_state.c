// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* v5.18 9c2136be0878: sched/tracing: Append prev_state to tp args instead */
#include <linux/sched.h>
#include <trace/events/sched.h>
void probe(void *data, bool preempt, struct task_struct *prev, struct task_struct *next,
	   unsigned int state);
void probe(void *data, bool preempt, struct task_struct *prev, struct task_struct *next,
	   unsigned int state)
{
	check_trace_callback_type_sched_switch(probe);
}
