/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses and networks as text. */
#ifndef BASE_NET_H
#define BASE_NET_H

#include "base/ip.h"
#include "base/str.h"

enum { NET_IP_TEXT = 46, NET_TEXT = 50 };

bool net_parse_ip(struct str s, struct ip *out);
/* "10.0.0.0/8", "fe80::/10": the prefix is obligatory; v4 0..32, v6 1..128.  Host bits are cleared. */
bool net_parse(struct str s, struct ip_net *out);
/* "" for no address.  Returns out. */
const char *net_ip_format(struct ip ip, char out[NET_IP_TEXT]);
const char *net_format(struct ip_net net, char out[NET_TEXT]);
/* False when the families differ. */
bool net_contains(const struct ip_net *net, const struct ip *ip);

static inline bool net_ip_eq(const struct ip *a, const struct ip *b)
{
	return a->v == b->v && memcmp(a->b, b->b, sizeof(a->b)) == 0;
}

#endif
