/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* CPUs that come late. */
#ifndef FALCO_HOTPLUG_H
#define FALCO_HOTPLUG_H

int falco_hotplug_init(void);
void falco_hotplug_fini(void);

#endif
