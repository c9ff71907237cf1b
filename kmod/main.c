// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Module init and exit.
 *
 *   tracepoints.c → dispatch.c → fillers.c → record.c → ring.h ⇒ mmap
 *
 * README.md has the files and the locking rules, doc/ the interfaces.
 */
#include <linux/kernel.h>
#include <linux/module.h>

#include "event_ctx.h"
#include "device.h"
#include "hotplug.h"
#include "syscalls.h"
#include "tracepoints.h"
#include "uapi/version.h"
#include "version.h"

static int __init falco_init(void)
{
	int err;

	falco_fillers_init(falco_version_schema());
	falco_collect_init();
	falco_syscalls_init();
	falco_socketcall_init();

	err = falco_tracepoints_init();
	if (err)
		return err;

	err = falco_hotplug_init();
	if (err)
		return err;

	err = falco_device_init();
	if (err)
		goto err_hotplug;

	pr_info("falco: driver %s, API %s, schema %s\n", FALCO_DRIVER_VERSION, FALCO_API_STRING,
		FALCO_SCHEMA_STRING);
	return 0;

err_hotplug:
	falco_hotplug_fini();
	return err;
}

/* Descriptors hold the module: no consumer is left here and no tracepoint is attached. */
static void __exit falco_exit(void)
{
	falco_device_fini();
	falco_hotplug_fini();
}

module_init(falco_init);
module_exit(falco_exit);

MODULE_DESCRIPTION("System events for Falco");
MODULE_AUTHOR("the Falco in C authors");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_VERSION(FALCO_DRIVER_VERSION);
MODULE_INFO(build_commit, FALCO_BUILD_COMMIT);
MODULE_INFO(api_version, FALCO_API_STRING);
MODULE_INFO(schema_version, FALCO_SCHEMA_STRING);
