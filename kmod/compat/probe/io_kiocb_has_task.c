// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* until v6.13: a request's task, since then that of its io_uring_task */
#include <linux/io_uring_types.h>
struct task_struct *probe(const struct io_kiocb *req);
struct task_struct *probe(const struct io_kiocb *req)
{
	return req->task;
}
