// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* after v6.12: the request, and its result as the ring's owner has it, who may write to it */
#include <linux/io_uring_types.h>
#include <trace/events/io_uring.h>
void probe(void *data, struct io_ring_ctx *ctx, void *req, struct io_uring_cqe *cqe);
void probe(void *data, struct io_ring_ctx *ctx, void *req, struct io_uring_cqe *cqe)
{
	check_trace_callback_type_io_uring_complete(probe);
}
