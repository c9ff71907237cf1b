// SPDX-License-Identifier: Apache-2.0
/* Conversion of IP addresses and networks from and to text. */
#include "base/net.h"

#include <arpa/inet.h>
#include <stdio.h>

bool net_parse_ip(struct str s, struct ip *out)
{
	char text[NET_IP_TEXT];

	if (!s.n || s.n >= sizeof(text) || memchr(s.p, 0, s.n))
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = 0;
	*out = (struct ip){ .v = memchr(s.p, ':', s.n) ? 6 : 4 };
	return inet_pton(out->v == 6 ? AF_INET6 : AF_INET, text, out->b) == 1;
}

/* A decimal number of at most three digits. */
static bool parse_bits(struct str s, unsigned *out)
{
	if (!s.n || s.n > 3)
		return false;
	*out = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		*out = *out * 10 + (unsigned)(s.p[i] - '0');
	}
	return true;
}

/* Byte i of the network mask for a prefix of prefix_len bits. */
static uint8_t mask(unsigned prefix_len, unsigned i)
{
	if (prefix_len >= 8 * (i + 1))
		return 0xff;
	return prefix_len <= 8 * i ? 0 : (uint8_t)(0xff << (8 * (i + 1) - prefix_len));
}

bool net_parse(struct str s, struct ip_net *out)
{
	const char *slash = s.n ? memchr(s.p, '/', s.n) : NULL;
	unsigned bits;
	size_t n;

	if (!slash)
		return false;
	n = (size_t)(slash - s.p);
	if (!net_parse_ip((struct str){ s.p, n }, &out->ip) ||
	    !parse_bits(str_skip(s, n + 1), &bits))
		return false;
	if (bits > (out->ip.v == 4 ? 32 : 128) || (out->ip.v == 6 && bits == 0))
		return false;
	out->bits = (uint8_t)bits;
	for (unsigned i = 0; i < 16; i++)
		out->ip.b[i] &= mask(bits, i);
	return true;
}

const char *net_ip_format(struct ip ip, char out[NET_IP_TEXT])
{
	out[0] = 0;
	if (ip.v)
		inet_ntop(ip.v == 6 ? AF_INET6 : AF_INET, ip.b, out, NET_IP_TEXT);
	return out;
}

const char *net_format(struct ip_net net, char out[NET_TEXT])
{
	char ip[NET_IP_TEXT];

	snprintf(out, NET_TEXT, "%s/%u", net_ip_format(net.ip, ip), net.bits);
	return out;
}

bool net_contains(const struct ip_net *net, const struct ip *ip)
{
	if (net->ip.v != ip->v)
		return false;
	for (unsigned i = 0; i < 16; i++)
		if ((ip->b[i] & mask(net->bits, i)) != net->ip.b[i])
			return false;
	return true;
}
