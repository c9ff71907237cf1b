/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Where the kernel calls us. */
#ifndef FALCO_TRACEPOINTS_H
#define FALCO_TRACEPOINTS_H

#include <linux/types.h>

#include "uapi/ioctl.h"

/* What is attached besides enum falco_tp, and asked for by an ioctl of its own. */
enum { FALCO_TP_URING = FALCO_TP_COUNT, FALCO_TP_HOOKS };

int falco_tracepoints_init(void);

/* Is something made of it here? */
bool falco_tracepoints_have(int tp);

/* With falco_mutex held: exactly these (bits of enum falco_tp, and above) shall be attached. */
int falco_tracepoints_attach(u32 tps);

#endif
