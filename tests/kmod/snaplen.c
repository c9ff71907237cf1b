// SPDX-License-Identifier: Apache-2.0
/* How many bytes of payload are recorded: snaplen, dynamic snaplen, ports and protocols. */
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "expect.h"

enum { PAYLOAD_SIZE = 20000 };

static int udp_between(uint16_t local, uint16_t remote)
{
	struct sockaddr_in from = { AF_INET, htons(local), { htonl(INADDR_LOOPBACK) }, { 0 } },
			   to = from;
	int one = 1, s = socket(AF_INET, SOCK_DGRAM, 0);

	to.sin_port = htons(remote);
	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	setsockopt(s, SOL_SOCKET, SO_SNDBUF, &(int){ 1 << 20 }, sizeof(int));
	if (bind(s, (struct sockaddr *)&from, sizeof(from)) ||
	    connect(s, (struct sockaddr *)&to, sizeof(to))) {
		close(s);
		return -1;
	}
	return s;
}

/* A payload of PAYLOAD_SIZE bytes: its ports, first bytes, and how many bytes are recorded. */
struct payload {
	uint16_t local, remote;
	char start[16];
	unsigned recorded;
};

static bool send_payload(const struct payload *p)
{
	static char data[PAYLOAD_SIZE];
	int s = udp_between(p->local, p->remote);
	long sent;

	memset(data, '.', sizeof(data));
	memcpy(data, p->start, sizeof(p->start));
	sent = syscall(__NR_sendto, s, data, PAYLOAD_SIZE, 0, NULL, 0);
	close(s);
	return sent == PAYLOAD_SIZE;
}

/*
 * Sends all payloads. Returns the index of the first whose recorded length, stored in *recorded, is
 * not the expected one; -1 if all are; -2 if sending failed.
 */
static int first_mismatch(struct driver *d, const struct payload *payloads, int n,
			  unsigned *recorded)
{
	for (int i = 0; i < n; i++)
		if (!send_payload(&payloads[i]))
			return -2;
	for (int i = 0; i < n; i++) {
		const struct record *r = driver_find(d, EV_sendto, syscall(__NR_gettid), i);

		*recorded = r ? r->len[IX(sendto, data)] : 0;
		if (*recorded != payloads[i].recorded)
			return i;
	}
	return -1;
}

#define EXPECT_RECORDED(payloads)                                                                  \
	do {                                                                                       \
		unsigned recorded_ = 0;                                                            \
		int wrong_ = first_mismatch(&self->d, payloads, ARRAY_SIZE(payloads), &recorded_); \
		EXPECT_EQ(-1, wrong_)                                                              \
		{                                                                                  \
			if (wrong_ >= 0)                                                           \
				TH_LOG("%u bytes from %u to %u, expected %u", recorded_,           \
				       payloads[wrong_].local, payloads[wrong_].remote,            \
				       payloads[wrong_].recorded);                                 \
		}                                                                                  \
	} while (0)

#define DOTS "................"

TEST_F(driver, snaplen_by_port)
{
	static const struct payload payloads[] = {
		{ 40000, 40001, DOTS, 80 },   { 40000, 8125, DOTS, 2000 },
		{ 8125, 40001, DOTS, 80 }, /* from the statsd port, not to it */
		{ 40000, 53, DOTS, 512 },     { 53, 40001, DOTS, 80 },
		{ 40000, 27017, DOTS, 2000 }, { 27017, 40001, DOTS, 2000 },
	};

	ASSERT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_ENABLE_DYNAMIC_SNAPLEN, 0));
	RECORD(__NR_sendto);
	EXPECT_RECORDED(payloads);
}

/* The remote port of an unconnected socket is taken from the address argument. */
TEST_F(driver, snaplen_by_port_of_address)
{
	static char data[PAYLOAD_SIZE];
	struct sockaddr_in to = { AF_INET, htons(53), { htonl(INADDR_LOOPBACK) }, { 0 } };
	struct iovec iov = { data, sizeof(data) };
	struct msghdr msg = {
		.msg_name = &to, .msg_namelen = sizeof(to), .msg_iov = &iov, .msg_iovlen = 1
	};
	int s = socket(AF_INET, SOCK_DGRAM, 0);

	setsockopt(s, SOL_SOCKET, SO_SNDBUF, &(int){ 1 << 20 }, sizeof(int));
	ASSERT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_ENABLE_DYNAMIC_SNAPLEN, 0));
	RECORD(__NR_sendto);
	RECORD(__NR_sendmsg);
	ASSERT_EQ(PAYLOAD_SIZE, syscall(__NR_sendto, s, data, PAYLOAD_SIZE, 0, &to, sizeof(to)));
	ASSERT_EQ(PAYLOAD_SIZE, syscall(__NR_sendmsg, s, &msg, 0));
	to.sin_port = htons(40001);
	ASSERT_EQ(PAYLOAD_SIZE, syscall(__NR_sendto, s, data, PAYLOAD_SIZE, 0, &to, sizeof(to)));
	ASSERT_EQ(PAYLOAD_SIZE, syscall(__NR_sendmsg, s, &msg, 0));
	for (int i = 0; i < 2; i++) {
		FIND_BY(sendto, gettid(), i);
		EXPECT_LENGTH(sendto, data, i ? 80 : 512);
		FIND_BY(sendmsg, gettid(), i);
		EXPECT_LENGTH(sendmsg, data, i ? 80 : 512);
	}
}

TEST_F(driver, snaplen_by_protocol)
{
	static const struct payload payloads[] = {
		{ 40000, 3306, "\3...............", 2000 },
		{ 3306, 40001, "....\3...........", 2000 },
		{ 40000, 3306, "..\0\0............", 2000 },
		{ 40000, 3306, DOTS, 80 },
		{ 40000, 3306, "GET /...........", 80 }, /* HTTP on a MySQL port is not recognised */
		{ 40000, 5432, "Q\0..............", 2000 },
		{ 40000, 5432, "P\0..............", 2000 },
		{ 5432, 40001, "E\0..............", 2000 },
		{ 40000, 5432, "....\0\3\0.........", 2000 },
		{ 40000, 5432, "GET /...........", 80 },
		{ 40000, 40001, "............\1\0\0\0", 2000 },
		{ 40000, 40001, "............\xd1\7\0\0", 2000 }, /* 2001 */
		{ 40000, 40001, "............\xd7\7\0\0", 2000 }, /* 2007 */
		{ 40000, 40001, "............\xd8\7\0\0", 80 },
		{ 40000, 40001, "GET /...........", 2000 },
		{ 40000, 40001, "POST............", 2000 },
		{ 40000, 40001, "PUT ............", 2000 },
		{ 40000, 40001, "DELE............", 2000 },
		{ 40000, 40001, "TRAC............", 2000 },
		{ 40000, 40001, "CONN............", 2000 },
		{ 40000, 40001, "OPTI............", 2000 },
		{ 40000, 40001, "HTTP/...........", 2000 },
		{ 40000, 40001, "HTTP............", 80 },
	};

	ASSERT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_ENABLE_DYNAMIC_SNAPLEN, 0));
	RECORD(__NR_sendto);
	EXPECT_RECORDED(payloads);
}

TEST_F(driver, snaplen_full_capture_range)
{
	static const struct payload payloads[] = {
		{ 40000, 40004, DOTS, 80 },    { 40000, 40005, DOTS, 16000 },
		{ 40010, 40001, DOTS, 16000 }, { 40011, 40001, DOTS, 80 },
		{ 40007, 53, DOTS, 16000 }, /* the range takes precedence */
	};

	ASSERT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_ENABLE_DYNAMIC_SNAPLEN, 0));
	ASSERT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_SET_FULLCAPTURE_PORT_RANGE,
				  40010ul << 16 | 40005));
	RECORD(__NR_sendto);
	EXPECT_RECORDED(payloads);
}

/* A range is empty if its end is 0 or below its start. */
TEST_F(driver, snaplen_empty_full_capture_range)
{
	static const struct payload payloads[] = { { 40000, 40005, DOTS, 80 } };

	ASSERT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_ENABLE_DYNAMIC_SNAPLEN, 0));
	ASSERT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_SET_FULLCAPTURE_PORT_RANGE,
				  40010ul << 16 | 40005));
	ASSERT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_SET_FULLCAPTURE_PORT_RANGE,
				  40004ul << 16 | 40005));
	RECORD(__NR_sendto);
	EXPECT_RECORDED(payloads);
}

TEST_F(driver, snaplen_statsd_port)
{
	static const struct payload payloads[] = { { 40000, 9125, DOTS, 2000 },
						   { 40000, 8125, DOTS, 80 } };

	ASSERT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_ENABLE_DYNAMIC_SNAPLEN, 0));
	ASSERT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_SET_STATSD_PORT, 9125));
	RECORD(__NR_sendto);
	EXPECT_RECORDED(payloads);
}

TEST_F(driver, snaplen_is_a_minimum)
{
	static const struct payload payloads[] = { { 40000, 53, DOTS, 600 },
						   { 40000, 40001, DOTS, 600 },
						   { 40000, 8125, DOTS, 2000 } };

	ASSERT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_ENABLE_DYNAMIC_SNAPLEN, 0));
	ASSERT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_SET_SNAPLEN, 600));
	RECORD(__NR_sendto);
	EXPECT_RECORDED(payloads);
}

TEST_F(driver, snaplen_dynamic_disabled)
{
	static const struct payload payloads[] = { { 40000, 53, DOTS, 80 },
						   { 40000, 8125, DOTS, 80 },
						   { 40000, 40005, DOTS, 80 } };

	ASSERT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_ENABLE_DYNAMIC_SNAPLEN, 0));
	ASSERT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_SET_FULLCAPTURE_PORT_RANGE,
				  40010ul << 16 | 40005));
	ASSERT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_DISABLE_DYNAMIC_SNAPLEN, 0));
	RECORD(__NR_sendto);
	EXPECT_RECORDED(payloads);
}
