// SPDX-License-Identifier: Apache-2.0
/* io_uring without liburing: set up a ring, submit requests, read results. */
#include <linux/io_uring.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "uapi/ioctl.h"
#include "uring.h"

enum { URING_ENTRIES = 16 };

struct uring uring_new(unsigned flags)
{
	struct io_uring_params p = { .flags = flags, .sq_thread_idle = 1000 };
	struct uring r = { .fd = syscall(__NR_io_uring_setup, URING_ENTRIES, &p),
			   .sqpoll = flags & IORING_SETUP_SQPOLL };
	uint8_t *sq, *cq;

	if (r.fd < 0)
		abort();
	sq = mmap(NULL, p.sq_off.array + p.sq_entries * 4, PROT_READ | PROT_WRITE, MAP_SHARED, r.fd,
		  IORING_OFF_SQ_RING);
	cq = mmap(NULL, p.cq_off.cqes + p.cq_entries * sizeof(*r.cqes), PROT_READ | PROT_WRITE,
		  MAP_SHARED, r.fd, IORING_OFF_CQ_RING);
	r.sqes = mmap(NULL, p.sq_entries * sizeof(*r.sqes), PROT_READ | PROT_WRITE, MAP_SHARED,
		      r.fd, IORING_OFF_SQES);
	if (sq == MAP_FAILED || cq == MAP_FAILED || r.sqes == MAP_FAILED)
		abort();
	r.sq_tail = (unsigned *)(sq + p.sq_off.tail);
	r.sq_mask = (unsigned *)(sq + p.sq_off.ring_mask);
	r.sq_array = (unsigned *)(sq + p.sq_off.array);
	r.sq_flags = (unsigned *)(sq + p.sq_off.flags);
	r.cq_head = (unsigned *)(cq + p.cq_off.head);
	r.cq_tail = (unsigned *)(cq + p.cq_off.tail);
	r.cq_mask = (unsigned *)(cq + p.cq_off.ring_mask);
	r.cqes = (struct io_uring_cqe *)(cq + p.cq_off.cqes);
	return r;
}

void uring_put(struct uring *r, const struct io_uring_sqe *sqe)
{
	unsigned i = *r->sq_tail & *r->sq_mask;

	r->sqes[i] = *sqe;
	r->sq_array[i] = i;
	__atomic_store_n(r->sq_tail, *r->sq_tail + 1, __ATOMIC_RELEASE);
	r->queued++;
}

void uring_submit(struct uring *r, unsigned n)
{
	unsigned flags = IORING_ENTER_GETEVENTS;

	if (r->sqpoll && __atomic_load_n(r->sq_flags, __ATOMIC_SEQ_CST) & IORING_SQ_NEED_WAKEUP)
		flags |= IORING_ENTER_SQ_WAKEUP;
	if (syscall(__NR_io_uring_enter, r->fd, r->queued, n, flags, NULL, 0L) < 0)
		abort();
	r->queued = 0;
}

int uring_result(struct uring *r)
{
	unsigned head = *r->cq_head;
	int res;

	if (head == __atomic_load_n(r->cq_tail, __ATOMIC_ACQUIRE))
		abort();
	res = r->cqes[head & *r->cq_mask].res;
	__atomic_store_n(r->cq_head, head + 1, __ATOMIC_RELEASE);
	return res;
}

int uring_one(struct uring *r, struct io_uring_sqe sqe)
{
	uring_put(r, &sqe);
	uring_submit(r, 1);
	return uring_result(r);
}

int uring_slots(struct uring *r, unsigned n)
{
	struct {
		uint32_t nr, flags;
		uint64_t resv2, data, tags;
	} files = { .nr = n, .flags = URING_FILES_SPARSE };

	return syscall(__NR_io_uring_register, r->fd, URING_REGISTER_FILES2, &files, sizeof(files));
}

struct io_uring_sqe sqe_openat(int dir, const char *name, int flags)
{
	return (struct io_uring_sqe){
		.opcode = IORING_OP_OPENAT,
		.fd = dir,
		.addr = (uintptr_t)name,
		.open_flags = flags,
		.len = 0640,
	};
}

struct io_uring_sqe sqe_accept(int listener, int flags)
{
	return (struct io_uring_sqe){ .opcode = IORING_OP_ACCEPT,
				      .fd = listener,
				      .accept_flags = flags };
}

struct io_uring_sqe sqe_socket(int family, int type, int protocol)
{
	return (struct io_uring_sqe){
		.opcode = URING_OP_SOCKET, .fd = family, .off = type, .len = protocol
	};
}

struct io_uring_sqe sqe_connect(int fd, const union any_address *a, socklen_t len)
{
	return (struct io_uring_sqe){
		.opcode = IORING_OP_CONNECT, .fd = fd, .addr = (uintptr_t)a, .off = len
	};
}

bool uring_supported(struct driver *d)
{
	struct falco_handshake h = { .size = sizeof(h) };

	return !driver_ioctl(d, FALCO_IOCTL_HANDSHAKE, (unsigned long)&h) &&
	       h.features & FALCO_FEATURE_URING;
}
