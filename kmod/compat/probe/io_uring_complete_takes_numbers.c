// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* v5.19: the request, its result in pieces, and what large results have besides */
#include <linux/io_uring_types.h>
#include <trace/events/io_uring.h>
void probe(void *data, void *ctx, void *req, u64 user_data, int res, unsigned int cflags,
	   u64 extra1, u64 extra2);
void probe(void *data, void *ctx, void *req, u64 user_data, int res, unsigned int cflags,
	   u64 extra1, u64 extra2)
{
	check_trace_callback_type_io_uring_complete(probe);
}
