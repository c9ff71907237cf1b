// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* until v6.13: how many slots a ring has for files, since then told by its table */
#include <linux/io_uring_types.h>
unsigned int probe(const struct io_ring_ctx *ctx);
unsigned int probe(const struct io_ring_ctx *ctx)
{
	return ctx->nr_user_files;
}
