// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Sockets: addresses and tuples.
 *
 * In: a descriptor of the current task, and the address argument of the system call, if any.
 * Out: sockaddr and socktuple of doc/wire-format.md.  Read from the socket itself, as getname() may
 * sleep.
 */
#include <linux/fs.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/ipv6.h>
#include <linux/magic.h>
#include <linux/net.h>
#include <linux/random.h>
#include <linux/siphash.h>
#include <linux/un.h>
#include <net/af_unix.h>
#include <net/inet_sock.h>
#include <net/ipv6.h>
#include <net/sock.h>

#include "compat/facts.h"
#include "record.h"
#include "user.h"
#include "collect_macros.h"

enum { LEN_INET = 6, LEN_INET6 = 18 }; /* address and port */

/* An address in user memory, copied. */
union address {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	struct sockaddr_un un;
};

/* The family; AF_UNSPEC: unreadable, or too short for its family. */
static int read_address(union address *to, const void __user *from, u32 *len)
{
	*len = min_t(u32, *len, sizeof(*to));
	if (!from || *len < sizeof(sa_family_t) || !user_read(to, from, *len))
		return AF_UNSPEC;
	switch (to->sa.sa_family) {
	case AF_INET:
		return *len >= offsetofend(struct sockaddr_in, sin_addr) ? AF_INET : AF_UNSPEC;
	case AF_INET6:
		return *len >= offsetofend(struct sockaddr_in6, sin6_addr) ? AF_INET6 : AF_UNSPEC;
	case AF_UNIX:
		return AF_UNIX;
	default:
		return AF_UNSPEC;
	}
}

static __always_inline u8 *write_inet(u8 *at, __be32 addr, __be16 port)
{
	u16 host = ntohs(port);

	memcpy(at, &addr, 4);
	memcpy(at + 4, &host, 2);
	return at + LEN_INET;
}

static __always_inline u8 *write_inet6(u8 *at, const struct in6_addr *addr, __be16 port)
{
	u16 host = ntohs(port);

	memcpy(at, addr, 16);
	memcpy(at + 16, &host, 2);
	return at + LEN_INET6;
}

/*
 * The name in a sockaddr_un of len bytes, NUL included; an abstract one without the NUL it begins
 * with.
 */
static u8 *write_unix(u8 *at, const struct sockaddr_un *un, int len)
{
	const char *name = un->sun_path;
	int n = clamp_t(int, len - (int)offsetof(struct sockaddr_un, sun_path), 0, UNIX_PATH_MAX);

	if (n && !*name) {
		name++;
		n--;
	}
	n = strnlen(name, n);
	memcpy(at, name, n);
	at[n] = 0;
	return at + n + 1;
}

enum { LEN_UNIX = UNIX_PATH_MAX + 1 };

static struct written write_address(struct event_ctx *ctx, const union address *a, int len)
{
	u8 *start, *at;

	start = at = record_reserve(ctx, 1 + LEN_UNIX);
	if (!at)
		return (struct written){ 0 };
	*at++ = a->sa.sa_family;
	if (a->sa.sa_family == AF_INET)
		at = write_inet(at, a->in.sin_addr.s_addr, a->in.sin_port);
	else if (a->sa.sa_family == AF_INET6)
		at = write_inet6(at, &a->in6.sin6_addr, a->in6.sin6_port);
	else
		at = write_unix(at, &a->un, len);
	return (struct written){ at - start };
}

struct written collect_sockaddr(struct event_ctx *ctx, const void __user *addr, u32 len)
{
	union address a __compat_uninitialized;

	return read_address(&a, addr, &len) == AF_UNSPEC ? (struct written){ 0 }
							 : write_address(ctx, &a, len);
}

static struct sock *socket_in(const struct file *file)
{
	if (!file || file_inode(file)->i_sb->s_magic != SOCKFS_MAGIC)
		return NULL;
	return SOCKET_I(file_inode(file))->sk;
}

static struct sock *socket_of(struct event_ctx *ctx, int fd)
{
	return socket_in(fd < 0 ? NULL : collect_file(ctx, fd));
}

/* Two ends of an internet socket, in one form for both families. */
struct end {
	struct in6_addr addr; /* AF_INET: s6_addr32[0] */
	__be16 port;
};

static __always_inline void inet_ends(const struct sock *sk, struct end *local, struct end *peer)
{
	const struct inet_sock *inet = inet_sk(sk);

	local->addr.s6_addr32[0] = inet->inet_rcv_saddr ?: inet->inet_saddr;
	local->port = inet->inet_sport;
	peer->addr.s6_addr32[0] = inet->inet_daddr;
	peer->port = inet->inet_dport;
}

#if IS_ENABLED(CONFIG_IPV6)
static void inet6_ends(const struct sock *sk, struct end *local, struct end *peer)
{
	const struct ipv6_pinfo *np = inet6_sk(sk);

	local->addr = sk->sk_v6_rcv_saddr;
	if (ipv6_addr_any(&local->addr) && np)
		local->addr = np->saddr;
	local->port = inet_sk(sk)->inet_sport;
	peer->addr = sk->sk_v6_daddr;
	peer->port = inet_sk(sk)->inet_dport;
}
#else
static void inet6_ends(const struct sock *sk, struct end *local, struct end *peer)
{
	memset(local, 0, sizeof(*local));
	memset(peer, 0, sizeof(*peer));
}
#endif

static bool end_of_address(struct end *end, int family, const void __user *addr, u32 len)
{
	union address a __compat_uninitialized;
	int its = read_address(&a, addr, &len);

	if (its == AF_INET) {
		if (family == AF_INET)
			end->addr.s6_addr32[0] = a.in.sin_addr.s_addr;
		else
			ipv6_addr_set_v4mapped(a.in.sin_addr.s_addr, &end->addr);
		end->port = a.in.sin_port;
		return true;
	}
	if (its != AF_INET6 || family != AF_INET6)
		return false;
	end->addr = a.in6.sin6_addr;
	end->port = a.in6.sin6_port;
	return true;
}

static __always_inline u8 *write_end(u8 *at, int family, const struct end *end)
{
	return family == AF_INET ? write_inet(at, end->addr.s6_addr32[0], end->port)
				 : write_inet6(at, &end->addr, end->port);
}

/*
 * The caller's memory may have been rewritten since the call read it (TOCTOU); the socket has not.
 * So an address of an internet socket is made from the socket, as the caller must have given it.
 */
static struct written write_inet_address(struct event_ctx *ctx, int family, const struct end *end)
{
	u8 *start = record_reserve(ctx, 1 + LEN_INET6);

	if (!start)
		return (struct written){ 0 };
	*start = family;
	return (struct written){ write_end(start + 1, family, end) - start };
}

static bool is_inet(const struct sock *sk)
{
	return sk && (sk->sk_family == AF_INET || sk->sk_family == AF_INET6);
}

static __always_inline void ends_of(const struct sock *sk, struct end *local, struct end *peer)
{
	if (sk->sk_family == AF_INET)
		inet_ends(sk, local, peer);
	else
		inet6_ends(sk, local, peer);
}

static u8 *write_unix_name(u8 *at, const struct sock *sk);

/* A port or name that the kernel has chosen was 0 or empty in the argument. */
struct written collect_bound(struct event_ctx *ctx, int fd, const void __user *addr, u32 len)
{
	struct end local __compat_uninitialized, peer __compat_uninitialized;
	struct sock *sk = ctx->ret ? NULL : socket_of(ctx, fd);
	u8 *at;

	if (is_inet(sk)) {
		ends_of(sk, &local, &peer);
		if (!(sk->sk_userlocks & SOCK_BINDPORT_LOCK))
			local.port = 0;
		return write_inet_address(ctx, sk->sk_family, &local);
	}
	if (!sk || sk->sk_family != AF_UNIX || len <= offsetof(struct sockaddr_un, sun_path))
		return collect_sockaddr(ctx, addr, len);
	at = record_reserve(ctx, 1 + LEN_UNIX);
	if (!at)
		return (struct written){ 0 };
	*at = AF_UNIX;
	return (struct written){ write_unix_name(at + 1, sk) - at };
}

/* Connecting to the wildcard address reaches the local host; it is recorded as it was given. */
static bool is_any_address_of_peer(const union address *a, int family, const struct end *local,
				   const struct end *peer)
{
	if (a->sa.sa_family != family)
		return false;
	if (family == AF_INET)
		return !a->in.sin_addr.s_addr && a->in.sin_port == peer->port &&
		       (ipv4_is_loopback(peer->addr.s6_addr32[0]) ||
			peer->addr.s6_addr32[0] == local->addr.s6_addr32[0]);
	return ipv6_addr_any(&a->in6.sin6_addr) && a->in6.sin6_port == peer->port &&
	       (ipv6_addr_loopback(&peer->addr) || ipv6_addr_equal(&peer->addr, &local->addr));
}

static __always_inline struct written write_connected(struct event_ctx *ctx, const struct sock *sk,
						      const void __user *addr, u32 len)
{
	struct end local __compat_uninitialized, peer __compat_uninitialized;
	union address a __compat_uninitialized;
	int family;

	if (!is_inet(sk) || !inet_sk(sk)->inet_dport)
		return collect_sockaddr(ctx, addr, len);
	ends_of(sk, &local, &peer);
	family = read_address(&a, addr, &len);
	if (family != AF_UNSPEC && is_any_address_of_peer(&a, sk->sk_family, &local, &peer))
		return write_address(ctx, &a, len);
	if (family == AF_INET && ipv6_addr_v4mapped(&peer.addr) && sk->sk_family == AF_INET6) {
		peer.addr.s6_addr32[0] = peer.addr.s6_addr32[3];
		return write_inet_address(ctx, AF_INET, &peer);
	}
	return write_inet_address(ctx, sk->sk_family, &peer);
}

/* The path of a unix socket is the caller's argument; the peer's own name is in the tuple. */
struct written collect_connected(struct event_ctx *ctx, int fd, const void __user *addr, u32 len)
{
	return write_connected(ctx,
			       ctx->ret == 0 || ctx->ret == -EINPROGRESS ? socket_of(ctx, fd) : NULL,
			       addr, len);
}

/*
 * The peer of a message: outbound the address argument, inbound the connected peer if there is one.
 */
static struct written tuple_inet(struct event_ctx *ctx, const struct sock *sk,
				 enum direction direction, const void __user *addr, u32 len)
{
	int family = sk->sk_family;
	struct end local __compat_uninitialized, peer __compat_uninitialized,
		given __compat_uninitialized;
	u8 *start, *at;

	ends_of(sk, &local, &peer);
	/* A connected stream ignores an address argument. */
	if (addr && (!peer.port || (direction == OUTBOUND && sk->sk_type != SOCK_STREAM)) &&
	    end_of_address(&given, family, addr, len))
		peer = given;
	start = at = record_reserve(ctx, 1 + 2 * LEN_INET6);
	if (!at)
		return (struct written){ 0 };
	*at++ = family;
	at = write_end(at, family, direction == INBOUND ? &peer : &local);
	at = write_end(at, family, direction == INBOUND ? &local : &peer);
	return (struct written){ at - start };
}

/* Ids of sockets: keyed hashes, since kernel addresses must not leak. */
static siphash_key_t identity_key;

static u64 identity(const struct sock *sk)
{
	return sk ? siphash_1u64((unsigned long)sk, &identity_key) : 0;
}

void falco_collect_init(void)
{
	get_random_bytes(&identity_key, sizeof(identity_key));
}

/* The caller keeps the socket alive; its name, once set, does not change. */
static u8 *write_unix_name(u8 *at, const struct sock *sk)
{
	/* pairs with the release in unix_bind() */
	const struct unix_address *name = sk ? smp_load_acquire(&unix_sk(sk)->addr) : NULL;

	if (name)
		return write_unix(at, name->name, name->len);
	*at++ = 0;
	return at;
}

/*
 * A stream keeps its peer until it is closed, and it is held open here.  A datagram socket can be
 * connected again by another thread, hence the lock.  On PREEMPT_RT the lock sleeps and is only
 * tried; without it the peer is absent.
 */
static bool lock_peer(struct sock *sk)
{
	spinlock_t *lock = &unix_sk(sk)->lock;

	if (sk->sk_type != SOCK_DGRAM)
		return true;
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		return spin_trylock(lock);
	spin_lock(lock);
	return true;
}

static void unlock_peer(struct sock *sk)
{
	if (sk->sk_type == SOCK_DGRAM)
		spin_unlock(&unix_sk(sk)->lock);
}

static struct written tuple_unix(struct event_ctx *ctx, struct sock *sk, enum direction direction,
				 const void __user *addr, u32 len)
{
	u8 *start, *at, *name;
	union address a __compat_uninitialized;
	struct sock *peer = NULL;
	u64 ids[2];
	bool locked;

	start = at = record_reserve(ctx, 1 + sizeof(ids) + LEN_UNIX);
	if (!at)
		return (struct written){ 0 };
	locked = lock_peer(sk);
	if (locked)
		peer = READ_ONCE(unix_sk(sk)->peer);
	ids[direction == OUTBOUND] = identity(sk);
	ids[direction == INBOUND] = identity(peer);
	*at++ = AF_UNIX;
	memcpy(at, ids, sizeof(ids));
	name = at += sizeof(ids);
	at = write_unix_name(at, direction == INBOUND ? sk : peer);
	if (locked)
		unlock_peer(sk);
	if (!*name && direction == OUTBOUND && read_address(&a, addr, &len) == AF_UNIX)
		at = write_unix(name, &a.un, len);
	return (struct written){ at - start };
}

static struct written write_tuple(struct event_ctx *ctx, struct sock *sk, enum direction direction,
				  const void __user *addr, u32 len)
{
	switch (sk ? sk->sk_family : AF_UNSPEC) {
	case AF_INET:
	case AF_INET6:
		return tuple_inet(ctx, sk, direction, addr, len);
	case AF_UNIX:
		return tuple_unix(ctx, sk, direction, addr, len);
	default:
		return (struct written){ 0 };
	}
}

struct written collect_tuple(struct event_ctx *ctx, int fd, enum direction direction,
			     const void __user *addr, u32 len)
{
	return write_tuple(ctx, ctx->ret < 0 ? NULL : socket_of(ctx, fd), direction, addr, len);
}

/* Once connected, the socket's peer, not user memory that may have been rewritten (TOCTOU). */
struct written collect_tuple_connect(struct event_ctx *ctx, int fd, const void __user *addr, u32 len)
{
	struct sock *sk = ctx->ret == 0 || ctx->ret == -EINPROGRESS ? socket_of(ctx, fd) : NULL;

	if (is_inet(sk) && inet_sk(sk)->inet_dport)
		addr = NULL;
	return write_tuple(ctx, sk, OUTBOUND, addr, len);
}

/* The ports of the call's descriptor, 0 if not an internet socket; false: not a socket. */
bool collect_ports(struct event_ctx *ctx, struct ports *ports)
{
	struct sock *sk = socket_of(ctx, ctx->args[0]);
	struct end local = { .port = 0 }, peer = { .port = 0 };
	const void __user *addr = NULL;
	u32 len = 0;

	if (!sk)
		return false;
	ports->local = ports->remote = 0;
	if (sk->sk_family != AF_INET && sk->sk_family != AF_INET6)
		return true;
	local.port = inet_sk(sk)->inet_sport;
	peer.port = inet_sk(sk)->inet_dport;
	if (!peer.port) {
		if (ctx->event == EV_sendto || ctx->event == EV_recvfrom) {
			addr = user_ptr(ctx->args[4]);
			len = ctx->event == EV_sendto ? ctx->args[5] : collect_u32(ctx, 5);
		} else if (ctx->event == EV_sendmsg || ctx->event == EV_recvmsg) {
			addr = collect_message(ctx, 1)->name;
			len = ctx->msg.name_len;
		}
		end_of_address(&peer, sk->sk_family, addr, len);
	}
	ports->local = ntohs(local.port);
	ports->remote = ntohs(peer.port);
	return true;
}

static __always_inline void find_queue(struct event_ctx *ctx, const struct sock *sk)
{
	ctx->known |= KNOWN_ARGUMENT;
	memset(&ctx->queue, 0, sizeof(ctx->queue));
	if (sk) {
		ctx->queue.len = READ_ONCE(sk->sk_ack_backlog);
		ctx->queue.max = READ_ONCE(sk->sk_max_ack_backlog);
		ctx->queue.pct = ctx->queue.max ? (u64)ctx->queue.len * 100 / ctx->queue.max : 0;
	}
}

typeof(((struct event_ctx *)0)->queue) *collect_queue(struct event_ctx *ctx, int arg)
{
	if (!(ctx->known & KNOWN_ARGUMENT))
		find_queue(ctx, (int)ctx->ret < 0 ? NULL : socket_of(ctx, ctx->args[arg]));
	return &ctx->queue;
}

u64 collect_socketpair(struct event_ctx *ctx, int arg, bool peer)
{
	struct sock *sk = ctx->ret ? NULL : socket_of(ctx, collect_fds(ctx, arg)[0]);

	if (!sk || sk->sk_family != AF_UNIX)
		return 0;
	return identity(peer ? READ_ONCE(unix_sk(sk)->peer) : sk);
}

/* io_uring: the socket that a request made, or holds. */

typeof(((struct event_ctx *)0)->socket) *collect_socket(struct event_ctx *ctx)
{
	const struct sock *sk;
	u32 flags;

	if (ctx->known & KNOWN_SOCKET)
		return &ctx->socket;
	ctx->known |= KNOWN_SOCKET;
	memset(&ctx->socket, 0, sizeof(ctx->socket));
	sk = socket_of(ctx, ctx->ret);
	if (sk) {
		flags = READ_ONCE(fd_file(ctx->held)->f_flags) & O_NONBLOCK;
		ctx->socket.domain = map_socket_family(sk->sk_family);
		ctx->socket.type = sk->sk_type | (flags ? SOCK_NONBLOCK : 0);
		ctx->socket.proto = sk->sk_protocol;
		ctx->socket.flags = map_socket_flags(flags);
	}
	return &ctx->socket;
}

typeof(((struct event_ctx *)0)->queue) *collect_file_queue(struct event_ctx *ctx)
{
	if (!(ctx->known & KNOWN_ARGUMENT))
		find_queue(ctx, socket_in(ctx->file));
	return &ctx->queue;
}

struct written collect_file_tuple(struct event_ctx *ctx)
{
	return write_tuple(ctx, socket_in(ctx->file), OUTBOUND, NULL, 0);
}

struct written collect_file_peer(struct event_ctx *ctx)
{
	return write_connected(ctx, socket_in(ctx->file), NULL, 0);
}
