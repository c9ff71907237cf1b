/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What a reader may ask and set: uapi/ioctl.h. */
#ifndef FALCO_CONTROL_H
#define FALCO_CONTROL_H

struct falco_ring;

/* From ioctl; may sleep. */
long falco_control(struct falco_ring *ring, unsigned int cmd, unsigned long arg);

#endif
