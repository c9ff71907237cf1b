// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The versions that the module reports.
 *
 * A reader of an older major version refuses a newer module, although events have only been added,
 * and parameters appended.  report_api makes the module report an older version (doc/ioctls.md):
 * events that came later are generic (SINCE), parameters that came later are left out
 * (schema/older.def).
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
#include <linux/string.h>

#include "schema/schema.h"
#include "uapi/version.h"
#include "version.h"

static const struct known_version {
	const char *name;
	u64 api, schema;
} known_versions[] = {
	{ FALCO_API_STRING, FALCO_API_VERSION, FALCO_SCHEMA_VERSION },
	{ "10.0.0", FALCO_VERSION_CODE(10, 0, 0), FALCO_VERSION_CODE(4, 5, 0) },
	{ "8.0.4", FALCO_VERSION_CODE(8, 0, 4), FALCO_VERSION_CODE(4, 1, 0) },
};

static const struct known_version *reported = known_versions;

static int set_reported(const char *val, const struct kernel_param *kp)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(known_versions); i++)
		if (sysfs_streq(val, known_versions[i].name)) {
			reported = &known_versions[i];
			return 0;
		}
	pr_err("falco: report_api takes " FALCO_API_STRING ", 10.0.0 or 8.0.4\n");
	return -EINVAL;
}

static int get_reported(char *buffer, const struct kernel_param *kp)
{
	return sprintf(buffer, "%s\n", reported->name);
}

static const struct kernel_param_ops reported_ops = { .set = set_reported, .get = get_reported };

module_param_cb(report_api, &reported_ops, NULL, 0444);
__MODULE_PARM_TYPE(report_api, "charp");
MODULE_PARM_DESC(report_api,
		 "API version to tell readers, with the schema that goes with it: " FALCO_API_STRING
		 ", 10.0.0 or 8.0.4");

u64 falco_version_api(void)
{
	return reported->api;
}

u64 falco_version_schema(void)
{
	return reported->schema;
}

u16 falco_version_event(u16 event)
{
	const u32 since = SINCE_OF(event_descs[event].traits);

	return FALCO_VERSION_CODE(since >> 16, since >> 8 & 0xff, since & 0xff) <= reported->schema
		       ? event
		       : EV_generic;
}
