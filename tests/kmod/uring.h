/* SPDX-License-Identifier: Apache-2.0 */
/* io_uring without liburing: set up a ring, submit requests, read results. */
#ifndef KMOD_URING_H
#define KMOD_URING_H

#include <linux/io_uring.h>
#include <stdbool.h>

#include "driver.h"
#include "sockets.h"

/* <linux/io_uring.h> may be older than the kernel under test. */
enum {
	URING_OP_SOCKET = 45,
	URING_REGISTER_FILES2 = 13,
	URING_FILES_SPARSE = 1,
	URING_SLOT_ANY = -1,
	URING_SKIP_SUCCESS = 1 << 6,
	URING_ACCEPT_MULTISHOT = 1 << 0,
};

struct uring {
	int fd;
	unsigned *sq_tail, *sq_mask, *sq_array, *sq_flags, *cq_head, *cq_tail, *cq_mask;
	struct io_uring_sqe *sqes;
	struct io_uring_cqe *cqes;
	unsigned queued; /* requests since the last submission */
	bool sqpoll;
};

/* flags: IORING_SETUP_*. The ring exists until the process of the test exits. */
struct uring uring_new(unsigned flags);
/* Queues a request. */
void uring_put(struct uring *r, const struct io_uring_sqe *sqe);
/* Submits the queued requests and waits for n results. */
void uring_submit(struct uring *r, unsigned n);
/* Removes the next result, which must be there, and returns it. */
int uring_result(struct uring *r);
/* Queues and submits one request, waits for it and returns its result. */
int uring_one(struct uring *r, struct io_uring_sqe sqe);
/* Registers n empty fixed-file slots; returns 0 or -1. */
int uring_slots(struct uring *r, unsigned n);

struct io_uring_sqe sqe_openat(int dir, const char *name, int flags);
struct io_uring_sqe sqe_accept(int listener, int flags);
struct io_uring_sqe sqe_socket(int family, int type, int protocol);
struct io_uring_sqe sqe_connect(int fd, const union any_address *a, socklen_t len);

/* Whether the module can record requests: since v6.0 tracepoints carry the request's opcode. */
bool uring_supported(struct driver *d);

#define URING_OR_SKIP()                                                               \
	do {                                                                          \
		if (!kernel_since(6, 0))                                              \
			SKIP(return, "io_uring_complete does not carry the request"); \
		ASSERT_TRUE(uring_supported(&self->d));                               \
	} while (0)

#define RECORD_URING(nr)                                                        \
	do {                                                                    \
		URING_OR_SKIP();                                                \
		ASSERT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_SET_URING, 1)); \
		RECORD(nr);                                                     \
	} while (0)

#endif
