/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <stdio.h>

#include "state/sockaddr.h"

static bool ip_is_mapped(const struct ip *ip)
{
	static const uint8_t prefix[12] = { [10] = 0xff, [11] = 0xff };

	return ip->v == 6 && memcmp(ip->b, prefix, sizeof(prefix)) == 0;
}

void ip_unmap(struct ip *ip)
{
	struct ip v4 = { .v = 4 };

	if (!ip_is_mapped(ip))
		return;
	memcpy(v4.b, ip->b + 12, 4);
	*ip = v4;
}

static struct endpoint end_read(const char *p, unsigned ip_bytes)
{
	struct endpoint e = { .ip.v = ip_bytes == 4 ? 4 : 6 };

	memcpy(e.ip.b, p, ip_bytes);
	memcpy(&e.port, p + ip_bytes, 2);
	return e;
}

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
	switch (out->family) {
	case WIRE_INET:
		if (bytes.n != 7)
			return false;
		out->end = end_read(bytes.p + 1, 4);
		return true;
	case WIRE_INET6:
		if (bytes.n != 19)
			return false;
		out->end = end_read(bytes.p + 1, 16);
		ip_unmap(&out->end.ip);
		return true;
	case WIRE_UNIX:
		out->path = path_read(str_skip(bytes, 1));
		return bytes.n >= 2;
	}
	return false;
}

/* Two v4-mapped ends, or two that are not set, are a v4 tuple. */
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
	memset(out, 0, sizeof(*out));
	if (!bytes.n)
		return false;
	out->family = (uint8_t)bytes.p[0];
	switch (out->family) {
	case WIRE_INET:
		if (bytes.n != 13)
			return false;
		out->source = end_read(bytes.p + 1, 4);
		out->dest = end_read(bytes.p + 7, 4);
		return true;
	case WIRE_INET6:
		if (bytes.n != 37)
			return false;
		out->source = end_read(bytes.p + 1, 16);
		out->dest = end_read(bytes.p + 19, 16);
		tuple_unmap(out);
		return true;
	case WIRE_UNIX:
		if (bytes.n < 18)
			return false;
		memcpy(&out->unix_source, bytes.p + 1, 8);
		memcpy(&out->unix_dest, bytes.p + 9, 8);
		out->path = path_read(str_skip(bytes, 17));
		return true;
	}
	return false;
}

size_t sock_end_text(const struct endpoint *e, bool with_port, char out[SOCK_END_TEXT])
{
	size_t n;

	if (!inet_ntop(e->ip.v == 6 ? AF_INET6 : AF_INET, e->ip.b, out, SOCK_END_TEXT))
		return 0;
	n = strlen(out);
	if (with_port)
		n += (size_t)snprintf(out + n, SOCK_END_TEXT - n, ":%u", e->port);
	return n;
}
