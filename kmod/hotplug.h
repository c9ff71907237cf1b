/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Rings for CPUs that come online later. */
#ifndef FALCO_HOTPLUG_H
#define FALCO_HOTPLUG_H

/* Module load: installs the hotplug callback.  Returns -errno. */
int falco_hotplug_init(void);
/* Removes it and waits for the queued work. */
void falco_hotplug_fini(void);

#endif
