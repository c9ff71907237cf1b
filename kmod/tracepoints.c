// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Attaching probes to tracepoints.
 *
 * In: the tracepoints that consumers enabled.  Out: the probes of dispatch.c, called by the kernel.
 *
 * Tracepoints are found by name, since only some are exported as symbols; that a probe has the
 * prototype of its tracepoint is checked by the compiler in dispatch.c.
 */
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

#include "dispatch.h"
#include "stats.h"
#include "tracepoints.h"
#include "uapi/ioctl.h"

static struct hook {
	const char *name;
	bool optional; /* the module loads without it */
	bool attached; /* falco_mutex */
	struct tracepoint *tp;
} hooks[FALCO_TP_HOOKS] = {
	[FALCO_TP_SYS_ENTER] = { "sys_enter" },
	[FALCO_TP_SYS_EXIT] = { "sys_exit" },
	[FALCO_TP_SCHED_PROC_EXIT] = { "sched_process_exit" },
	[FALCO_TP_SCHED_SWITCH] = { "sched_switch" },
	[FALCO_TP_PAGE_FAULT_USER] = { "page_fault_user", .optional = true },
	[FALCO_TP_PAGE_FAULT_KERNEL] = { "page_fault_kernel", .optional = true },
	[FALCO_TP_SIGNAL_DELIVER] = { "signal_deliver" },
	[FALCO_TP_SCHED_PROC_FORK] = { "sched_process_fork" },
	[FALCO_TP_SCHED_PROC_EXEC] = { "sched_process_exec" },
	[FALCO_TP_URING] = { "io_uring_complete", .optional = true },
};

static void match(struct tracepoint *tp, void *unused)
{
	struct hook *h;

	for (h = hooks; h < hooks + FALCO_TP_HOOKS; h++)
		if (!strcmp(h->name, tp->name))
			h->tp = tp;
}

int falco_tracepoints_init(void)
{
	const struct hook *h;

	for_each_kernel_tracepoint(match, NULL);
	for (h = hooks; h < hooks + FALCO_TP_HOOKS; h++) {
		if (h->tp || h->optional)
			continue;
		pr_err("falco: this kernel has no tracepoint %s\n", h->name);
		return -ENOENT;
	}
	return 0;
}

bool falco_tracepoints_have(int tp)
{
	return hooks[tp].tp && falco_dispatch_probe(tp);
}

/* One that this kernel or architecture lacks counts as attached and never fires. */
static int attach(struct hook *h, void *probe)
{
	int err = 0;

	if (h->tp && probe)
		err = tracepoint_probe_register(h->tp, probe, NULL);
	h->attached = !err;
	return err;
}

static void detach(struct hook *h, void *probe)
{
	if (h->tp && probe)
		tracepoint_probe_unregister(h->tp, probe, NULL);
	h->attached = false;
}

int falco_tracepoints_attach(u32 tps)
{
	bool any = false;
	int i, err, ret = 0;

	for (i = 0; i < FALCO_TP_HOOKS; i++) {
		struct hook *h = &hooks[i];
		bool want = tps & BIT(i);

		err = 0;
		if (want && !h->attached)
			err = attach(h, falco_dispatch_probe(i));
		else if (!want && h->attached)
			detach(h, falco_dispatch_probe(i));
		any |= h->attached;
		if (err) {
			pr_warn("falco: cannot attach to %s: %d\n", h->name, err);
			ret = err;
		}
	}
	if (!any)
		falco_stats_reset_hits();
	return ret;
}
