// SPDX-License-Identifier: Apache-2.0
/* setsockopt and getsockopt. */
#include "expect.h"
#include "buffers.h"
#include "sockets.h"

/* A T_dyn parameter: the index of its type, and the value. */
struct __attribute__((packed)) dyn {
	uint8_t index;
	uint8_t value[64];
};

enum dyn_index { DYN_BYTES, DYN_ERRNO, DYN_U32, DYN_U64, DYN_TIME };

static struct dyn dyn_of(enum dyn_index index, const void *value, size_t n)
{
	struct dyn d = { index };

	memcpy(d.value, value, n);
	return d;
}

#define EXPECT_OPTION(event, name, index, bytes, n)        \
	do {                                               \
		struct dyn dyn_ = dyn_of(index, bytes, n); \
		EXPECT_BYTES(event, name, &dyn_, 1 + (n)); \
	} while (0)

TESTS_EVENT(setsockopt);
TEST_F(driver, setsockopt_integer)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	RECORD(__NR_setsockopt);
	ASSERT_EQ(0, syscall(__NR_setsockopt, fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)));
	FIND(setsockopt);
	EXPECT_NUM(setsockopt, res, 0);
	EXPECT_NUM(setsockopt, fd, fd);
	EXPECT_NUM(setsockopt, level, sockopt_levels_SOL_SOCKET);
	EXPECT_NUM(setsockopt, optname, sockopt_options_SO_REUSEADDR);
	EXPECT_OPTION(setsockopt, val, DYN_U32, &one, 4);
	EXPECT_NUM(setsockopt, optlen, 4);
}

TEST_F(driver, setsockopt_timeval)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct timeval t = { 5, 10 };
	uint64_t ns = 5000010000;

	RECORD(__NR_setsockopt);
	ASSERT_EQ(0, syscall(__NR_setsockopt, fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t)));
	ASSERT_EQ(0, syscall(__NR_setsockopt, fd, SOL_SOCKET, SO_SNDTIMEO_NEW, &t, sizeof(t)));
	FIND(setsockopt);
	EXPECT_NUM(setsockopt, optname, sockopt_options_SO_RCVTIMEO);
	EXPECT_OPTION(setsockopt, val, DYN_TIME, &ns, 8);
	EXPECT_NUM(setsockopt, optlen, sizeof(t));
	FIND_BY(setsockopt, gettid(), 1);
	EXPECT_NUM(setsockopt, optname, sockopt_options_SO_SNDTIMEO);
	EXPECT_OPTION(setsockopt, val, DYN_TIME, &ns, 8);
}

TEST_F(driver, setsockopt_bytes)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct linger linger = { 1, 2 };

	RECORD(__NR_setsockopt);
	ASSERT_EQ(0, syscall(__NR_setsockopt, fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)));
	FIND(setsockopt);
	EXPECT_NUM(setsockopt, optname, sockopt_options_SO_LINGER);
	EXPECT_OPTION(setsockopt, val, DYN_BYTES, &linger, sizeof(linger));
}

TEST_F(driver, setsockopt_other_level)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	RECORD(__NR_setsockopt);
	ASSERT_EQ(0, syscall(__NR_setsockopt, fd, SOL_TCP, TCP_NODELAY, &one, sizeof(one)));
	ASSERT_EQ(0, syscall(__NR_setsockopt, fd, SOL_IP, IP_TTL, &one, sizeof(one)));
	FIND(setsockopt);
	EXPECT_NUM(setsockopt, level, sockopt_levels_SOL_TCP);
	EXPECT_NUM(setsockopt, optname, 0);
	EXPECT_OPTION(setsockopt, val, DYN_BYTES, &one, 4);
	FIND_BY(setsockopt, gettid(), 1);
	EXPECT_NUM(setsockopt, level, sockopt_levels_UNKNOWN);
	EXPECT_OPTION(setsockopt, val, DYN_BYTES, &one, 4);
}

TEST_F(driver, setsockopt_fails)
{
	static const uint32_t zero;
	static const uint64_t none;

	RECORD(__NR_setsockopt);
	ASSERT_EQ(-1, syscall(__NR_setsockopt, -1, SOL_SOCKET, SO_MARK, NULL, 4));
	ASSERT_EQ(-1, syscall(__NR_setsockopt, -1, SOL_SOCKET, SO_SNDTIMEO, inaccessible(), 16));
	ASSERT_EQ(-1, syscall(__NR_setsockopt, -1, SOL_IP, IP_TTL, inaccessible(), 4));
	ASSERT_EQ(-1, syscall(__NR_setsockopt, -1, SOL_IP, IP_TTL, NULL, -1));
	FIND(setsockopt);
	EXPECT_NUM(setsockopt, res, -EBADF);
	EXPECT_NUM(setsockopt, fd, -1);
	EXPECT_NUM(setsockopt, optname, sockopt_options_SO_MARK);
	EXPECT_OPTION(setsockopt, val, DYN_U32, &zero, 4);
	FIND_BY(setsockopt, gettid(), 1);
	EXPECT_OPTION(setsockopt, val, DYN_TIME, &none, 8);
	for (int i = 2; i < 4; i++) {
		FIND_BY(setsockopt, gettid(), i);
		EXPECT_OPTION(setsockopt, val, DYN_BYTES, "", 0);
	}
	EXPECT_NUM(setsockopt, optlen, UINT32_MAX);
}

TEST_F(driver, setsockopt_by_ia32)
{
	struct {
		int32_t narrow[2];
		int64_t wide[2];
	} *m = low_memory(4096);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	uint64_t ns = 5000010000;

	*m = (typeof(*m)){ { 5, 10 }, { 5, 10 } };
	RECORD(__NR_setsockopt);
	ASSERT_EQ(0, syscall_ia32(NR_IA32_setsockopt, fd, SOL_SOCKET, SO_RCVTIMEO_OLD,
				  (long)m->narrow, 8, 0));
	ASSERT_EQ(0, syscall_ia32(NR_IA32_setsockopt, fd, SOL_SOCKET, SO_RCVTIMEO_NEW,
				  (long)m->wide, 16, 0));
	ASSERT_EQ(0, socketcall(SYS_SETSOCKOPT, fd, SOL_SOCKET, SO_RCVTIMEO_OLD, (long)m->narrow, 8,
				0));
	for (int i = 0; i < 3; i++) {
		FIND_BY(setsockopt, gettid(), i);
		EXPECT_NUM(setsockopt, res, 0);
		EXPECT_NUM(setsockopt, optname, sockopt_options_SO_RCVTIMEO);
		EXPECT_OPTION(setsockopt, val, DYN_TIME, &ns, 8);
		EXPECT_NUM(setsockopt, optlen, i == 1 ? 16 : 8);
	}
}

TESTS_EVENT(getsockopt);
TEST_F(driver, getsockopt_integer)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0), type;
	struct {
		socklen_t len, guard; /* the module must not read the bytes after len */
	} m = { 64, UINT32_MAX };

	RECORD(__NR_getsockopt);
	ASSERT_EQ(0, syscall(__NR_getsockopt, fd, SOL_SOCKET, SO_TYPE, &type, &m.len));
	ASSERT_EQ(SOCK_STREAM, type);
	FIND(getsockopt);
	EXPECT_NUM(getsockopt, res, 0);
	EXPECT_NUM(getsockopt, fd, fd);
	EXPECT_NUM(getsockopt, level, sockopt_levels_SOL_SOCKET);
	EXPECT_NUM(getsockopt, optname, sockopt_options_SO_TYPE);
	EXPECT_OPTION(getsockopt, val, DYN_U32, &type, 4);
	EXPECT_NUM(getsockopt, optlen, 4);
}

TEST_F(driver, getsockopt_so_error)
{
	union any_address peer = { .in = { AF_INET, htons(9), { htonl(INADDR_LOOPBACK) } } };
	int fd = socket(AF_INET, SOCK_DGRAM, 0), error;
	int64_t expected = -ECONNREFUSED;
	socklen_t len = sizeof(error);

	ASSERT_EQ(0, connect(fd, &peer.sa, sizeof(peer.in)));
	ASSERT_EQ(2, write(fd, "hi", 2));
	RECORD(__NR_getsockopt);
	ASSERT_EQ(0, syscall(__NR_getsockopt, fd, SOL_SOCKET, SO_ERROR, &error, &len));
	ASSERT_EQ(ECONNREFUSED, error);
	FIND(getsockopt);
	EXPECT_NUM(getsockopt, optname, sockopt_options_SO_ERROR);
	EXPECT_OPTION(getsockopt, val, DYN_ERRNO, &expected, 8);
}

TEST_F(driver, getsockopt_64_bits)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	uint64_t cookie = 0;
	socklen_t len = sizeof(cookie);

	RECORD(__NR_getsockopt);
	ASSERT_EQ(0, syscall(__NR_getsockopt, fd, SOL_SOCKET, SO_COOKIE, &cookie, &len));
	ASSERT_NE(0, cookie);
	FIND(getsockopt);
	EXPECT_NUM(getsockopt, optname, sockopt_options_SO_COOKIE);
	EXPECT_OPTION(getsockopt, val, DYN_U64, &cookie, 8);
	EXPECT_NUM(getsockopt, optlen, 8);
}

TEST_F(driver, getsockopt_bytes)
{
	struct connection c = open_connection(AF_UNIX, SOCK_STREAM);
	struct ucred peer;
	socklen_t len = sizeof(peer);

	RECORD(__NR_getsockopt);
	ASSERT_EQ(0, syscall(__NR_getsockopt, c.client, SOL_SOCKET, SO_PEERCRED, &peer, &len));
	ASSERT_EQ(getpid(), peer.pid);
	FIND(getsockopt);
	EXPECT_NUM(getsockopt, optname, sockopt_options_SO_PEERCRED);
	EXPECT_OPTION(getsockopt, val, DYN_BYTES, &peer, sizeof(peer));
	EXPECT_NUM(getsockopt, optlen, sizeof(peer));
}

TEST_F(driver, getsockopt_fails)
{
	static const uint32_t zero;
	char value[] = "not this";
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	RECORD(__NR_getsockopt);
	ASSERT_EQ(-1, syscall(__NR_getsockopt, fd, SOL_SOCKET, SO_TYPE, NULL, inaccessible()));
	ASSERT_EQ(-1, syscall(__NR_getsockopt, -1, SOL_TCP, TCP_INFO, value, NULL));
	FIND(getsockopt);
	EXPECT_NUM(getsockopt, res, -EFAULT);
	EXPECT_OPTION(getsockopt, val, DYN_U32, &zero, 4);
	EXPECT_NUM(getsockopt, optlen, 0);
	FIND_BY(getsockopt, gettid(), 1);
	EXPECT_NUM(getsockopt, res, -EBADF);
	EXPECT_NUM(getsockopt, fd, -1);
	EXPECT_OPTION(getsockopt, val, DYN_BYTES, "", 0);
	EXPECT_NUM(getsockopt, optlen, 0);
}

TEST_F(driver, getsockopt_by_ia32)
{
	struct {
		uint32_t len, len_guard; /* the module must not read the guards */
		int32_t t[2], t_guard;
	} *m = low_memory(4096);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	uint64_t ns = 5000000000;

	*m = (typeof(*m)){ 8, -1, { 0 }, -1 };
	ASSERT_EQ(0, setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){ 5, 0 },
				sizeof(struct timeval)));
	RECORD(__NR_getsockopt);
	ASSERT_EQ(0, syscall_ia32(NR_IA32_getsockopt, fd, SOL_SOCKET, SO_RCVTIMEO_OLD, (long)m->t,
				  (long)&m->len, 0));
	ASSERT_EQ(5, m->t[0]);
	FIND(getsockopt);
	EXPECT_NUM(getsockopt, optname, sockopt_options_SO_RCVTIMEO);
	EXPECT_OPTION(getsockopt, val, DYN_TIME, &ns, 8);
	EXPECT_NUM(getsockopt, optlen, 8);
}
