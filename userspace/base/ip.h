/* SPDX-License-Identifier: Apache-2.0 */
/* IP addresses and networks, IPv4 or IPv6. */
#ifndef BASE_IP_H
#define BASE_IP_H

#include <stdbool.h>
#include <stdint.h>

struct ip {
	uint8_t v;     /* 4, 6, or 0: no address */
	uint8_t b[16]; /* network order; v4 uses the first four, the rest is zero */
};

struct ip_net {
	struct ip ip;
	uint8_t bits; /* prefix length */
};

#endif
