// SPDX-License-Identifier: Apache-2.0
/* Reads the addresses of this machine's network interfaces. */
#include <ifaddrs.h>
#include <netinet/in.h>
#include <string.h>

#include "source/procexe.h"

static struct ip ip_of(const struct sockaddr *sa)
{
	struct ip ip = { 0 };

	if (sa && sa->sa_family == AF_INET) {
		ip.v = 4;
		memcpy(ip.b, &((const struct sockaddr_in *)(const void *)sa)->sin_addr, 4);
	} else if (sa && sa->sa_family == AF_INET6) {
		ip.v = 6;
		memcpy(ip.b, &((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr, 16);
	}
	return ip;
}

void procif_seed(struct state *state)
{
	struct ifaddrs *all;

	if (getifaddrs(&all) < 0)
		return;
	for (struct ifaddrs *i = all; i; i = i->ifa_next) {
		struct ip ip = ip_of(i->ifa_addr);

		if (ip.v)
			state_seed_interface(state, ip, ip_of(i->ifa_netmask), str_of(i->ifa_name));
	}
	freeifaddrs(all);
}
