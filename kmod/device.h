/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The devices /dev/<module name><cpu>. */
#ifndef FALCO_DEVICE_H
#define FALCO_DEVICE_H

/* Module load: makes one node per possible CPU.  Returns -errno. */
int falco_device_init(void);
/* Module unload; also the nodes of a failed load. */
void falco_device_fini(void);

#endif
