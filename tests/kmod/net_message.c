// SPDX-License-Identifier: Apache-2.0
/* sendmsg, recvmsg, sendmmsg, recvmmsg. */
#include "expect.h"
#include "buffers.h"
#include "sockets.h"

/* Structures of a 32-bit caller. */
struct compat_msghdr {
	uint32_t name, name_len, iov, n_iov, control, control_len, flags;
};

struct compat_mmsghdr {
	struct compat_msghdr hdr;
	uint32_t len;
};

TESTS_EVENT(sendmsg);
TEST_F(driver, sendmsg_three_elements)
{
	struct connection c = open_connection(AF_INET, SOCK_STREAM);
	struct iovec iov[] = { { "hello, ", 7 }, { NULL, 0 }, { "world", 5 } };
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 3 };

	RECORD(__NR_sendmsg);
	ASSERT_EQ(12, syscall(__NR_sendmsg, c.client, &msg, 0));
	FIND(sendmsg);
	EXPECT_NUM(sendmsg, res, 12);
	EXPECT_BYTES(sendmsg, data, "hello, world", 12);
	EXPECT_NUM(sendmsg, fd, c.client);
	EXPECT_NUM(sendmsg, size, 12);
	EXPECT_TUPLE(sendmsg, tuple, &c.client_name, &c.server_name);
}

TEST_F(driver, sendmsg_address)
{
	static const int families[] = { AF_INET, AF_INET6, AF_UNIX };

	for (int i = 0; i < 3; i++) {
		union any_address a, local;
		socklen_t len;
		struct iovec iov = { "hello", 5 };
		struct msghdr msg = { .msg_name = &a, .msg_iov = &iov, .msg_iovlen = 1 };
		int fd = socket(families[i], SOCK_DGRAM, 0);
		struct unix_ids ids;

		driver_close(&self->d);
		ASSERT_EQ(0, driver_open(&self->d, 0));
		bound_socket(families[i], SOCK_DGRAM, &a, &len);
		msg.msg_namelen = len;
		RECORD(__NR_sendmsg);
		ASSERT_EQ(5, syscall(__NR_sendmsg, fd, &msg, 0));
		FIND(sendmsg);
		local_address(fd, &local);
		if (families[i] == AF_UNIX) {
			EXPECT_UNIX_TUPLE(sendmsg, tuple, unix_path, &ids);
		} else {
			EXPECT_TUPLE(sendmsg, tuple, &local, &a);
		}
	}
}

TEST_F(driver, sendmsg_fails)
{
	struct iovec iov = { resident_text("secret"), 6 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 },
		      bad = { .msg_iov = inaccessible(), .msg_iovlen = 1 };

	RECORD(__NR_sendmsg);
	ASSERT_EQ(-1, syscall(__NR_sendmsg, -1, &msg, 0));
	ASSERT_EQ(-1, syscall(__NR_sendmsg, -1, &bad, 0));
	ASSERT_EQ(-1, syscall(__NR_sendmsg, -1, inaccessible(), 0));
	ASSERT_EQ(-1, syscall(__NR_sendmsg, -1, NULL, 0));
	FIND(sendmsg);
	EXPECT_NUM(sendmsg, res, -EBADF);
	EXPECT_BYTES(sendmsg, data, "secret", 6);
	EXPECT_NUM(sendmsg, fd, -1);
	EXPECT_NUM(sendmsg, size, 6);
	EXPECT_EMPTY(sendmsg, tuple);
	for (int i = 1; i < 4; i++) {
		FIND_BY(sendmsg, gettid(), i);
		EXPECT_EMPTY(sendmsg, data);
		EXPECT_NUM(sendmsg, size, 0);
		EXPECT_EMPTY(sendmsg, tuple);
	}
}

TEST_F(driver, sendmsg_300_elements)
{
	struct connection c = open_connection(AF_INET, SOCK_STREAM);
	const char *text = long_text(MANY_ELEMENTS);
	struct msghdr msg = { .msg_iov = one_byte_iovecs((char *)text, MANY_ELEMENTS),
			      .msg_iovlen = MANY_ELEMENTS };

	RECORD(__NR_sendmsg);
	ASSERT_EQ(MANY_ELEMENTS, syscall(__NR_sendmsg, c.client, &msg, 0));
	FIND(sendmsg);
	EXPECT_NUM(sendmsg, size, MANY_ELEMENTS);
	EXPECT_BYTES(sendmsg, data, text, SNAPLEN);
}

TEST_F(driver, sendmsg_by_ia32)
{
	struct {
		struct compat_msghdr h;
		union any_address a;
	} *m = low_memory(4096);
	union any_address local;
	socklen_t len;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	bound_socket(AF_INET, SOCK_DGRAM, &m->a, &len);
	m->h = (struct compat_msghdr){ (uint32_t)(uintptr_t)&m->a, len,
				       (uint32_t)(uintptr_t)compat_hello(), 3 };
	RECORD(__NR_sendmsg);
	ASSERT_EQ(12, syscall_ia32(NR_IA32_sendmsg, fd, (long)m, 0, 0, 0, 0));
	ASSERT_EQ(12, socketcall(SYS_SENDMSG, fd, (long)m, 0, 0, 0, 0));
	local_address(fd, &local);
	for (int i = 0; i < 2; i++) {
		FIND_BY(sendmsg, gettid(), i);
		EXPECT_NUM(sendmsg, res, 12);
		EXPECT_BYTES(sendmsg, data, "hello, world", 12);
		EXPECT_NUM(sendmsg, fd, fd);
		EXPECT_NUM(sendmsg, size, 12);
		EXPECT_TUPLE(sendmsg, tuple, &local, &m->a);
	}
}

TESTS_EVENT(recvmsg);
TEST_F(driver, recvmsg_two_elements)
{
	struct connection c = open_connection(AF_INET, SOCK_STREAM);
	char a[7], b[64];
	struct iovec iov[] = { { a, sizeof(a) }, { b, sizeof(b) } };
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 2 };

	ASSERT_EQ(12, write(c.client, "hello, world", 12));
	RECORD(__NR_recvmsg);
	ASSERT_EQ(12, syscall(__NR_recvmsg, c.server, &msg, 0));
	FIND(recvmsg);
	EXPECT_NUM(recvmsg, res, 12);
	EXPECT_NUM(recvmsg, size, 12);
	EXPECT_BYTES(recvmsg, data, "hello, world", 12);
	EXPECT_TUPLE(recvmsg, tuple, &c.client_name, &c.server_name);
	EXPECT_EMPTY(recvmsg, msgcontrol);
	EXPECT_NUM(recvmsg, fd, c.server);
}

TEST_F(driver, recvmsg_sender_address)
{
	struct connection c = open_connection(AF_INET6, SOCK_DGRAM);
	union any_address from;
	char buffer[64];
	struct iovec iov = { buffer, sizeof(buffer) };
	struct msghdr msg = {
		.msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &iov, .msg_iovlen = 1
	};

	ASSERT_EQ(5, write(c.client, "hello", 5));
	RECORD(__NR_recvmsg);
	ASSERT_EQ(5, syscall(__NR_recvmsg, c.server, &msg, 0));
	FIND(recvmsg);
	EXPECT_NUM(recvmsg, size, 5);
	EXPECT_BYTES(recvmsg, data, "hello", 5);
	EXPECT_TUPLE(recvmsg, tuple, &c.client_name, &c.server_name);
}

/* Sends "hello" and the descriptor fd (SCM_RIGHTS) through a Unix socket. */
static void pass_descriptor(int socket_fd, int fd)
{
	union {
		struct cmsghdr h;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = {
		.h = { CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS },
	};
	struct iovec iov = { "hello", 5 };
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};

	memcpy(CMSG_DATA(&control.h), &fd, sizeof(fd));
	if (sendmsg(socket_fd, &msg, 0) != 5)
		abort();
}

TEST_F(driver, recvmsg_descriptor)
{
	struct connection c = open_connection(AF_UNIX, SOCK_STREAM);
	struct unix_ids ids;
	char buffer[64], control[256];
	struct iovec iov = { buffer, sizeof(buffer) };
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};

	pass_descriptor(c.client, 0);
	RECORD(__NR_recvmsg);
	ASSERT_EQ(5, syscall(__NR_recvmsg, c.server, &msg, 0));
	FIND(recvmsg);
	EXPECT_BYTES(recvmsg, data, "hello", 5);
	EXPECT_UNIX_TUPLE(recvmsg, tuple, unix_path, &ids);
	ASSERT_EQ(CMSG_LEN(sizeof(int)), ((struct cmsghdr *)control)->cmsg_len);
	EXPECT_BYTES(recvmsg, msgcontrol, control, msg.msg_controllen);
}

TEST_F(driver, recvmsg_fails)
{
	char buffer[] = "not this", control[] = "nor this";
	struct iovec iov = { buffer, 8 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = 8
	};

	RECORD(__NR_recvmsg);
	ASSERT_EQ(-1, syscall(__NR_recvmsg, -1, &msg, 0));
	ASSERT_EQ(-1, syscall(__NR_recvmsg, -1, inaccessible(), 0));
	for (int i = 0; i < 2; i++) {
		FIND_BY(recvmsg, gettid(), i);
		EXPECT_NUM(recvmsg, res, -EBADF);
		EXPECT_NUM(recvmsg, size, 0);
		EXPECT_EMPTY(recvmsg, data);
		EXPECT_EMPTY(recvmsg, tuple);
		EXPECT_EMPTY(recvmsg, msgcontrol);
		EXPECT_NUM(recvmsg, fd, -1);
	}
}

TEST_F(driver, recvmsg_300_elements)
{
	struct connection c = open_connection(AF_INET, SOCK_STREAM);
	const char *text = long_text(MANY_ELEMENTS);
	char bytes[MANY_ELEMENTS];
	struct msghdr msg = { .msg_iov = one_byte_iovecs(bytes, MANY_ELEMENTS),
			      .msg_iovlen = MANY_ELEMENTS };

	ASSERT_EQ(MANY_ELEMENTS, write(c.client, text, MANY_ELEMENTS));
	RECORD(__NR_recvmsg);
	ASSERT_EQ(MANY_ELEMENTS, syscall(__NR_recvmsg, c.server, &msg, 0));
	FIND(recvmsg);
	EXPECT_NUM(recvmsg, size, MANY_ELEMENTS);
	EXPECT_BYTES(recvmsg, data, text, SNAPLEN);
}

TEST_F(driver, recvmsg_by_ia32)
{
	struct {
		struct compat_msghdr h;
		uint32_t control[64];
	} *m = low_memory(4096);
	struct compat_iovec *iov = compat_hello();
	struct connection c = open_connection(AF_UNIX, SOCK_STREAM);
	struct unix_ids ids;

	RECORD(__NR_recvmsg);
	for (int i = 0; i < 2; i++) {
		m->h = (struct compat_msghdr){
			.iov = (uint32_t)(uintptr_t)iov,
			.n_iov = 3,
			.control = (uint32_t)(uintptr_t)m->control,
			.control_len = sizeof(m->control),
		};
		pass_descriptor(c.client, 0);
		if (i) {
			ASSERT_EQ(5, socketcall(SYS_RECVMSG, c.server, (long)m, 0, 0, 0, 0));
		} else {
			ASSERT_EQ(5, syscall_ia32(NR_IA32_recvmsg, c.server, (long)m, 0, 0, 0, 0));
		}
	}
	ASSERT_EQ(16, m->h.control_len);
	for (int i = 0; i < 2; i++) {
		FIND_BY(recvmsg, gettid(), i);
		EXPECT_NUM(recvmsg, res, 5);
		EXPECT_NUM(recvmsg, size, 5);
		EXPECT_BYTES(recvmsg, data, "hello", 5);
		EXPECT_UNIX_TUPLE(recvmsg, tuple, unix_path, &ids);
		EXPECT_LENGTH(recvmsg, msgcontrol, 16);
	}
	EXPECT_BYTES(recvmsg, msgcontrol, m->control, 16);
}

/* ---- sendmmsg and recvmmsg: one event per message ---- */

enum { MESSAGES = 3 };
static const char *const texts[MESSAGES] = { "one", "three", "seventeen" };

TESTS_EVENT(sendmmsg);
TEST_F(driver, sendmmsg_three_messages)
{
	struct connection c = open_connection(AF_INET, SOCK_DGRAM);
	union any_address other;
	socklen_t len;
	struct iovec iov[MESSAGES];
	struct mmsghdr many[MESSAGES] = { 0 };

	bound_socket(AF_INET, SOCK_DGRAM, &other, &len);
	for (int i = 0; i < MESSAGES; i++) {
		iov[i] = (struct iovec){ (char *)texts[i], strlen(texts[i]) };
		many[i].msg_hdr.msg_iov = &iov[i];
		many[i].msg_hdr.msg_iovlen = 1;
	}
	many[1].msg_hdr.msg_name = &other;
	many[1].msg_hdr.msg_namelen = len;
	RECORD(__NR_sendmmsg);
	ASSERT_EQ(MESSAGES, syscall(__NR_sendmmsg, c.client, many, MESSAGES, 0));
	ASSERT_EQ(MESSAGES, driver_count(&self->d, EV_sendmmsg, gettid()));
	for (int i = 0; i < MESSAGES; i++) {
		FIND_BY(sendmmsg, gettid(), i);
		EXPECT_NUM(sendmmsg, res, strlen(texts[i]));
		EXPECT_NUM(sendmmsg, fd, c.client);
		EXPECT_NUM(sendmmsg, size, strlen(texts[i]));
		EXPECT_BYTES(sendmmsg, data, texts[i], strlen(texts[i]));
		EXPECT_TUPLE(sendmmsg, tuple, &c.client_name, i == 1 ? &other : &c.server_name);
	}
}

TEST_F(driver, sendmmsg_fails)
{
	struct iovec iov = { resident_text("secret"), 6 };
	struct mmsghdr many[2] = { { .msg_hdr = { .msg_iov = &iov, .msg_iovlen = 1 } } };

	RECORD(__NR_sendmmsg);
	ASSERT_EQ(-1, syscall(__NR_sendmmsg, -1, many, 2, 0));
	ASSERT_EQ(1, driver_count(&self->d, EV_sendmmsg, gettid()));
	FIND(sendmmsg);
	EXPECT_NUM(sendmmsg, res, -EBADF);
	EXPECT_NUM(sendmmsg, fd, -1);
	EXPECT_NUM(sendmmsg, size, 0);
	EXPECT_EMPTY(sendmmsg, data);
	EXPECT_EMPTY(sendmmsg, tuple);
}

TEST_F(driver, sendmmsg_no_messages)
{
	struct connection c = open_connection(AF_INET, SOCK_DGRAM);
	struct mmsghdr none = { 0 };

	RECORD(__NR_sendmmsg);
	ASSERT_EQ(0, syscall(__NR_sendmmsg, c.client, &none, 0, 0));
	ASSERT_EQ(-1, syscall(__NR_sendmmsg, c.client, inaccessible(), 2, 0));
	ASSERT_EQ(2, driver_count(&self->d, EV_sendmmsg, gettid()));
	for (int i = 0; i < 2; i++) {
		FIND_BY(sendmmsg, gettid(), i);
		EXPECT_NUM(sendmmsg, res, i ? -EFAULT : 0);
		EXPECT_NUM(sendmmsg, size, 0);
		EXPECT_EMPTY(sendmmsg, data);
	}
}

/* The call stops at a message that cannot be sent; only the messages before it are recorded. */
TEST_F(driver, sendmmsg_partial)
{
	struct connection c = open_connection(AF_INET, SOCK_DGRAM);
	struct iovec iov = { "hello", 5 };
	struct mmsghdr many[MESSAGES] = { { .msg_hdr = { .msg_iov = &iov, .msg_iovlen = 1 } } };

	many[1].msg_hdr.msg_iov = inaccessible();
	many[1].msg_hdr.msg_iovlen = 1;
	RECORD(__NR_sendmmsg);
	ASSERT_EQ(1, syscall(__NR_sendmmsg, c.client, many, MESSAGES, 0));
	ASSERT_EQ(1, driver_count(&self->d, EV_sendmmsg, gettid()));
	FIND(sendmmsg);
	EXPECT_NUM(sendmmsg, res, 5);
	EXPECT_BYTES(sendmmsg, data, "hello", 5);
}

TEST_F(driver, sendmmsg_by_ia32)
{
	struct {
		struct compat_mmsghdr many[2];
		union any_address a;
	} *m = low_memory(4096);
	struct compat_iovec *iov = compat_hello();
	union any_address local;
	socklen_t len;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	bound_socket(AF_INET, SOCK_DGRAM, &m->a, &len);
	for (int i = 0; i < 2; i++)
		m->many[i].hdr = (struct compat_msghdr){
			(uint32_t)(uintptr_t)&m->a,
			len,
			(uint32_t)(uintptr_t)(iov + 2 * i),
			1,
		};
	RECORD(__NR_sendmmsg);
	ASSERT_EQ(2, syscall_ia32(NR_IA32_sendmmsg, fd, (long)m, 2, 0, 0, 0));
	ASSERT_EQ(2, socketcall(SYS_SENDMMSG, fd, (long)m, 2, 0, 0, 0));
	local_address(fd, &local);
	ASSERT_EQ(4, driver_count(&self->d, EV_sendmmsg, gettid()));
	for (int i = 0; i < 4; i++) {
		FIND_BY(sendmmsg, gettid(), i);
		EXPECT_NUM(sendmmsg, res, i % 2 ? 5 : 7);
		EXPECT_NUM(sendmmsg, fd, fd);
		EXPECT_NUM(sendmmsg, size, i % 2 ? 5 : 7);
		EXPECT_BYTES(sendmmsg, data, i % 2 ? "world" : "hello, ", i % 2 ? 5 : 7);
		EXPECT_TUPLE(sendmmsg, tuple, &local, &m->a);
	}
}

TESTS_EVENT(recvmmsg);
TEST_F(driver, recvmmsg_three_messages)
{
	struct connection c = open_connection(AF_INET, SOCK_DGRAM);
	char buffers[MESSAGES + 1][64];
	union any_address from[MESSAGES + 1];
	struct iovec iov[MESSAGES + 1];
	struct mmsghdr many[MESSAGES + 1] = { 0 };

	for (int i = 0; i <= MESSAGES; i++) {
		iov[i] = (struct iovec){ buffers[i], 64 };
		many[i].msg_hdr = (struct msghdr){
			.msg_name = &from[i],
			.msg_namelen = sizeof(*from),
			.msg_iov = &iov[i],
			.msg_iovlen = 1,
		};
		if (i < MESSAGES)
			ASSERT_EQ(strlen(texts[i]), write(c.client, texts[i], strlen(texts[i])));
	}
	RECORD(__NR_recvmmsg);
	ASSERT_EQ(MESSAGES,
		  syscall(__NR_recvmmsg, c.server, many, MESSAGES + 1, MSG_DONTWAIT, NULL));
	ASSERT_EQ(MESSAGES, driver_count(&self->d, EV_recvmmsg, gettid()));
	for (int i = 0; i < MESSAGES; i++) {
		FIND_BY(recvmmsg, gettid(), i);
		EXPECT_NUM(recvmmsg, res, strlen(texts[i]));
		EXPECT_NUM(recvmmsg, fd, c.server);
		EXPECT_NUM(recvmmsg, size, strlen(texts[i]));
		EXPECT_BYTES(recvmmsg, data, texts[i], strlen(texts[i]));
		EXPECT_TUPLE(recvmmsg, tuple, &c.client_name, &c.server_name);
		EXPECT_EMPTY(recvmmsg, msgcontrol);
	}
}

TEST_F(driver, recvmmsg_descriptor)
{
	struct connection c = open_connection(AF_UNIX, SOCK_DGRAM);
	char buffer[64], control[256];
	struct unix_ids ids;
	struct iovec iov = { buffer, sizeof(buffer) };
	struct mmsghdr one = { .msg_hdr = {
				       .msg_iov = &iov,
				       .msg_iovlen = 1,
				       .msg_control = control,
				       .msg_controllen = sizeof(control),
			       } };

	pass_descriptor(c.client, 0);
	RECORD(__NR_recvmmsg);
	ASSERT_EQ(1, syscall(__NR_recvmmsg, c.server, &one, 1, 0, NULL));
	FIND(recvmmsg);
	EXPECT_BYTES(recvmmsg, data, "hello", 5);
	EXPECT_UNIX_TUPLE(recvmmsg, tuple, unix_path, &ids);
	EXPECT_BYTES(recvmmsg, msgcontrol, control, one.msg_hdr.msg_controllen);
}

TEST_F(driver, recvmmsg_fails)
{
	struct connection c = open_connection(AF_INET, SOCK_DGRAM);
	char buffer[] = "not this";
	struct iovec iov = { buffer, 8 };
	struct mmsghdr many[2] = { { .msg_hdr = { .msg_iov = &iov, .msg_iovlen = 1 },
				     .msg_len = 8 } };

	RECORD(__NR_recvmmsg);
	ASSERT_EQ(-1, syscall(__NR_recvmmsg, c.server, many, 2, MSG_DONTWAIT, NULL));
	ASSERT_EQ(1, driver_count(&self->d, EV_recvmmsg, gettid()));
	FIND(recvmmsg);
	EXPECT_NUM(recvmmsg, res, -EAGAIN);
	EXPECT_NUM(recvmmsg, fd, c.server);
	EXPECT_NUM(recvmmsg, size, 0);
	EXPECT_EMPTY(recvmmsg, data);
	EXPECT_EMPTY(recvmmsg, tuple);
	EXPECT_EMPTY(recvmmsg, msgcontrol);
}

TEST_F(driver, recvmmsg_by_ia32)
{
	struct {
		struct compat_mmsghdr many[2];
		struct compat_iovec iov[2];
		union any_address from[2];
		char text[2][8];
	} * m;
	static const int calls[] = { NR_IA32_recvmmsg, NR_IA32_recvmmsg_time64, NR_IA32_socketcall };
	struct connection c = open_connection(AF_INET, SOCK_DGRAM);

	m = low_memory(4096);
	RECORD(__NR_recvmmsg);
	for (int n = 0; n < 3; n++) {
		for (int i = 0; i < 2; i++) {
			m->iov[i] = (struct compat_iovec){ (uint32_t)(uintptr_t)m->text[i], 8 };
			m->many[i].hdr = (struct compat_msghdr){
				(uint32_t)(uintptr_t)&m->from[i],
				sizeof(m->from[i]),
				(uint32_t)(uintptr_t)&m->iov[i],
				1,
			};
			ASSERT_EQ(strlen(texts[i]), write(c.client, texts[i], strlen(texts[i])));
		}
		if (calls[n] == NR_IA32_socketcall) {
			ASSERT_EQ(2, socketcall(SYS_RECVMMSG, c.server, (long)m, 2, 0, 0, 0));
		} else {
			ASSERT_EQ(2, syscall_ia32(calls[n], c.server, (long)m, 2, 0, 0, 0));
		}
	}
	ASSERT_EQ(6, driver_count(&self->d, EV_recvmmsg, gettid()));
	for (int i = 0; i < 6; i++) {
		FIND_BY(recvmmsg, gettid(), i);
		EXPECT_NUM(recvmmsg, res, strlen(texts[i % 2]));
		EXPECT_NUM(recvmmsg, fd, c.server);
		EXPECT_NUM(recvmmsg, size, strlen(texts[i % 2]));
		EXPECT_BYTES(recvmmsg, data, texts[i % 2], strlen(texts[i % 2]));
		EXPECT_TUPLE(recvmmsg, tuple, &c.client_name, &c.server_name);
	}
}
