/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Handlers of socket events: addresses, and the role of the process, client or server.
 *
 * When the role is known, source is the client and dest the server.  Addresses in events
 * are those of the sender and the receiver, so a tuple taken from data that was sent or received is
 * swapped if the role requires it.
 */
#include "state/socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>

#include "state/handlers.h"
#include "state/iface.h"
#include "state/sockaddr.h"

/* Result of connect(2) on a non-blocking socket. */
static const int64_t in_progress = -EINPROGRESS;

/* The type argument of socket(2) without SOCK_CLOEXEC and SOCK_NONBLOCK. */
enum { SOCK_TYPE_MASK = 0xff };

/* ---- names ---- */

static size_t sock_tuple_text(const struct fd *fd, char out[SOCK_NAME_SIZE])
{
	bool ports = fd->l4 == L4_TCP || fd->l4 == L4_UDP;
	size_t n;

	if (!ports && fd->l4 != L4_ICMP && fd->l4 != L4_RAW) {
		memcpy(out, "<unknown>", 9);
		return 9;
	}
	n = endpoint_text(&fd->tuple.source, ports, out);
	memcpy(out + n, "->", 2);
	return n + 2 + endpoint_text(&fd->tuple.dest, ports, out + n + 2);
}

struct str sock_name(const struct fd *fd, struct str path, char out[SOCK_NAME_SIZE])
{
	int n = 0;

	switch (fd->type) {
	case FD_IPV4_SOCK:
	case FD_IPV6_SOCK:
		return (struct str){ out, sock_tuple_text(fd, out) };
	case FD_IPV4_SERVER:
	case FD_IPV6_SERVER:
		return (struct str){ out, endpoint_text(&fd->tuple.dest, true, out) };
	case FD_UNIX:
		n = snprintf(out, SOCK_NAME_SIZE, "%llx->%llx %.*s",
			     (unsigned long long)fd->unix_sock.source,
			     (unsigned long long)fd->unix_sock.dest, STR_ARGS(path));
		break;
	}
	return (struct str){ out, n < SOCK_NAME_SIZE ? (size_t)n : SOCK_NAME_SIZE - 1 };
}

/* Replaces the event's descriptor by fd, with this name. */
static void sock_store(struct event *ev, struct fd *fd, struct str name)
{
	bool changed = !ev->fd || !str_eq(ev->fd->name, name);

	fd->name = name;
	ev->fd = fd_table_set(ev_fds(ev), fd);
	ev->fd_name_changed = changed;
}

static void sock_swap(struct fd *fd)
{
	struct endpoint e = fd->tuple.source;

	fd->tuple.source = fd->tuple.dest;
	fd->tuple.dest = e;
}

static bool sock_is_server(const struct fd *fd)
{
	return fd->type == FD_IPV4_SERVER || fd->type == FD_IPV6_SERVER;
}

static bool sock_has_role(const struct fd *fd)
{
	return fd->flags & (FDF_ROLE_CLIENT | FDF_ROLE_SERVER);
}

/* ---- socket, socketpair ---- */

/* enum l4_proto from the arguments of socket(2). */
static uint8_t l4_of(uint32_t type, uint32_t proto)
{
	type &= SOCK_TYPE_MASK;
	if (type == SOCK_RAW)
		return L4_RAW;
	switch (proto) {
	case 0:
		return type == SOCK_STREAM ? L4_TCP : type == SOCK_DGRAM ? L4_UDP : L4_UNKNOWN;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return L4_ICMP;
	case IPPROTO_TCP:
		return L4_TCP;
	case IPPROTO_UDP:
		return L4_UDP;
	case IPPROTO_RAW:
		return L4_RAW;
	}
	return L4_UNKNOWN;
}

void state_on_socket(struct state *s, struct event *ev)
{
	uint64_t flags = ev_u64(ev, IX(socket, flags), 0);
	struct fd fd = { .num = ev->result, .open_flags = (uint32_t)flags };

	(void)s;
	if (!ev_ok(ev))
		return;
	switch (ev_u64(ev, IX(socket, domain), 0)) {
	case socket_families_AF_UNIX:
		fd.type = FD_UNIX;
		break;
	case socket_families_AF_INET:
		fd.type = FD_IPV4_SOCK;
		break;
	case socket_families_AF_INET6:
		fd.type = FD_IPV6_SOCK;
		break;
	case socket_families_AF_NETLINK:
		fd.type = FD_NETLINK;
		break;
	}
	if (fd_is_ip(&fd)) {
		fd.l4 = l4_of((uint32_t)ev_u64(ev, IX(socket, type), 0),
			      (uint32_t)ev_u64(ev, IX(socket, proto), 0));
		fd.tuple.source.ip.v = fd.tuple.dest.ip.v = fd.type == FD_IPV4_SOCK ? 4 : 6;
	}
	/* Records of older drivers have no parameter flags; type contains the flags, too. */
	if ((flags & file_flags_O_CLOEXEC) || (ev_u64(ev, IX(socket, type), 0) & SOCK_CLOEXEC))
		fd.flags = FDF_CLOEXEC;
	ev_new_fd(ev, &fd);
}

void state_on_socketpair(struct state *s, struct event *ev)
{
	struct fd a = { .type = FD_UNIX }, b;

	(void)s;
	if (!ev_ok(ev))
		return;
	a.num = ev_s64(ev, IX(socketpair, fd1), -1);
	a.unix_sock.source = ev_u64(ev, IX(socketpair, source), 0);
	a.unix_sock.dest = ev_u64(ev, IX(socketpair, peer), 0);
	if (ev_u64(ev, IX(socketpair, type), 0) & SOCK_CLOEXEC)
		a.flags = FDF_CLOEXEC;
	b = a;
	b.num = ev_s64(ev, IX(socketpair, fd2), -1);
	if (a.num < 0 || b.num < 0 || a.num == b.num)
		return;
	ev_new_fd(ev, &a);
	ev_new_fd(ev, &b);
}

/* ---- bind, connect, accept ---- */

void state_on_bind(struct state *s, struct event *ev)
{
	char name[ENDPOINT_TEXT_SIZE];
	struct sockaddr_wire addr;
	struct fd fd;

	(void)s;
	if (!ev_ok(ev) || !ev->fd || !sockaddr_parse(ev_bytes(ev, IX(bind, addr)), &addr))
		return;
	fd = *ev->fd;
	if (addr.family == WIRE_UNIX) {
		sock_store(ev, &fd, addr.path);
		return;
	}
	if (addr.end.port) {
		fd.type = addr.end.ip.v == 4 ? FD_IPV4_SERVER : FD_IPV6_SERVER;
		memset(&fd.tuple, 0, sizeof(fd.tuple));
		fd.tuple.dest = addr.end;
		fd.flags = (fd.flags & ~FDF_ROLE_CLIENT) | FDF_ROLE_SERVER;
	}
	sock_store(ev, &fd, (struct str){ name, endpoint_text(&addr.end, true, name) });
}

/*
 * TOCTOU: the address at exit is read from user memory, which may have been changed after the
 * kernel used it.  The address of the enter event replaces it, unless the kernel's tuple has a
 * destination other than the address at exit.
 */
static void connect_prefer_enter(struct state *s, struct event *ev, struct fd *fd,
				 const struct socktuple_wire *t)
{
	struct sockaddr_wire exit_addr, addr;
	struct event enter;

	if (!thread_priv(ev->thread)->stash || !ev_unstash(s, ev, &enter) ||
	    !sockaddr_parse(ev_bytes(&enter, IX(connect_enter, addr)), &addr) ||
	    addr.family == WIRE_UNIX)
		return;
	if (t && (!sockaddr_parse(ev_bytes(ev, IX(connect, addr)), &exit_addr) ||
		  !endpoint_eq(&exit_addr.end, &t->dest)))
		return;
	fd->tuple.dest = addr.end;
}

static void connect_ip(struct state *s, struct event *ev, struct fd *fd,
		       const struct socktuple_wire *t)
{
	char name[SOCK_NAME_SIZE];

	if (t) {
		fd->type = t->family == WIRE_INET ? FD_IPV4_SOCK : FD_IPV6_SOCK;
		fd->tuple.source = t->source;
		fd->tuple.dest = t->dest;
	} else if (sock_is_server(fd)) {
		fd->tuple.source = fd->tuple.dest;
		fd->type = fd->type == FD_IPV4_SERVER ? FD_IPV4_SOCK : FD_IPV6_SOCK;
	}
	connect_prefer_enter(s, ev, fd, t);
	if ((fd->flags & FDF_ROLE_SERVER) && fd->l4 == L4_UDP)
		sock_swap(fd);
	if (!sock_has_role(fd))
		fd->flags |= FDF_ROLE_CLIENT;
	sock_store(ev, fd, sock_name(fd, STR_NONE, name));
}

void state_on_connect(struct state *s, struct event *ev)
{
	char name[SOCK_NAME_SIZE];
	struct socktuple_wire t;
	bool has_tuple;
	struct fd fd;

	if (!ev->fd || !ev->has_result || (ev->result < 0 && ev->result != in_progress))
		return;
	fd = *ev->fd;
	fd.flags |= FDF_CONNECTED;
	has_tuple = socktuple_parse(ev_bytes(ev, IX(connect, tuple)), &t);
	if (has_tuple ? t.family != WIRE_UNIX : fd_is_ip(&fd)) {
		connect_ip(s, ev, &fd, has_tuple ? &t : NULL);
		return;
	}
	if (!has_tuple) {
		sock_store(ev, &fd, fd.name);
		return;
	}
	fd.type = FD_UNIX;
	fd.unix_sock.source = t.unix_source;
	fd.unix_sock.dest = t.unix_dest;
	if (!sock_has_role(&fd))
		fd.flags |= FDF_ROLE_CLIENT;
	sock_store(ev, &fd, sock_name(&fd, t.path, name));
}

void state_on_accept(struct state *s, struct event *ev)
{
	char name[SOCK_NAME_SIZE];
	struct socktuple_wire t;
	struct fd fd = { .num = ev->result, .flags = FDF_ROLE_SERVER | FDF_CONNECTED };

	(void)s;
	if (!ev_ok(ev) || !socktuple_parse(ev_bytes(ev, IX(accept, tuple)), &t))
		return;
	if (t.family == WIRE_UNIX) {
		fd.type = FD_UNIX;
		fd.unix_sock.source = t.unix_source;
		fd.unix_sock.dest = t.unix_dest;
	} else {
		fd.type = t.family == WIRE_INET ? FD_IPV4_SOCK : FD_IPV6_SOCK;
		fd.l4 = L4_TCP;
		fd.tuple.source = t.source;
		fd.tuple.dest = t.dest;
	}
	if (ev->type == EV_accept4 && (ev_u64(ev, IX(accept4, flags), 0) & file_flags_O_CLOEXEC))
		fd.flags |= FDF_CLOEXEC;
	fd.name = sock_name(&fd, t.path, name);
	ev_new_fd(ev, &fd);
}

/* ---- traffic ---- */

struct port_search {
	uint16_t port;
	bool found;
};

static bool port_match(struct fd *fd, void *arg)
{
	struct port_search *p = arg;

	if (fd->type == FD_IPV4_SERVER)
		p->found = fd->tuple.dest.port == p->port;
	else if (fd->type == FD_IPV4_SOCK)
		p->found = fd->tuple.source.port && fd->tuple.source.port == p->port;
	return !p->found;
}

/*
 * The role (enum fd_flag) of a UDP socket at its first data: server if it receives on a port that a
 * socket of this process is bound to, else client.
 */
static uint16_t guess_role(struct fd_table *fds, const struct fd *fd, bool incoming)
{
	struct port_search p = { .port = fd->tuple.dest.port };

	fd_table_each(fds, port_match, &p);
	return p.found && incoming ? FDF_ROLE_SERVER : FDF_ROLE_CLIENT;
}

static bool same_network(const struct iface *f, const struct ip *peer)
{
	bool same = true;

	for (unsigned k = 0; k < (peer->v == 4 ? 4 : 16); k++)
		same &= ((f->addr.b[k] ^ peer->b[k]) & f->mask.b[k]) == 0;
	return same;
}

static bool is_loopback(const struct ip *ip)
{
	static const uint8_t v4[4] = { 127, 0, 0, 1 }, v6[16] = { [15] = 1 };

	return memcmp(ip->b, ip->v == 4 ? v4 : v6, ip->v == 4 ? 4 : 16) == 0;
}

/*
 * The likely local address of a connection with peer: one in the same network, else the first that
 * is not loopback; all zero without one.
 */
static struct ip local_address_for(const struct state *s, const struct ip *peer)
{
	struct ip first = { .v = peer->v };
	bool any = false;

	for (unsigned i = 0; i < s->n_ifaces; i++) {
		const struct iface *f = &s->ifaces[i];

		if (f->addr.v != peer->v)
			continue;
		if (same_network(f, peer))
			return f->addr;
		if (!any && !is_loopback(&f->addr)) {
			first = f->addr;
			any = true;
		}
	}
	return first;
}

/* Sets the addresses of fd from t; false if fd has them already, in either direction. */
static bool tuple_update(const struct state *s, struct fd *fd, const struct socktuple_wire *t)
{
	struct endpoint source = t->source, dest = t->dest;

	if (!sock_is_server(fd) &&
	    ((endpoint_eq(&fd->tuple.source, &source) && endpoint_eq(&fd->tuple.dest, &dest)) ||
	     (endpoint_eq(&fd->tuple.source, &dest) && endpoint_eq(&fd->tuple.dest, &source))))
		return false;
	if (sock_is_server(fd))
		memset(&fd->tuple, 0, sizeof(fd->tuple));
	fd->type = t->family == WIRE_INET ? FD_IPV4_SOCK : FD_IPV6_SOCK;
	fd->tuple.source = source;
	/* quirk: a known IPv4 destination is kept, a known IPv6 destination is replaced. */
	if (t->family == WIRE_INET6 || ip_is_zero(&fd->tuple.dest.ip))
		fd->tuple.dest = dest;
	if (ip_is_zero(&fd->tuple.source.ip))
		fd->tuple.source.ip = local_address_for(s, &dest.ip);
	else if (ip_is_zero(&fd->tuple.dest.ip))
		fd->tuple.dest.ip = local_address_for(s, &source.ip);
	if (fd->l4 == L4_UNKNOWN)
		fd->l4 = L4_UDP;
	return true;
}

static void update_tuple(struct state *s, struct event *ev, struct fd *fd,
			 const struct socktuple_wire *t, bool incoming)
{
	char name[SOCK_NAME_SIZE];

	if (!tuple_update(s, fd, t))
		return;
	if (!sock_has_role(fd))
		fd->flags |= guess_role(ev_fds(ev), fd, incoming);
	if (fd->flags & (incoming ? FDF_ROLE_CLIENT : FDF_ROLE_SERVER))
		sock_swap(fd);
	sock_store(ev, fd, sock_name(fd, STR_NONE, name));
}

static void traffic_ip(struct state *s, struct event *ev, bool incoming)
{
	int role = ev_role(ev, ROLE_TUPLE);
	struct socktuple_wire t;
	struct fd fd = *ev->fd;

	if (!(fd.flags & FDF_CONNECTED) && !sock_is_server(&fd)) {
		struct fd *writable = fd_table_get_writable(ev_fds(ev), ev->fd_num);

		if (!writable)
			return;
		writable->flags |= FDF_CONNECTED;
		ev->fd = writable;
		fd = *writable;
	}
	if (role < 0 || (fd.name.n && fd.l4 == L4_TCP))
		return;
	if (!socktuple_parse(ev_bytes(ev, (unsigned)role), &t) || t.family == WIRE_UNIX)
		return;
	update_tuple(s, ev, &fd, &t, incoming);
}

/*
 * Adds descriptors received over a unix socket (SCM_RIGHTS), live only: the control message has
 * only their numbers, all else is read from /proc.  The bytes are a sequence of struct cmsghdr with
 * data, aligned to 8 bytes, and may be truncated.
 */
static void receive_rights(struct state *s, struct event *ev)
{
	enum { HEADER = sizeof(struct cmsghdr), SCM_MAX_FD = 253 };
	struct str c = ev_bytes(ev, IX(recvmsg, msgcontrol));
	int64_t pid = ev->thread->pid;

	_Static_assert(HEADER == 16, "control messages of 64-bit systems");
	if (ev->type == EV_recvmmsg)
		c = ev_bytes(ev, IX(recvmmsg, msgcontrol));
	while (s->opt.live && s->fd_lookup && c.n >= HEADER) {
		uint64_t len;
		int32_t level_type[2], num;

		memcpy(&len, c.p, 8);
		memcpy(level_type, c.p + 8, 8);
		if (len < HEADER || len > c.n)
			return;
		for (uint64_t at = HEADER;
		     level_type[0] == SOL_SOCKET && level_type[1] == SCM_RIGHTS && at + 4 <= len &&
		     at < HEADER + 4 * SCM_MAX_FD;
		     at += 4) {
			memcpy(&num, c.p + at, 4);
			s->fd_lookup(s->fd_lookup_arg, pid, num, s);
		}
		c = str_skip(c, (len + 7) & ~7ull);
	}
	ev->fd = fd_table_get(ev_fds(ev), ev->fd_num);
}

/* A unix socket without a connect or accept event gets its name from the first data. */
static void traffic_unix(struct event *ev)
{
	int role = ev_role(ev, ROLE_TUPLE);
	char name[SOCK_NAME_SIZE];
	struct socktuple_wire t;
	struct fd fd = *ev->fd;

	if (fd.name.n || role < 0 || !socktuple_parse(ev_bytes(ev, (unsigned)role), &t) ||
	    t.family != WIRE_UNIX)
		return;
	fd.unix_sock.source = t.unix_source;
	fd.unix_sock.dest = t.unix_dest;
	sock_store(ev, &fd, sock_name(&fd, t.path, name));
}

/* Slow path; noinline because most reads and writes are on files and pipes. */
static __attribute__((noinline)) void socket_receive(struct state *s, struct event *ev)
{
	if (fd_is_ip(ev->fd)) {
		traffic_ip(s, ev, true);
		return;
	}
	traffic_unix(ev);
	if (ev->fd && (ev->type == EV_recvmsg || ev->type == EV_recvmmsg))
		receive_rights(s, ev);
}

void state_on_read(struct state *s, struct event *ev)
{
	if (ev->fd && ev_ok(ev) && fd_has_peer(ev->fd))
		socket_receive(s, ev);
}

/*
 * Adds a descriptor for a socket whose creation event was lost.  The event has addresses; UDP is
 * assumed, since it needs no connect.
 */
static void socket_create_placeholder(struct event *ev)
{
	int role = ev_role(ev, ROLE_TUPLE);
	struct socktuple_wire t;
	struct fd fd = { .num = ev->fd_num, .l4 = L4_UDP };

	if (role < 0 || ev->fd_num < 0 || !ev->thread)
		return;
	if (!socktuple_parse(ev_bytes(ev, (unsigned)role), &t) || t.family == WIRE_UNIX)
		return;
	fd.type = t.family == WIRE_INET ? FD_IPV4_SOCK : FD_IPV6_SOCK;
	fd.tuple.source.ip.v = fd.tuple.dest.ip.v = t.family == WIRE_INET ? 4 : 6;
	ev->fd = fd_table_set(ev_fds(ev), &fd);
}

static __attribute__((noinline)) void socket_send(struct state *s, struct event *ev)
{
	if (!ev->fd)
		socket_create_placeholder(ev);
	if (ev->fd && fd_is_ip(ev->fd))
		traffic_ip(s, ev, false);
	else if (ev->fd)
		traffic_unix(ev);
}

void state_on_write(struct state *s, struct event *ev)
{
	if (ev_ok(ev) && (!ev->fd || fd_has_peer(ev->fd)))
		socket_send(s, ev);
}

/* ---- sockets that were open before the first event ---- */

/* Neither bound nor connected yet. */
static bool sock_has_no_address(const struct fd *fd)
{
	static const struct endpoint none;
	const struct endpoint *a = &fd->tuple.source, *b = &fd->tuple.dest;

	return !a->port && !b->port && !memcmp(a->ip.b, none.ip.b, 16) &&
	       !memcmp(b->ip.b, none.ip.b, 16);
}

/* For fd_table_each(): false, which ends the iteration, if the entry cannot be stored. */
static bool sock_init(struct fd *fd, void *arg)
{
	struct thread *t = arg;
	const struct state *s = thread_priv(t)->state;
	uint16_t port = fd->tuple.source.port;
	struct fd set = *fd;
	char name[SOCK_NAME_SIZE];

	switch (fd->type) {
	case FD_IPV4_SOCK:
	case FD_IPV6_SOCK:
		if (sock_has_no_address(fd))
			return true;
		if (set.l4 == L4_TCP)
			set.flags |= FDF_CONNECTED;
		if (fd->type == FD_IPV6_SOCK)
			break;
		if (s->listening[port / 8] & (1 << port % 8)) {
			sock_swap(&set);
			set.flags |= FDF_ROLE_SERVER;
		} else {
			set.flags |= FDF_ROLE_CLIENT;
		}
		break;
	case FD_IPV4_SERVER:
	case FD_IPV6_SERVER:
		set.flags |= FDF_ROLE_SERVER;
		break;
	case FD_UNIX:
		set.flags |= fd->name.n ? FDF_ROLE_SERVER : FDF_ROLE_CLIENT;
		return fd_table_set(t->fds, &set);
	default:
		return true;
	}
	set.name = sock_name(&set, STR_NONE, name);
	return fd_table_set(t->fds, &set);
}

void sock_init_seeded_fd(struct thread *t, struct fd *fd)
{
	sock_init(fd, t);
}

void sock_init_seeded(struct thread *t)
{
	if (t->fds)
		fd_table_each(t->fds, sock_init, t);
}
