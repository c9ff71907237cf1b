/* SPDX-License-Identifier: Apache-2.0 */
/* Conversion of IP addresses and networks from and to text. */
#ifndef BASE_NET_H
#define BASE_NET_H

#include "base/ip.h"
#include "base/str.h"

/* Sizes of buffers for the longest text and a NUL. */
enum { NET_IP_TEXT = 46, NET_TEXT = 50 };

/* An address as inet_pton(3) parses it; false if s is not one. */
bool net_parse_ip(struct str s, struct ip *out);
/*
 * "10.0.0.0/8", "fe80::/10".  The prefix length is required: IPv4 0..32, IPv6 1..128.  Host bits
 * are cleared.  False if s is not a network.
 */
bool net_parse(struct str s, struct ip_net *out);
/* Formats the address into out, "" if it is none; returns out. */
const char *net_ip_format(struct ip ip, char out[NET_IP_TEXT]);
const char *net_format(struct ip_net net, char out[NET_TEXT]);
/* Whether the address is in the network; false if their families differ. */
bool net_contains(const struct ip_net *net, const struct ip *ip);

static inline bool net_ip_eq(const struct ip *a, const struct ip *b)
{
	return a->v == b->v && memcmp(a->b, b->b, sizeof(a->b)) == 0;
}

#endif
