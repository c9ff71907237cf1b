/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sockets: who talks to whom.
 *
 * A tuple's source is the client and its destination the server, as far as that is known; until then an event's own
 * direction decides.
 */
#include <stdio.h>

#include "state/engine.h"
#include "state/sockaddr.h"

static const int64_t in_progress = -115;

/* ---- names ---- */

static size_t tuple_text(const struct fd *fd, char out[FD_NAME_MAX])
{
	bool ports = fd->l4 == L4_TCP || fd->l4 == L4_UDP;
	size_t n;

	if (!ports && fd->l4 != L4_ICMP && fd->l4 != L4_RAW) {
		memcpy(out, "<unknown>", 9);
		return 9;
	}
	n = sock_end_text(&fd->tuple.source, ports, out);
	memcpy(out + n, "->", 2);
	return n + 2 + sock_end_text(&fd->tuple.dest, ports, out + n + 2);
}

struct str sock_name(const struct fd *fd, struct str path, char out[FD_NAME_MAX])
{
	int n = 0;

	switch (fd->type) {
	case FD_IPV4_SOCK:
	case FD_IPV6_SOCK:
		return (struct str){ out, tuple_text(fd, out) };
	case FD_IPV4_SERVER:
	case FD_IPV6_SERVER:
		return (struct str){ out, sock_end_text(&fd->tuple.dest, true, out) };
	case FD_UNIX:
		n = snprintf(out, FD_NAME_MAX, "%llx->%llx %.*s",
			     (unsigned long long)fd->unix_sock.source,
			     (unsigned long long)fd->unix_sock.dest, STR_ARGS(path));
		break;
	}
	return (struct str){ out, n < FD_NAME_MAX ? (size_t)n : FD_NAME_MAX - 1 };
}

/* Put a changed descriptor back; says whether its name is another one now. */
static void sock_store(struct event *ev, struct fd *fd, struct str name)
{
	bool changed = !ev->fd || !str_eq(ev->fd->name, name);

	fd->name = name;
	ev->fd = fd_table_put(ev_fds(ev), fd);
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

static uint8_t l4_of(uint32_t type, uint32_t proto)
{
	enum { STREAM = 1, DGRAM = 2, RAW = 3 };

	type &= 0xff;
	if (type == RAW)
		return L4_RAW;
	switch (proto) {
	case 0:
		return type == STREAM ? L4_TCP : type == DGRAM ? L4_UDP : L4_UNKNOWN;
	case 1:	 /* ICMP */
	case 58: /* ICMPv6 */
		return L4_ICMP;
	case 6:
		return L4_TCP;
	case 17:
		return L4_UDP;
	case 255:
		return L4_RAW;
	}
	return L4_UNKNOWN;
}

void state_socket(struct state *s, struct event *ev)
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
	/* The flags parameter is new; the type still has the kernel's own bit. */
	if ((flags & file_flags_O_CLOEXEC) || (ev_u64(ev, IX(socket, type), 0) & 02000000))
		fd.flags = FDF_CLOEXEC;
	ev_new_fd(ev, &fd);
}

void state_socketpair(struct state *s, struct event *ev)
{
	struct fd a = { .type = FD_UNIX }, b;

	(void)s;
	if (!ev_ok(ev))
		return;
	a.num = ev_s64(ev, IX(socketpair, fd1), -1);
	a.unix_sock.source = ev_u64(ev, IX(socketpair, source), 0);
	a.unix_sock.dest = ev_u64(ev, IX(socketpair, peer), 0);
	if (ev_u64(ev, IX(socketpair, type), 0) & 02000000)
		a.flags = FDF_CLOEXEC;
	b = a;
	b.num = ev_s64(ev, IX(socketpair, fd2), -1);
	if (a.num < 0 || b.num < 0 || a.num == b.num)
		return;
	ev_new_fd(ev, &a);
	ev_new_fd(ev, &b);
}

/* ---- bind, connect, accept ---- */

void state_bind(struct state *s, struct event *ev)
{
	char name[SOCK_END_TEXT];
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
	sock_store(ev, &fd, (struct str){ name, sock_end_text(&addr.end, true, name) });
}

/* The destination named when the call began cannot have been swapped since. */
static void connect_prefer_enter(struct state *s, struct event *ev, struct fd *fd,
				 const struct socktuple_wire *t)
{
	struct sockaddr_wire exit_addr, addr;
	struct event enter;

	if (!thread_box(ev->thread)->stash || !ev_unstash(s, ev, &enter) ||
	    !sockaddr_parse(ev_bytes(&enter, IX(connect_enter, addr)), &addr) ||
	    addr.family == WIRE_UNIX)
		return;
	if (t && (!sockaddr_parse(ev_bytes(ev, IX(connect, addr)), &exit_addr) ||
		  !sock_end_eq(&exit_addr.end, &t->dest)))
		return;
	fd->tuple.dest = addr.end;
}

static void connect_ip(struct state *s, struct event *ev, struct fd *fd,
		       const struct socktuple_wire *t)
{
	char name[FD_NAME_MAX];

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

void state_connect(struct state *s, struct event *ev)
{
	char name[FD_NAME_MAX];
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

void state_accept(struct state *s, struct event *ev)
{
	char name[FD_NAME_MAX];
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

struct port_user {
	uint16_t port;
	bool found;
};

static bool port_look(struct fd *fd, void *arg)
{
	struct port_user *p = arg;

	if (fd->type == FD_IPV4_SERVER)
		p->found = fd->tuple.dest.port == p->port;
	else if (fd->type == FD_IPV4_SOCK)
		p->found = fd->tuple.source.port && fd->tuple.source.port == p->port;
	return !p->found;
}

/* Whoever talks to a port that this process has in use talks to a server, unless it is the process itself. */
static uint16_t role_guess(struct fd_table *fds, const struct fd *fd, bool incoming)
{
	struct port_user p = { .port = fd->tuple.dest.port };

	fd_table_each(fds, port_look, &p);
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

/* An address of ours that can talk to peer: in its network, else the first that leads out. */
static struct ip local_towards(const struct state *s, const struct ip *peer)
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

/* False if nothing changes: the pair is known already, in one direction or the other. */
static bool tuple_update(const struct state *s, struct fd *fd, const struct socktuple_wire *t)
{
	struct endpoint source = t->source, dest = t->dest;

	if (!sock_is_server(fd) &&
	    ((sock_end_eq(&fd->tuple.source, &source) && sock_end_eq(&fd->tuple.dest, &dest)) ||
	     (sock_end_eq(&fd->tuple.source, &dest) && sock_end_eq(&fd->tuple.dest, &source))))
		return false;
	if (sock_is_server(fd))
		memset(&fd->tuple, 0, sizeof(fd->tuple));
	fd->type = t->family == WIRE_INET ? FD_IPV4_SOCK : FD_IPV6_SOCK;
	fd->tuple.source = source;
	/* quirk: a v4 peer stays, a v6 peer does not. */
	if (t->family == WIRE_INET6 || ip_is_zero(&fd->tuple.dest.ip))
		fd->tuple.dest = dest;
	if (ip_is_zero(&fd->tuple.source.ip))
		fd->tuple.source.ip = local_towards(s, &dest.ip);
	else if (ip_is_zero(&fd->tuple.dest.ip))
		fd->tuple.dest.ip = local_towards(s, &source.ip);
	if (fd->l4 == L4_UNKNOWN)
		fd->l4 = L4_UDP;
	return true;
}

static void traffic_tuple(struct state *s, struct event *ev, struct fd *fd,
			  const struct socktuple_wire *t, bool incoming)
{
	char name[FD_NAME_MAX];

	if (!tuple_update(s, fd, t))
		return;
	if (!sock_has_role(fd))
		fd->flags |= role_guess(ev_fds(ev), fd, incoming);
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
		struct fd *own = fd_table_edit(ev_fds(ev), ev->fd_num);

		if (!own)
			return;
		own->flags |= FDF_CONNECTED;
		ev->fd = own;
		fd = *own;
	}
	if (role < 0 || (fd.name.n && fd.l4 == L4_TCP))
		return;
	if (!socktuple_parse(ev_bytes(ev, (unsigned)role), &t) || t.family == WIRE_UNIX)
		return;
	traffic_tuple(s, ev, &fd, &t, incoming);
}

/* Descriptors that came in a control message: the kernel says only their numbers. */
static void rights_received(struct state *s, struct event *ev)
{
	enum { HEADER = 16, RIGHTS_MAX = 253, SOL = 1, RIGHTS = 1 };
	struct str c = ev_bytes(ev, IX(recvmsg, msgcontrol));
	int64_t pid = ev->thread->pid;

	_Static_assert(sizeof(size_t) == 8, "control messages of 64-bit systems");
	if (ev->type == EV_recvmmsg)
		c = ev_bytes(ev, IX(recvmmsg, msgcontrol));
	while (s->opt.live && s->fd_lookup && c.n >= HEADER) {
		uint64_t len;
		int32_t head[2], num;

		memcpy(&len, c.p, 8);
		memcpy(head, c.p + 8, 8);
		if (len < HEADER || len > c.n)
			return;
		for (uint64_t at = HEADER; head[0] == SOL && head[1] == RIGHTS && at + 4 <= len &&
					   at < HEADER + 4 * RIGHTS_MAX;
		     at += 4) {
			memcpy(&num, c.p + at, 4);
			s->fd_lookup(s->fd_lookup_arg, pid, num, s);
		}
		c = str_skip(c, (len + 7) & ~7ull);
	}
	ev->fd = fd_table_get(ev_fds(ev), ev->fd_num);
}

/* A pair that nobody connected gets its name from the first traffic. */
static void traffic_unix(struct event *ev)
{
	int role = ev_role(ev, ROLE_TUPLE);
	char name[FD_NAME_MAX];
	struct socktuple_wire t;
	struct fd fd = *ev->fd;

	if (fd.name.n || role < 0 || !socktuple_parse(ev_bytes(ev, (unsigned)role), &t) ||
	    t.family != WIRE_UNIX)
		return;
	fd.unix_sock.source = t.unix_source;
	fd.unix_sock.dest = t.unix_dest;
	sock_store(ev, &fd, sock_name(&fd, t.path, name));
}

/* Apart, as below: most that is read and written are files and pipes. */
static __attribute__((noinline)) void socket_read(struct state *s, struct event *ev)
{
	if (fd_is_ip(ev->fd)) {
		traffic_ip(s, ev, true);
		return;
	}
	traffic_unix(ev);
	if (ev->fd && (ev->type == EV_recvmsg || ev->type == EV_recvmmsg))
		rights_received(s, ev);
}

void state_read(struct state *s, struct event *ev)
{
	if (ev->fd && ev_ok(ev) && fd_has_peer(ev->fd))
		socket_read(s, ev);
}

/* A socket whose creation was lost: only UDP sends to where it is not connected. */
static void socket_invent(struct event *ev)
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
	ev->fd = fd_table_put(ev_fds(ev), &fd);
}

static __attribute__((noinline)) void socket_write(struct state *s, struct event *ev)
{
	if (!ev->fd)
		socket_invent(ev);
	if (ev->fd && fd_is_ip(ev->fd))
		traffic_ip(s, ev, false);
	else if (ev->fd)
		traffic_unix(ev);
}

void state_write(struct state *s, struct event *ev)
{
	if (ev_ok(ev) && (!ev->fd || fd_has_peer(ev->fd)))
		socket_write(s, ev);
}

/* ---- what was open before ---- */

/* A capture's socket that was bound to nothing yet: a connect is to come. */
static bool sock_is_blank(const struct fd *fd)
{
	static const struct endpoint none;
	const struct endpoint *a = &fd->tuple.source, *b = &fd->tuple.dest;

	return !a->port && !b->port && !memcmp(a->ip.b, none.ip.b, 16) &&
	       !memcmp(b->ip.b, none.ip.b, 16);
}

static bool sock_seed(struct fd *fd, void *arg)
{
	struct thread *t = arg;
	const struct state *s = thread_box(t)->state;
	uint16_t port = fd->tuple.source.port;
	struct fd set = *fd;
	char name[FD_NAME_MAX];

	switch (fd->type) {
	case FD_IPV4_SOCK:
	case FD_IPV6_SOCK:
		if (sock_is_blank(fd))
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
		return fd_table_put(t->fds, &set);
	default:
		return true;
	}
	set.name = sock_name(&set, STR_NONE, name);
	return fd_table_put(t->fds, &set);
}

void sock_seeded_late(struct thread *t, struct fd *fd)
{
	sock_seed(fd, t);
}

void sock_seeded(struct state *s, struct thread *t)
{
	(void)s;
	if (t->fds)
		fd_table_each(t->fds, sock_seed, t);
}
