/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The nodes /dev/falco<cpu>. */
#ifndef FALCO_DEVICE_H
#define FALCO_DEVICE_H

int falco_device_init(void);
void falco_device_fini(void);

#endif
