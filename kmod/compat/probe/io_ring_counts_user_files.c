// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* until v6.13: number of registered file slots of a ring; since then in its file table */
#include <linux/io_uring_types.h>
unsigned int probe(const struct io_ring_ctx *ctx);
unsigned int probe(const struct io_ring_ctx *ctx)
{
	return ctx->nr_user_files;
}
