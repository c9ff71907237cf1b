// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Sockets: addresses, and who talks to whom.
 *
 * In: a descriptor of the current task, and the address that the system call was given, if any.  Out: SOCKADDR and
 * SOCKTUPLE bytes.  Everything is read by hand from the socket: its own getname() may sleep.
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
#include "words.h"

enum { LEN_INET = 6, LEN_INET6 = 18 }; /* address and port */

/* An address in user memory, copied. */
union address {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	struct sockaddr_un un;
};

/* The family, or AF_UNSPEC if it is unreadable or too short for what it says it is. */
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

static __always_inline u8 *lay_inet(u8 *at, __be32 addr, __be16 port)
{
	u16 host = ntohs(port);

	memcpy(at, &addr, 4);
	memcpy(at + 4, &host, 2);
	return at + LEN_INET;
}

static __always_inline u8 *lay_inet6(u8 *at, const struct in6_addr *addr, __be16 port)
{
	u16 host = ntohs(port);

	memcpy(at, addr, 16);
	memcpy(at + 16, &host, 2);
	return at + LEN_INET6;
}

/* The name in a sockaddr_un of len bytes, NUL included; an abstract one without the NUL it begins with. */
static u8 *lay_unix(u8 *at, const struct sockaddr_un *un, int len)
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

static struct laid lay_address(struct capture *c, const union address *a, int len)
{
	u8 *start, *at;

	start = at = record_reserve(c, 1 + LEN_UNIX);
	if (!at)
		return (struct laid){ 0 };
	*at++ = a->sa.sa_family;
	if (a->sa.sa_family == AF_INET)
		at = lay_inet(at, a->in.sin_addr.s_addr, a->in.sin_port);
	else if (a->sa.sa_family == AF_INET6)
		at = lay_inet6(at, &a->in6.sin6_addr, a->in6.sin6_port);
	else
		at = lay_unix(at, &a->un, len);
	return (struct laid){ at - start };
}

struct laid capture_sockaddr(struct capture *c, const void __user *addr, u32 len)
{
	union address a __compat_uninitialized;

	return read_address(&a, addr, &len) == AF_UNSPEC ? (struct laid){ 0 }
							 : lay_address(c, &a, len);
}

static struct sock *socket_in(const struct file *file)
{
	if (!file || file_inode(file)->i_sb->s_magic != SOCKFS_MAGIC)
		return NULL;
	return SOCKET_I(file_inode(file))->sk;
}

static struct sock *socket_of(struct capture *c, int fd)
{
	return socket_in(fd < 0 ? NULL : capture_file(c, fd));
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

static __always_inline u8 *lay_end(u8 *at, int family, const struct end *end)
{
	return family == AF_INET ? lay_inet(at, end->addr.s6_addr32[0], end->port)
				 : lay_inet6(at, &end->addr, end->port);
}

/*
 * The caller's memory may have been rewritten since the call read it; the socket has not.  An address of an internet
 * socket is put together from the socket, as the caller must have given it.
 */
static struct laid lay_own(struct capture *c, int family, const struct end *end)
{
	u8 *start = record_reserve(c, 1 + LEN_INET6);

	if (!start)
		return (struct laid){ 0 };
	*start = family;
	return (struct laid){ lay_end(start + 1, family, end) - start };
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

static u8 *lay_unix_name(u8 *at, const struct sock *sk);

/* A port that the kernel has chosen was 0; a unix name that it has chosen was none. */
struct laid capture_bound(struct capture *c, int fd, const void __user *addr, u32 len)
{
	struct end local __compat_uninitialized, peer __compat_uninitialized;
	struct sock *sk = c->ret ? NULL : socket_of(c, fd);
	u8 *at;

	if (is_inet(sk)) {
		ends_of(sk, &local, &peer);
		if (!(sk->sk_userlocks & SOCK_BINDPORT_LOCK))
			local.port = 0;
		return lay_own(c, sk->sk_family, &local);
	}
	if (!sk || sk->sk_family != AF_UNIX || len <= offsetof(struct sockaddr_un, sun_path))
		return capture_sockaddr(c, addr, len);
	at = record_reserve(c, 1 + LEN_UNIX);
	if (!at)
		return (struct laid){ 0 };
	*at = AF_UNIX;
	return (struct laid){ lay_unix_name(at + 1, sk) - at };
}

/* "Any" is a way to say "here", and stays as it was said. */
static bool says_here(const union address *a, int family, const struct end *local,
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

static __always_inline struct laid lay_connected(struct capture *c, const struct sock *sk,
						 const void __user *addr, u32 len)
{
	struct end local __compat_uninitialized, peer __compat_uninitialized;
	union address a __compat_uninitialized;
	int family;

	if (!is_inet(sk) || !inet_sk(sk)->inet_dport)
		return capture_sockaddr(c, addr, len);
	ends_of(sk, &local, &peer);
	family = read_address(&a, addr, &len);
	if (family != AF_UNSPEC && says_here(&a, sk->sk_family, &local, &peer))
		return lay_address(c, &a, len);
	if (family == AF_INET && ipv6_addr_v4mapped(&peer.addr) && sk->sk_family == AF_INET6) {
		peer.addr.s6_addr32[0] = peer.addr.s6_addr32[3];
		return lay_own(c, AF_INET, &peer);
	}
	return lay_own(c, sk->sk_family, &peer);
}

/* Of unix sockets the path that led to the peer is only the caller's: the peer's own name is in the tuple. */
struct laid capture_connected(struct capture *c, int fd, const void __user *addr, u32 len)
{
	return lay_connected(c, c->ret == 0 || c->ret == -EINPROGRESS ? socket_of(c, fd) : NULL,
			     addr, len);
}

/* Which peer counts: where a message went is what the caller said, where one came from is what the kernel knows. */
static struct laid tuple_inet(struct capture *c, const struct sock *sk, enum direction direction,
			      const void __user *addr, u32 len)
{
	int family = sk->sk_family;
	struct end local __compat_uninitialized, peer __compat_uninitialized,
		given __compat_uninitialized;
	u8 *start, *at;

	ends_of(sk, &local, &peer);
	/* A stream that is connected does not look at an address that it is given. */
	if (addr && (!peer.port || (direction == OUTBOUND && sk->sk_type != SOCK_STREAM)) &&
	    end_of_address(&given, family, addr, len))
		peer = given;
	start = at = record_reserve(c, 1 + 2 * LEN_INET6);
	if (!at)
		return (struct laid){ 0 };
	*at++ = family;
	at = lay_end(at, family, direction == INBOUND ? &peer : &local);
	at = lay_end(at, family, direction == INBOUND ? &local : &peer);
	return (struct laid){ at - start };
}

/* What a reader may know of a socket's address in the kernel: which sockets are the same. */
static siphash_key_t identity_key;

static u64 identity(const struct sock *sk)
{
	return sk ? siphash_1u64((unsigned long)sk, &identity_key) : 0;
}

void falco_capture_init(void)
{
	get_random_bytes(&identity_key, sizeof(identity_key));
}

/* The name of a socket that is kept alive; once it has one, it keeps it. */
static u8 *lay_unix_name(u8 *at, const struct sock *sk)
{
	const struct unix_address *name = sk ? smp_load_acquire(&unix_sk(sk)->addr) : NULL;

	if (name)
		return lay_unix(at, name->name, name->len);
	*at++ = 0;
	return at;
}

/*
 * A stream keeps its peer until it is closed, and it is held open here.  A datagram socket can be given another one
 * by another thread: that is what the lock is for.  PREEMPT_RT must not wait for it, and then there is no peer.
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

static struct laid tuple_unix(struct capture *c, struct sock *sk, enum direction direction,
			      const void __user *addr, u32 len)
{
	u8 *start, *at, *name;
	union address a __compat_uninitialized;
	struct sock *peer = NULL;
	u64 ids[2];
	bool locked;

	start = at = record_reserve(c, 1 + sizeof(ids) + LEN_UNIX);
	if (!at)
		return (struct laid){ 0 };
	locked = lock_peer(sk);
	if (locked)
		peer = READ_ONCE(unix_sk(sk)->peer);
	ids[direction == OUTBOUND] = identity(sk);
	ids[direction == INBOUND] = identity(peer);
	*at++ = AF_UNIX;
	memcpy(at, ids, sizeof(ids));
	name = at += sizeof(ids);
	at = lay_unix_name(at, direction == INBOUND ? sk : peer);
	if (locked)
		unlock_peer(sk);
	if (!*name && direction == OUTBOUND && read_address(&a, addr, &len) == AF_UNIX)
		at = lay_unix(name, &a.un, len);
	return (struct laid){ at - start };
}

static struct laid lay_tuple(struct capture *c, struct sock *sk, enum direction direction,
			     const void __user *addr, u32 len)
{
	switch (sk ? sk->sk_family : AF_UNSPEC) {
	case AF_INET:
	case AF_INET6:
		return tuple_inet(c, sk, direction, addr, len);
	case AF_UNIX:
		return tuple_unix(c, sk, direction, addr, len);
	default:
		return (struct laid){ 0 };
	}
}

struct laid capture_tuple(struct capture *c, int fd, enum direction direction,
			  const void __user *addr, u32 len)
{
	return lay_tuple(c, c->ret < 0 ? NULL : socket_of(c, fd), direction, addr, len);
}

/* Once connected, the kernel's word is better than memory that may have been rewritten meanwhile. */
struct laid capture_tuple_connect(struct capture *c, int fd, const void __user *addr, u32 len)
{
	struct sock *sk = c->ret == 0 || c->ret == -EINPROGRESS ? socket_of(c, fd) : NULL;

	if (is_inet(sk) && inet_sk(sk)->inet_dport)
		addr = NULL;
	return lay_tuple(c, sk, OUTBOUND, addr, len);
}

/* Of the descriptor a call reads from or writes to; false: not a socket. */
bool capture_ports(struct capture *c, struct ports *ports)
{
	struct sock *sk = socket_of(c, c->args[0]);
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
		if (c->event == EV_sendto || c->event == EV_recvfrom) {
			addr = user_ptr(c->args[4]);
			len = c->event == EV_sendto ? c->args[5] : capture_u32(c, 5);
		} else if (c->event == EV_sendmsg || c->event == EV_recvmsg) {
			addr = capture_message(c, 1)->name;
			len = c->msg.name_len;
		}
		end_of_address(&peer, sk->sk_family, addr, len);
	}
	ports->local = ntohs(local.port);
	ports->remote = ntohs(peer.port);
	return true;
}

static __always_inline void find_queue(struct capture *c, const struct sock *sk)
{
	c->known |= KNOWN_ARGUMENT;
	memset(&c->queue, 0, sizeof(c->queue));
	if (sk) {
		c->queue.len = READ_ONCE(sk->sk_ack_backlog);
		c->queue.max = READ_ONCE(sk->sk_max_ack_backlog);
		c->queue.pct = c->queue.max ? (u64)c->queue.len * 100 / c->queue.max : 0;
	}
}

typeof(((struct capture *)0)->queue) *capture_queue(struct capture *c, int arg)
{
	if (!(c->known & KNOWN_ARGUMENT))
		find_queue(c, (int)c->ret < 0 ? NULL : socket_of(c, c->args[arg]));
	return &c->queue;
}

u64 capture_socketpair(struct capture *c, int arg, bool peer)
{
	struct sock *sk = c->ret ? NULL : socket_of(c, capture_fds(c, arg)[0]);

	if (!sk || sk->sk_family != AF_UNIX)
		return 0;
	return identity(peer ? READ_ONCE(unix_sk(sk)->peer) : sk);
}

/* What io_uring has made, and what it has done to the socket that a request holds. */

typeof(((struct capture *)0)->socket) *capture_socket(struct capture *c)
{
	const struct sock *sk;
	u32 flags;

	if (c->known & KNOWN_SOCKET)
		return &c->socket;
	c->known |= KNOWN_SOCKET;
	memset(&c->socket, 0, sizeof(c->socket));
	sk = socket_of(c, c->ret);
	if (sk) {
		flags = READ_ONCE(fd_file(c->held)->f_flags) & O_NONBLOCK;
		c->socket.domain = conv_socket_family(sk->sk_family);
		c->socket.type = sk->sk_type | (flags ? SOCK_NONBLOCK : 0);
		c->socket.proto = sk->sk_protocol;
		c->socket.flags = conv_socket_flags(flags);
	}
	return &c->socket;
}

typeof(((struct capture *)0)->queue) *capture_file_queue(struct capture *c)
{
	if (!(c->known & KNOWN_ARGUMENT))
		find_queue(c, socket_in(c->file));
	return &c->queue;
}

struct laid capture_file_tuple(struct capture *c)
{
	return lay_tuple(c, socket_in(c->file), OUTBOUND, NULL, 0);
}

struct laid capture_file_peer(struct capture *c)
{
	return lay_connected(c, socket_in(c->file), NULL, 0);
}
