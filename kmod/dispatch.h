/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The probes, and the one way into a ring. */
#ifndef FALCO_DISPATCH_H
#define FALCO_DISPATCH_H

#include "capture.h"

struct falco_consumer;

/* The probe of each enum falco_tp, checked against the kernel's prototype; NULL if nothing is made of it here. */
extern void *const falco_dispatch_probes[];

/* Into this CPU's ring of one consumer, if it is open.  Pinned; false if the record was lost. */
bool falco_dispatch_record(struct falco_consumer *who, struct capture *c);

#endif
