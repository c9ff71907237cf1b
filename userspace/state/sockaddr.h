/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses as records carry them (driver ABI 3.4).  Every length is checked: false means there is no such address. */
#ifndef STATE_SOCKADDR_H
#define STATE_SOCKADDR_H

#include "state/fd.h"

/* Text of any address: "255.255.255.255:65535", or IPv6 with its port. */
enum { SOCK_END_TEXT = 64 };

enum { WIRE_UNIX = 1, WIRE_INET = 2, WIRE_INET6 = 10 };

struct sockaddr_wire {
	uint8_t family;
	struct endpoint end; /* inet, inet6 (v4-mapped ones become v4) */
	struct str path;     /* unix */
};

struct socktuple_wire {
	uint8_t family;
	struct endpoint source, dest;
	uint64_t unix_source, unix_dest;
	struct str path;
};

bool sockaddr_parse(struct str bytes, struct sockaddr_wire *out);
bool socktuple_parse(struct str bytes, struct socktuple_wire *out);

/* "1.2.3.4" or "::1"; with_port: ":80" behind it.  Returns the length. */
size_t sock_end_text(const struct endpoint *e, bool with_port, char out[SOCK_END_TEXT]);

static inline bool ip_eq(const struct ip *a, const struct ip *b)
{
	return a->v == b->v && memcmp(a->b, b->b, sizeof(a->b)) == 0;
}

static inline bool sock_end_eq(const struct endpoint *a, const struct endpoint *b)
{
	return a->port == b->port && ip_eq(&a->ip, &b->ip);
}

static inline bool ip_is_zero(const struct ip *ip)
{
	static const uint8_t zero[16];

	return memcmp(ip->b, zero, sizeof(zero)) == 0;
}

/* A v6 address that stands for a v4 one becomes it. */
void ip_unmap(struct ip *ip);

#endif
