/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Attaching probes to tracepoints. */
#ifndef FALCO_TRACEPOINTS_H
#define FALCO_TRACEPOINTS_H

#include <linux/types.h>

#include "uapi/ioctl.h"

/* Tracepoints besides enum falco_tp, enabled by other ioctls. */
enum { FALCO_TP_URING = FALCO_TP_COUNT, FALCO_TP_HOOKS };

/* Module load: finds the tracepoints.  -ENOENT: a required one is missing. */
int falco_tracepoints_init(void);

/* Whether this kernel has the tracepoint and events are made of it. */
bool falco_tracepoints_have(int tp);

/*
 * falco_mutex held, may sleep: attaches exactly these, bits of enum falco_tp and above.  The last
 * error, or 0.
 */
int falco_tracepoints_attach(u32 tps);

#endif
