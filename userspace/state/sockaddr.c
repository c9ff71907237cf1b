/* SPDX-License-Identifier: Apache-2.0 */
/* Parses the socket addresses in records. */
#include "state/sockaddr.h"

#include <arpa/inet.h>
#include <stdio.h>

static bool ip_is_mapped(const struct ip *ip)
{
	static const uint8_t prefix[12] = { [10] = 0xff, [11] = 0xff };

	return ip->v == 6 && memcmp(ip->b, prefix, sizeof(prefix)) == 0;
}

/* Converts an IPv4-mapped IPv6 address to IPv4; does not change others. */
static void ip_unmap(struct ip *ip)
{
	struct ip v4 = { .v = 4 };

	if (!ip_is_mapped(ip))
		return;
	memcpy(v4.b, ip->b + 12, 4);
	*ip = v4;
}

/*
 * Reads n endpoints; false if the family is not an IP family, or bytes does not have exactly the
 * length of n endpoints.
 */
static bool endpoints_read(uint8_t family, struct str bytes, struct endpoint *e, unsigned n)
{
	size_t ip_size = family == WIRE_INET ? 4 : family == WIRE_INET6 ? 16 : 0;
	const char *p = bytes.p;

	if (!ip_size || bytes.n != n * (ip_size + sizeof(e->port)))
		return false;
	for (; n; n--, e++) {
		*e = (struct endpoint){ .ip.v = ip_size == 4 ? 4 : 6 };
		memcpy(e->ip.b, p, ip_size);
		memcpy(&e->port, p + ip_size, sizeof(e->port));
		p += ip_size + sizeof(e->port);
	}
	return true;
}

/* The path of a unix socket, up to the first NUL. */
static struct str path_read(struct str bytes)
{
	const char *nul = memchr(bytes.p, 0, bytes.n);

	if (nul)
		bytes.n = (size_t)(nul - bytes.p);
	return bytes;
}

bool sockaddr_parse(struct str bytes, struct sockaddr_wire *out)
{
	memset(out, 0, sizeof(*out));
	if (!bytes.n)
		return false;
	out->family = (uint8_t)bytes.p[0];
	bytes = str_skip(bytes, 1);
	if (out->family == WIRE_UNIX) {
		out->path = path_read(bytes);
		return bytes.n > 0;
	}
	if (!endpoints_read(out->family, bytes, &out->end, 1))
		return false;
	ip_unmap(&out->end.ip);
	return true;
}

/* Converts to an IPv4 tuple if both addresses are IPv4-mapped, or both are zero. */
static void tuple_unmap(struct socktuple_wire *t)
{
	struct ip none = { .v = 4 };

	if (ip_is_zero(&t->source.ip) && ip_is_zero(&t->dest.ip)) {
		t->source.ip = t->dest.ip = none;
		t->family = WIRE_INET;
	} else if (ip_is_mapped(&t->source.ip) && ip_is_mapped(&t->dest.ip)) {
		ip_unmap(&t->source.ip);
		ip_unmap(&t->dest.ip);
		t->family = WIRE_INET;
	}
}

bool socktuple_parse(struct str bytes, struct socktuple_wire *out)
{
	struct endpoint ends[2];

	memset(out, 0, sizeof(*out));
	if (!bytes.n)
		return false;
	out->family = (uint8_t)bytes.p[0];
	bytes = str_skip(bytes, 1);
	if (out->family == WIRE_UNIX && bytes.n > 16) {
		memcpy(&out->unix_source, bytes.p, 8);
		memcpy(&out->unix_dest, bytes.p + 8, 8);
		out->path = path_read(str_skip(bytes, 16));
		return true;
	}
	if (!endpoints_read(out->family, bytes, ends, 2))
		return false;
	out->source = ends[0];
	out->dest = ends[1];
	tuple_unmap(out);
	return true;
}

size_t endpoint_text(const struct endpoint *e, bool with_port, char out[ENDPOINT_TEXT_SIZE])
{
	size_t n;

	if (!inet_ntop(e->ip.v == 6 ? AF_INET6 : AF_INET, e->ip.b, out, ENDPOINT_TEXT_SIZE))
		return 0;
	n = strlen(out);
	if (with_port)
		n += (size_t)snprintf(out + n, ENDPOINT_TEXT_SIZE - n, ":%u", e->port);
	return n;
}
