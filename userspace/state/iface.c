/* SPDX-License-Identifier: Apache-2.0 */
/* Interface addresses of the machine that events come from. */
#include "state/iface.h"

#include <stdlib.h>

#include "state/rcstr.h"
#include "state/state_priv.h"

enum { IFACES_MAX = 4096 };

void state_seed_interface(struct state *s, struct ip addr, struct ip netmask, struct str name)
{
	struct iface *more;

	if (s->n_ifaces >= IFACES_MAX)
		return;
	more = realloc(s->ifaces, (s->n_ifaces + 1) * sizeof(*more));
	if (!more)
		return;
	s->ifaces = more;
	s->ifaces[s->n_ifaces++] = (struct iface){ addr, netmask, rcstr_new(name) };
	s->epoch++;
}

void state_each_interface(struct state *s,
			  void (*visit)(struct ip addr, struct ip netmask, struct str name,
					void *arg),
			  void *arg)
{
	for (unsigned i = 0; i < s->n_ifaces; i++)
		visit(s->ifaces[i].addr, s->ifaces[i].mask, s->ifaces[i].name, arg);
}

void ifaces_free(struct state *s)
{
	for (unsigned i = 0; i < s->n_ifaces; i++)
		rcstr_unref(&s->ifaces[i].name);
	free(s->ifaces);
}

bool state_is_local(const struct state *s, struct ip addr)
{
	for (unsigned i = 0; i < s->n_ifaces; i++) {
		const struct ip *local = &s->ifaces[i].addr;

		if (local->v != addr.v)
			continue;
		/* quirk: as in Falco, IPv6 addresses are compared by their first 64 bits. */
		if (memcmp(local->b, addr.b, addr.v == 6 ? 8 : 4) == 0)
			return true;
	}
	return false;
}
