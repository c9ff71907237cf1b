// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Probes on sys_enter and sys_exit that do nothing: what being called costs, before anything is decided. */
#include <linux/module.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

static struct tracepoint *enter, *exit;

static notrace void probe(void *data, struct pt_regs *regs, long what)
{
}

static void match(struct tracepoint *tp, void *unused)
{
	if (!strcmp(tp->name, "sys_enter"))
		enter = tp;
	if (!strcmp(tp->name, "sys_exit"))
		exit = tp;
}

static int __init empty_init(void)
{
	int err;

	for_each_kernel_tracepoint(match, NULL);
	if (!enter || !exit)
		return -ENOENT;
	err = tracepoint_probe_register(enter, probe, NULL);
	if (err)
		return err;
	err = tracepoint_probe_register(exit, probe, NULL);
	if (err)
		tracepoint_probe_unregister(enter, probe, NULL);
	return err;
}

static void __exit empty_exit(void)
{
	tracepoint_probe_unregister(exit, probe, NULL);
	tracepoint_probe_unregister(enter, probe, NULL);
	tracepoint_synchronize_unregister();
}

module_init(empty_init);
module_exit(empty_exit);
MODULE_DESCRIPTION("Probes that do nothing");
MODULE_LICENSE("Dual MIT/GPL");
