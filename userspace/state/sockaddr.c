/* SPDX-License-Identifier: Apache-2.0 */
/* Parsing socket addresses of records. */
#include "state/sockaddr.h"

#include <arpa/inet.h>
#include <stdio.h>

static bool ip_is_mapped(const struct ip *ip)
{
	static const uint8_t prefix[12] = { [10] = 0xff, [11] = 0xff };

	return ip->v == 6 && memcmp(ip->b, prefix, sizeof(prefix)) == 0;
}

/* Converts an IPv4-mapped IPv6 address to IPv4; leaves others alone. */
static void ip_unmap(struct ip *ip)
{
	struct ip v4 = { .v = 4 };

	if (!ip_is_mapped(ip))
		return;
	memcpy(v4.b, ip->b + 12, 4);
	*ip = v4;
}

/* Bytes of the address and port of one endpoint; 0 if the family has none. */
static size_t endpoint_size(uint8_t family)
{
	switch (family) {
	case WIRE_INET:
		return 4 + 2;
	case WIRE_INET6:
		return 16 + 2;
	}
	return 0;
}

static struct endpoint endpoint_read(const char *p, size_t size)
{
	struct endpoint e = { .ip.v = size == 6 ? 4 : 6 };

	memcpy(e.ip.b, p, size - 2);
	memcpy(&e.port, p + size - 2, 2);
	return e;
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
	size_t size;

	memset(out, 0, sizeof(*out));
	if (!bytes.n)
		return false;
	out->family = (uint8_t)bytes.p[0];
	if (out->family == WIRE_UNIX) {
		out->path = path_read(str_skip(bytes, 1));
		return bytes.n >= 2;
	}
	size = endpoint_size(out->family);
	if (!size || bytes.n != 1 + size)
		return false;
	out->end = endpoint_read(bytes.p + 1, size);
	ip_unmap(&out->end.ip);
	return true;
}

/* Two IPv4-mapped addresses, or two that are not set, make an IPv4 tuple; one alone does not. */
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
	size_t size;

	memset(out, 0, sizeof(*out));
	if (!bytes.n)
		return false;
	out->family = (uint8_t)bytes.p[0];
	if (out->family == WIRE_UNIX) {
		if (bytes.n < 18)
			return false;
		memcpy(&out->unix_source, bytes.p + 1, 8);
		memcpy(&out->unix_dest, bytes.p + 9, 8);
		out->path = path_read(str_skip(bytes, 17));
		return true;
	}
	size = endpoint_size(out->family);
	if (!size || bytes.n != 1 + 2 * size)
		return false;
	out->source = endpoint_read(bytes.p + 1, size);
	out->dest = endpoint_read(bytes.p + 1 + size, size);
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
