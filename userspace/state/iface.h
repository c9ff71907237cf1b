/* SPDX-License-Identifier: Apache-2.0 */
/* Network interfaces of the machine that events come from; for state/ only. */
#ifndef STATE_IFACE_H
#define STATE_IFACE_H

#include "state/state.h"

struct iface {
	struct ip addr, mask;
	struct str name; /* an rcstr */
};

/* Frees all interfaces of s. */
void ifaces_free(struct state *s);

#endif
