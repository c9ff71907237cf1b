/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Socket addresses in records (types sockaddr and socktuple, kmod/doc/wire-format.md).
 *
 * Addresses are untrusted: a wrong length makes the parser return false.
 */
#ifndef STATE_SOCKADDR_H
#define STATE_SOCKADDR_H

#include "state/fd.h"

/* Bytes for the text of any endpoint, NUL included: "1.2.3.4:80" or an IPv6 address with ":80". */
enum { ENDPOINT_TEXT_SIZE = 64 };

/* First byte of an address: AF_UNIX, AF_INET, AF_INET6 of Linux. */
enum { WIRE_UNIX = 1, WIRE_INET = 2, WIRE_INET6 = 10 };

struct sockaddr_wire {
	uint8_t family;
	struct endpoint end; /* inet, inet6; IPv4-mapped IPv6 addresses become IPv4 */
	struct str path;     /* unix; borrowed from the record */
};

struct socktuple_wire {
	uint8_t family; /* WIRE_INET for inet6 with two IPv4-mapped or two zero addresses */
	struct endpoint source, dest;
	uint64_t unix_source, unix_dest; /* as fd.unix_sock */
	struct str path;		 /* unix; borrowed from the record */
};

/* Parse the bytes of a parameter into *out; false if they are not a valid address. */
bool sockaddr_parse(struct str bytes, struct sockaddr_wire *out);
bool socktuple_parse(struct str bytes, struct socktuple_wire *out);

/* Writes the address, and ":port" if with_port; returns the length. */
size_t endpoint_text(const struct endpoint *e, bool with_port, char out[ENDPOINT_TEXT_SIZE]);

static inline bool ip_eq(const struct ip *a, const struct ip *b)
{
	return a->v == b->v && memcmp(a->b, b->b, sizeof(a->b)) == 0;
}

static inline bool endpoint_eq(const struct endpoint *a, const struct endpoint *b)
{
	return a->port == b->port && ip_eq(&a->ip, &b->ip);
}

static inline bool ip_is_zero(const struct ip *ip)
{
	static const uint8_t zero[16];

	return memcmp(ip->b, zero, sizeof(zero)) == 0;
}

#endif
