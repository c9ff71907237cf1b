// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* v6.0 ab1c84d855cf: io_uring: make io_uring_types.h public */
#include <linux/io_uring_types.h>
int probe(const struct io_kiocb *req);
int probe(const struct io_kiocb *req)
{
	return req->file && req->ctx && req->opcode == IORING_OP_SOCKET &&
			       !(req->flags & REQ_F_FIXED_FILE)
		       ? req->cqe.res
		       : 0;
}
