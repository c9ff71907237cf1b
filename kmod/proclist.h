/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* GET_PROCLIST: all threads of the machine (doc/ioctls.md). */
#ifndef FALCO_PROCLIST_H
#define FALCO_PROCLIST_H

#include "uapi/ioctl.h"

/*
 * Process context, may sleep.  -EINVAL: bad argument or no memory; -ENOSPC: n_entries says how many
 * there are.
 */
long falco_proclist_get(struct falco_proclist __user *to);

#endif
