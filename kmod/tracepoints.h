/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Where the kernel calls us. */
#ifndef FALCO_TRACEPOINTS_H
#define FALCO_TRACEPOINTS_H

#include <linux/types.h>

int falco_tracepoints_init(void);

/* With falco_mutex held: exactly these (bits of enum falco_tp) shall be attached. */
int falco_tracepoints_attach(u32 tps);

#endif
