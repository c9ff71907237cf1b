/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Differences in io_uring.  COMPAT_URING: the headers describe a request. */
#ifndef FALCO_COMPAT_URING_H
#define FALCO_COMPAT_URING_H

#include "compat.h"

#if defined(HAVE_IO_KIOCB) && defined(IO_URING_COMPLETE_TAKES_NUMBERS)
#define COMPAT_URING
#define COMPAT_URING_COMPLETE_ARGS \
	void *ctx, void *req, u64 user_data, int res, unsigned int cflags, u64 extra1, u64 extra2
#elif defined(HAVE_IO_KIOCB) && defined(IO_URING_COMPLETE_TAKES_CQE)
#define COMPAT_URING
#define COMPAT_URING_COMPLETE_ARGS struct io_ring_ctx *ctx, void *req, struct io_uring_cqe *cqe
#endif

#ifdef COMPAT_URING
#include <linux/io_uring_types.h>
#include <trace/events/io_uring.h>

/* The submitting task; valid as long as the request. */
static inline struct task_struct *compat_uring_task(const struct io_kiocb *req)
{
#ifdef IO_KIOCB_HAS_TASK
	return req->task;
#else
	return req->tctx->task;
#endif
}

/* Number of registered file slots of the ring. */
static inline u32 compat_uring_slots(const struct io_kiocb *req)
{
#ifdef IO_RING_COUNTS_USER_FILES
	return READ_ONCE(req->ctx->nr_user_files);
#else
	return READ_ONCE(req->ctx->file_table.data.nr);
#endif
}
#endif

#endif
