/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The versions that the module reports (parameter report_api); its own are in uapi/version.h. */
#ifndef FALCO_VERSION_H
#define FALCO_VERSION_H

#include <linux/types.h>

/* In the encoding of uapi/version.h. */
u64 falco_version_api(void);
u64 falco_version_schema(void);
/* The event as a reader of the reported schema knows it: itself, or EV_generic. */
u16 falco_version_event(u16 event);

#endif
