/* SPDX-License-Identifier: Apache-2.0 */
/* Sockets: addresses, client and server roles, names of descriptors. */
#include "state_test.h"

/* ---- addresses in the wire format ---- */

static uint8_t addr[160];
static size_t addr_n;

static void add_byte(uint8_t b)
{
	addr[addr_n++] = b;
}

static void add_bytes(const void *p, size_t n)
{
	memcpy(addr + addr_n, p, n);
	addr_n += n;
}

static void add_ipv4_endpoint(const char *ip, uint16_t port)
{
	unsigned a, b, c, d;

	sscanf(ip, "%u.%u.%u.%u", &a, &b, &c, &d);
	add_bytes((uint8_t[]){ a, b, c, d }, 4);
	add_bytes(&port, 2);
}

static void set_ipv4_address(const char *ip, uint16_t port)
{
	addr_n = 0;
	add_byte(2);
	add_ipv4_endpoint(ip, port);
}

static void set_ipv4_tuple(const char *from, uint16_t from_port, const char *to, uint16_t to_port)
{
	set_ipv4_address(from, from_port);
	add_ipv4_endpoint(to, to_port);
}

/* An IPv6 endpoint ::last or, mapped, ::ffff:10.0.0.last. */
static void add_ipv6_endpoint(bool mapped, uint8_t last, uint16_t port)
{
	uint8_t ip[16] = { [15] = last };

	if (mapped) {
		ip[10] = ip[11] = 0xff;
		ip[12] = 10;
	}
	add_bytes(ip, 16);
	add_bytes(&port, 2);
}

static void set_ipv6_tuple(bool mapped, uint8_t from, uint16_t from_port, uint8_t to,
			   uint16_t to_port)
{
	addr_n = 0;
	add_byte(10);
	add_ipv6_endpoint(mapped, from, from_port);
	add_ipv6_endpoint(mapped, to, to_port);
}

static void set_unix_tuple(uint64_t a, uint64_t b, const char *path)
{
	addr_n = 0;
	add_byte(1);
	add_bytes(&a, 8);
	add_bytes(&b, 8);
	add_bytes(path, strlen(path) + 1);
}

/* ---- events ---- */

static struct event *apply_socket(int64_t tid, int64_t fd, uint32_t domain, uint32_t type,
				  uint32_t proto)
{
	record_start(&r, EV_socket, tid);
	NUM(&r, socket, fd, fd);
	NUM(&r, socket, domain, domain);
	NUM(&r, socket, type, type);
	NUM(&r, socket, proto, proto);
	return apply_record();
}

static struct event *apply_connect(int64_t tid, int64_t fd, int64_t res)
{
	record_start(&r, EV_connect, tid);
	NUM(&r, connect, res, res);
	NUM(&r, connect, fd, fd);
	BYTES(&r, connect, tuple, addr, addr_n);
	return apply_record();
}

static struct event *apply_bind(int64_t tid, int64_t fd)
{
	record_start(&r, EV_bind, tid);
	NUM(&r, bind, fd, fd);
	BYTES(&r, bind, addr, addr, addr_n);
	return apply_record();
}

static struct event *apply_sendto(int64_t tid, int64_t fd)
{
	record_start(&r, EV_sendto, tid);
	NUM(&r, sendto, res, 4);
	NUM(&r, sendto, fd, fd);
	BYTES(&r, sendto, tuple, addr, addr_n);
	return apply_record();
}

static struct event *apply_recvfrom(int64_t tid, int64_t fd)
{
	record_start(&r, EV_recvfrom, tid);
	NUM(&r, recvfrom, res, 4);
	NUM(&r, recvfrom, fd, fd);
	BYTES(&r, recvfrom, tuple, addr, addr_n);
	return apply_record();
}

TEST(connect_names_client_socket)
{
	struct event *ev;

	test_state_new(NULL);
	ev = apply_socket(1, 3, 2, 1 | 02000000, 0);
	EXPECT_INT(ev->fd->l4, L4_TCP);
	EXPECT(ev->fd->flags & FDF_CLOEXEC);
	EXPECT_STR(ev->fd->name, "");
	set_ipv4_tuple("10.0.0.1", 40000, "1.2.3.4", 443);
	ev = apply_connect(1, 3, -115);
	EXPECT_STR(ev->fd->name, "10.0.0.1:40000->1.2.3.4:443");
	EXPECT(ev->fd_name_changed);
	EXPECT_INT(ev->fd->flags & (FDF_CONNECTED | FDF_ROLE_CLIENT | FDF_ROLE_SERVER),
		   FDF_CONNECTED | FDF_ROLE_CLIENT);
	EXPECT_INT(ev->fd->tuple.dest.port, 443);
	EXPECT_TEXT(fd_type_name(ev->fd), "ipv4");
	set_ipv4_tuple("9.9.9.9", 1, "8.8.8.8", 2);
	ev = apply_connect(1, 3, -111);
	EXPECT_STR(ev->fd->name, "10.0.0.1:40000->1.2.3.4:443");
	EXPECT(!ev->fd_name_changed);
	test_state_free();
}

TEST(connect_uses_address_of_enter_event)
{
	struct event *ev;

	test_state_new(NULL);
	apply_socket(1, 3, 2, 1, 6);
	record_start(&r, EV_connect_enter, 1);
	NUM(&r, connect_enter, fd, 3);
	set_ipv4_address("6.6.6.6", 66);
	BYTES(&r, connect_enter, addr, addr, addr_n);
	apply_record();
	record_start(&r, EV_connect, 1);
	NUM(&r, connect, fd, 3);
	set_ipv4_tuple("10.0.0.1", 40000, "1.2.3.4", 443);
	BYTES(&r, connect, tuple, addr, addr_n);
	set_ipv4_address("1.2.3.4", 443);
	BYTES(&r, connect, addr, addr, addr_n);
	ev = apply_record();
	EXPECT_STR(ev->fd->name, "10.0.0.1:40000->6.6.6.6:66");
	test_state_free();
}

TEST(accept_names_server_socket)
{
	struct event *ev;

	test_state_new(NULL);
	apply_socket(1, 3, 2, 1, 6);
	set_ipv4_address("0.0.0.0", 8080);
	ev = apply_bind(1, 3);
	EXPECT_STR(ev->fd->name, "0.0.0.0:8080");
	EXPECT_INT(ev->fd->type, FD_IPV4_SERVER);
	EXPECT(ev->fd_name_changed);
	record_start(&r, EV_accept4, 1);
	NUM(&r, accept4, fd, 4);
	NUM(&r, accept4, flags, file_flags_O_CLOEXEC);
	set_ipv4_tuple("5.6.7.8", 1234, "10.0.0.1", 8080);
	BYTES(&r, accept4, tuple, addr, addr_n);
	ev = apply_record();
	EXPECT_INT(ev->fd_num, 4);
	EXPECT_STR(ev->fd->name, "5.6.7.8:1234->10.0.0.1:8080");
	EXPECT_INT(ev->fd->flags, FDF_ROLE_SERVER | FDF_CONNECTED | FDF_CLOEXEC);
	set_ipv4_address("10.0.0.1", 0);
	apply_socket(1, 5, 2, 1, 6);
	ev = apply_bind(1, 5);
	EXPECT_STR(ev->fd->name, "10.0.0.1:0");
	EXPECT_INT(ev->fd->type, FD_IPV4_SOCK);
	test_state_free();
}

TEST(connect_ipv6_and_ipv4_mapped)
{
	struct event *ev;

	test_state_new(NULL);
	apply_socket(1, 3, 10, 1, 6);
	set_ipv6_tuple(false, 1, 40000, 2, 80);
	ev = apply_connect(1, 3, 0);
	EXPECT_STR(ev->fd->name, "::1:40000->::2:80");
	EXPECT_INT(ev->fd->type, FD_IPV6_SOCK);
	apply_socket(1, 4, 10, 1, 6);
	set_ipv6_tuple(true, 1, 40000, 2, 80);
	ev = apply_connect(1, 4, 0);
	EXPECT_STR(ev->fd->name, "10.0.0.1:40000->10.0.0.2:80");
	EXPECT_INT(ev->fd->type, FD_IPV4_SOCK);
	test_state_free();
}

TEST(udp_data_sets_addresses_and_role)
{
	struct event *ev;

	test_state_new(NULL);
	state_seed_interface(test_state, (struct ip){ .v = 4, .b = { 10, 0, 0, 9 } },
			     (struct ip){ .v = 4, .b = { 255, 0, 0, 0 } }, STR_LIT("eth0"));
	apply_socket(1, 3, 2, 2, 0);
	set_ipv4_tuple("0.0.0.0", 5000, "10.1.1.1", 53);
	ev = apply_sendto(1, 3);
	EXPECT_STR(ev->fd->name, "10.0.0.9:5000->10.1.1.1:53");
	EXPECT(ev->fd->flags & FDF_CONNECTED && ev->fd->flags & FDF_ROLE_CLIENT &&
	       ev->fd_name_changed);
	/* A reply does not change the order of the addresses. */
	set_ipv4_tuple("10.1.1.1", 53, "10.0.0.9", 5000);
	ev = apply_recvfrom(1, 3);
	EXPECT_STR(ev->fd->name, "10.0.0.9:5000->10.1.1.1:53");
	EXPECT(!ev->fd_name_changed);
	/* Data received on a bound port makes a server. */
	apply_socket(1, 4, 2, 2, 17);
	set_ipv4_address("0.0.0.0", 514);
	apply_bind(1, 4);
	set_ipv4_tuple("10.2.2.2", 777, "10.0.0.9", 514);
	ev = apply_recvfrom(1, 4);
	EXPECT_STR(ev->fd->name, "10.2.2.2:777->10.0.0.9:514");
	EXPECT(ev->fd->flags & FDF_ROLE_SERVER);
	test_state_free();
}

TEST(sendto_creates_unknown_socket)
{
	struct event *ev;

	test_state_new(NULL);
	set_ipv4_tuple("10.0.0.1", 5000, "10.1.1.1", 53);
	ev = apply_sendto(1, 9);
	EXPECT(ev->fd && ev->fd->l4 == L4_UDP);
	EXPECT_STR(ev->fd->name, "10.0.0.1:5000->10.1.1.1:53");
	addr_n = 5;
	ev = apply_sendto(1, 10);
	EXPECT(ev->fd == NULL);
	test_state_free();
}

TEST(unix_socket_names)
{
	struct event *ev;

	test_state_new(NULL);
	apply_socket(1, 3, 1, 1, 0);
	set_unix_tuple(0xabc, 0xdef, "/run/x.sock");
	ev = apply_connect(1, 3, 0);
	EXPECT_STR(ev->fd->name, "abc->def /run/x.sock");
	EXPECT_INT(ev->fd->unix_sock.dest, 0xdef);
	record_start(&r, EV_socketpair, 1);
	NUM(&r, socketpair, fd1, 4);
	NUM(&r, socketpair, fd2, 5);
	NUM(&r, socketpair, source, 1);
	NUM(&r, socketpair, peer, 2);
	apply_record();
	EXPECT_INT(find_fd(1, 4)->type, FD_UNIX);
	EXPECT_STR(find_fd(1, 5)->name, "");
	set_unix_tuple(2, 1, "");
	ev = apply_sendto(1, 4);
	EXPECT_STR(ev->fd->name, "2->1 ");
	EXPECT(ev->fd_name_changed);
	test_state_free();
}

TEST(truncated_addresses_are_ignored)
{
	struct event *ev;

	test_state_new(NULL);
	apply_socket(1, 3, 2, 1, 6);
	for (size_t n = 0; n < 13; n++) {
		set_ipv4_tuple("10.0.0.1", 40000, "1.2.3.4", 443);
		addr_n = n;
		ev = apply_connect(1, 3, 0);
		EXPECT(ev->fd && ev->fd->tuple.dest.port == 0);
	}
	set_ipv4_address("1.2.3.4", 5);
	addr_n = 6;
	EXPECT(!apply_bind(1, 3)->fd_name_changed);
	addr_n = 0;
	add_byte(99);
	apply_bind(1, 3);
	set_unix_tuple(1, 2, "");
	addr_n = 17;
	apply_connect(1, 3, 0);
	test_state_free();
}

static struct fd seed_sock(int64_t num, enum fd_type type, uint16_t from, uint16_t to)
{
	struct fd fd = { .num = num, .type = type, .l4 = L4_TCP, .name = STR_LIT("") };

	fd.tuple.source = (struct endpoint){ { 4, { 10, 0, 0, 1 } }, from };
	fd.tuple.dest = (struct endpoint){ { 4, { 10, 0, 0, 2 } }, to };
	return fd;
}

TEST(seeded_sockets_get_roles)
{
	schema_init();
	test_state = state_new(&(struct state_options){ 0 });
	state_seed_thread(test_state, &(struct proc_seed){ .tid = 1, .pid = 1 });
	state_seed_fd(test_state, 1, &(struct fd[]){ seed_sock(3, FD_IPV4_SOCK, 80, 5555) }[0]);
	state_seed_fd(test_state, 1, &(struct fd[]){ seed_sock(4, FD_IPV4_SOCK, 6666, 443) }[0]);
	state_seed_fd(test_state, 1, &(struct fd[]){ seed_sock(5, FD_IPV4_SERVER, 0, 80) }[0]);
	state_seed_end(test_state);
	EXPECT_STR(find_fd(1, 3)->name, "10.0.0.2:5555->10.0.0.1:80");
	EXPECT(find_fd(1, 3)->flags & FDF_ROLE_SERVER && find_fd(1, 3)->flags & FDF_CONNECTED);
	EXPECT_STR(find_fd(1, 4)->name, "10.0.0.1:6666->10.0.0.2:443");
	EXPECT(find_fd(1, 4)->flags & FDF_ROLE_CLIENT);
	EXPECT_STR(find_fd(1, 5)->name, "10.0.0.2:80");
	test_state_free();
}

static unsigned rights[4], n_rights;

static bool lookup_fd(void *arg, int64_t pid, int64_t num, struct state *s)
{
	(void)arg;
	rights[n_rights++ & 3] = (unsigned)num;
	state_seed_fd(s, pid,
		      &(struct fd){ .num = num, .type = FD_FILE, .name = STR_LIT("/passed") });
	return true;
}

TEST(scm_rights_descriptors_are_looked_up)
{
	struct {
		uint64_t len;
		int32_t level, type, fd[4];
	} c = { 16 + 8, 1, 1, { 70, 71 } };

	test_state_new(&(struct state_options){ .live = true });
	state_set_fd_lookup(test_state, lookup_fd, NULL);
	apply_socket(1, 3, 1, 1, 0);
	for (size_t n = 0; n <= 24; n += 8) {
		record_start(&r, EV_recvmsg, 1);
		NUM(&r, recvmsg, res, 1);
		NUM(&r, recvmsg, fd, 3);
		BYTES(&r, recvmsg, msgcontrol, &c, n);
		apply_record();
		EXPECT_INT(n_rights, n == 24 ? 2 : 0);
	}
	EXPECT_INT(rights[0] + rights[1], 141);
	EXPECT_STR(find_fd(1, 71)->name, "/passed");
	test_state_free();
}

TEST(is_local_compares_interface_addresses)
{
	struct ip v6 = { 6, { 0xfe, 0x80, [15] = 1 } }, near6 = { 6, { 0xfe, 0x80, [15] = 2 } };

	test_state_new(NULL);
	state_seed_interface(test_state, (struct ip){ 4, { 10, 0, 0, 9 } },
			     (struct ip){ 4, { 255, 0, 0, 0 } }, STR_LIT("eth0"));
	state_seed_interface(test_state, v6, (struct ip){ 0 }, STR_LIT("eth0"));
	EXPECT(state_is_local(test_state, (struct ip){ 4, { 10, 0, 0, 9 } }));
	EXPECT(!state_is_local(test_state, (struct ip){ 4, { 10, 0, 0, 8 } }));
	EXPECT(state_is_local(test_state, near6));
	EXPECT(!state_is_local(test_state, (struct ip){ 6, { 0x20, 1 } }));
	test_state_free();
}
