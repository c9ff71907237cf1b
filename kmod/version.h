/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the module says it speaks; what it does speak is in uapi/version.h. */
#ifndef FALCO_VERSION_H
#define FALCO_VERSION_H

#include <linux/types.h>

u64 falco_version_api(void);
u64 falco_version_schema(void);
/* As the reader is to have it. */
u16 falco_version_event(u16 event);

#endif
