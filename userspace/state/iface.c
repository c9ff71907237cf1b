/* SPDX-License-Identifier: Apache-2.0 */
/* This machine's own addresses. */
#include "state/engine.h"
#include "state/sockaddr.h"

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
	s->ifaces[s->n_ifaces++] = (struct iface){ addr, netmask, text_new(name) };
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
		text_drop(&s->ifaces[i].name);
	free(s->ifaces);
}

bool state_is_local(const struct state *s, struct ip addr)
{
	for (unsigned i = 0; i < s->n_ifaces; i++) {
		const struct ip *own = &s->ifaces[i].addr;

		if (own->v != addr.v)
			continue;
		/* quirk: of v6 addresses the network half decides, as rules written for Falco expect. */
		if (memcmp(own->b, addr.b, addr.v == 6 ? 8 : 4) == 0)
			return true;
	}
	return false;
}
