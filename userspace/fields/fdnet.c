/* SPDX-License-Identifier: Apache-2.0 */
/* fd.* fields of sockets: addresses, ports, protocol, role. */
#include "base/macros.h"
#include "base/net.h"
#include "fields/extract.h"
#include "state/dns.h"

enum { NAMES_MAX = 8 };

/* A connected socket: both endpoints are known. */
static bool is_pair(const struct fd *fd)
{
	return fd && (fd->type == FD_IPV4_SOCK || fd->type == FD_IPV6_SOCK);
}

/* A bound or listening socket: one endpoint, tuple.dest. */
static bool is_server(const struct fd *fd)
{
	return fd && (fd->type == FD_IPV4_SERVER || fd->type == FD_IPV6_SERVER);
}

static bool has_role(const struct fd *fd)
{
	return fd->flags & (FDF_ROLE_CLIENT | FDF_ROLE_SERVER);
}

/*
 * The endpoint of a field (END_CLIENT, ...); NULL if the socket does not have it, or its role is
 * unknown.
 */
static const struct endpoint *find_endpoint(const struct extract *x, int64_t which)
{
	const struct fd *fd = x->ev->fd;
	bool source_is_local;

	if (is_server(fd))
		return which == END_SERVER ? &fd->tuple.dest : NULL;
	if (!is_pair(fd) || !has_role(fd))
		return NULL;
	if (which == END_CLIENT || which == END_SERVER)
		return which == END_CLIENT ? &fd->tuple.source : &fd->tuple.dest;
	source_is_local = state_is_local(x->state, fd->tuple.source.ip);
	return (which == END_LOCAL) == source_is_local ? &fd->tuple.source : &fd->tuple.dest;
}

static struct ip_net single_host(struct ip ip)
{
	return (struct ip_net){ ip, ip.v == 4 ? 32 : 128 };
}

GETTER(fd_ip)
{
	const struct endpoint *end = find_endpoint(x, ref->field->variant);

	if (!end)
		return 0;
	out->ip = end->ip;
	return 1;
}

GETTER(fd_port)
{
	const struct endpoint *end = find_endpoint(x, ref->field->variant);

	return end ? set_u64(out, end->port) : 0;
}

GETTER(fd_net)
{
	const struct endpoint *end = find_endpoint(x, ref->field->variant);

	if (!end)
		return 0;
	out->net = single_host(end->ip);
	return 1;
}

/* Both endpoints of a connected socket, the only one of a server socket.  Returns their number. */
static unsigned both_endpoints(const struct extract *x, const struct endpoint *out[2])
{
	const struct fd *fd = x->ev->fd;

	if (is_pair(fd)) {
		out[0] = &fd->tuple.source;
		out[1] = &fd->tuple.dest;
		return 2;
	}
	if (!is_server(fd))
		return 0;
	out[0] = &fd->tuple.dest;
	return 1;
}

GETTER(fd_ips)
{
	const struct endpoint *end[2];
	unsigned n = x->printing ? 0 : both_endpoints(x, end);

	(void)ref;
	for (unsigned i = 0; i < n; i++)
		out[i].ip = end[i]->ip;
	return n;
}

GETTER(fd_ports)
{
	const struct endpoint *end[2];
	unsigned n = x->printing ? 0 : both_endpoints(x, end);

	(void)ref;
	for (unsigned i = 0; i < n; i++)
		out[i].u = end[i]->port;
	return n;
}

GETTER(fd_nets)
{
	const struct endpoint *end[2];
	unsigned n = x->printing ? 0 : both_endpoints(x, end);

	(void)ref;
	for (unsigned i = 0; i < n; i++)
		out[i].net = single_host(end[i]->ip);
	return n;
}

/*
 * quirk: client and server port of bound sockets are empty, and so is the client port of unix
 * sockets.
 */
GETTER(fd_proto)
{
	const struct fd *fd = x->ev->fd;
	int64_t which = ref->field->variant;
	const struct endpoint *end = is_server(fd) ? NULL : find_endpoint(x, which);

	if (end)
		return set_text(out, arena_printf(x->scratch, "%u", end->port));
	if (!fd || which == END_LOCAL || which == END_REMOTE)
		return 0;
	if (is_server(fd) || (which == END_CLIENT && fd->type == FD_UNIX && has_role(fd)))
		return set_text(out, STR_LIT(""));
	return 0;
}

GETTER(fd_l4proto)
{
	static const char *const names[] = {
		[L4_UNKNOWN] = "<NA>", [L4_NA] = "<NA>",   [L4_TCP] = "tcp",
		[L4_UDP] = "udp",      [L4_ICMP] = "icmp", [L4_RAW] = "raw",
	};
	const struct fd *fd = x->ev->fd;
	unsigned l4;

	(void)ref;
	if (!fd)
		return 0;
	l4 = fd_l4(fd);
	return set_text(out, str_of(l4 < ARRAY_SIZE(names) ? names[l4] : "<NA>"));
}

GETTER(fd_sockfamily)
{
	const struct fd *fd = x->ev->fd;

	(void)ref;
	if (!fd)
		return 0;
	if (fd_is_ip(fd))
		return set_text(out, STR_LIT("ip"));
	return fd->type == FD_UNIX ? set_text(out, STR_LIT("unix")) : 0;
}

GETTER(fd_is_server)
{
	const struct fd *fd = x->ev->fd;

	(void)ref;
	if (!fd)
		return 0;
	if (is_pair(fd))
		return set_bool(out, state_is_local(x->state, fd->tuple.dest.ip));
	return set_bool(out, is_server(fd));
}

/*
 * An address without a known name: empty in a comparison, so that != holds; no value in an output.
 */
GETTER(fd_ip_name)
{
	const struct endpoint *end = find_endpoint(x, ref->field->variant);
	struct dns *dns = state_dns(x->state);
	struct str names[NAMES_MAX];
	unsigned l4, n;

	if (!end)
		return 0;
	l4 = fd_l4(x->ev->fd);
	if (l4 != L4_TCP && l4 != L4_UDP)
		return 0;
	n = dns ? dns_lookup(dns, end->ip, names, x->printing ? 1 : NAMES_MAX) : 0;
	for (unsigned i = 0; i < n; i++)
		out[i].str = names[i];
	return n || x->printing ? n : set_text(out, STR_LIT(""));
}
