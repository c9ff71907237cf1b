/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Every thread there is, for a reader that starts late. */
#ifndef FALCO_PROCLIST_H
#define FALCO_PROCLIST_H

#include "uapi/ioctl.h"

/* From ioctl; may sleep. */
long falco_proclist_get(struct falco_proclist __user *to);

#endif
