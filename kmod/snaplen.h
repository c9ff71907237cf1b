/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* How much payload is worth keeping. */
#ifndef FALCO_SNAPLEN_H
#define FALCO_SNAPLEN_H

#include "capture.h"
#include "consumer.h"

enum { SNAPLEN_LOOK = 16 }; /* bytes of payload that a protocol is recognised by */

/* The consumer's snap length, or more where the ports or the first bytes of the payload are of interest. */
u32 snaplen_dynamic(struct capture *c, const u8 *look, u32 n_look);

/* As above, looking at user memory. */
u32 snaplen_look(struct capture *c, const void __user *payload, u32 n);

static inline u32 snaplen(struct capture *c, const void __user *payload, u32 n)
{
	u32 most = READ_ONCE(c->who->snaplen);

	if (n <= most)
		return n;
	return READ_ONCE(c->who->dynamic_snaplen) ? min(n, snaplen_look(c, payload, n)) : most;
}

#endif
